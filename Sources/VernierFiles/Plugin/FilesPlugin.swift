import CFilesPlugin
import VernierPlugin

/// The plug-in that decodes and encodes images.
public enum FilesPlugin {
  /// Loads the plug-in, if that has not been done, and returns the name and version of the library behind it.
  ///
  /// - Throws: `PluginError` when it is missing, does not load or has another version.
  public static func load() throws(PluginError) -> String { String(cString: try functions.get().library) }

  /// The table, once loaded; a failure is kept too.
  static let functions: Result<Functions, PluginError> = {
    do throws(PluginError) {
      let table = try Plugin(name: "files", version: VERNIER_FILES_ABI).load()
      return .success(Functions(table: table.assumingMemoryBound(to: vernier_files_table.self)))
    } catch {
      return .failure(error)
    }
  }()

  /// The plug-in's functions, known to be there.
  struct Functions: @unchecked Sendable {
    let library: UnsafePointer<CChar>
    let read:
      @convention(c) (
        UnsafePointer<CChar>?, UnsafePointer<vernier_part>?, UnsafeMutablePointer<vernier_image>?,
        UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let copyChannel: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<Float>?) -> Int32
    let release: @convention(c) (OpaquePointer?) -> Void
    let releaseHeader: @convention(c) (OpaquePointer?) -> Void
    let write:
      @convention(c) (
        UnsafePointer<CChar>?, UnsafePointer<vernier_image>?, UnsafePointer<UnsafePointer<Float>?>?, Int32,
        OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let openSeries:
      @convention(c) (
        UnsafePointer<CChar>?, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<Int64>?,
        UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let readFrame:
      @convention(c) (
        OpaquePointer?, Int64, UnsafePointer<vernier_part>?, UnsafeMutablePointer<vernier_image>?,
        UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let closeSeries: @convention(c) (OpaquePointer?) -> Void
    let beginSeries:
      @convention(c) (
        UnsafePointer<CChar>?, UnsafePointer<vernier_image>?, Int64, Int32, OpaquePointer?, OpaquePointer?,
        UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let appendFrame:
      @convention(c) (
        OpaquePointer?, UnsafePointer<UnsafePointer<Float>?>?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let finishSeries: @convention(c) (OpaquePointer?, UnsafeMutablePointer<CChar>?, Int) -> Int32
    let abandonSeries: @convention(c) (OpaquePointer?) -> Void
    let compressJPEG:
      @convention(c) (
        UnsafePointer<UnsafeMutablePointer<Float>?>?, Int32, Int32, Int32, Int32, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32

    init(table: UnsafePointer<vernier_files_table>) {
      library = table.pointee.library
      read = table.pointee.read
      copyChannel = table.pointee.copy_channel
      release = table.pointee.release
      releaseHeader = table.pointee.release_header
      write = table.pointee.write
      openSeries = table.pointee.open_series
      readFrame = table.pointee.read_frame
      closeSeries = table.pointee.close_series
      beginSeries = table.pointee.begin_series
      appendFrame = table.pointee.append_frame
      finishSeries = table.pointee.finish_series
      abandonSeries = table.pointee.abandon_series
      compressJPEG = table.pointee.compress_jpeg
    }
  }
}

import CTransformsPlugin
import VernierPlugin

/// The plug-in that reads and writes ITK's transforms in HDF5.
public enum TransformsPlugin {
  /// Loads the plug-in, if that has not been done, and returns the name and version of the library behind it.
  ///
  /// - Throws: `PluginError` when it is missing, does not load or has another version.
  public static func load() throws(PluginError) -> String { String(cString: try functions.get().library) }

  /// For commands: from when the plug-in is loaded, HDF5 does nothing at exit.
  ///
  /// Without this it closes what is open then, as a program that uses HDF5 itself may want, and complains on standard
  /// error where a damaged file was read. Call this before other threads use HDF5.
  public static func configureProcess() { settings.ask() }

  private static let settings = ProcessSettings()

  /// The table, once loaded; a failure is kept too.
  static let functions: Result<Functions, PluginError> = {
    do throws(PluginError) {
      let table = try Plugin(name: "transforms", version: VERNIER_TRANSFORMS_ABI).load()
      let functions = Functions(table: table.assumingMemoryBound(to: vernier_transforms_table.self))
      settings.isLoaded { functions.configureProcess() }
      return .success(functions)
    } catch {
      return .failure(error)
    }
  }()

  /// The plug-in's functions, known to be there.
  struct Functions: @unchecked Sendable {
    let library: UnsafePointer<CChar>
    let read:
      @convention(c) (
        UnsafePointer<CChar>?, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let items: @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int64>?) -> UnsafePointer<vernier_transform>?
    let release: @convention(c) (OpaquePointer?) -> Void
    let write:
      @convention(c) (
        UnsafePointer<CChar>?, UnsafePointer<vernier_transform>?, Int64, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let configureProcess: @convention(c) () -> Void

    init(table: UnsafePointer<vernier_transforms_table>) {
      library = table.pointee.library
      read = table.pointee.read
      items = table.pointee.items
      release = table.pointee.release
      write = table.pointee.write
      configureProcess = table.pointee.configure_process
    }
  }
}

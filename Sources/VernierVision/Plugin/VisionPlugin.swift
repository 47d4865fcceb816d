import CVisionPlugin
import VernierPlugin

/// The plug-in that finds, describes and matches keypoints, and denoises.
public enum VisionPlugin {
  /// Loads the plug-in, if that has not been done, and returns the names and versions of the libraries behind it.
  ///
  /// - Throws: `PluginError` when it is missing, does not load or has another version.
  public static func load() throws(PluginError) -> String { String(cString: try functions.get().library) }

  /// For commands: from when the plug-in is loaded, OpenCV runs on the calling threads alone, prints nothing and uses
  /// no GPU on them.
  ///
  /// Results are the same without this; an operation of OpenCV's then uses as many threads as OpenCV likes. Its
  /// settings are the process's, so a library leaves them to its program. Call this before any thread uses OpenCV.
  public static func configureProcess() { settings.ask() }

  private static let settings = ProcessSettings()

  /// The table, once loaded; a failure is kept too.
  static let functions: Result<Functions, PluginError> = {
    do throws(PluginError) {
      let table = try Plugin(name: "vision", version: VERNIER_VISION_ABI).load()
      let functions = Functions(table: table.assumingMemoryBound(to: vernier_vision_table.self))
      settings.isLoaded { functions.configureProcess() }
      return .success(functions)
    } catch {
      return .failure(error)
    }
  }()

  /// The plug-in's functions, known to be there.
  struct Functions: @unchecked Sendable {
    let library: UnsafePointer<CChar>
    let detect:
      @convention(c) (
        Int32, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, Int32, Int32, Int32,
        UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let count: @convention(c) (OpaquePointer?) -> Int32
    let copyPositions: @convention(c) (OpaquePointer?, UnsafeMutablePointer<Double>?) -> Void
    let match:
      @convention(c) (
        OpaquePointer?, OpaquePointer?, Double, UnsafeMutablePointer<vernier_match>?, UnsafeMutablePointer<Int32>?,
        UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let release: @convention(c) (OpaquePointer?) -> Void
    let denoise:
      @convention(c) (
        UnsafePointer<vernier_denoising>?, UnsafeMutablePointer<Float>?, UnsafePointer<UInt8>?, Int32, Int32,
        UnsafeMutablePointer<CChar>?, Int
      ) -> Int32
    let configureProcess: @convention(c) () -> Void

    init(table: UnsafePointer<vernier_vision_table>) {
      library = table.pointee.library
      detect = table.pointee.detect
      count = table.pointee.count
      copyPositions = table.pointee.copy_positions
      match = table.pointee.match
      release = table.pointee.release
      denoise = table.pointee.denoise
      configureProcess = table.pointee.configure_process
    }
  }
}

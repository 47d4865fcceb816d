import CTensorsPlugin
import Glibc
import VernierPlugin

/// The plug-in that computes with tensors.
public enum TensorsPlugin {
  /// Loads the plug-in, if that has not been done, and returns the name and version of the library behind it.
  ///
  /// - Throws: ``TensorsPluginError``.
  public static func load() throws(TensorsPluginError) -> String { try loaded.get().library }

  /// Whether libtorch is built for CUDA and a device is there.
  ///
  /// - Throws: ``TensorsPluginError``.
  public static var hasCUDA: Bool {
    get throws(TensorsPluginError) { try loaded.get().functions.has_cuda() != 0 }
  }

  /// For commands that do little else than compute with networks: from when the plug-in is loaded, the process keeps
  /// the memory that it frees, and threads that wait for work of libtorch's go to sleep soon.
  ///
  /// Without this everything gives the same, slower: the small steps of a training else spend a third of their time on
  /// page faults, and threads that spin while they wait slow down whatever else the machine does, several times where
  /// that waits, too. Memory and environment are the process's, so a library leaves them to its program.
  ///
  /// - The allocator's thresholds rise to 1 GiB. Of tensors above 32 MiB that has effect on the main thread alone:
  ///   glibc gives other threads heaps of at most 64 MiB, and maps what is larger anew each time.
  /// - `GOMP_SPINCOUNT` is set in the environment unless it or `OMP_WAIT_POLICY` is there. Call this before other
  ///   threads read the environment, and before the first tensor: libtorch's OpenMP reads it when it is loaded.
  public static func configureProcess() {
    if getenv("OMP_WAIT_POLICY") == nil { setenv("GOMP_SPINCOUNT", "1000", 0) }
    settings.ask()
  }

  private static let settings = ProcessSettings()

  /// The functions, for those who hold a tensor, which only they can have made.
  static var functions: vernier_tensors_functions {
    switch loaded {
    case .success(let loaded): return loaded.functions
    case .failure(let error): preconditionFailure("\(error)")
    }
  }

  /// The table, once loaded; a failure is kept too.
  static let loaded: Result<Loaded, TensorsPluginError> = {
    let table: vernier_tensors_table
    do throws(PluginError) {
      let address = try Plugin(name: "tensors", version: VERNIER_TENSORS_ABI).load()
      table = address.assumingMemoryBound(to: vernier_tensors_table.self).pointee
    } catch {
      return .failure(.plugin(error))
    }
    let built = String(cString: table.built_for)
    if let functions = table.functions {
      let loaded = Loaded(library: "libtorch \(built)", functions: functions.pointee)
      settings.isLoaded { loaded.functions.keep_memory() }
      return .success(loaded)
    }
    guard let found = table.found.map({ String(cString: $0) }) else {
      return .failure(.noTorch(needed: built, reason: table.problem.map { String(cString: $0) } ?? ""))
    }
    if found != built { return .failure(.wrongTorch(found: found, needed: built)) }
    return .failure(.unusable(table.problem.map { String(cString: $0) } ?? ""))
  }()

  /// The plug-in's functions, known to be there.
  struct Loaded: @unchecked Sendable {
    let library: String
    let functions: vernier_tensors_functions
  }
}

/// Why the plug-in `tensors` cannot be used.
public enum TensorsPluginError: Error, Equatable, Sendable {
  case plugin(PluginError)
  /// No libtorch can be loaded, with the linker's words.
  case noTorch(needed: String, reason: String)
  /// The libtorch that is there is not the one that the plug-in was compiled for.
  case wrongTorch(found: String, needed: String)
  /// The plug-in's own second library cannot be loaded.
  case unusable(String)
}

extension TensorsPluginError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .plugin(.missing(let name, let searched)):
      "learned methods need the plug-in \(name), which is not there; `make learning` installs libtorch and builds it "
        + "(looked in \(searched.joined(separator: ", ")))"
    case .plugin(let error): "\(error)"
    case .noTorch(let needed, let reason):
      "learned methods need libtorch \(needed), which cannot be loaded (\(reason)); `make learning` installs it"
    case .wrongTorch(let found, let needed):
      "the plug-in libvernier-tensors.so was built for libtorch \(needed), but libtorch \(found) is there; "
        + "`make learning` builds it anew"
    case .unusable(let reason):
      "the plug-in libvernier-tensors.so cannot be used: \(reason); `make learning` builds it anew"
    }
  }
}

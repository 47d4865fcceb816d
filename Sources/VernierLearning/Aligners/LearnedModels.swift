import Glibc
import Synchronization
import Vernier
import VernierPlugin

/// The model files that come with Vernier, and the networks that were read.
///
/// A preset's file is `NAME.safetensors`. It is searched in the folders of `VERNIER_MODELS` (separated by colons), then beside the running code: with D
/// the folder of the program or test bundle, in `D/models`, `D/../share/vernier/models` and, for build trees, `D/../../models`.
public enum LearnedModels {
  private static let networks = Mutex<[String: any RegistrationNetwork]>([:])

  /// The network of a preset. A file is read once in a process.
  ///
  /// Networks run on one thread, so that results do not depend on how many there are; several pairs may be aligned at once.
  ///
  /// - Parameters:
  ///   - preset: which network.
  ///   - file: nil for the one that comes with Vernier.
  /// - Throws: ``ModelFileError``; ``LearnedModelError``; ``TensorsPluginError``.
  public static func network(_ preset: NetworkPreset, file: String? = nil) throws -> any RegistrationNetwork {
    let path = try file ?? shippedFile(preset.name)
    return try networks.withLock { networks in
      if let known = networks["\(preset.kind) \(path)"] { return known }
      try TensorsPlugin.setThreads(1)
      try TensorsPlugin.keepMemory()
      let network = try withoutGradients { try ModelFile.read(path, kind: preset.kind).network.forInference() }
      networks["\(preset.kind) \(path)"] = network
      return network
    }
  }

  private static func shippedFile(_ name: String) throws(LearnedModelError) -> String {
    let files: [String] = folders.map { "\($0)/\(name).safetensors" }
    guard let path = files.first(where: { access($0, R_OK) == 0 }) else {
      throw .noWeights(name: name, searched: folders)
    }
    return path
  }

  /// Where model files are searched, in this order.
  static var folders: [String] {
    Plugin.searchFolders(variable: "VERNIER_MODELS", relative: ["models", "../share/vernier/models", "../../models"])
  }
}

/// Why a learned method has no parameters.
public enum LearnedModelError: Error, Equatable, Sendable {
  case noWeights(name: String, searched: [String])
}

extension LearnedModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noWeights(let name, let searched):
      "\(name): no model file comes with this build; name one with --weights, or train one: "
        + "vernier train \(name) \(data(name)) FOLDER -o \(name).safetensors (looked in \(searched.joined(separator: ", ")))"
    }
  }

  /// The option that names what a network learns from.
  private func data(_ name: String) -> String {
    NetworkPreset.named(name)?.configuration.rank == 3 ? "--volumes" : "--images"
  }
}

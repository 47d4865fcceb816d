import Glibc
import Vernier
import VernierPlugin

/// The model files that come with Vernier, and the networks that were read.
///
/// A preset's file is `NAME.safetensors`. It is searched in the folders of the variable `VERNIER_MODELS` (separated by
/// colons); beside the running code: with D the folder of the program, library or test bundle, in `D/models`,
/// `D/../share/vernier/models`, `D/../../share/vernier/models` and, for build trees, `D/../../models`; in `Models` of this
/// package's sources; in `/usr/local/share/vernier/models` and `/usr/share/vernier/models`.
public enum LearnedModels {
  /// What the networks that are kept may take: more than all presets together, of which the two largest take 1.3 and
  /// 1.5 GB.
  private static let networks = BoundedCache<Source, any RegistrationNetwork>(limit: 3 << 30)

  private struct Source: Hashable {
    var kind: String
    var path: String
  }

  /// The network of a preset.
  ///
  /// What was read is kept for the next call, up to 3 GiB; then the network that was asked for longest ago is
  /// forgotten. Whoever holds it keeps it.
  ///
  /// - Parameters:
  ///   - preset: which network.
  ///   - file: nil for the one that comes with Vernier.
  /// - Throws: ``ModelFileError``; ``LearnedModelError``; ``TensorsPluginError``.
  public static func network(_ preset: NetworkPreset, file: String? = nil) throws -> any RegistrationNetwork {
    // That it is missing is said before a file is looked for.
    _ = try TensorsPlugin.load()
    let path = try file ?? shippedFile(preset.name)
    return try networks.value(for: Source(kind: preset.kind, path: path), cost: bytes) {
      try withTensorThreads(1) {
        try withoutGradients { try ModelFile.read(path, kind: preset.kind).network.forInference() }
      }
    }
  }

  /// Forgets the networks that were read, whose memory goes with the last aligner that has one.
  public static func removeAll() { networks.removeAll() }

  /// In single precision, and once more in half precision where that is how products take it.
  private static func bytes(of network: any RegistrationNetwork) -> Int {
    network.tensors.reduce(0) { $0 + $1.tensor.count } * (4 + 2)
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
    Plugin.searchFolders(
      variable: "VERNIER_MODELS",
      relative: ["models", "../share/vernier/models", "../../share/vernier/models", "../../models"],
      inSources: "Models", installed: "share/vernier/models")
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

import Vernier
import VernierText

/// A network in a safetensors file: its parameters under their names, and in the metadata what it takes to make it
/// anew.
///
/// | metadata | |
/// | --- | --- |
/// | `vernier.version` | of this format: 1 |
/// | `vernier.network` | the kind, such as `lstm` |
/// | `vernier.configuration` | JSON |
///
/// and whatever the training adds.
public enum ModelFile {
  /// The version of the format that this program writes, and the latest that it reads.
  public static let version = 1

  /// The kinds of networks that can be read.
  private static let kinds: [any NetworkConfiguration.Type] = [
    LSTMNetwork.Configuration.self, ResNeXtNetwork.Configuration.self, RotationNetwork.Configuration.self,
    TwoHeadedNetwork.Configuration.self, CorrelationNetwork.Configuration.self,
    SpatialTransformerNetwork.Configuration.self,
  ]

  /// Writes a network aside and renames it: where that fails, an old file stays as it was.
  ///
  /// - Parameters:
  ///   - network: what to write.
  ///   - further: tensors that are not the network's own, such as the optimiser's.
  ///   - metadata: what else is to be known of it, as text.
  ///   - path: the file.
  /// - Throws: `FileError.unwritable`, such as on a full disk.
  public static func write(
    _ network: some RegistrationNetwork, further: [NamedTensor] = [], metadata: [String: String] = [:], to path: String
  ) throws {
    let configuration = try JSON(encoding: network.configuration).sortedByKey.text(isDense: true)
    let own = [
      "format": "pt", "vernier.version": "\(version)", "vernier.network": kind(of: network.configuration),
      "vernier.configuration": configuration,
    ]
    try SafeTensors.write(network.tensors + further, metadata: own.merging(metadata) { $1 }, to: path)
  }

  private static func kind<Configuration: NetworkConfiguration>(of configuration: Configuration) -> String {
    Configuration.kind
  }

  /// Reads a network.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - kind: what it must be; nil for any.
  ///   - device: where the parameters are to lie.
  /// - Throws: ``ModelFileError``; ``TensorsPluginError``.
  public static func read(
    _ path: String, kind: String? = nil, on device: Device = .cpu
  ) throws -> (network: any RegistrationNetwork, metadata: [String: String]) {
    let file = try SafeTensors(path)
    let network = try network(in: file, kind: kind, on: device)
    try file.assign(to: network.tensors, isComplete: true)
    return (network, file.metadata)
  }

  /// Overwrites a network's parameters by those of a file of the same configuration, but for the side: a convolutional
  /// network takes parameters of another, too.
  ///
  /// - Throws: ``ModelFileError``, such as where a tensor has another shape; nothing is overwritten then.
  public static func load<Network: RegistrationNetwork>(_ path: String, into network: Network) throws {
    let file = try SafeTensors(path)
    _ = try kind(in: file, needed: Network.Configuration.kind)
    var found = try configuration(Network.Configuration.self, in: file)
    found.side = network.configuration.side
    guard found == network.configuration else { throw ModelFileError(path, .otherConfiguration) }
    try file.assign(to: network.tensors, isComplete: true)
  }

  /// The network that a file's metadata describe, its parameters not yet read.
  static func network(in file: SafeTensors, kind: String?, on device: Device) throws -> any RegistrationNetwork {
    let type = try self.kind(in: file, needed: kind)
    let configuration: any NetworkConfiguration = try configuration(type, in: file)
    var initializer = Initializer.zeros(on: device)
    return try configuration.network(from: &initializer)
  }

  private static func kind(
    in file: SafeTensors, needed: String?
  ) throws(ModelFileError) -> any NetworkConfiguration.Type {
    guard let version = file.metadata["vernier.version"].flatMap({ Int($0) }),
      let found = file.metadata["vernier.network"]
    else { throw ModelFileError(file.path, .noNetwork) }
    guard version <= Self.version else {
      throw ModelFileError(file.path, .newerVersion(found: version, known: Self.version))
    }
    if let needed, found != needed { throw ModelFileError(file.path, .otherNetwork(found: found, needed: needed)) }
    guard let type = kinds.first(where: { $0.kind == found }) else { throw ModelFileError(file.path, .noNetwork) }
    return type
  }

  private static func configuration<Configuration: NetworkConfiguration>(
    _ type: Configuration.Type, in file: SafeTensors
  ) throws(ModelFileError) -> Configuration {
    let text = file.metadata["vernier.configuration"] ?? ""
    guard let configuration = try? JSON(parsing: text).decoded(as: type) else {
      throw ModelFileError(file.path, .configuration("it is not one of \(Configuration.kind)"))
    }
    if let objection = configuration.objection { throw ModelFileError(file.path, .configuration(objection)) }
    return configuration
  }
}

extension SafeTensors {
  /// Overwrites tensors in place by those of the same names here.
  ///
  /// - Parameter isComplete: whether every tensor here must be among them; those of optimisers, under `adam.`, are left
  ///   aside.
  /// - Throws: ``ModelFileError`` where one is missing, has another shape, is not finite or, in a complete file, is
  ///   left over; nothing is overwritten then.
  func assign(to tensors: [NamedTensor], isComplete: Bool = false) throws {
    if isComplete {
      let names = Set(tensors.map(\.name))
      for name in entries.keys.sorted() where !names.contains(name) && !name.hasPrefix("adam.") {
        throw ModelFileError(path, .surplusTensor(name))
      }
    }
    var sources: [Tensor] = []
    for named in tensors {
      guard let entry = entries[named.name], let values = values(of: named.name) else {
        throw ModelFileError(path, .missingTensor(named.name))
      }
      guard entry.shape == named.tensor.shape else {
        throw ModelFileError(path, .shape(tensor: named.name, found: entry.shape, needed: named.tensor.shape))
      }
      guard values.allSatisfy(\.isFinite) else { throw ModelFileError(path, .notFinite(named.name)) }
      sources.append(try Tensor(values, shape: entry.shape, on: named.tensor.device))
    }
    for (named, source) in zip(tensors, sources) { try named.tensor.assign(source) }
  }
}

/// Why a model file cannot be used. The description is one line that names the file and the remedy.
public struct ModelFileError: Error, Equatable, Sendable {
  public var path: String
  public var reason: Reason

  public init(_ path: String, _ reason: Reason) {
    self.path = path
    self.reason = reason
  }

  public enum Reason: Error, Equatable, Sendable {
    /// With the system's reason.
    case unreadable(String)
    /// The file ends before its content does, or goes on after it.
    case length(String)
    /// The header is no safetensors header.
    case malformed(String)
    /// Two tensors share bytes, or bytes belong to none.
    case offsets(String)
    /// It is a safetensors file without what Vernier writes into its metadata.
    case noNetwork
    case otherNetwork(found: String, needed: String)
    /// The format of a later Vernier.
    case newerVersion(found: Int, known: Int)
    case configuration(String)
    /// A network of the kind that is needed, but with another configuration than the one that is to take its
    /// parameters.
    case otherConfiguration
    case missingTensor(String)
    case surplusTensor(String)
    case shape(tensor: String, found: [Int], needed: [Int])
    /// An element of this tensor is not a finite number.
    case notFinite(String)
    case elementType(tensor: String, type: String)
  }
}

extension ModelFileError: CustomStringConvertible {
  public var description: String { "\(path): \(reason)" }
}

extension ModelFileError.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let why): "cannot be read (\(why)); check the path and its permissions"
    case .length(let what): "cut short or damaged (\(what)); copy or train it again"
    case .malformed(let what): "not a safetensors file (\(what)); name a model that `vernier train` wrote"
    case .offsets(let what): "damaged (\(what)); copy or train it again"
    case .noNetwork: "its metadata names no network of Vernier's; name a model that `vernier train` wrote"
    case .otherNetwork(let found, let needed): "it is a model for \(found), not for \(needed); use the method \(found)"
    case .newerVersion(let found, let known):
      "its format has version \(found), this program knows up to \(known); use a newer Vernier"
    case .configuration(let what): "its configuration is not usable (\(what)); train it again"
    case .otherConfiguration:
      "its network is of the right kind with another configuration; start from a model of the same one"
    case .missingTensor(let name): "the tensor \(name) is missing; use a model of this network and configuration"
    case .surplusTensor(let name): "the tensor \(name) belongs to another network; use a model of this one"
    case .shape(let tensor, let found, let needed):
      "the tensor \(tensor) is \(found), this network needs \(needed); use a model of this configuration"
    case .notFinite(let tensor): "the tensor \(tensor) holds numbers that are not finite; train it again"
    case .elementType(let tensor, let type):
      "the tensor \(tensor) has elements of type \(type), which are not read; convert them to F32"
    }
  }
}

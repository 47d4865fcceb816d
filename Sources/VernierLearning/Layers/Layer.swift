import Glibc
import Vernier

/// A part of a network that has parameters.
public protocol Layer: Sendable {
  /// Its tensors and those of its parts, by the names that torch gives them, such as `layer1.0.conv1.weight`.
  var tensors: [NamedTensor] { get }
}

/// A tensor of a layer and what it is called.
public struct NamedTensor: Sendable {
  public var name: String
  public var tensor: Tensor
  /// Whether training changes it by its gradient. The others, such as running means, follow the data.
  public var isTrained: Bool

  public init(_ name: String, _ tensor: Tensor, isTrained: Bool = true) {
    self.name = name
    self.tensor = tensor
    self.isTrained = isTrained
  }
}

extension Layer {
  /// Its tensors, each name preceded by the layer's own and a dot.
  public func tensors(under name: String) -> [NamedTensor] {
    tensors.map { NamedTensor("\(name).\($0.name)", $0.tensor, isTrained: $0.isTrained) }
  }

  /// The tensors that training changes.
  public var parameters: [Tensor] { tensors.filter(\.isTrained).map(\.tensor) }

  /// The number of trained elements.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}

/// Makes the tensors of a new network.
///
/// Random numbers come from Vernier's own generator, tensor by tensor in the order in which a network makes them: the
/// same seed gives the same network with any version of libtorch.
public struct Initializer: Sendable {
  private var random: SplitMix64?
  private let device: Device

  /// Draws from a seed.
  public init(seed: UInt64, on device: Device = .cpu) {
    random = SplitMix64(seed: seed)
    self.device = device
  }

  private init(on device: Device) {
    random = nil
    self.device = device
  }

  /// Zeros everywhere, for a network that is read from a file.
  public static func zeros(on device: Device = .cpu) -> Self { Self(on: device) }

  /// A parameter drawn evenly from −bound…bound.
  ///
  /// For a layer with n inputs to each output the usual bound is 1/√n, as in torch (He et al. 2015 with a = √5).
  public mutating func uniform(_ shape: [Int], bound: Double) throws -> Tensor {
    try parameter(shape) { random in
      Float(Double(random.next() >> 11) * 0x1p-52 - 1) * Float(bound)
    }
  }

  /// A parameter drawn from a normal distribution of mean 0.
  public mutating func normal(_ shape: [Int], deviation: Double) throws -> Tensor {
    try parameter(shape) { random in
      // Box and Muller 1958.
      let first = Double((random.next() >> 11) + 1) * 0x1p-53
      let second = Double(random.next() >> 11) * 0x1p-53
      return Float(deviation * (-2 * log(first)).squareRoot() * cos(2 * .pi * second))
    }
  }

  private mutating func parameter(_ shape: [Int], _ draw: (inout SplitMix64) -> Float) throws -> Tensor {
    guard var random else { return try Tensor.zeros(shape, on: device).parameter() }
    let count = shape.reduce(1, *)
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count { buffer.initializeElement(at: index, to: draw(&random)) }
      filled = count
    }
    self.random = random
    return try Tensor(values, shape: shape, on: device).parameter()
  }

  /// A tensor of one value; trained, unless told.
  public func filled(_ value: Double, _ shape: [Int], isTrained: Bool = true) throws -> Tensor {
    let tensor = try Tensor.filled(value, shape, on: device)
    return isTrained ? try tensor.parameter() : tensor
  }
}

import CTensorsPlugin
import Vernier

/// Adam (Kingma and Ba 2014), in place on the parameters.
///
///     m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
///     p ← p − rate · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
public struct Adam: Sendable {
  /// What is optimised, by name.
  public let parameters: [NamedTensor]
  /// β₁ and β₂.
  public var decays: (first: Double, second: Double)
  public var epsilon: Double
  /// The steps taken.
  public private(set) var steps: Int
  /// m and v of each parameter.
  let firstMoments: [Tensor]
  let secondMoments: [Tensor]

  public init(
    _ parameters: [NamedTensor], decays: (first: Double, second: Double) = AdamConstants.decays,
    epsilon: Double = AdamConstants.epsilon
  ) throws {
    self.parameters = parameters.filter(\.isTrained)
    self.decays = decays
    self.epsilon = epsilon
    steps = 0
    firstMoments = try self.parameters.map { try Tensor.zeros($0.tensor.shape, on: $0.tensor.device) }
    secondMoments = try self.parameters.map { try Tensor.zeros($0.tensor.shape, on: $0.tensor.device) }
  }

  /// Takes one step along the gradients that the parameters have.
  public mutating func step(rate: Double) throws(TensorError) {
    steps += 1
    let (decays, epsilon, count) = (decays, epsilon, Int64(steps))
    let pointers = parameters.map { $0.tensor.pointer as OpaquePointer? }
    let first = firstMoments.map { $0.pointer as OpaquePointer? }
    let second = secondMoments.map { $0.pointer as OpaquePointer? }
    try checked("Adam") { message, capacity in
      TensorsPlugin.functions.adam(
        pointers, first, second, Int32(pointers.count), rate, decays.first, decays.second, epsilon, count, message,
        capacity)
    }
  }

  /// Everything that a later run needs to go on, by name.
  var state: [NamedTensor] {
    zip(parameters, zip(firstMoments, secondMoments)).flatMap { parameter, moments in
      [
        NamedTensor("adam.first.\(parameter.name)", moments.0, isTrained: false),
        NamedTensor("adam.second.\(parameter.name)", moments.1, isTrained: false),
      ]
    }
  }

  /// Goes on after `steps` steps; the moments are overwritten by whoever calls.
  mutating func resume(after steps: Int) { self.steps = steps }
}

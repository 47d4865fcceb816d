/// An operation that cannot be done on the tensors it was given.
public struct TensorError: Error, Equatable, Sendable {
  /// What was being done, such as `convolution`.
  public var operation: String
  /// The shapes of its tensors.
  public var shapes: [[Int]]
  /// What is wrong: this library's words, or libtorch's.
  public var reason: String

  public init(operation: String, shapes: [[Int]], reason: String) {
    self.operation = operation
    self.shapes = shapes
    self.reason = reason
  }
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    let given = shapes.map { "[\($0.map(String.init).joined(separator: ", "))]" }.joined(separator: " and ")
    return "\(operation)\(given.isEmpty ? "" : " of \(given)"): \(reason)"
  }
}

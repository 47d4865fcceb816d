/// Long short-term memory (Hochreiter and Schmidhuber 1997) of one or several layers, each fed with the states of the
/// one before.
///
/// With the gates i, f, o and the candidate g, all from the input and the state before:
///
///     c' = σ(f) · c + σ(i) · tanh(g)        h' = σ(o) · tanh(c')
///
/// from c = h = 0. Parameters have torch's names and layout: the gates stand in the order i, f, g, o.
public struct LSTM: Layer {
  /// One layer's parameters.
  struct Cell: Sendable {
    /// [4 · hidden, inputs] and [4 · hidden, hidden].
    fileprivate(set) var weightOfInput: Tensor
    fileprivate(set) var weightOfState: Tensor
    /// Each [4 · hidden].
    let biasOfInput: Tensor
    let biasOfState: Tensor
  }

  private(set) var cells: [Cell]

  public init(_ inputs: Int, hidden: Int, layers: Int, from initializer: inout Initializer) throws {
    let bound = 1 / Double(hidden).squareRoot()
    var cells: [Cell] = []
    for layer in 0..<layers {
      cells.append(
        Cell(
          weightOfInput: try initializer.uniform([4 * hidden, layer == 0 ? inputs : hidden], bound: bound),
          weightOfState: try initializer.uniform([4 * hidden, hidden], bound: bound),
          biasOfInput: try initializer.uniform([4 * hidden], bound: bound),
          biasOfState: try initializer.uniform([4 * hidden], bound: bound)))
    }
    self.cells = cells
  }

  public var tensors: [NamedTensor] {
    cells.enumerated().flatMap { layer, cell in
      [
        NamedTensor("weight_ih_l\(layer)", cell.weightOfInput), NamedTensor("weight_hh_l\(layer)", cell.weightOfState),
        NamedTensor("bias_ih_l\(layer)", cell.biasOfInput), NamedTensor("bias_hh_l\(layer)", cell.biasOfState),
      ]
    }
  }

  /// - Parameter x: [steps, batch, inputs].
  /// - Returns: the last layer's state after each step, [steps, batch, hidden].
  public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
    let parameters = cells.flatMap { [$0.weightOfInput, $0.weightOfState, $0.biasOfInput, $0.biasOfState] }
    guard let first = parameters.first, x.shape.count == 3, x.shape[2] == first.shape[1] else {
      throw TensorError(
        operation: "lstm", shapes: [x.shape], reason: "needs [steps, batch, \(parameters.first?.shape[1] ?? 0)]")
    }
    return try apply(.lstm, [x] + parameters)
  }

  /// The same out of training, with weights in half precision.
  func forInference() throws(TensorError) -> Self {
    var copy = self
    for layer in cells.indices {
      copy.cells[layer].weightOfInput = try cells[layer].weightOfInput.packed()
      copy.cells[layer].weightOfState = try cells[layer].weightOfState.packed()
    }
    return copy
  }
}

extension Tensor {
  /// The same elements with other axes; one length may be −1 and is then found.
  public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor { try apply(.reshape, [self], shape) }

  /// All axes from `axis` on as one.
  public func flattened(from axis: Int = 1) throws(TensorError) -> Tensor {
    let kept = shape.prefix(axis)
    return try reshaped(kept + [shape.dropFirst(axis).reduce(1, *)])
  }

  /// The axes in another order.
  public func permuted(_ axes: [Int]) throws(TensorError) -> Tensor { try apply(.permute, [self], axes) }

  /// A matrix's transpose; of more axes, the last two exchanged.
  public func transposed() throws(TensorError) -> Tensor {
    let rank = shape.count
    guard rank >= 2 else { throw TensorError(operation: "transpose", shapes: [shape], reason: "needs two axes") }
    return try permuted(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
  }

  /// The part whose indices along one axis lie in a range.
  public func part(_ range: Range<Int>, along axis: Int) throws(TensorError) -> Tensor {
    try apply(.narrow, [self], [axis, range.lowerBound, range.count])
  }

  /// What stands at one index of an axis, without that axis.
  public func element(_ index: Int, along axis: Int) throws(TensorError) -> Tensor {
    var rest = shape
    guard rest.indices.contains(axis) else {
      throw TensorError(operation: "element", shapes: [shape], reason: "it has no axis \(axis)")
    }
    rest.remove(at: axis)
    return try part(index..<(index + 1), along: axis).reshaped(rest)
  }

  /// Axes of length 1 repeated to another shape.
  public func expanded(_ shape: [Int]) throws(TensorError) -> Tensor { try apply(.expand, [self], shape) }

  /// The tensors one after another along an axis that they have.
  public static func concatenated(_ tensors: [Tensor], along axis: Int) throws(TensorError) -> Tensor {
    try apply(.concatenate, tensors, [axis])
  }

  /// The tensors along a new axis.
  public static func stacked(_ tensors: [Tensor], along axis: Int = 0) throws(TensorError) -> Tensor {
    try apply(.stack, tensors, [axis])
  }

  /// The sum over some axes, over all unless told.
  public func sum(_ axes: [Int]? = nil, keepingAxes: Bool = false) throws(TensorError) -> Tensor {
    try reduced(.sum, axes, keepingAxes)
  }
  public func mean(_ axes: [Int]? = nil, keepingAxes: Bool = false) throws(TensorError) -> Tensor {
    try reduced(.mean, axes, keepingAxes)
  }
  /// The mean squared deviation from the mean.
  public func variance(_ axes: [Int]? = nil, keepingAxes: Bool = false) throws(TensorError) -> Tensor {
    try reduced(.variance, axes, keepingAxes)
  }
  /// The largest element.
  public func largest(_ axes: [Int]? = nil, keepingAxes: Bool = false) throws(TensorError) -> Tensor {
    try reduced(.largest, axes, keepingAxes)
  }

  private func reduced(
    _ operation: TensorOperation, _ axes: [Int]?, _ keepingAxes: Bool
  ) throws(TensorError) -> Tensor {
    try apply(operation, [self], [keepingAxes ? 1 : 0] + (axes ?? Array(shape.indices)))
  }

  /// eˣ over its sum along an axis.
  public func softmax(along axis: Int) throws(TensorError) -> Tensor { try apply(.softmax, [self], [axis]) }
  /// The logarithm of ``softmax(along:)``, without its rounding.
  public func logSoftmax(along axis: Int) throws(TensorError) -> Tensor { try apply(.logSoftmax, [self], [axis]) }

  /// The matrix product over the last two axes.
  public func matmul(_ other: Tensor) throws(TensorError) -> Tensor { try apply(.matmul, [self, other]) }

  /// The solution x of self · x = right, for square matrices along the last two axes.
  ///
  /// - Throws: ``TensorError`` where a matrix cannot be inverted.
  public func solve(_ right: Tensor) throws(TensorError) -> Tensor { try apply(.solve, [self, right]) }
  /// The logarithm of the determinant of each matrix along the last two axes; not a number where that is negative.
  public func logDeterminant() throws(TensorError) -> Tensor { try apply(.logDeterminant, [self]) }

  /// A copy with elements of its own.
  public func cloned() throws(TensorError) -> Tensor { try apply(.clone, [self]) }
}

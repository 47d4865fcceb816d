/// What layers compute. Pictures are [batch, channels, height, width], volumes [batch, channels, depth, height, width].
extension Tensor {
  /// x · weightᵀ + bias over the last axis.
  ///
  /// - Parameters:
  ///   - weight: [outputs, inputs].
  ///   - bias: [outputs], or none.
  public func linear(_ weight: Tensor, bias: Tensor?) throws(TensorError) -> Tensor {
    guard weight.shape.count == 2, shape.last == weight.shape[1] else {
      throw TensorError(
        operation: "linear", shapes: [shape, weight.shape], reason: "the last axis must have the weight's second length"
      )
    }
    return try apply(.linear, [self, weight, bias])
  }

  /// The same weight of a fully connected layer, an LSTM or a convolution by one sample, for use where no gradients are
  /// recorded: such layers then take its elements in half precision, which halves what is read of memory. Where
  /// libtorch has no such products, as on ARM, or half precision does not hold the elements, nothing changes.
  func packed() throws(TensorError) -> Tensor { try apply(.pack, [self]) }

  /// Discrete cross-correlation over the spatial axes, zeros outside.
  ///
  /// An axis of length n becomes ⌊(n + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1 long.
  ///
  /// - Parameters:
  ///   - weight: [outputs, inputs / groups, kernel…].
  ///   - bias: [outputs], or none.
  ///   - stride: one number a spatial axis.
  ///   - padding: zeros put before and after each spatial axis.
  ///   - dilation: the distance between the kernel's samples along each spatial axis; nil for 1.
  ///   - groups: the channels are cut into so many parts, each with filters of its own.
  public func convolved(
    with weight: Tensor, bias: Tensor?, stride: [Int], padding: [Int], dilation: [Int]? = nil, groups: Int
  ) throws(TensorError) -> Tensor {
    try checkChannels("convolution", weight.shape[1] * groups, beside: weight, rank: weight.shape.count)
    return try apply(
      .convolution, [self, weight, bias], stride + padding + (dilation ?? stride.map { _ in 1 }) + [groups])
  }

  /// (x − mean) / √(variance + ε) · weight + bias for each channel (Ioffe and Szegedy 2015).
  ///
  /// In training the batch's own mean and variance are used, and the running ones moved towards them in place by
  /// `momentum`.
  public func batchNormalized(
    weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, isTraining: Bool, momentum: Double, epsilon: Double
  ) throws(TensorError) -> Tensor {
    try checkChannels("batch norm", weight.count, beside: weight, rank: nil)
    return try apply(.batchNorm, [self, weight, bias, mean, variance], [isTraining ? 1 : 0], [momentum, epsilon])
  }

  /// The largest element under a window.
  public func maxPooled(kernel: Int, stride: Int, padding: Int = 0) throws(TensorError) -> Tensor {
    try apply(.maxPool, [self], windows(kernel, stride, padding))
  }

  /// The mean under a window.
  public func averagePooled(kernel: Int, stride: Int, padding: Int = 0) throws(TensorError) -> Tensor {
    try apply(.averagePool, [self], windows(kernel, stride, padding))
  }

  /// The means of as many nearly equal windows as give `size` elements along each spatial axis.
  public func averagePooled(to size: Int) throws(TensorError) -> Tensor {
    try apply(.adaptivePool, [self], [Int](repeating: size, count: max(0, shape.count - 2)))
  }

  private func windows(_ kernel: Int, _ stride: Int, _ padding: Int) -> [Int] {
    [kernel, stride, padding].flatMap { [Int](repeating: $0, count: max(0, shape.count - 2)) }
  }

  /// Linear interpolation to another size, corners of the outer samples aligned.
  ///
  /// - Parameter size: the new lengths of the spatial axes.
  public func interpolated(to size: [Int]) throws(TensorError) -> Tensor { try apply(.interpolate, [self], size) }

  /// Where each sample of an output looks in its input, for an affine map of coordinates that run from −1 to 1 from
  /// edge to edge (Jaderberg et al. 2015).
  ///
  /// - Parameter size: the output's shape, batch and channels included.
  /// - Returns: [batch, height, width, 2] for maps of shape [batch, 2, 3], x first.
  public func affineGrid(size: [Int]) throws(TensorError) -> Tensor { try apply(.affineGrid, [self], size) }

  /// The samples at the places of a grid, linearly interpolated.
  ///
  /// - Parameters:
  ///   - grid: see ``affineGrid(size:)``.
  ///   - repeatsBorder: whether what lies outside is the border's value rather than 0.
  public func sampled(at grid: Tensor, repeatsBorder: Bool = false) throws(TensorError) -> Tensor {
    try apply(.gridSample, [self, grid], [0, repeatsBorder ? 1 : 0])
  }

  /// Each example less its mean, over its standard deviation, over all axes but the first; an even one becomes zeros.
  public func standardized() throws(TensorError) -> Tensor {
    try apply(.standardize, [self], [shape.count - 1], [1e-10])
  }

  /// How well another map of features fits on this one at each displacement d: Σ over channels and places of self(x) ·
  /// other(x + d), with zeros outside.
  ///
  /// - Parameters:
  ///   - other: [batch · copies, channels, …], of any size: the copies of one example follow each other.
  ///   - first: the least displacement along each spatial axis.
  ///   - count: how many displacements along each.
  /// - Returns: [batch, copies, count…].
  public func correlated(with other: Tensor, first: [Int], count: [Int]) throws(TensorError) -> Tensor {
    try apply(.correlate, [self, other], first + count)
  }

  /// How well another map of features fits on this one around each place: Σ over channels of self(x) · other(x + d),
  /// with zeros outside.
  ///
  /// - Parameters:
  ///   - other: [batch, channels, height, width], as this.
  ///   - radius: the largest displacement along each axis.
  /// - Returns: [batch, (2 · radius + 1)², height, width], the displacements row by row.
  public func correlatedLocally(with other: Tensor, radius: Int) throws(TensorError) -> Tensor {
    try apply(.correlateLocally, [self, other], [radius])
  }

  private func checkChannels(_ operation: String, _ wanted: Int, beside weight: Tensor, rank: Int?) throws(TensorError)
  {
    let found = shape
    if let rank, found.count != rank {
      throw TensorError(
        operation: operation, shapes: [found, weight.shape],
        reason: "the input has \(found.count) axes, \(rank) are needed")
    }
    guard found.count >= 2, found[1] == wanted else {
      throw TensorError(
        operation: operation, shapes: [found, weight.shape],
        reason: "the input has \(found.count >= 2 ? found[1] : 0) channels, \(wanted) are needed")
    }
  }
}

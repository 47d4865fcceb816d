/// Numbers that training makes small: each a tensor of one element.
extension Tensor {
  /// The mean of |self − target|.
  public func meanAbsoluteError(_ target: Tensor) throws(TensorError) -> Tensor {
    try checkSameShape("mean absolute error", target)
    return try (self - target).absolute().mean()
  }

  /// The mean of (self − target)².
  public func meanSquaredError(_ target: Tensor) throws(TensorError) -> Tensor {
    try checkSameShape("mean squared error", target)
    return try (self - target).power(2).mean()
  }

  /// The mean distance of two angles around the circle, in degrees: eqs. 3 and 4 of Ma, Zhao and Cheng (2021).
  ///
  ///     d = |self − target| mod 360        min(d, 360 − d)
  public func meanCircularError(_ target: Tensor) throws(TensorError) -> Tensor {
    try checkSameShape("mean circular error", target)
    let distance = try (self - target).absolute().remainder(dividingBy: 360)
    return try distance.minimum(360 - distance).mean()
  }

  private func checkSameShape(_ operation: String, _ other: Tensor) throws(TensorError) {
    // libtorch would stretch the one over the other.
    guard shape == other.shape else {
      throw TensorError(operation: operation, shapes: [shape, other.shape], reason: "the shapes differ")
    }
  }
}

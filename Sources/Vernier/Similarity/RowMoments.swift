/// Sums over one row of samples that all linear models share.
///
/// The derivative of the residual along any linear model is Σ gₐ(p) · p_b · coefficient, so that the normal
/// equations of translation, rigid, similarity and affine need no more than the moments of gradient products with the
/// powers of x; y and z are constant along a row and enter once a row.
enum RowMoments {
  /// Σ a·b·xᵏ for k = 0, 1, 2, over `count` samples (a multiple of 8).
  @inline(__always)
  static func second(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int
  ) -> (Double, Double, Double) {
    var zero = SIMD8<Float>.zero
    var one = SIMD8<Float>.zero
    var two = SIMD8<Float>.zero
    for index in stride(from: 0, to: count, by: 8) {
      let position = load(x + index)
      let product = load(a + index) * load(b + index)
      let moment = product * position
      zero += product
      one += moment
      two += moment * position
    }
    return (Double(zero.sum()), Double(one.sum()), Double(two.sum()))
  }

  /// Σ a·b·xᵏ for k = 0, 1.
  @inline(__always)
  static func first(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int
  ) -> (Double, Double) {
    var zero = SIMD8<Float>.zero
    var one = SIMD8<Float>.zero
    for index in stride(from: 0, to: count, by: 8) {
      let product = load(a + index) * load(b + index)
      zero += product
      one += product * load(x + index)
    }
    return (Double(zero.sum()), Double(one.sum()))
  }

  /// Σ a·xᵏ for k = 0, 1.
  @inline(__always)
  static func plain(_ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int) -> (Double, Double) {
    var zero = SIMD8<Float>.zero
    var one = SIMD8<Float>.zero
    for index in stride(from: 0, to: count, by: 8) {
      let value = load(a + index)
      zero += value
      one += value * load(x + index)
    }
    return (Double(zero.sum()), Double(one.sum()))
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
  }

  /// The first `count` samples, at most eight, and zeros after them.
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>, atMost count: Int) -> SIMD8<Float> {
    guard count < 8 else { return load(pointer) }
    var samples = SIMD8<Float>.zero
    for index in 0..<count { samples[index] = pointer[index] }
    return samples
  }

  @inline(__always)
  static func store(_ samples: SIMD8<Float>, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: samples, as: SIMD8<Float>.self)
  }
}

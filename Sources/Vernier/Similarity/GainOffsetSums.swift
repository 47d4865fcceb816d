/// First and second moments of two images over their overlap, and the gain and offset that fit one to the other.
struct GainOffsetSums: Sendable {
  var count = 0.0
  var fixed = 0.0
  var moving = 0.0
  var fixedSquared = 0.0
  var movingSquared = 0.0
  var product = 0.0

  static func += (left: inout Self, right: Self) {
    left.count += right.count
    left.fixed += right.fixed
    left.moving += right.moving
    left.fixedSquared += right.fixedSquared
    left.movingSquared += right.movingSquared
    left.product += right.product
  }

  var fixedVariance: Double { count > 0 ? max(fixedSquared / count - (fixed / count) * (fixed / count), 0) : 0 }
  var movingVariance: Double { count > 0 ? max(movingSquared / count - (moving / count) * (moving / count), 0) : 0 }
  var covariance: Double { count > 0 ? product / count - fixed / count * (moving / count) : 0 }

  /// The normalized cross-correlation, −1…1; 0 where an image is constant over the overlap.
  var correlation: Double {
    let scale = (fixedVariance * movingVariance).squareRoot()
    return scale > 1e-20 ? min(max(covariance / scale, -1), 1) : 0
  }

  /// moving ≈ gain · fixed + offset, by least squares.
  var gain: Double { fixedVariance > 1e-20 ? covariance / fixedVariance : 0 }
  var offset: Double { count > 0 ? moving / count - gain * fixed / count : 0 }

  var meanSquaredDifference: Double {
    count > 0 ? max(fixedSquared - 2 * product + movingSquared, 0) / count : .infinity
  }
}

extension GainOffsetSums {
  /// The sums of one row, over the samples that both images hold.
  @inline(__always)
  init(
    row fixed: UnsafePointer<Float>, _ moved: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
    _ valid: UnsafePointer<Float>, _ width: Int
  ) {
    var n = SIMD8<Float>.zero
    var f = n
    var m = n
    var ff = n
    var mm = n
    var fm = n
    let whole = width / 8 * 8
    for x in stride(from: 0, to: whole, by: 8) {
      let w = RowMoments.load(weights + x) * RowMoments.load(valid + x)
      let a = RowMoments.load(fixed + x)
      let b = RowMoments.load(moved + x)
      let wa = w * a
      let wb = w * b
      n += w
      f += wa
      m += wb
      ff += wa * a
      mm += wb * b
      fm += wa * b
    }
    self.init(
      count: Double(n.sum()), fixed: Double(f.sum()), moving: Double(m.sum()), fixedSquared: Double(ff.sum()),
      movingSquared: Double(mm.sum()), product: Double(fm.sum()))
    for x in whole..<width {
      let w = Double(weights[x] * valid[x])
      let (a, b) = (Double(fixed[x]), Double(moved[x]))
      self += GainOffsetSums(
        count: w, fixed: w * a, moving: w * b, fixedSquared: w * a * a, movingSquared: w * b * b, product: w * a * b)
    }
  }
}

extension GainOffsetSums {
  /// Of one sample.
  init(fixed: Double, moving: Double) {
    self.init(
      count: 1, fixed: fixed, moving: moving, fixedSquared: fixed * fixed, movingSquared: moving * moving,
      product: fixed * moving)
  }
}

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

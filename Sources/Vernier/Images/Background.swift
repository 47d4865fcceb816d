/// What stands where an image that is resampled has no sample.
public enum Background: Sendable, Equatable {
  /// One value.
  case value(Float)
  /// The value at the nearest place within the image's outermost samples, so that its border goes on; `otherwise` where
  /// there is none: where the image is masked, and where a transform gives no point.
  case nearest(otherwise: Float)

  /// The one value, or that where there is no nearest place.
  var value: Float {
    switch self {
    case .value(let value), .nearest(otherwise: let value): value
    }
  }
}

extension Background: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Float) { self = .value(value) }
  public init(integerLiteral value: Int) { self = .value(Float(value)) }
}

/// A transform of either rank: what a file holds before anybody has asked for how many dimensions.
public enum AnyTransform: Sendable, Equatable {
  case plane(Transform<2>)
  case space(Transform<3>)

  public init<let rank: Int>(_ transform: Transform<rank>) {
    self = Ranks.open(rank, transform) { (map: Transform<2>) in
      AnyTransform.plane(map)
    } space: { (map: Transform<3>) in
      AnyTransform.space(map)
    }
  }

  /// 2 or 3.
  public var rank: Int {
    switch self {
    case .plane: 2
    case .space: 3
    }
  }

  /// The transform in the rank that the caller needs; nil where it has another.
  public func transform<let rank: Int>(as type: Transform<rank>.Type = Transform<rank>.self) -> Transform<rank>? {
    switch self {
    case .plane(let map): Ranks.cast(map, from: 2, to: rank)
    case .space(let map): Ranks.cast(map, from: 3, to: rank)
    }
  }
}

/// An image of either rank: what a file holds before anybody has asked for how many dimensions.
public enum AnyImage: Sendable {
  case plane(Image<2>)
  case volume(Image<3>)

  public init<let rank: Int>(_ image: Image<rank>) {
    self = Ranks.open(rank, image) { (image: Image<2>) in
      AnyImage.plane(image)
    } space: { (image: Image<3>) in
      AnyImage.volume(image)
    }
  }

  /// 2 or 3.
  public var rank: Int {
    switch self {
    case .plane: 2
    case .volume: 3
    }
  }

  /// The number of samples along each axis, x first.
  public var size: [Int] {
    switch self {
    case .plane(let image): Array(image.size)
    case .volume(let image): Array(image.size)
    }
  }

  public var samples: [Float] {
    switch self {
    case .plane(let image): image.samples
    case .volume(let image): image.samples
    }
  }

  /// The image in the rank that the caller needs; nil where it has another.
  public func image<let rank: Int>(as type: Image<rank>.Type = Image<rank>.self) -> Image<rank>? {
    switch self {
    case .plane(let image): Ranks.cast(image, from: 2, to: rank)
    case .volume(let image): Ranks.cast(image, from: 3, to: rank)
    }
  }
}

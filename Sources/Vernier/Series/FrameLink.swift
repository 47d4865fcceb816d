/// How one frame of a series lies on another, as an alignment of the two found it.
public struct FrameLink<let rank: Int>: Sendable {
  /// The number of the frame that was the fixed image.
  public var first: Int
  /// The number of the frame that was the moving image.
  public var second: Int
  /// A point of the first frame to the point of the second, physical coordinates.
  public var transform: Affine<rank>
  /// How far off the transform is at the corners: a standard deviation in physical units, above 0.
  public var deviation: Double

  public init(first: Int, second: Int, transform: Affine<rank>, deviation: Double) {
    precondition(deviation > 0, "a link that is exactly right would outweigh all others")
    (self.first, self.second, self.transform, self.deviation) = (first, second, transform, deviation)
  }
}

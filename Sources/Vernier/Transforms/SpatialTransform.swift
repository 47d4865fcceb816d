/// A map from points of the fixed image to points of the moving image, in physical coordinates.
///
/// `moved(p) = moving(T(p))`: to fill the fixed image's grid with the moving image's content,
/// each fixed point is sent through the transform and the moving image is sampled there.
public protocol SpatialTransform<Point>: Sendable {
  associatedtype Point
  func callAsFunction(_ point: Point) -> Point
}

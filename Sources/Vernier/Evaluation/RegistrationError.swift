/// The target registration error: how far a transform sends points from where they belong, in physical units.
///
///     e(p) = |T(p) − q|,   q the point of the moving image that belongs to p, or R(p) of a reference transform R
public struct RegistrationError: Sendable, Equatable {
  public let mean: Double
  public let median: Double
  /// See ``Statistics/percentile(_:ofSorted:)``.
  public let percentile95: Double
  public let largest: Double
  public let count: Int

  /// At given points.
  ///
  /// - Parameters:
  ///   - transform: what is judged.
  ///   - points: of the fixed image.
  ///   - targets: the points of the moving image that belong to them.
  /// - Precondition: there are as many targets as points, and at least one.
  public init<let rank: Int>(
    of transform: some SpatialTransform<Vector<rank>>, at points: [Vector<rank>], targets: [Vector<rank>]
  ) {
    precondition(points.count == targets.count && !points.isEmpty)
    let errors = Statistics(zip(points, targets).map { (transform($0) - $1).length })
    mean = errors.mean
    median = errors.median
    percentile95 = errors.percentile95
    largest = errors.largest
    count = errors.count
  }

  /// At landmarks.
  public init<let rank: Int>(of transform: some SpatialTransform<Vector<rank>>, at pairs: PointPairs<rank>) {
    self.init(of: transform, at: pairs.points, targets: pairs.targets)
  }

  /// Against a reference transform, at about 4000 samples of the fixed image, evenly spread over those that count.
  ///
  /// - Returns: nil where the mask leaves no sample.
  public init?<let rank: Int>(
    of transform: some SpatialTransform<Vector<rank>>, reference: some SpatialTransform<Vector<rank>>,
    over image: Image<rank>
  ) {
    let total = image.mask.map { $0.count { $0 != 0 } } ?? image.grid.count
    let step = max(1, total / 4000)
    var points: [Vector<rank>] = []
    var seen = 0
    for index in 0..<image.grid.count where image.mask == nil || image.mask![index] != 0 {
      defer { seen += 1 }
      guard seen % step == 0 else { continue }
      var rest = index
      points.append(
        image.grid.point(
          atIndex: Vector { axis in
            let (next, place) = rest.quotientAndRemainder(dividingBy: image.size[axis])
            rest = next
            return Double(place)
          }))
    }
    guard !points.isEmpty else { return nil }
    self.init(of: transform, at: points, targets: points.map { reference($0) })
  }
}

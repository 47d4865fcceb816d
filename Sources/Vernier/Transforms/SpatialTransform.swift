/// A map from points of the fixed image to points of the moving image, in physical coordinates.
///
/// `moved(p) = moving(T(p))`: to fill the fixed image's grid with the moving image's content,
/// each fixed point is sent through the transform and the moving image is sampled there.
///
/// A transform of one's own needs ``callAsFunction(_:)`` alone. The rest has defaults: derivatives by differences, the
/// inverse by iteration, a row of points one by one. ``Transform`` carries any of them.
public protocol SpatialTransform<Point>: Sendable {
  /// `Vector<2>` or `Vector<3>`.
  associatedtype Point: SpatialPoint
  /// What undoes the map.
  associatedtype Inverse: SpatialTransform<Point>

  /// Where the map sends a point; not a number where it gives none.
  func callAsFunction(_ point: Point) -> Point

  /// The derivatives at a point: row a, column b holds ∂Tₐ/∂p_b.
  ///
  /// The default takes central differences over a thousandth of a unit.
  func jacobian(at point: Point) -> Point.Jacobian

  /// The linear map that is closest in kind: itself for a linear one, what follows a deformation, the first-order
  /// expansion about its centre for a homography.
  ///
  /// The default is the first-order expansion about the origin.
  var linearPart: Point.Linear { get }

  /// The map that undoes this one, in closed form or by iteration; nil where there is none.
  ///
  /// The default is an ``IterativeInverse``.
  func inverted() -> Inverse?

  /// Sends points through the map, in place.
  ///
  /// The default sends them one by one.
  func map(_ points: inout MutableSpan<Point>)

  /// Sends the evenly spaced points of a row, `start`, `start + step`, …, through the map: what resampling asks for.
  ///
  /// The default sends them one by one.
  ///
  /// - Parameters:
  ///   - start: the first point.
  ///   - step: from a point to the next.
  ///   - points: receives as many as it has places.
  func map(rowFrom start: Point, step: Point, into points: inout MutableSpan<Point>)

  /// Finds the points that the map sends to the evenly spaced points of a row.
  ///
  /// The default iterates from one to the next; see ``IterativeInverse``.
  ///
  /// - Parameters:
  ///   - start: the first point of the row.
  ///   - step: from a point of the row to the next.
  ///   - guess: the inverse of ``linearPart``.
  ///   - points: receives as many as it has places; not a number where none is found.
  func solve(rowFrom start: Point, step: Point, guess: Point.Linear, into points: inout MutableSpan<Point>)
}

/// What a transform needs of a point: `Vector` has it.
public protocol SpatialPoint: Sendable {
  /// The derivatives of a map: `Matrix`.
  associatedtype Jacobian: Sendable
  /// A linear map: ``Affine``.
  associatedtype Linear: SpatialTransform<Self>

  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Double) -> Self
  static var zero: Self { get }
  /// The point with this value in each coordinate.
  init(repeating value: Double)
  /// The Euclidean length of the displacement.
  var length: Double { get }
  var isFinite: Bool { get }

  /// The derivatives of a map at a point, by central differences.
  static func differences(of map: (Self) -> Self, at point: Self, step: Double) -> Jacobian
  /// The derivatives of the inverse map; nil where these are singular.
  static func inverse(of jacobian: Jacobian) -> Jacobian?
  /// The derivatives of an inverse map, corrected by what a step changed: of those that send `change` to `step`, the
  /// ones nearest to `inverse` (Broyden 1965).
  static func corrected(_ inverse: Jacobian, step: Self, change: Self) -> Jacobian
  /// Where derivatives send this displacement.
  func moved(by jacobian: Jacobian) -> Self
  /// The linear map that sends `point` to `image` with these derivatives.
  static func linear(sending point: Self, to image: Self, derivatives: Jacobian) -> Linear
}

extension Vector: SpatialPoint {
  public typealias Jacobian = Matrix<rank>
  public typealias Linear = Affine<rank>

  @inlinable
  public static func differences(of map: (Self) -> Self, at point: Self, step: Double) -> Matrix<rank> {
    var jacobian = Matrix<rank>.zero
    for column in 0..<rank {
      var (before, after) = (point, point)
      before[column] -= step
      after[column] += step
      let slope = (map(after) - map(before)) / (2 * step)
      for row in 0..<rank { jacobian[row, column] = slope[row] }
    }
    return jacobian
  }

  @inlinable
  public static func inverse(of jacobian: Matrix<rank>) -> Matrix<rank>? { jacobian.inverted() }

  @inlinable
  public static func corrected(_ inverse: Matrix<rank>, step: Self, change: Self) -> Matrix<rank> {
    let reached = inverse * change
    let scale = step.dot(reached)
    guard abs(scale) > 0.1 * step.dot(step) else { return inverse }
    let missing = (step - reached) / scale
    var corrected = inverse
    for column in 0..<rank {
      var along = 0.0
      for row in 0..<rank { along += step[row] * inverse[row, column] }
      for row in 0..<rank { corrected[row, column] += missing[row] * along }
    }
    return corrected
  }

  @inlinable
  public func moved(by jacobian: Matrix<rank>) -> Self { jacobian * self }

  @inlinable
  public static func linear(sending point: Self, to image: Self, derivatives: Matrix<rank>) -> Affine<rank> {
    Affine(linear: derivatives, translation: image - point, center: point)
  }
}

extension SpatialTransform {
  @inlinable
  public func jacobian(at point: Point) -> Point.Jacobian {
    Point.differences(of: { self($0) }, at: point, step: 1e-3)
  }

  @inlinable
  public var linearPart: Point.Linear {
    Point.linear(sending: .zero, to: self(.zero), derivatives: jacobian(at: .zero))
  }

  @inlinable
  public func map(_ points: inout MutableSpan<Point>) {
    for index in points.indices { points[index] = self(points[index]) }
  }

  @inlinable
  public func map(rowFrom start: Point, step: Point, into points: inout MutableSpan<Point>) {
    for index in points.indices { points[index] = self(start + step * Double(index)) }
  }

  @inlinable
  public func solve(rowFrom start: Point, step: Point, guess: Point.Linear, into points: inout MutableSpan<Point>) {
    solveRow(from: start, step: step, guess: guess, into: &points)
  }
}

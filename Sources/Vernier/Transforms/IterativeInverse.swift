/// The map that undoes another, found point by point: moving point to fixed point.
///
/// It finds p with T(p) = q by Newton's iteration p ← p − J(p)⁻¹ (T(p) − q), which starts at the inverse of the linear
/// part and halves a step that leads no closer. Where the map does not fold there is one such p.
@frozen
public struct IterativeInverse<Map: SpatialTransform>: SpatialTransform
where Map.Point.Linear.Inverse == Map.Point.Linear {
  public typealias Point = Map.Point

  /// The map that is undone.
  public let map: Map
  @usableFromInline let guess: Point.Linear

  /// - Returns: nil where the linear part is singular.
  @inlinable
  public init?(_ map: Map) {
    guard let guess = map.linearPart.inverted() else { return nil }
    self.map = map
    self.guess = guess
  }

  /// The point that the map sends to `point`, to 10⁻⁹ units, or as near as numbers of its size come.
  ///
  /// Not a number where none was found, as beyond a fold or where the edge of a deformation tears.
  @inlinable
  public func callAsFunction(_ point: Point) -> Point {
    map.solved(for: point, from: guess(point), tolerance: 1e-9 + 4e-15 * point.length) ?? Point(repeating: .nan)
  }

  @inlinable
  public var linearPart: Point.Linear { guess }

  @inlinable
  public func inverted() -> Map? { map }

  @inlinable
  public func map(rowFrom start: Point, step: Point, into points: inout MutableSpan<Point>) {
    map.solve(rowFrom: start, step: step, guess: guess, into: &points)
  }

  @inlinable
  public func solve(rowFrom start: Point, step: Point, guess: Point.Linear, into points: inout MutableSpan<Point>) {
    map.map(rowFrom: start, step: step, into: &points)
  }
}

extension SpatialTransform where Point.Linear.Inverse == Point.Linear {
  @inlinable
  public func inverted() -> IterativeInverse<Self>? { IterativeInverse(self) }
}

extension SpatialTransform {
  /// Newton's iteration for one point; nil where it does not come within `tolerance`.
  @inlinable
  func solved(for target: Point, from start: Point, tolerance: Double) -> Point? {
    var place = start
    var away = self(place) - target
    var distance = away.length
    for _ in 0..<40 {
      if distance <= tolerance { return place }
      guard let back = Point.inverse(of: jacobian(at: place)) else { break }
      let step = away.moved(by: back)
      var share = 1.0
      var improved = false
      while share > 1e-3 {
        let next = place - step * share
        let nextAway = self(next) - target
        if nextAway.length < distance {
          (place, away, distance) = (next, nextAway, nextAway.length)
          improved = true
          break
        }
        share /= 2
      }
      if !improved { break }
    }
    return distance <= tolerance ? place : nil
  }

  /// The points that the map sends to those of a row.
  ///
  /// Each starts where the five before it lead to, and takes steps by the derivatives of the one before, which each step
  /// corrects by what it changed. A point that is near enough takes one step more, which needs no further look at the map
  /// and leads to about 10⁻⁶ steps of the row: within 10⁻⁵ of them, or within 2 · 10⁻⁵ where the derivatives were
  /// corrected by a step of its own.
  @inlinable
  func solveRow(from start: Point, step: Point, guess: Point.Linear, into points: inout MutableSpan<Point>) {
    let tolerance = 1e-5 * step.length + 4e-15 * start.length
    var back: Point.Jacobian?
    // How far the last five points were from where the linear part has them, the last first.
    var (last, second, third, fourth, fifth) = (Point.zero, Point.zero, Point.zero, Point.zero, Point.zero)
    var known = 0
    for index in points.indices {
      let target = start + step * Double(index)
      let rough = guess(target)
      var place = rough
      switch known {
      case 0: break
      case 1: place = place + last
      case 2: place = place + last + last - second
      case 3: place = place + (last - second) * 3 + third
      case 4: place = place + (last + third) * 4 - second * 6 - fourth
      default: place = place + (last - fourth) * 5 + (third - second) * 10 + fifth
      }
      var found: Point?
      var (before, awayBefore) = (Point.zero, Point.zero)
      for attempt in 0..<6 {
        let away = self(place) - target
        if attempt > 0, let known = back {
          back = Point.corrected(known, step: place - before, change: away - awayBefore)
        }
        if away.length <= (attempt == 0 ? tolerance : 2 * tolerance) {
          found = back.map { place - away.moved(by: $0) } ?? place
          break
        }
        if back == nil || attempt == 4 { back = Point.inverse(of: jacobian(at: place)) }
        guard let back else { break }
        (before, awayBefore) = (place, away)
        place = place - away.moved(by: back)
      }
      if found == nil {
        found = solved(for: target, from: rough, tolerance: tolerance)
        back = nil
      }
      guard let found else {
        points[index] = Point(repeating: .nan)
        known = 0
        continue
      }
      points[index] = found
      (fifth, fourth, third, second, last) = (fourth, third, second, last, found - rough)
      known += 1
    }
  }
}

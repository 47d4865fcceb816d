/// The ranks that images have: the one place where code for any rank becomes code for the plane or for space.
///
/// Code that is generic over the rank is only quick where the compiler makes a version of it for each rank. It does so
/// where it sees a call with a known one. Every public function with a long loop behind it opens its rank here, once,
/// and all that it calls is then compiled for that rank.
package enum Ranks {
  /// Hands a value to `plane` where the rank is 2 and to `space` where it is 3, as the type that it then has.
  ///
  /// - Parameters:
  ///   - rank: of the value.
  ///   - value: what is made of the rank: `(self, grid)` of types `(Image<rank>, Grid<rank>)` is a `(Image<2>,
  ///     Grid<2>)` where `rank` is 2.
  /// - Precondition: the rank is 2 or 3, as that of every `Grid`.
  @inline(__always)
  package static func open<Value, Plane, Space, Result, PlaneResult, SpaceResult, Failure: Error>(
    _ rank: Int, _ value: Value, as result: Result.Type = Result.self,
    plane: (Plane) throws(Failure) -> PlaneResult, space: (Space) throws(Failure) -> SpaceResult
  ) throws(Failure) -> Result {
    if rank == 2 { return unsafeBitCast(try plane(unsafeBitCast(value, to: Plane.self)), to: Result.self) }
    precondition(rank == 3, "images have rank 2 or 3")
    return unsafeBitCast(try space(unsafeBitCast(value, to: Space.self)), to: Result.self)
  }

  /// Hands a value to `plane` where the rank is 2.
  ///
  /// - Returns: nil for other ranks, and where `plane` returns it.
  @inline(__always)
  static func inPlane<Value, Plane, Result, PlaneResult, Failure: Error>(
    _ rank: Int, _ value: Value, as result: Result.Type = Result.self, _ plane: (Plane) throws(Failure) -> PlaneResult?
  ) throws(Failure) -> Result? {
    guard rank == 2, let found = try plane(unsafeBitCast(value, to: Plane.self)) else { return nil }
    return unsafeBitCast(found, to: Result.self)
  }

  /// A value of one rank as one of another, which is the same; nil where they differ.
  static func cast<Value, Result>(_ value: Value, from rank: Int, to other: Int) -> Result? {
    rank == other ? unsafeBitCast(value, to: Result.self) : nil
  }
}

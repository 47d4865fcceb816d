import Testing

@testable import Vernier

/// Maps one after another.
@Suite struct CompositionTests {
  private static func grid() throws -> Grid<3> {
    try Grid(size: [14, 13, 12], spacing: [1, 1.2, 1.5], origin: [-3, 2, 5])
  }

  private func maps() throws -> (affine: Affine<3>, spline: BSplineTransform<3>, wave: Wave<3>) {
    let grid = try Self.grid()
    let wide = try Grid<3>(size: [40, 40, 40], origin: grid.center - Vector(repeating: 19.5))
    return (
      motion(.affine, on: grid, strength: 0.5),
      drawnDeformation(over: wide, spacing: 8, reach: 1.2, affine: motion(.rigid, on: grid, strength: 0.5), seed: 941),
      Wave<3>()
    )
  }

  private func points() throws -> [Vector<3>] {
    let grid = try Self.grid()
    var random = SplitMix64(seed: 942)
    return (0..<40).map { _ in grid.point(atIndex: Vector { random.uniform(0...Double(grid.size[$0] - 1)) }) }
  }

  @Test func theyActInTheirOrder() throws {
    let (affine, spline, wave) = try maps()
    let whole = Composition([Transform(spline), Transform(affine), Transform(wave)])
    for point in try points() { #expect(whole(point) == wave(affine(spline(point)))) }
    #expect(Composition<3>([])([1, 2, 3]) == [1, 2, 3])
  }

  @Test func compositionsOfCompositionsAreOne() throws {
    let (affine, spline, wave) = try maps()
    let inner = Composition([Transform(affine), Transform(wave)])
    let whole = Composition([Transform(spline), Transform(inner), Transform(affine)])
    #expect(whole.maps.count == 4)
    #expect(whole.maps[0] == Transform(spline) && whole.maps[1] == Transform(affine))
    #expect(whole.maps[2].base is Wave<3> && whole.maps[3] == Transform(affine))
    for point in try points() { #expect(whole(point) == affine(wave(affine(spline(point))))) }
  }

  @Test func theJacobianIsTheDerivative() throws {
    let (affine, spline, wave) = try maps()
    let whole = Composition([Transform(affine), Transform(wave), Transform(spline)])
    for point in try points() {
      let numeric = Vector<3>.differences(of: { whole($0) }, at: point, step: 1e-4)
      // Of a map of these tests the derivatives are differences themselves, over a thousandth.
      #expect(difference(whole.jacobian(at: point), numeric) < 1e-6)
    }
  }

  @Test func theLinearPartIsThatOfAllOneAfterAnother() throws {
    let (affine, spline, _) = try maps()
    let whole = Composition([Transform(spline), Transform(affine), Transform(spline)])
    let expected = spline.affine.composed(after: affine).composed(after: spline.affine)
    #expect(difference(whole.linearPart, expected) < 1e-10)
  }

  @Test func theInverseUndoesTheLastFirst() throws {
    let (affine, spline, wave) = try maps()
    let whole = Composition([Transform(affine), Transform(wave), Transform(spline)])
    let inverse = try #require(whole.inverted())
    #expect(inverse.maps.count == 3 && inverse.maps[2].affine != nil)
    for point in try points() {
      #expect(difference(inverse(whole(point)), point) < 1e-7)
      #expect(difference(whole(inverse(point)), point) < 1e-7)
    }
    let flat = Affine<3>(linear: .diagonal([1, 1, 0]))
    #expect(Composition([Transform(affine), Transform(flat)]).inverted() == nil)
  }

  /// A row stays one through the linear maps at the start, whatever comes after.
  @Test func rowsAreThePointsOneByOne() throws {
    let (affine, spline, wave) = try maps()
    let grid = try Self.grid()
    let cases: [[Transform<3>]] = [
      [], [Transform(affine)], [Transform(affine), Transform(affine)],
      [Transform(affine), Transform(affine), Transform(spline), Transform(affine)],
      [Transform(spline), Transform(wave)],
      [Transform(wave), Transform(affine), Transform(spline)],
    ]
    let step = grid.step(along: 0) * 0.7
    for maps in cases {
      let whole = Composition(maps)
      let given = (0..<18).map { grid.origin + step * Double($0) }
      let expected = given.map { whole($0) }
      let row = whole.row(from: grid.origin, step: step, count: 18)
      for (found, point) in zip(row, expected) { #expect(difference(found, point) < 1e-10, "\(maps.count) maps") }
      for (found, point) in zip(whole.mapped(given), expected) { #expect(difference(found, point) < 1e-12) }
    }
  }
}

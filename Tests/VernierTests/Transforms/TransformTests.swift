import Testing

@testable import Vernier

/// What carries any map passes on what the map does, and keeps it as simple as it can.
@Suite struct TransformTests {
  private static func plane() throws -> Grid<2> {
    try Grid(
      size: [14, 11], spacing: [1, 1.3], origin: [-2, 3], direction: Affine<2>.rotation(radians: 0.4, from: 0, to: 1))
  }

  private static func space() throws -> Grid<3> {
    try Grid(size: [10, 9, 8], spacing: [1, 1.2, 1.5], origin: [4, -3, 2], direction: PhysicalSpaceTests.turned)
  }

  private func kind<let rank: Int>(_ name: String, _ kinds: [TransformKind<rank>]) throws -> Transform<rank> {
    guard let found = kinds.first(where: { $0.name == name }) else { throw Singular() }
    return found.map
  }

  // What it is.

  @Test func aTransformOfATransformIsThatTransform() throws {
    let affine: Affine<2> = motion(.affine, on: try Self.plane())
    let twice = Transform(Transform(affine))
    #expect(twice.base is Affine<2> && twice.affine == affine && twice.linear == affine)
    #expect(Transform<3>.identity.affine == .identity)
  }

  @Test func equalityIsOfKindAndNumbers() throws {
    let grid = try Self.plane()
    let (kinds, again) = (try planeKinds(around: grid), try planeKinds(around: grid))
    for (index, kind) in kinds.enumerated() {
      // A map that cannot be compared is equal to nothing, and so is a composition that holds it.
      let isComparable = kind.name != "of these tests" && kind.name != "composition"
      #expect((kind.map == again[index].map) == isComparable, "\(kind.name)")
      for other in kinds[..<index] { #expect(kind.map != other.map, "\(kind.name), \(other.name)") }
    }
    var moved: Affine<2> = motion(.affine, on: grid)
    let plain = Transform(moved)
    moved.translation[0] += 1e-9
    #expect(Transform(moved) != plain)
  }

  @Test func theLinearPartIsThatOfItsMap() throws {
    let grid = try Self.plane()
    for kind in try planeKinds(around: grid) {
      #expect((kind.map.affine != nil) == (kind.name == "affine"))
      #expect(kind.map.linear == kind.map.base.linearPart && kind.map.linearPart == kind.map.linear)
    }
    let spline = try #require(try kind("B-spline", planeKinds(around: grid)).base as? BSplineTransform<2>)
    #expect(Transform(spline).linear == spline.affine)
    // Of a map that says nothing of it the expansion about the origin.
    let wave = Wave<2>()
    let linear = Transform(wave).linear
    #expect(difference(linear(.zero), wave(.zero)) < 1e-12)
    #expect(abs(linear.linear[0, 1] - 0.24) < 1e-6 && linear.linear[0, 0] == 1)
  }

  @Test func anyTransformKeepsItsRank() throws {
    let (plane, space) = (AnyTransform(Transform<2>(Wave<2>())), AnyTransform(Transform<3>.identity))
    #expect(plane.rank == 2 && space.rank == 3)
    #expect(plane.transform(as: Transform<2>.self)?.base is Wave<2>)
    #expect(plane.transform(as: Transform<3>.self) == nil && space.transform(as: Transform<3>.self) == .identity)
  }

  // One after another.

  /// The kind of `last` after `first`.
  @Test(arguments: [
    ("affine", "affine", "affine"), ("affine", "B-spline", "B-spline"), ("B-spline", "affine", "B-spline"),
    ("B-spline", "B-spline", "composition"), ("affine", "homography", "homography"),
    ("homography", "affine", "homography"), ("homography", "homography", "homography"),
    ("homography", "B-spline", "composition"), ("B-spline", "homography", "composition"),
    ("affine", "field", "composition"), ("field", "affine", "composition"), ("field", "field", "composition"),
    ("of these tests", "affine", "composition"), ("affine", "of these tests", "composition"),
    ("composition", "affine", "composition"), ("affine", "composition", "composition"),
  ]) func composedAsSimplyAsTheTwoAllow(last: String, first: String, expected: String) throws {
    let grid = try Self.plane()
    let kinds = try planeKinds(around: grid)
    let (outer, inner) = (try kind(last, kinds), try kind(first, kinds))
    let whole = outer.composed(after: inner)
    let isExpected =
      switch expected {
      case "affine": whole.base is Affine<2>
      case "B-spline": whole.base is BSplineTransform<2>
      case "homography": whole.base is Homography
      default: whole.base is Composition<2>
      }
    #expect(isExpected, "\(type(of: whole.base))")
    for place in places(of: grid.size) {
      let point = grid.point(atIndex: place)
      #expect(difference(whole(point), outer(inner(point))) < 1e-9)
    }
  }

  @Test func aSingularMapBeforeASplineStaysByItself() throws {
    let grid = try Self.plane()
    let spline = try kind("B-spline", planeKinds(around: grid))
    let flat = Affine<2>(linear: .diagonal([1, 0]), center: grid.center)
    let whole = spline.composed(after: flat)
    #expect(whole.base is Composition<2>)
    #expect(whole([3, 9]) == spline(flat([3, 9])))
  }

  @Test func compositionsComposedAreOneList() throws {
    let kinds = try transformKinds(around: try Self.space())
    let (several, field) = (try kind("composition", kinds), try kind("field", kinds))
    let whole = several.composed(after: field).composed(after: several)
    #expect(try #require(whole.base as? Composition<3>).maps.count == 7)
  }

  // Back.

  @Test func everyKindHasAnInverse() throws {
    try checkInverses(planeKinds(around: Self.plane()), on: Self.plane())
    try checkInverses(transformKinds(around: Self.space()), on: Self.space())
  }

  private func checkInverses<let rank: Int>(_ kinds: [TransformKind<rank>], on grid: Grid<rank>) throws {
    for kind in kinds {
      guard let inverse = kind.map.inverted() else { throw Singular() }
      // Displacements have single precision.
      let bound = kind.name == "field" || kind.name == "composition" ? 1e-6 : 1e-8
      #expect(kind.map.largestError(ofInverse: inverse, on: grid) < bound, "\(kind.name)")
      #expect(inverse.largestError(ofInverse: kind.map, on: grid) < 2 * bound, "\(kind.name)")
      // Points that are not found are left out there, so that they are looked for here.
      for place in places(of: grid.size) {
        let point = inverse(grid.point(atIndex: place))
        #expect(point.isFinite, "\(kind.name) at \(place)")
      }
      // The inverse of the inverse is the map itself where it is found by iteration.
      guard let again = inverse.inverted() else { throw Singular() }
      #expect(type(of: again.base) == type(of: kind.map.base), "\(kind.name)")
    }
  }

  @Test func theErrorOfAnInverseIsMeasured() throws {
    let grid = try Grid<2>(size: [21, 11])
    let map = Transform(Affine<2>(linear: .diagonal([2, 1])))
    let half = Affine<2>(linear: .diagonal([0.5, 1]))
    #expect(map.largestError(ofInverse: half, on: grid) == 0)
    // The farthest lattice point is the last sample: 2 · 0.55 · 20 is 22.
    let error = map.largestError(ofInverse: Affine<2>(linear: .diagonal([0.55, 1])), on: grid)
    #expect(abs(error - 2) < 1e-12)
    #expect(map.largestError(ofInverse: Affine<2>(translation: [.nan, 0]), on: grid).isNaN)
    #expect(Transform(Affine<2>(linear: .diagonal([1, 0]))).inverted() == nil)
  }

  @Test func anInverseThatIsNotThereIsNoNumber() throws {
    // Beyond its height the wave folds, and what is asked for lies between its two sides.
    let folded = Transform(Wave<2>(height: 30))
    let grid = try Grid<2>(size: [30, 30])
    let inverse = try #require(folded.inverted())
    for place in places(of: grid.size) {
      let point = inverse(place)
      #expect(!point.isFinite || (folded(point) - place).length < 1e-8)
    }
  }

  // Rows and pictures.

  @Test func rowsAreThePointsOneByOne() throws {
    try checkRows(planeKinds(around: Self.plane()), on: Self.plane())
    try checkRows(transformKinds(around: Self.space()), on: Self.space())
  }

  private func checkRows<let rank: Int>(_ kinds: [TransformKind<rank>], on grid: Grid<rank>) throws {
    for kind in kinds {
      guard let inverse = kind.map.inverted() else { throw Singular() }
      // Along the grid's first axis, which a spline's control grid shares, and aslant.
      for step in [grid.step(along: 0), Vector(repeating: 0.31)] {
        let start = grid.point(atIndex: Vector(repeating: 0.3))
        let count = 12
        let expected = (0..<count).map { start + step * Double($0) }
        for (found, point) in zip(kind.map.row(from: start, step: step, count: count), expected) {
          #expect(difference(found, kind.map(point)) < 2e-6, "\(kind.name)")
        }
        for (found, point) in zip(kind.map.mapped(expected), expected) {
          #expect(difference(found, kind.map(point)) < 1e-12, "\(kind.name)")
        }
        // An inverse is found to a millionth along a row.
        for (found, point) in zip(inverse.row(from: start, step: step, count: count), expected) {
          #expect((kind.map(found) - point).length < 2e-6, "the inverse of \(kind.name)")
        }
      }
    }
  }

  @Test func picturesAreSampledWhereThePointsGo() throws {
    let kinds = try planeKinds(around: Self.plane())
    try checkSampling(kinds, on: Self.plane(), from: Grid<2>(size: [30, 28], spacing: [0.7, 0.8], origin: [-9, -1]))
  }

  @Test func volumesAreSampledWhereThePointsGo() throws {
    let grid = try Self.space()
    let corner = grid.center - Vector([8, 9, 8.5])
    try checkSampling(
      transformKinds(around: grid), on: grid,
      from: Grid<3>(size: [14, 16, 15], spacing: [1, 1.1, 1.2], origin: corner))
  }

  /// Each kind and its inverse, against one point at a time.
  private func checkSampling<let rank: Int>(
    _ kinds: [TransformKind<rank>], on grid: Grid<rank>, from source: Grid<rank>
  ) throws {
    let center = source.center.elements
    let field = SmoothField<rank>(
      low: (center.min() ?? 0) - 15, high: (center.max() ?? 0) + 15, blobs: 300, sizes: 2...5, seed: 951)
    let moving = field.image(on: source)
    for kind in kinds {
      guard let inverse = kind.map.inverted() else { throw Singular() }
      for (name, map) in [(kind.name, kind.map), ("the inverse of " + kind.name, inverse)] {
        let seen = moving.resampled(onto: grid, through: map, outside: -500)
        var (worst, inside, wrong) = (0.0, 0, 0)
        for (index, place) in places(of: grid.size).enumerated() {
          let position = source.index(atPoint: map(grid.point(atIndex: place)))
          let room = (0..<rank).map { min(position[$0] + 0.5, Double(source.size[$0]) - 0.5 - position[$0]) }.min() ?? 0
          // At the very edge rounding decides.
          guard position.isFinite, abs(room) > 1e-4 else { continue }
          inside += room > 0 ? 1 : 0
          wrong += (seen.mask?[index] != 0) == (room > 0) ? 0 : 1
          let expected = room > 0 ? linear(moving, at: position) : -500
          worst = max(worst, abs(Double(seen.samples[index]) - expected))
        }
        #expect(inside > grid.count / 2, "\(name): a case with something to see")
        #expect(wrong == 0, "\(name)")
        #expect(worst < 2e-3, "\(name)")
        let single = moving.resampled(onto: grid, through: map, outside: -500, threads: 1)
        #expect(seen.samples == single.samples && seen.mask == single.mask)
      }
    }
  }

  /// Linear interpolation in double precision, held at the outermost centres.
  private func linear<let rank: Int>(_ image: Image<rank>, at index: Vector<rank>) -> Double {
    (0..<(1 << rank)).reduce(0.0) { sum, corner in
      var (weight, place) = (1.0, Size<rank>(repeating: 0))
      for axis in 0..<rank {
        let held = min(max(index[axis], 0), Double(image.size[axis] - 1))
        let low = min(Int(held), image.size[axis] - 2)
        let isUpper = corner & (1 << axis) != 0
        weight *= isUpper ? held - Double(low) : 1 - held + Double(low)
        place[axis] = low + (isUpper ? 1 : 0)
      }
      return sum + weight * Double(image[place])
    }
  }

  @Test func cornersAreComparedWithAnyMap() throws {
    let grid = try Self.plane()
    let affine: Affine<2> = motion(.affine, on: grid)
    let shifted = Transform(affine.composed(after: Affine(translation: [0, 0])))
    #expect(shifted.cornerDistance(to: affine, on: grid) < 1e-12)
    #expect(abs(Transform<2>.identity.cornerDistance(to: Affine(translation: [3, 4]), on: grid) - 5) < 1e-12)
  }

  @Test func foldingIsSeenInAnyMap() throws {
    let grid = try Self.plane()
    let kinds = try planeKinds(around: grid)
    for kind in kinds { #expect(kind.map.folding(on: grid).share == 0, "\(kind.name)") }
    #expect(abs(Transform<2>.identity.folding(on: grid).leastDeterminant - 1) < 1e-12)
    // The determinant 1 − 81 · cos · cos takes both signs, and is counted in that of the linear part, 1 − 81 · cos 1 =
    // −43.
    let folding = Transform(Wave<2>(height: 30)).folding(on: try Grid(size: [40, 40]))
    #expect(folding.share > 0.2 && folding.share < 0.8 && folding.leastDeterminant < -1.5)
    #expect(folding.mostDeterminant > 1.5)
    let spline = try #require(try kind("B-spline", kinds).base as? BSplineTransform<2>)
    #expect(Transform(spline).folding(on: grid) == spline.folding(on: grid))
  }
}

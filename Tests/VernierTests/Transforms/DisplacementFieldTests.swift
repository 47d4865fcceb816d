import Testing

@testable import Vernier

@Suite struct DisplacementFieldTests {
  private func drawn<let rank: Int>(on grid: Grid<rank>, seed: UInt64) throws -> DisplacementField<rank> {
    var random = SplitMix64(seed: seed)
    return try DisplacementField(
      (0..<rank).map { _ in
        Image(unchecked: grid, samples: (0..<grid.count).map { _ in Float(random.uniform(-3...3)) })
      })
  }

  private static func plane() throws -> Grid<2> {
    try Grid(
      size: [9, 7], spacing: [0.8, 1.4], origin: [-5, 9], direction: Affine<2>.rotation(radians: 0.5, from: 0, to: 1))
  }

  private static func space() throws -> Grid<3> {
    try Grid(size: [6, 5, 4], spacing: [1, 1.5, 2], origin: [4, 5, -6], direction: PhysicalSpaceTests.turned)
  }

  /// The weighted sum over the corners of the cell that holds an index, the index held within the samples.
  private func definition<let rank: Int>(_ field: DisplacementField<rank>, at index: Vector<rank>) -> Vector<rank> {
    let grid = field.grid
    let components = field.components
    return Vector { component in
      (0..<(1 << rank)).reduce(0.0) { sum, corner in
        var (weight, place) = (1.0, Size<rank>(repeating: 0))
        for axis in 0..<rank {
          let held = min(max(index[axis], 0), Double(grid.size[axis] - 1))
          let low = min(Int(held), max(grid.size[axis] - 2, 0))
          let fraction = held - Double(low)
          let isUpper = corner & (1 << axis) != 0
          weight *= isUpper ? fraction : 1 - fraction
          place[axis] = min(low + (isUpper ? 1 : 0), grid.size[axis] - 1)
        }
        return sum + weight * Double(components[component][place])
      }
    }
  }

  private func checkDefinition<let rank: Int>(_ field: DisplacementField<rank>, from low: Double, beyond: Double) {
    var random = SplitMix64(seed: 922)
    let grid = field.grid
    for _ in 0..<200 {
      let index = Vector<rank> { random.uniform(low...Double(grid.size[$0] - 1) + beyond) }
      let point = grid.point(atIndex: index)
      #expect(difference(field(point), point + definition(field, at: index)) < 3e-6)
    }
  }

  @Test func linearBetweenTheSamplesAndHeldHalfASampleBeyond() throws {
    checkDefinition(try drawn(on: Self.plane(), seed: 921), from: -0.499, beyond: 0.499)
    checkDefinition(try drawn(on: Self.space(), seed: 923), from: -0.499, beyond: 0.499)
  }

  @Test func atTheSamplesItIsTheirDisplacement() throws {
    let field = try drawn(on: Self.space(), seed: 924)
    let components = field.components
    for (index, place) in places(of: field.grid.size).enumerated() {
      let point = field.grid.point(atIndex: place)
      let given = Vector<3> { Double(components[$0].samples[index]) }
      #expect(difference(field(point), point + given) < 1e-5)
    }
  }

  @Test func halfASampleBeyondTheOutermostOnesItEnds() throws {
    let field = try drawn(on: Grid<2>(size: [5, 4]), seed: 925)
    let components = field.components
    func sample(_ x: Int, _ y: Int) -> Vector<2> { [Double(components[0][x, y]), Double(components[1][x, y])] }
    for (index, held) in [
      ([-0.02, 1], (0, 1)), ([-0.5, 1], (0, 1)), ([4.02, 2], (4, 2)), ([4.5, 2], (4, 2)), ([3, -0.5], (3, 0)),
      ([2, 3.5], (2, 3)), ([-0.5, 3.5], (0, 3)),
    ] as [(Vector<2>, (Int, Int))] {
      #expect(difference(field(index), index + sample(held.0, held.1)) < 1e-6, "\(index)")
    }
    for beyond in [[-0.51, 1], [4.51, 2], [3, -0.51], [2, 3.51], [-100, 1], [2, 1e12]] as [Vector<2>] {
      #expect(field(beyond) == beyond)
      #expect(field.jacobian(at: beyond) == .identity)
    }
    #expect(!field([.nan, 1]).isFinite)
    #expect(field.linearPart == .identity)
  }

  @Test func aFieldOfOneSliceIsHeldAlongIt() throws {
    let field = try drawn(on: Grid<3>(size: [4, 3, 1]), seed: 926)
    let u = field([1.5, 1, 0]) - [1.5, 1, 0]
    #expect(difference(field([1.5, 1, 0.4]), u + [1.5, 1, 0.4]) < 1e-12)
    #expect(field([1.5, 1, 0.6]) == [1.5, 1, 0.6])
  }

  @Test func theFieldOfASplineIsTheSpline() throws {
    let grid = try Grid<2>(size: [50, 43], spacing: [0.8, 1.3], origin: [-5, 9])
    try check(
      drawnDeformation(over: grid, spacing: 8, reach: 2, affine: motion(.affine, on: grid), seed: 927), on: grid)
    let volume = try Grid<3>(
      size: [20, 18, 16], spacing: [1, 1.5, 2], origin: [4, 5, -6], direction: PhysicalSpaceTests.turned)
    try check(
      drawnDeformation(over: volume, spacing: 10, reach: 2, affine: BSplineTransformTests.turn, seed: 928), on: volume)
  }

  /// To single precision at the samples. Between them linear interpolation is off by an eighth of spacing² · u'' along
  /// each axis, with u'' of up to 4 · reach / control spacing².
  private func check<let rank: Int>(_ spline: BSplineTransform<rank>, on grid: Grid<rank>) throws {
    let field = DisplacementField(of: spline, on: grid)
    #expect(field.grid == grid && field.isFinite)
    for place in places(of: grid.size) {
      let point = grid.point(atIndex: place)
      #expect(difference(field(point), spline(point)) < 2e-5)
    }
    let curvature = (0..<rank).reduce(0.0) { sum, axis in
      let ratio = grid.spacing[axis] / spline.controls.spacing[axis]
      return sum + 2 * 4 * ratio * ratio / 8
    }
    var random = SplitMix64(seed: 929)
    for _ in 0..<200 {
      let point = grid.point(atIndex: Vector { random.uniform(0...Double(grid.size[$0] - 1)) })
      // The affine map turns and stretches what the displacement is off by.
      #expect((field(point) - spline(point)).length < 1.5 * Double(rank).squareRoot() * curvature)
    }
  }

  @Test func pointsWithoutAnImageHaveNoDisplacement() throws {
    let view = try #require(Homography([[1, 0, 0], [0, 1, 0], [-0.125, 0, 1]]))
    let grid = try Grid<2>(size: [14, 3])
    let field = DisplacementField(of: view, on: grid)
    #expect(field.isFinite)
    #expect(field([12, 1]) == [12, 1])
    #expect(difference(field([5, 1]), view([5, 1])) < 1e-6)
  }

  @Test func theJacobianIsTheDerivativeWithinACell() throws {
    // In the plane differences within a cell are exact in any direction, in space along the grid's axes.
    checkJacobian(try drawn(on: Self.plane(), seed: 930))
    checkJacobian(try drawn(on: Grid<3>(size: [6, 5, 4], spacing: [1, 1.5, 2], origin: [4, 5, -6]), seed: 931))
  }

  private func checkJacobian<let rank: Int>(_ field: DisplacementField<rank>) {
    var random = SplitMix64(seed: 932)
    for _ in 0..<30 {
      let index = Vector<rank> { axis in
        Double(Int(random.uniform(0...Double(field.grid.size[axis] - 2) + 0.99))) + random.uniform(0.2...0.8)
      }
      let point = field.grid.point(atIndex: index)
      let numeric = Vector<rank>.differences(of: { field($0) }, at: point, step: 0.05)
      #expect(difference(field.jacobian(at: point), numeric) < 5e-5)
    }
  }

  @Test func rowsAreThePointsOneByOne() throws {
    let field = try drawn(on: Self.space(), seed: 933)
    let grid = field.grid
    for (index, step) in [([-2, 1.3, 2.2], [0.37, 0, 0]), ([0.2, -0.4, 3.4], [0.21, 0.17, -0.13])]
      as [(Vector<3>, Vector<3>)]
    {
      let start = grid.point(atIndex: index)
      let along = grid.point(atIndex: index + step) - start
      for (place, point) in field.row(from: start, step: along, count: 27).enumerated() {
        #expect(difference(point, field(start + along * Double(place))) < 1e-5)
      }
    }
  }

  @Test func theInverseLeadsBack() throws {
    let plane = try Grid<2>(size: [50, 43], spacing: [0.8, 1.3], origin: [-5, 9])
    try checkInverse(DisplacementField(of: drawnDeformation(over: plane, spacing: 8, reach: 1.5, seed: 934), on: plane))
    let space = try Grid<3>(size: [24, 20, 18], spacing: [1, 1.5, 2], origin: [4, 5, -6])
    try checkInverse(
      DisplacementField(of: drawnDeformation(over: space, spacing: 10, reach: 1.5, seed: 935), on: space))
  }

  private func checkInverse<let rank: Int>(_ field: DisplacementField<rank>) throws {
    guard let inverse = field.inverted() else { throw Singular() }
    let grid = field.grid
    var random = SplitMix64(seed: 936)
    // Three samples off the border no displacement leads beyond it.
    for _ in 0..<300 {
      let point = grid.point(atIndex: Vector { random.uniform(3...Double(grid.size[$0] - 4)) })
      #expect(difference(inverse(field(point)), point) < 1e-6)
      #expect(difference(field(inverse(point)), point) < 1e-6)
    }
    let start = grid.point(atIndex: Vector(repeating: 4))
    let row = inverse.row(from: start, step: grid.step(along: 0) * 0.5, count: 20)
    for (index, point) in row.enumerated() {
      #expect(difference(field(point), start + grid.step(along: 0) * (0.5 * Double(index))) < 2e-6)
    }
  }

  @Test func componentsMustAgree() throws {
    let (image, other) = (
      try Image<2>(width: 3, height: 2, samples: [Float](repeating: 0, count: 6)),
      try Image<2>(width: 2, height: 2, samples: [Float](repeating: 0, count: 4))
    )
    #expect(throws: ImageError.sampleCount(expected: 2, found: 1)) { try DisplacementField([image]) }
    #expect(throws: ImageError.sampleCount(expected: 2, found: 3)) { try DisplacementField([image, image, image]) }
    #expect(throws: ImageError.sampleCount(expected: 6, found: 4)) { try DisplacementField([image, other]) }
    let field = try DisplacementField([image, image])
    #expect(field.components.map(\.samples) == [image.samples, image.samples])
    #expect(try field == DisplacementField([image, image]))
    let broken = try DisplacementField([image, image.mapSamples { _ in .nan }])
    #expect(!broken.isFinite && field.isFinite)
  }
}

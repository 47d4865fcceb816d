import Testing

@testable import Vernier

@Suite struct BSplineTransformTests {
  static let turn = Affine<3>(
    .init(
      rotation: [10, -20, 30], scale: [1.1, 0.9, 1.2], shear: [0.1, 0, -0.05], translation: [3, -4, 5],
      center: [6, 7, 8]))

  /// The definition: the sum over every control point.
  private func definition<let rank: Int>(_ transform: BSplineTransform<rank>, _ point: Vector<rank>) -> Vector<rank> {
    func spline(_ x: Double) -> Double {
      let t = abs(x)
      return t < 1 ? 2.0 / 3 - t * t + t * t * t / 2 : t < 2 ? (2 - t) * (2 - t) * (2 - t) / 6 : 0
    }
    let controls = transform.controls
    let place = controls.index(atPoint: point)
    var sum = Vector<rank>.zero
    for node in 0..<controls.count {
      var (rest, weight) = (node, 1.0)
      for axis in 0..<rank {
        weight *= spline(place[axis] - Double(rest % controls.size[axis]))
        rest /= controls.size[axis]
      }
      sum += Vector { transform.coefficients[$0 * controls.count + node] } * weight
    }
    return transform.affine(point + sum)
  }

  @Test func thePlaneAsDefined() throws {
    let grid = try Grid<2>(size: [40, 33], spacing: [0.8, 1.3], origin: [-5, 9])
    let transform = drawnDeformation(
      over: grid, spacing: 7, reach: 2, affine: motion(.affine, on: grid), seed: 3)
    var random = SplitMix64(seed: 4)
    for _ in 0..<50 {
      let point = grid.point(atIndex: Vector { random.uniform(0...Double(grid.size[$0] - 1)) })
      #expect((transform(point) - definition(transform, point)).length < 1e-12)
    }
  }

  @Test func spaceAsDefinedInATurnedFrame() throws {
    let grid = try Grid<3>(
      size: [20, 18, 16], spacing: [1, 1.5, 2], origin: [4, 5, -6], direction: PhysicalSpaceTests.turned)
    let transform = drawnDeformation(over: grid, spacing: 6, reach: 2, affine: Self.turn, seed: 5)
    var random = SplitMix64(seed: 6)
    for _ in 0..<50 {
      let point = grid.point(atIndex: Vector { random.uniform(0...Double(grid.size[$0] - 1)) })
      #expect((transform(point) - definition(transform, point)).length < 1e-12)
    }
  }

  @Test func theJacobianIsTheDerivative() throws {
    let grid = try Grid<3>(
      size: [20, 18, 16], spacing: [1, 1.5, 2], origin: [4, 5, -6], direction: PhysicalSpaceTests.turned)
    let transform = drawnDeformation(over: grid, spacing: 6, reach: 2, affine: Self.turn, seed: 7)
    let point = grid.point(atIndex: [8.3, 7.1, 9.9])
    let jacobian = transform.jacobian(at: point)
    for column in 0..<3 {
      let step = Vector<3> { $0 == column ? 1e-5 : 0 }
      let difference = (transform(point + step) - transform(point - step)) / 2e-5
      for row in 0..<3 { #expect(abs(difference[row] - jacobian[row, column]) < 1e-8) }
    }
    #expect(abs(transform.jacobianDeterminant(at: point) - jacobian.determinant) < 1e-12)
  }

  @Test func beyondTheControlGridTheAffineMapIsLeft() throws {
    let grid = try Grid<2>(size: [40, 33])
    let affine: Affine<2> = motion(.affine, on: grid)
    let transform = drawnDeformation(over: grid, spacing: 8, reach: 2, affine: affine, seed: 8)
    #expect(transform([-30, 10]) == affine([-30, 10]))
    #expect(transform([10, 80]) == affine([10, 80]))
    #expect(transform([.nan, 0])[0].isNaN)
  }

  @Test func theInverseLeadsBack() throws {
    let grid = try Grid<3>(size: [24, 22, 20], spacing: [1, 1, 2])
    let transform = drawnDeformation(over: grid, spacing: 6, reach: 1.4, affine: Self.turn, seed: 9)
    #expect(transform.folding(on: grid).share == 0)
    let inverse = try #require(transform.inverted())
    var random = SplitMix64(seed: 10)
    for _ in 0..<200 {
      let point = grid.point(atIndex: Vector { random.uniform(3...Double(grid.size[$0] - 4)) })
      #expect((inverse(transform(point)) - point).length < 1e-7)
    }
  }

  @Test func composedAfterAnAffineMap() throws {
    let grid = try Grid<3>(size: [24, 22, 20])
    let first = Self.turn
    let transform = drawnDeformation(over: grid, spacing: 6, reach: 1.4, affine: motion(.affine, on: grid), seed: 11)
    let whole = try #require(transform.composed(after: first))
    let back = try requireInverse(of: first)
    let other: Affine<3> = motion(.rigid, on: grid, strength: 3)
    for index in [[1.0, 2, 3], [20, 4, 17], [11.5, 10.25, 9]] {
      let point = back(Vector(index))
      #expect((whole(point) - transform(first(point))).length < 1e-9)
      #expect((other.composed(after: transform)(point) - other(transform(point))).length < 1e-9)
    }
  }

  /// A displacement that is linear, u(p) = a ∘ (p − o), has the same determinant everywhere.
  private func linear(_ factors: [Double], on grid: Grid<3>) -> BSplineTransform<3> {
    let controls = ControlGrids(over: grid, spacing: 5, leastCells: 1).grids[0]
    var coefficients = [Double](repeating: 0, count: 3 * controls.count)
    for node in 0..<controls.count {
      let (plane, x) = node.quotientAndRemainder(dividingBy: controls.size[0])
      let (z, y) = plane.quotientAndRemainder(dividingBy: controls.size[1])
      let point = controls.point(atIndex: [Double(x), Double(y), Double(z)])
      for axis in 0..<3 { coefficients[axis * controls.count + node] = factors[axis] * point[axis] }
    }
    return BSplineTransform(affine: Self.turn, controls: controls, coefficients: coefficients)
  }

  @Test func foldingIsTheSignOfTheDeterminant() throws {
    let grid = try Grid<3>(size: [20, 22, 24], spacing: [1, 1, 1.5], origin: [-9, 4, 2])
    let open = linear([0.2, -0.5, 0.1], on: grid).folding(on: grid)
    #expect(open.share == 0)
    #expect(abs(open.leastDeterminant - 1.2 * 0.5 * 1.1) < 1e-4 && abs(open.mostDeterminant - 1.2 * 0.5 * 1.1) < 1e-4)
    let folded = linear([0.2, -1.5, 0.1], on: grid).folding(on: grid)
    #expect(folded.share == 1 && abs(folded.leastDeterminant + 1.2 * 0.5 * 1.1) < 1e-4)
    // Axes that run elsewhere: the control grid's own stand in.
    let oblique = try Grid<3>(size: [20, 22, 24], direction: PhysicalSpaceTests.turned)
    #expect(linear([0.2, -1.5, 0.1], on: grid).folding(on: oblique).share == 1)
  }

  @Test func foldingSeesWhatTheJacobianDoes() throws {
    let grid = try Grid<2>(size: [60, 50], spacing: [1, 1.5])
    let transform = drawnDeformation(over: grid, spacing: 8, reach: 16, seed: 12)
    var (folded, least) = (0, Double.infinity)
    for y in 0..<50 {
      for x in 0..<60 {
        let determinant = transform.jacobianDeterminant(at: grid.point(atIndex: [Double(x), Double(y)]))
        if determinant <= 0 { folded += 1 }
        least = min(least, determinant)
      }
    }
    let folding = transform.folding(on: grid)
    #expect(folded > 10 && folded < 2900, "a case in which both occur")
    #expect(abs(folding.share - Double(folded) / 3000) < 1e-3)
    #expect(abs(folding.leastDeterminant - least) < 1e-4)
  }

  @Test func aFinerControlGridMakesTheSameSpline() throws {
    let grid = try Grid<3>(size: [31, 40, 25], spacing: [1, 1, 2])
    let grids = ControlGrids(over: grid, spacing: 4, leastCells: 2)
    #expect(grids.grids.count >= 3)
    for level in 1..<grids.grids.count {
      let controls = grids.grids[level]
      var random = SplitMix64(seed: UInt64(level))
      let nodes = (0..<controls.count).map { _ in
        SIMD4(Float(random.uniform(-3...3)), Float(random.uniform(-3...3)), Float(random.uniform(-3...3)), 0)
      }
      let coarse = BSplineTransform<3>(affine: .identity, controls: controls, nodes: nodes)
      let fine = BSplineTransform<3>(
        affine: .identity, controls: grids.grids[level - 1], nodes: grids.refined(nodes, from: level))
      for _ in 0..<50 {
        let point = grid.point(atIndex: Vector { random.uniform(0...Double(grid.size[$0] - 1)) })
        #expect((coarse(point) - fine(point)).length < 1e-5)
      }
    }
  }

  @Test func resamplingFollowsTheMapAndItsInverse() throws {
    let grid = try Grid<3>(size: [26, 24, 22])
    let field = SmoothField<3>.filling(side: 26, seed: 13)
    let transform = drawnDeformation(over: grid, spacing: 7, reach: 1.5, seed: 14)
    let moving = field.image(on: grid)
    let moved = moving.resampled(onto: grid, through: transform, interpolation: .cubic)
    let exact = field.image(on: grid, through: transform)
    func check(_ found: Image<3>, _ expected: Image<3>) throws {
      #expect((found.mask ?? []).count { $0 != 0 } > grid.count / 3)
      let figures = try Measurement(fixed: expected, moved: found).figures
      #expect(try #require(figures.first { $0.name == "ncc" }).value > 0.98)
    }
    try check(moved, exact)
    // What the map brought over, its inverse brings back; inside, where the samples it needs were there.
    let inverse = try #require(transform.inverted())
    let inner = try moved.cropped(corner: [2, 2, 2], size: [22, 20, 18])
    let back = inner.resampled(onto: grid, through: inverse, interpolation: .cubic)
    try check(back, moving)
    #expect(back.samples == inner.resampled(onto: grid, through: inverse, interpolation: .cubic, threads: 1).samples)
  }
}

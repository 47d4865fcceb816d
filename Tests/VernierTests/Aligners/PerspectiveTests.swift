import Testing

@testable import Vernier

@Suite struct PerspectiveTests {
  /// A scene, and how another camera sees it: `truth` leads from the fixed picture to the moving one.
  private static func pair(
    _ truth: Homography, size: Size<2> = [160, 128], seed: UInt64 = 4, noise: Double = 4
  ) throws -> (fixed: Image<2>, moving: Image<2>) {
    let scene = SyntheticScene(side: 320, seed: seed).image
    let grid = try Grid<2>(size: size)
    let place = Homography(Affine<2>(translation: [80, 96], center: grid.center))
    let back = try #require(truth.inverted())
    let behind = try #require(place.composed(after: Homography(back.matrix, center: grid.center) ?? back))
    var random = SplitMix64(seed: seed)
    func seen(_ map: Homography) -> Image<2> {
      scene.resampled(onto: grid, through: Transform(map), interpolation: .cubic, threads: 1)
        .mapSamples { $0 + Float(random.uniform(-noise...noise)) }
    }
    return (seen(place), seen(behind))
  }

  private static func error(_ found: Transform<2>, _ truth: Homography, on grid: Grid<2>) -> Double {
    let corners = grid.corners
    return corners.reduce(0) { $0 + (found($1) - truth($1)).length } / Double(corners.count)
  }

  /// A turn, a scale and a shift about the centre, and perspective of some percent of the side at the corners.
  private static func truth(turn: Double, slant: Vector<2>, grid: Grid<2>) throws -> Homography {
    let affine = Affine<2>(
      linear: Affine<2>.rotation(radians: turn * .pi / 180, from: 0, to: 1) * 1.05, translation: [5, -4],
      center: grid.center)
    let middle = grid.center
    let bend = Matrix<3> { row, column in
      row == 2 && column < 2 ? slant[column] : row == column ? 1 : 0
    }
    let (inward, outward) = (shift(-middle), shift(middle))
    let perspective = try #require(Homography(outward * bend * inward, center: middle))
    return try #require(Homography(affine).composed(after: perspective))
  }

  private static func shift(_ by: Vector<2>) -> Matrix<3> {
    Matrix { row, column in column == 2 && row < 2 ? by[row] : row == column ? 1 : 0 }
  }

  @Test(arguments: [(0.0, 0.001), (25, 0.0012), (-140, 0.0008)])
  func aViewFromAnotherPlaceIsFound(turn: Double, slant: Double) throws {
    let grid = try Grid<2>(size: [160, 128])
    let truth = try Self.truth(turn: turn, slant: [slant, -0.7 * slant], grid: grid)
    let (fixed, moving) = try Self.pair(truth)
    let found = try Registration(model: .homography).align(moving, to: fixed)
    #expect(found.transform.base is Homography && found.model == .homography)
    #expect(Self.error(found.transform, truth, on: grid) < 0.2)
    #expect(found.verdict == .aligned)
    // The bound holds, and an affine map leaves more.
    #expect(Self.error(found.transform, truth, on: grid) < found.errorBound ?? 0)
    let affine = try Registration(model: .affine).align(moving, to: fixed)
    #expect(Self.error(affine.transform, truth, on: grid) > 1.5)
  }

  @Test func rigidPairsStayRigid() throws {
    let grid = try Grid<2>(size: [160, 128])
    let truth = Homography(
      Affine<2>(
        linear: Affine<2>.rotation(radians: 0.4, from: 0, to: 1), translation: [6, 3], center: grid.center))
    let (fixed, moving) = try Self.pair(truth)
    let found = try Registration(model: .homography).align(moving, to: fixed)
    #expect(Self.error(found.transform, truth, on: grid) < 0.2)
  }

  /// Grids of other spacing, origin and direction: the answer is one in physical space.
  @Test func physicalSpace() throws {
    let grid = try Grid<2>(size: [160, 128])
    let truth = try Self.truth(turn: 10, slant: [0.001, 0.0005], grid: grid)
    let (fixed, moving) = try Self.pair(truth)
    let turned = Matrix<2>(rowMajor: [0, -1, 1, 0])
    func placed(_ image: Image<2>, _ origin: Vector<2>) throws -> Image<2> {
      let grid = try Grid<2>(size: image.size, spacing: [0.5, 0.25], origin: origin, direction: turned)
      return try Image(grid: grid, samples: image.samples)
    }
    let (still, other) = (try placed(fixed, [3, -7]), try placed(moving, [40, 11]))
    let found = try Registration(model: .homography).align(other, to: still)
    for corner in grid.corners {
      let image = other.grid.index(atPoint: found.transform(still.grid.point(atIndex: corner)))
      #expect((image - truth(corner)).length < 0.5)
    }
  }

  /// The normal equations are the derivatives of the residual: a step changes the cost as they say.
  @Test func stepsLeadDownhill() throws {
    let grid = try Grid<2>(size: [160, 128])
    let truth = try Self.truth(turn: 0, slant: [0.0006, 0.0004], grid: grid)
    let (fixed, moving) = try Self.pair(truth, noise: 0.1)
    let frame = PerspectiveFrame(grid)
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: 1)
    let level = PerspectiveLevel(pair, frame: frame, threads: 1)
    let near = try #require(frame.stepped(truth, by: [0.004, -0.003, 0.002, 0.003, -0.002, 0.001, 0.003, -0.002]))
    let before = level.evaluate(near)
    let solution = try #require(level.normalEquations(before).solved())
    let after = try #require(frame.stepped(near, by: Array(solution.prefix(8))))
    #expect(level.evaluate(after).cost < 0.2 * before.cost)
    #expect(Self.error(Transform(after), truth, on: grid) < 0.2 * Self.error(Transform(near), truth, on: grid))
  }

  @Test func stepsAreTheExponential() throws {
    let grid = try Grid<2>(size: [160, 128], spacing: [0.5, 2])
    let frame = PerspectiveFrame(grid)
    let start = try #require(
      Homography(Matrix(rowMajor: [1, 0.1, 3, -0.2, 1, 4, 0.001, 0.002, 1]), center: grid.center))
    let step = [0.1, -0.2, 0.05, 0.1, -0.15, 0.2, 0.12, -0.08]
    // Two halves are the whole, and back is where it began.
    let half = try #require(frame.stepped(start, by: step.map { $0 / 2 }))
    let whole = try #require(frame.stepped(start, by: step))
    let twice = try #require(frame.stepped(half, by: step.map { $0 / 2 }))
    let back = try #require(frame.stepped(whole, by: step.map { -$0 }))
    for corner in grid.corners {
      #expect((whole(corner) - twice(corner)).length < 1e-9 * grid.diagonal)
      #expect((back(corner) - start(corner)).length < 1e-9 * grid.diagonal)
    }
    // The velocities are what small steps do.
    for index in 0..<8 {
      let small = (0..<8).map { $0 == index ? 1e-6 : 0 }
      let moved = try #require(frame.stepped(Homography(Affine<2>(center: grid.center)), by: small))
      for corner in grid.corners {
        #expect(((moved(corner) - corner) * 1e6 - frame.velocities(at: corner)[index]).length < 1e-3 * grid.diagonal)
      }
    }
  }

  @Test func unrelatedPicturesAndVolumesAreRefused() throws {
    let (fixed, _) = try Self.pair(Homography(Affine<2>(center: [79.5, 63.5])))
    let (other, _) = try Self.pair(Homography(Affine<2>(center: [79.5, 63.5])), seed: 91)
    #expect(try Registration(model: .homography).align(other, to: fixed).verdict == .failed)
    let volume = try Image(grid: Grid<3>(size: [8, 8, 8]), samples: (0..<512).map { Float($0 % 7) })
    #expect(throws: AlignmentError.self) { try Registration(model: .homography).align(volume, to: volume) }
  }
}

import Testing
import Vernier

@testable import VernierLearning

/// How images come to a network, and its answer back to physical space.
@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct NetworkViewTests {
  /// Thick slices, an oblique direction, and a moving grid of its own.
  private func grids() throws -> (fixed: Grid<3>, moving: Grid<3>) {
    let turn = Affine<3>(
      .init(rotation: [20, -10, 35], scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
    ).linear
    return (
      try Grid<3>(size: [60, 52, 18], spacing: [1, 1.2, 3], origin: [-20, 15, 7], direction: turn),
      try Grid<3>(size: [40, 44, 50], spacing: [1.5, 1.5, 1.1], origin: [100, -40, 3])
    )
  }

  /// A smooth ball off the centre, drawn where physical space has it.
  private func blobs(on grid: Grid<3>, about center: Vector<3>) throws -> Image<3> {
    let samples = (0..<grid.count).map { index -> Float in
      let (x, rest) = (index % grid.size[0], index / grid.size[0])
      let point = grid.point(atIndex: [Double(x), Double(rest % grid.size[1]), Double(rest / grid.size[1])])
      func blob(_ place: Vector<3>, _ width: Double) -> Double {
        let away = point - center - place
        return max(0, 1 - away.dot(away) / (width * width))
      }
      return Float(100 * blob([6, -4, 3], 13) + 60 * blob([-9, 8, -6], 9) + 80 * blob([0, 10, 8], 8))
    }
    return try Image<3>(grid: grid, samples: samples)
  }

  @Test func motionsAndTransformsAreInverse() throws {
    let (fixed, moving) = try grids()
    let view = NetworkView(fixed: fixed, moving: moving, side: 24)
    let truth = Affine<3>(
      .init(
        rotation: [5, 9, -7], scale: [1.1, 0.9, 1], shear: [0.1, 0, 0.05], translation: [110, -60, 20],
        center: [3, 4, 5]))
    let motion = view.motion(truth, fixed: fixed, moving: moving)
    #expect(motion.center == Vector(repeating: 11.5))
    let back = view.transform(motion, fixed: fixed, moving: moving)
    #expect(back.center == fixed.center && back.cornerDistance(to: truth, on: fixed) < 1e-9)
    // Centre on centre is no motion.
    let centred = Affine<3>(translation: moving.center - fixed.center)
    let none = view.motion(centred, fixed: fixed, moving: moving)
    #expect(none.translation.length < 1e-12 && (none.linear - .identity).rowMajor.allSatisfy { abs($0) < 1e-12 })
  }

  /// What the network is shown agrees under the motion that stands for the truth: the same blobs, in both grids,
  /// displaced by a known transform.
  @Test func theNetworkSeesPhysicalSpace() throws {
    let (fixed, moving) = try grids()
    let truth = Affine<3>(
      .init(
        rotation: [8, -5, 10], scale: [1, 1, 1], shear: [0, 0, 0],
        translation: moving.center - fixed.center + [2, -1.5, 1], center: fixed.center))
    let inverse = try #require(truth.inverted())
    let still = try blobs(on: fixed, about: fixed.center)
    let fine = try Grid<3>(
      size: [120, 120, 120], spacing: [0.6, 0.6, 0.6], origin: fixed.center - Vector(repeating: 35.7))
    let other = try blobs(on: fine, about: fixed.center).resampled(onto: moving, through: inverse)
    let plain = try Image<3>(grid: moving, samples: other.samples)
    let view = NetworkView(fixed: fixed, moving: moving, side: 24)
    let here = try #require(view.samples(of: view.reduced(still), center: fixed.center))
    let there = try #require(view.samples(of: view.reduced(plain), center: moving.center))
    #expect(here.count == 24 * 24 * 24 && here.max()! > 0.6 && here.max()! < 1.2)
    let grid = try Grid<3>(size: [24, 24, 24])
    let motion = view.motion(truth, fixed: fixed, moving: moving)
    func gap(_ motion: Affine<3>) throws -> Float {
      let seen = try Image<3>(grid: grid, samples: there).resampled(onto: grid, through: motion, interpolation: .cubic)
        .samples
      return squaredDifference(here, seen)
    }
    let (right, without) = (try gap(motion), try gap(.identity))
    #expect(right < 0.1 * without, "\(right) and \(without)")
  }

  /// A network of constant answer, on anisotropic and oblique grids: the transform is the motion in millimetres.
  @Test func theAnswerIsPhysical() throws {
    let (fixed, moving) = try grids()
    let network = try SpatialTransformerNetwork(smallTransformer(.separate), seed: 1)
    // Half sides: 0.25 is 2 of 16 samples.
    try network.bias.assign(Tensor([0, 0, 0, 0, 0, 0, 0, 0, 0, 0.25, 0, -0.125] as [Float]))
    let aligner = LearnedAligner(network, name: "stn-separate")
    let found = try aligner.candidates(
      aligning: blobs(on: moving, about: moving.center), to: blobs(on: fixed, about: fixed.center), from: [],
      as: AlignmentTask(model: .affine))[0].linear
    // The lattice lies along the physical axes, for the fixed grid's steps differ.
    let view = NetworkView(fixed: fixed, moving: moving, side: 16)
    #expect((found.linear - .identity).rowMajor.allSatisfy { abs($0) < 1e-6 })
    let expected = moving.center + [2 * view.step, 0, -view.step]
    #expect((found(fixed.center) - expected).length < 1e-4 && view.step > 3)
  }

  /// No frame of zeros comes around a picture that loses samples, whatever its side; a network takes zeros for where no
  /// picture is.
  @Test(arguments: [(128, 128), (128, 96), (129, 129), (481, 321), (1023, 700), (4097, 3001)])
  func aPictureIsSeenToItsEdges(width: Int, height: Int) throws {
    let picture = try Image<2>(
      width: width, height: height, samples: [Float](repeating: 100, count: width * height))
    let view = NetworkView(fixed: picture.grid, moving: picture.grid, side: 64)
    let seen = try #require(view.samples(of: view.reduced(picture), center: picture.grid.center))
    let rows = (0..<64).filter { row in seen[(64 * row)..<(64 * row + 64)].allSatisfy { abs($0 - 100) < 0.01 } }
    #expect(seen.allSatisfy { $0 == 0 || abs($0 - 100) < 0.01 })
    #expect(abs(Double(rows.count) - 64 * Double(height) / Double(width)) <= 1, "\(rows)")
  }

  /// A picture of twice the side is seen as its half.
  @Test func aPictureIsSeenAsItsHalf() throws {
    let picture = SyntheticScene(side: 128, seed: 3).image
    let view = NetworkView(fixed: picture.grid, moving: picture.grid, side: 64)
    let seen = try #require(view.samples(of: view.reduced(picture), center: picture.grid.center))
    let half = try GridResampling(to: .size([64])).prepared(picture)
    let flat = [Float](repeating: half.samples.reduce(0, +) / 4096, count: 4096)
    #expect(view.step == 2)
    #expect(squaredDifference(seen, half.samples) < 0.01 * squaredDifference(flat, half.samples))
  }

  @Test func imagesOfTheOtherRankAreRefused() throws {
    let network = try SpatialTransformerNetwork(smallTransformer(.affine), seed: 1)
    let aligner = LearnedAligner(network, name: "stn-affine")
    let picture = SyntheticScene(side: 32, seed: 1).image
    #expect(throws: AlignmentError.unsupported(method: "stn-affine", reason: "the network takes volumes, not pictures"))
    {
      try aligner.candidates(aligning: picture, to: picture, from: [], as: AlignmentTask(model: .affine))
    }
    let methods = Method.learned.filter { $0.ranks == [3] }
    #expect(methods.map(\.name) == ["stn-affine", "stn-separate"] && methods.allSatisfy { $0.transforms == [.affine] })
  }

  /// The refinement goes on from the network's answer, not from its own search.
  @Test func aChainStartsFromTheNetwork() throws {
    let pair = try SyntheticVolumes(
      .cubes(side: 32), motion: MotionRange<3>(degrees: 8, shift: 6), seed: 6
    ).pair(0)
    let network = try SpatialTransformerNetwork(smallTransformer(.affine, side: 32), seed: 1)
    let view = NetworkView(fixed: pair.fixed.grid, moving: pair.moving.grid, side: 32)
    let motion = view.motion(pair.truth, fixed: pair.fixed.grid, moving: pair.moving.grid)
    var near: [Float] = []
    for row in 0..<3 {
      for column in 0..<3 { near.append(Float(motion.linear[row, column]) - (row == column ? 1 : 0)) }
      near.append(Float(motion.translation[row] + 0.4) / 16)
    }
    try network.bias.assign(Tensor(near))
    let learned = Method(name: "near", kind: .learned, transforms: [.affine], ranks: [3], source: "") { _ in
      LearnedAligner(network, name: "near")
    }
    let grid = pair.fixed.grid
    func aligned(_ chain: String) throws -> Alignment<3> {
      let chain = try MethodChain(named: chain, of: Method.classical + [learned])
      return try Registration(model: .affine, stages: chain.stages).align(pair.moving, to: pair.fixed)
    }
    let (alone, refined) = (try aligned("near"), try aligned("near+refine"))
    let before = alone.transform.cornerDistance(to: pair.truth, on: grid)
    let after = refined.transform.cornerDistance(to: pair.truth, on: grid)
    #expect(refined.method == "near+refine" && after < before && before > 1, "\(before) and \(after)")
  }
}

import Glibc
import Testing
import Vernier

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct CorrelationNetworkTests {
  /// Σ over channels and places of a(x) b(x + d), by its definition.
  @Test func correlationsAreTheirSums() throws {
    var random = SplitMix64(seed: 3)
    func noise(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
    let (first, second) = (noise(2 * 3 * 4 * 5), noise(2 * 2 * 3 * 6 * 6))
    let a = try Tensor(first, shape: [2, 3, 4, 5])
    let found = try a.correlated(with: Tensor(second, shape: [4, 3, 6, 6]), first: [-2, -1], count: [5, 4])
    #expect(found.shape == [2, 2, 5, 4])
    var wanted: [Float] = []
    for example in 0..<4 {
      for (dy, dx) in (-2...2).flatMap({ y in (-1...2).map { (y, $0) } }) {
        var sum: Float = 0
        for (channel, y, x) in (0..<60).map({ ($0 / 20, $0 / 5 % 4, $0 % 5) })
        where (0..<6).contains(y + dy) && (0..<6).contains(x + dx) {
          sum +=
            first[((example / 2 * 3 + channel) * 4 + y) * 5 + x]
            * second[((example * 3 + channel) * 6 + y + dy) * 6 + x + dx]
        }
        wanted.append(sum)
      }
    }
    #expect(try near(found.values(), wanted, within: 1e-5))
  }

  @Test func theVolumeHasTheTrueMotionAtItsPlace() throws {
    let search = MotionSearch(.rigid)
    let middle: Vector<2> = [15.5, 15.5]
    #expect(search.copies == 16 && search.shifts == 11)
    let motion = search.motion(copy: 3, shift: [2, -4], about: middle)
    #expect(abs(motion.parameters.rotation[0] - (-180 + 3 * 22.5)) < 1e-9)
    let weights = search.weights(of: (motion.parameters.rotation[0], 1))
    #expect(weights[3] == 1 && weights.reduce(0, +) == 1)
    let shares = search.weights(ofShiftIn: motion, copy: 3, about: middle)
    #expect(abs(shares[1 * 11 + 7] - 1) < 1e-9 && abs(shares.reduce(0, +) - 1) < 1e-9)
    // Half way around, between the last copy and the first.
    let around = search.weights(of: (168.75, 1))
    #expect(abs(around[15] - 0.5) < 1e-9 && abs(around[0] - 0.5) < 1e-9)

    var volume = [Float](repeating: -9, count: 16 * 121)
    volume[3 * 121 + 1 * 11 + 7] = 5
    volume[3 * 121 + 1 * 11 + 8] = 4
    volume[12 * 121 + 5 * 11 + 5] = 3
    let best = search.best(of: volume[...], 2, about: middle)
    let grid = try Grid<2>(size: [32, 32])
    #expect(best[0].cornerDistance(to: motion, on: grid) < 1e-9)
    // The second peak is the first one's flank.
    #expect(best[1].cornerDistance(to: search.motion(copy: 12, about: middle), on: grid) < 1e-9)
  }

  @Test(arguments: [CorrelationNetwork.Configuration.rigid, .crossModal])
  func stepsLeadFromOneMotionToAnother(configuration: CorrelationNetwork.Configuration) throws {
    let network = try CorrelationNetwork(configuration, seed: 1)
    let isRigid = configuration.model == .rigid
    let from = network.motion(degrees: 20, scale: isRigid ? 1 : 0.9, translation: [3, -2])
    let to = network.motion(degrees: 14, scale: isRigid ? 1 : 1.1, translation: [2, 1.5])
    let grid = try Grid<2>(size: [configuration.side, configuration.side])
    let reached = network.stepped(from, by: network.step(from: from, to: to))
    #expect(reached.cornerDistance(to: to, on: grid) < 1e-9)
    #expect(from.cornerDistance(to: to, on: grid) > 2)
  }

  /// A sample of the moved picture lies where the motion says.
  @Test(arguments: [CorrelationNetwork.Configuration.rigid, .crossModal])
  func placesStandForTheirMotionsInAMirror(configuration: CorrelationNetwork.Configuration) throws {
    let search = MotionSearch(configuration)
    let middle = Vector<2>(repeating: Double(configuration.side - 1) / 2)
    let reach = search.shifts / 2
    func motion(_ place: Int) -> Affine<2> {
      let (row, x) = place.quotientAndRemainder(dividingBy: search.shifts)
      let (copy, y) = row.quotientAndRemainder(dividingBy: search.shifts)
      return search.motion(copy: copy, shift: [Double(x - reach), Double(y - reach)], about: middle)
    }
    #expect(search.places(in: .plain) == Array(0..<search.copies * search.shifts * search.shifts))
    for view in MirrorView.all {
      let places = search.places(in: view)
      for place in stride(from: 0, to: places.count, by: 37) {
        let (here, there) = (view(motion(place), about: middle), motion(places[place]))
        for point in [Vector<2>([0, 0]), [30, 5]] { #expect((here(point) - there(point)).length < 1e-9) }
      }
    }
  }

  @Test func whatItSaysOfAMirroredPairIsTheMirrorOfWhatItSays() throws {
    var configuration = CorrelationNetwork.Configuration.crossModal
    configuration.side = 32
    let network = try CorrelationNetwork(configuration, seed: 5)
    let scene = SyntheticScene(side: 32, seed: 6).image.samples
    func picture(_ shift: Int, mirrored: Bool) throws -> Tensor {
      let samples = (0..<1024).map { index in
        let (y, x) = (index / 32, mirrored ? 31 - index % 32 : index % 32)
        return scene[y * 32 + (x + shift) % 32] + 1
      }
      return try Tensor(samples, shape: [1, 1, 32, 32])
    }
    let (plain, mirrored) = try withoutGradients {
      (
        try network.motions(fixed: picture(0, mirrored: false), moving: picture(4, mirrored: false))[0][0],
        try network.motions(fixed: picture(0, mirrored: true), moving: picture(4, mirrored: true))[0][0]
      )
    }
    let back = MirrorView(x: -1, y: 1)(mirrored.motion, about: [15.5, 15.5])
    for point in [Vector<2>([0, 0]), [31, 0], [5, 31]] {
      #expect((back(point) - plain.motion(point)).length < 0.01)
      #expect((mirrored.motion(point) - plain.motion(point)).length > 0.05, "a pair that a mirror changes")
    }
    let deviations = (try #require(plain.cornerDeviation), try #require(mirrored.cornerDeviation))
    #expect(abs(deviations.0 - deviations.1) < 0.01 * deviations.0)
  }

  @Test func picturesAreSeenThroughMotions() throws {
    let network = try CorrelationNetwork(.rigid, seed: 1)
    let scene = SyntheticScene(side: 32, seed: 3).image
    let picture = try Tensor(scene.samples, shape: [1, 1, 32, 32])
    let motion = network.motion(degrees: 30, translation: [2, -1])
    let moved = try network.moved(network.prepared(picture), by: [motion], side: 40).values()
    let plain = try network.prepared(picture).values()
    let size = 40 * 40
    for (x, y) in [(20, 20), (12, 25), (27, 14)] {
      // The lattices share their middles.
      let place = motion([Double(x) - 4, Double(y) - 4])
      let (column, row) = (Int(place[0]), Int(place[1]))
      let (u, v) = (Float(place[0]) - Float(column), Float(place[1]) - Float(row))
      func at(_ dx: Int, _ dy: Int) -> Float { plain[(row + dy) * 32 + column + dx] }
      let wanted = (1 - v) * ((1 - u) * at(0, 0) + u * at(1, 0)) + v * ((1 - u) * at(0, 1) + u * at(1, 1))
      #expect(abs(moved[y * 40 + x] - wanted) < 1e-3)
      #expect(abs(moved[size + y * 40 + x] - 1) < 1e-4)
    }
    #expect(moved[size] == 0, "the corner looks outside")
  }

  /// Weights are precisions: the deviation that a network states shrinks with what it sees.
  @Test func anEvenPictureSaysNothing() throws {
    let network = try CorrelationNetwork(.rigid, seed: 1)
    let even = try Tensor.filled(100, [1, 1, 32, 32])
    let predicted = try withoutGradients { try network.motions(fixed: even, moving: even) }[0]
    #expect((1...CorrelationNetwork.starts).contains(predicted.count) && predicted[0].score == 1)
    #expect(predicted.allSatisfy { $0.motion.isFinite && ($0.cornerDeviation ?? 0) > 0 })
  }
}

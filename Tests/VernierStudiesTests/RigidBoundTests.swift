import Glibc
import Testing
import Vernier

@testable import VernierStudies

@Suite("Spline surface")
struct SplineSurfaceTests {
  private let scene = SyntheticScene(side: 40, seed: 3).image

  @Test("it passes through the samples")
  func interpolates() {
    let surface = SplineSurface(scene)
    for (x, y) in [(0, 0), (39, 39), (7, 20), (38, 1)] {
      #expect(abs(surface([Double(x), Double(y)]).value - Double(scene.samples[y * 40 + x])) < 1e-9)
    }
  }

  @Test("its gradient is that of its values")
  func gradient() {
    let surface = SplineSurface(scene)
    for point in [[3.3, 4.8], [20, 11.5], [37.2, 30]] as [Vector<2>] {
      for axis in 0..<2 {
        let step = Vector<2> { $0 == axis ? 1e-5 : 0 }
        let numeric = (surface(point + step).value - surface(point - step).value) / 2e-5
        #expect(abs(surface(point).gradient[axis] - numeric) < 1e-5)
      }
    }
  }

  @Test("away from the border a wave of 16 samples is followed to a thousandth of its height")
  func wave() throws {
    let rate = 2 * Double.pi / 16
    let image = try Image<2>(
      width: 64, height: 64, samples: (0..<4096).map { Float(100 * sin(rate * Double($0 % 64))) })
    let sample = SplineSurface(image)([30.3, 30.7])
    #expect(abs(sample.value - 100 * sin(rate * 30.3)) < 0.1)
    #expect(abs(sample.gradient[0] - 100 * rate * cos(rate * 30.3)) < 0.1)
    #expect(abs(sample.gradient[1]) < 0.01)
  }
}

@Suite("Cramér–Rao bound")
struct RigidBoundTests {
  private static let side = 64
  private static let grid = (try? Grid<2>(size: [side, side]))!
  /// s = 40 sin(ax) + 30 cos(by), whole periods over the grid.
  private static let (a, b) = (2 * Double.pi * 4 / 64, 2 * Double.pi * 8 / 64)

  private static func scene(_ point: Vector<2>) -> (value: Double, gradient: Vector<2>) {
    (
      40 * sin(a * point[0]) + 30 * cos(b * point[1]),
      [40 * a * cos(a * point[0]), -30 * b * sin(b * point[1])]
    )
  }

  @Test("on a sum of waves the information of the shifts is that of the closed form")
  func closedForm() throws {
    let variance = 9.0
    let bound = RigidBound(
      truth: Affine(center: Self.grid.center), on: Self.grid, variance: variance, scene: Self.scene)
    #expect(bound.points.count == 4096)
    // Over whole periods the mean of a squared cosine is ½, and the waves' derivatives have nothing in common with s.
    let samples = 4096.0
    for information in [bound.information, bound.informationOfKnownGain] {
      #expect(abs(information[0, 0] / (samples * 40 * 40 * Self.a * Self.a / 2 / (2 * variance)) - 1) < 1e-9)
      #expect(abs(information[1, 1] / (samples * 30 * 30 * Self.b * Self.b / 2 / (2 * variance)) - 1) < 1e-9)
      #expect(abs(information[0, 1]) < 1e-6)
    }
    // Σ (g_y·x − g_x·y)²: the arms' mean square along an axis is (n² − 1)/12, Σ x cos(ax) = −n/2 and
    // Σ y sin(by) = −n/2 · cot(b/2).
    let arm = (64.0 * 64 - 1) / 12
    let squares = samples * arm * (900 * Self.b * Self.b + 1600 * Self.a * Self.a) / 2
    let mixed = (30 * Self.b * 32 / tan(Self.b / 2)) * (-40 * Self.a * 32)
    let turning = (squares - 2 * mixed) / (2 * variance)
    #expect(abs(bound.informationOfKnownGain[2, 2] / turning - 1) < 1e-9)
    #expect(bound.information[2, 2] <= bound.informationOfKnownGain[2, 2])
  }

  @Test("a turn of the pair turns the shifts' information with it")
  func turned() throws {
    func bound(_ degrees: Double) -> RigidBound {
      RigidBound(
        truth: Affine(
          .init(rotation: [degrees], scale: [1, 1], shear: [0], translation: .zero, center: Self.grid.center)),
        on: Self.grid, variance: 4, scene: Self.scene)
    }
    let (upright, quarter) = (bound(0).information, bound(90).information)
    #expect(abs(upright[0, 0] / quarter[1, 1] - 1) < 1e-9 && abs(upright[1, 1] / quarter[0, 0] - 1) < 1e-9)
    #expect(bound(45).points.count < 4096)
  }

  @Test("a scene that is proportional to its derivative leaves less when the gain is unknown")
  func gain() {
    let bound = RigidBound(truth: Affine(center: Self.grid.center), on: Self.grid, variance: 1) { point in
      (exp(point[0] / 20), [exp(point[0] / 20) / 20, 0.5 * point[1]])
    }
    #expect(bound.informationOfKnownGain[0, 0] > 1)
    #expect(abs(bound.information[0, 0]) < 1e-9)
  }

  @Test("a linear estimator that knows the scene reaches the bound, and no more")
  func monteCarlo() throws {
    let truth = Affine<2>(
      .init(rotation: [7], scale: [1, 1], shear: [0], translation: [1.5, -2], center: Self.grid.center))
    let back = try #require(truth.inverted())
    let variance = 16.0
    let bound = RigidBound(truth: truth, on: Self.grid, variance: variance, scene: Self.scene)
    let least = try #require(bound.variances)
    var random = SplitMix64(seed: 1)
    func noise() -> Double {
      let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &random))).squareRoot()
      return variance.squareRoot() * radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
    }
    // From a start beside the answer, as an estimator would: the residual then holds the error and both images' noise.
    let known = truth.parameters
    let guess = Affine(
      Affine<2>.Parameters(
        rotation: known.rotation[0] + 0.02, translation: known.translation + [0.01, -0.02], center: known.center))
    var squares = (translation: 0.0, rotation: 0.0)
    let trials = 400
    for _ in 0..<trials {
      let found = try #require(
        bound.step(from: guess) { point in
          Self.scene(back(guess(point))).value + noise() - Self.scene(point).value - noise()
        })
      let gap = found(Self.grid.center) - truth(Self.grid.center)
      squares.translation += gap.dot(gap) / 2
      let turn = found.parameters.rotation[0] - 7
      squares.rotation += turn * turn
    }
    // With 800 and 400 squares the ratio of variances scatters by 5 and 7 %.
    #expect(abs(squares.translation / Double(trials) / least.translation - 1) < 0.15)
    #expect(abs(squares.rotation / Double(trials) / least.rotation - 1) < 0.2)
  }
}

import Glibc
import Testing
import Vernier

/// A map of this module's own, in space.
private struct Ripple: SpatialTransform {
  func callAsFunction(_ point: Vector<3>) -> Vector<3> {
    let phase = 0.05 * (point[0] + point[1] + point[2])
    let height = 0.5 * phase * (1 - 0.05 * phase * phase)
    return point + Vector([height, -height, 0.5 * height])
  }
}

/// Guards that are ratios of two times in one run: what stands outside the module is as quick as what stands in it.
@Suite("Speed, from outside the module", .serialized)
struct SpeedTests {
  private let side = 96

  /// The least time of several, on one thread.
  private func time(_ image: Image<3>, through map: some SpatialTransform<Vector<3>>) -> Duration {
    let clock = ContinuousClock()
    return (0..<5).map { _ in
      clock.measure {
        let moved = image.resampled(onto: image.grid, through: map, threads: 1)
        #expect(moved.samples.count == image.samples.count)
      }
    }.min()!
  }

  private func spline(on grid: Grid<3>) throws -> BSplineTransform<3> {
    let controls = try Grid<3>(size: Size(repeating: 24), spacing: Vector(repeating: 5), origin: Vector(repeating: -8))
    // As smooth as what registration finds: waves of 2 samples, eight control points long.
    let coefficients = (0..<(3 * controls.count)).map { place -> Double in
      let (x, y, z) = (place % 24, place / 24 % 24, place / 576)
      return 2 * sin(0.8 * Double(x + place / controls.count)) * cos(0.7 * Double(y)) * cos(0.6 * Double(z))
    }
    let turn = Affine<3>(linear: [[1, 0.02, 0], [-0.02, 1, 0.01], [0, -0.01, 1]], translation: [0.5, -1, 0.25])
    return BSplineTransform(affine: turn, controls: controls, coefficients: coefficients)
  }

  @Test("resampling through a B-spline, its inverse and a user's own map")
  func ratios() throws {
    let image = try volume(side: side)
    let spline = try spline(on: image.grid)
    let inverse = try #require(spline.inverted())
    /// The least of several rounds: other work of the machine disturbs one of them, but not each.
    func ratio(_ map: some SpatialTransform<Vector<3>>, to other: some SpatialTransform<Vector<3>>) -> Double {
      (0..<4).map { _ in time(image, through: map) / time(image, through: other) }.min()!
    }
    let (bent, own) = (ratio(spline, to: spline.affine), ratio(Ripple(), to: spline.affine))
    // Beside the B-spline itself: both are a matter of arithmetic, while an affine map waits for memory.
    let undone = ratio(inverse, to: spline)
    print("resampling beside an affine map: B-spline \(bent), own \(own); inverse beside the B-spline \(undone)")
    #expect(bent < 8)
    #expect(own < 6)
    #expect(undone < 10)
  }

  @Test("points cost some nanoseconds")
  func points() {
    let clock = ContinuousClock()
    let map = Affine<3>(linear: [[0.9, 0.1, 0], [-0.1, 0.9, 0], [0, 0, 1]], translation: [1, 2, 3])
    var point: Vector<3> = [1, 2, 3]
    let count = 1_000_000
    let elapsed = clock.measure { for _ in 0..<count { point = map(point) } }
    #expect(point.isFinite)
    print("Affine(p): \(elapsed / count)")
    #expect(elapsed / count < .nanoseconds(60))
  }
}

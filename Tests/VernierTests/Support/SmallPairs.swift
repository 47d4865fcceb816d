@testable import Vernier

/// Pairs of small pictures with an exact truth.
enum SmallPairs {
  /// The rigid motion that turns about the fixed grid's centre, brings it onto the moving grid's, and shifts by
  /// physical units.
  static func truth(degrees: Double, shift: Vector<2>, from fixed: Grid<2>, to moving: Grid<2>) -> Affine<2> {
    Affine(
      .init(
        rotation: [degrees], scale: [1, 1], shear: [0], translation: moving.center - fixed.center + shift,
        center: fixed.center))
  }

  /// A texture that fills a grid and as much again around it.
  static func field(on grid: Grid<2>, seed: UInt64) -> SmoothField<2> {
    let extent = grid.diagonal / 2.0.squareRoot()
    return SmoothField(
      low: grid.center[0] - 0.9 * extent, high: grid.center[0] + 0.9 * extent, blobs: 260,
      sizes: extent / 22...extent / 7, seed: seed)
  }

  /// A pair of a size with independent noise in both.
  static func pair(
    side: Int, degrees: Double, shift: Vector<2>, noise: Double = 0, seed: UInt64
  ) throws -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>) {
    let grid = try Grid<2>(size: [side, side])
    let truth = truth(degrees: degrees, shift: shift, from: grid, to: grid)
    let (fixed, moving) = try field(on: grid, seed: seed).pair(truth: truth, on: grid)
    var random = SplitMix64(seed: seed &+ 1000)
    let noise = Degradation.noise(deviation: noise)
    return (noise.applied(to: fixed, using: &random), noise.applied(to: moving, using: &random), truth)
  }

  /// The picture of the values at the samples' positions.
  static func drawn(width: Int, height: Int, _ value: (Double, Double) -> Double) throws -> Image<2> {
    try Image(
      width: width, height: height,
      samples: (0..<width * height).map { Float(value(Double($0 % width), Double($0 / width))) })
  }
}

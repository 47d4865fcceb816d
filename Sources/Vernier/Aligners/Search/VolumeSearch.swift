import Glibc

/// The global search in space: rotations spread evenly over all of them, about the volumes' centres, at the coarsest
/// resolution; shifts besides where that does not convince.
///
/// Each rotation is tried with the geometric centres and with the centres of mass upon each other; the identity in
/// physical space, in which scanners put most pairs, is tried too. The score is mutual information, which needs no
/// like contrasts.
struct VolumeSearch {
  var model: TransformModel
  /// 600 rotations lie about 30° apart: within the range from which the coarsest level still finds its optimum.
  var rotations = 600
  var peaks = 12
  /// How many of the rotations' places, by few samples, are looked at with more.
  var screened = 150
  /// How many of the places with shifts, by few samples, are improved with few, and how many of these with more.
  var wideStarts = (quick: 200, coarse: 40)
  var threads: Int

  func run(_ pyramids: PyramidPair<3>) -> [Candidate<3>] {
    let (moving, fixed) = (pyramids.moving.levels[0].grid, pyramids.fixed.levels[0].grid)
    let refiner = Refiner(pyramids, model: model, comparable: false, finestInterpolation: .linear, threads: threads)
    let pair = refiner.pair(refiner.level(withAtMost: 20_000))
    let center = refiner.center
    let quick = CoarseInformation(pair, about: center, count: 1000, threads: threads)
    let coarse = CoarseInformation(pair, about: center, count: 4000, threads: threads)
    let pivots: [(fixed: Vector<3>, moving: Vector<3>)] = [
      (fixed: center, moving: moving.center), (pair.fixed.centerOfMass, pair.moving.centerOfMass),
    ]
    let turns = model == .translation ? [Matrix<3>.identity] : [.identity] + evenRotations(rotations)
    var transforms = [Affine<3>(center: center)]
    for turn in turns {
      for pivot in pivots {
        transforms.append(
          Affine(linear: turn, translation: pivot.moving - pivot.fixed, center: pivot.fixed).centered(at: center))
      }
    }
    if model == .translation {
      // Without rotations to try, try shifts: a lattice of a quarter of the extent.
      for shift in shifts(of: fixed, reach: 2, step: 0.25) {
        transforms.append(Affine(translation: moving.center - center + shift, center: center))
      }
    }
    // The starts that need no search keep a place whatever their score: a small overlap at the start may hide them.
    let known = transforms.prefix(3)
    let near =
      coarse.best(
        peaks, of: quick.best(screened, of: Array(transforms.dropFirst(known.count))).map(\.linear))
      + coarse.best(known.count, of: Array(known))
    guard model != .translation else { return near }
    let settled = coarse.settled(near.map(\.linear))
    guard !isConvincing(settled) else { return Array(settled.prefix(peaks)) }
    let turned = evenRotations(rotations).flatMap { turn in
      shifts(of: fixed, reach: 1, step: 0.22).map { shift in
        Affine(linear: turn, translation: moving.center - center + turn * shift, center: center)
      }
    }
    let wide = quick.settled(quick.best(wideStarts.quick, of: turned).map(\.linear)).prefix(wideStarts.coarse)
    return Array(coarse.settled(settled.map(\.linear) + wide.map(\.linear)).prefix(peaks))
  }

  /// Whether the best place stands out: its score is at least 1.1 times that of any other.
  private func isConvincing(_ settled: [Candidate<3>]) -> Bool {
    guard let best = settled.first else { return false }
    return settled.count == 1 || best.score >= 1.1 * settled[1].score
  }

  /// A lattice of shifts along a grid's axes: `reach` steps to either side of none, a step being a share of the extent.
  private func shifts(of grid: Grid<3>, reach: Int, step: Double) -> [Vector<3>] {
    let extent = Vector<3> { Double(grid.size[$0]) * grid.spacing[$0] * step }
    var shifts: [Vector<3>] = []
    for x in -reach...reach {
      for y in -reach...reach {
        for z in -reach...reach {
          shifts.append(
            grid.direction * Vector<3>([Double(x) * extent[0], Double(y) * extent[1], Double(z) * extent[2]]))
        }
      }
    }
    return shifts
  }
}

/// Rotations spread evenly over SO(3) by super-Fibonacci sampling (Alexa 2022, doi:10.1109/CVPR52688.2022.00811).
func evenRotations(_ count: Int) -> [Matrix<3>] {
  let phi = 2.0.squareRoot()
  let psi = 1.533751168755204288118041
  return (0..<count).map { index -> Matrix<3> in
    let s = Double(index) + 0.5
    let t = s / Double(count)
    let d = 2 * Double.pi * s
    let (r, big) = (t.squareRoot(), (1 - t).squareRoot())
    let (alpha, beta) = (d / phi, d / psi)
    return rotation(quaternion: (r * sin(alpha), r * cos(alpha), big * sin(beta), big * cos(beta)))
  }
}

private func rotation(quaternion q: (x: Double, y: Double, z: Double, w: Double)) -> Matrix<3> {
  let (x, y, z, w) = q
  return Matrix(rowMajor: [
    1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
    2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
    2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
  ])
}

import Glibc

/// The global search in space: rotations spread evenly over all of them, about the volumes' centres, at the coarsest
/// resolution.
///
/// Each rotation is tried with the geometric centres and with the centres of mass upon each other; the identity in
/// physical space, in which scanners put most pairs, is tried too. The score is mutual information, which needs no
/// like contrasts.
struct VolumeSearch {
  var model: TransformModel
  /// 600 rotations lie about 30° apart: within the range from which the coarsest level still finds its optimum.
  var rotations = 600
  var peaks = 12
  var threads: Int

  func run(moving: Image<3>, to fixed: Image<3>) -> [Candidate<3>] {
    let refiner = Refiner(
      moving: moving, to: fixed, model: model, finestInterpolation: .linear, threads: threads)
    let level = refiner.level(withAtMost: 20_000)
    let pair = refiner.pair(level)
    let information = MutualInformation(
      pair, generators: [], about: refiner.center, bins: 16, count: 4000, seed: 1, threads: 1)
    let center = refiner.center
    var pivots: [(fixed: Vector<3>, moving: Vector<3>)] = [(center, moving.grid.center)]
    pivots.append((centerOfMass(pair.fixed), centerOfMass(pair.moving)))
    let turns = model == .translation ? [Matrix<3>.identity] : evenRotations()
    var transforms = [Affine<3>(center: center)]
    for turn in turns {
      for pivot in pivots {
        transforms.append(
          Affine(linear: turn, translation: pivot.moving - pivot.fixed, center: pivot.fixed).centered(at: center))
      }
    }
    if model == .translation {
      // Without rotations to try, try shifts: a lattice of a quarter of the extent.
      let extent = Vector<3> { Double(fixed.size[$0]) * fixed.grid.spacing[$0] / 4 }
      for x in -2...2 {
        for y in -2...2 {
          for z in -2...2 {
            let shift =
              fixed.grid.direction * Vector<3>([Double(x) * extent[0], Double(y) * extent[1], Double(z) * extent[2]])
            transforms.append(Affine(translation: moving.grid.center - center + shift, center: center))
          }
        }
      }
    }
    var scores = [Double](repeating: 0, count: transforms.count)
    scores.withUnsafeMutableBufferPointer { scores in
      let places = scores.baseAddress!
      let chunks = chunkRanges(transforms.count, chunks: 64)
      forEachChunk(chunks.count, threads: threads) { chunk in
        for index in chunks[chunk] { places[index] = information.score(transforms[index]) }
      }
    }
    let order = transforms.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    // The starts that need no search keep a place whatever their score: a small overlap at the start may hide them.
    let always = Set(0..<min(3, transforms.count))
    let chosen = order.filter { !always.contains($0) }.prefix(peaks) + order.filter(always.contains)
    return chosen.map { Candidate(transform: transforms[$0], score: scores[$0]) }
  }

  /// The mean position of the samples weighted by their intensity above the low end of the range.
  private func centerOfMass(_ image: Image<3>) -> Vector<3> {
    let range = IntensityRange(of: image)
    var sum = Vector<3>.zero
    var total = 0.0
    for z in 0..<image.size[2] {
      for y in 0..<image.size[1] {
        for x in 0..<image.size[0] {
          let index = (z * image.size[1] + y) * image.size[0] + x
          if let mask = image.mask, mask[index] == 0 { continue }
          let weight = Double(min(max(image.samples[index], range.low), range.high) - range.low)
          sum += Vector([Double(x), Double(y), Double(z)]) * weight
          total += weight
        }
      }
    }
    return total > 0 ? image.grid.point(atIndex: sum / total) : image.grid.center
  }

  /// Rotations spread evenly over SO(3) by super-Fibonacci sampling (Alexa 2022), the identity first.
  private func evenRotations() -> [Matrix<3>] {
    let phi = 2.0.squareRoot()
    let psi = 1.533751168755204288118041
    let sampled = (0..<rotations).map { index -> Matrix<3> in
      let s = Double(index) + 0.5
      let t = s / Double(rotations)
      let d = 2 * Double.pi * s
      let (r, big) = (t.squareRoot(), (1 - t).squareRoot())
      let (alpha, beta) = (d / phi, d / psi)
      return Self.rotation(
        quaternion: (r * sin(alpha), r * cos(alpha), big * sin(beta), big * cos(beta)))
    }
    return [.identity] + sampled
  }

  private static func rotation(quaternion q: (x: Double, y: Double, z: Double, w: Double)) -> Matrix<3> {
    let (x, y, z, w) = q
    return Matrix(rowMajor: [
      1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
      2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
      2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
    ])
  }
}

import Glibc

/// A fixed and a moving image at one resolution, as a refinement works on them.
///
/// Intensities are shifted and scaled to mean 0 and deviation 1, so that sums in single precision stay exact enough.
struct LevelPair<let rank: Int>: Sendable {
  var fixed: Image<rank>
  var moving: Image<rank>
  /// The moving image's samples as the interpolation reads them: spline coefficients for cubic.
  var movingSource: [Float]
  var movingMask: [Float]?
  /// 1 where the fixed sample and its neighbours along each axis are inside the image and its mask, else 0.
  var fixedWeights: [Float]
  var interpolation: Interpolation

  /// The number of fixed samples that count.
  let fixedCount: Double
  /// The moving image's valid extent over the fixed image's: areas or volumes in physical units.
  let relativeExtent: Double

  /// How much of both images a transform uses, where `count` fixed samples find a moving one: the geometric mean of the
  /// fixed image's share and the moving image's, at most 1.
  ///
  /// The moving image's share keeps a transform that magnifies a small smooth patch from passing for one that uses all.
  func share(_ count: Double, under transform: Affine<rank>) -> Double {
    let fixedShare = count / max(fixedCount, 1)
    let movingShare = min(fixedShare * abs(transform.linear.determinant) / max(relativeExtent, 1e-12), 1)
    return (fixedShare * movingShare).squareRoot()
  }

  /// - Parameter comparable: whether intensities mean the same in both images, as squared differences ask; then both are
  ///   shifted and scaled alike.
  init(
    fixed: Image<rank>, moving: Image<rank>, comparable: Bool, interpolation: Interpolation, threads: Int
  ) {
    let (shift, scale) = Self.normalization(of: fixed)
    self.fixed = fixed.mapSamples { ($0 - shift) * scale }
    let (movingShift, movingScale) = comparable ? (shift, scale) : Self.normalization(of: moving)
    self.moving = moving.mapSamples { ($0 - movingShift) * movingScale }
    self.interpolation = interpolation
    movingSource =
      interpolation == .cubic ? CubicSpline.coefficients(of: self.moving, threads: threads) : self.moving.samples
    movingMask = moving.mask?.map { $0 == 0 ? 0 : 1 }
    fixedWeights = Self.interiorWeights(of: fixed)
    fixedCount = fixedWeights.reduce(0) { $0 + Double($1) }
    relativeExtent = Self.extent(of: moving) / max(Self.extent(of: fixed), 1e-300)
  }

  private static func extent(of image: Image<rank>) -> Double {
    let count = image.mask.map { $0.count { $0 != 0 } } ?? image.grid.count
    return Double(count) * image.grid.spacing.elements.reduce(1, *)
  }

  private static func normalization(of image: Image<rank>) -> (shift: Float, scale: Float) {
    var sum = 0.0
    var squares = 0.0
    var count = 0.0
    for (index, sample) in image.samples.enumerated() where image.mask == nil || image.mask![index] != 0 {
      sum += Double(sample)
      squares += Double(sample) * Double(sample)
      count += 1
    }
    guard count > 0 else { return (0, 1) }
    let mean = sum / count
    let deviation = max(squares / count - mean * mean, 0).squareRoot()
    return (Float(mean), deviation > 0 ? Float(1 / deviation) : 1)
  }

  private static func interiorWeights(of image: Image<rank>) -> [Float] {
    let size = image.size
    var weights = [Float](repeating: 0, count: image.grid.count)
    let rows = size.dropFirst().reduce(1, *)
    let strides = (0..<rank).map { size.prefix($0).reduce(1, *) }
    for row in 0..<rows {
      let (z, y) = rank == 3 ? row.quotientAndRemainder(dividingBy: size[1]) : (0, row)
      guard size[1] < 3 || (y > 0 && y < size[1] - 1) else { continue }
      guard rank < 3 || size[2] < 3 || (z > 0 && z < size[2] - 1) else { continue }
      for x in 1..<max(size[0] - 1, 1) {
        let index = row * size[0] + x
        guard let mask = image.mask else {
          weights[index] = 1
          continue
        }
        var inside = mask[index] != 0
        for axis in 0..<rank where size[axis] > 2 {
          inside = inside && mask[index - strides[axis]] != 0 && mask[index + strides[axis]] != 0
        }
        if inside { weights[index] = 1 }
      }
    }
    return weights
  }
}

import Glibc

/// Smooths the mean of two aligned images so that its gradient weighs their difference with the least variance.
///
/// The filter is a sum of Gaussians, Σ aₖ Gₖ. With J the gradient of the noise-free image and Jₖ that of the mean
/// smoothed by Gₖ, an estimate from Σ aₖ Jₖ has a variance proportional to aᵀE a / (aᵀd)², where Eₖₗ = Σ Jₖ·Jₗ and dₖ =
/// Σ Jₖ·J; the least is at a = E⁻¹ d. J is not known, but products of one image's smoothed gradient with the other's
/// are: their noise is independent, so that it adds nothing on average. For a stationary scene and many Gaussians this
/// is the Wiener filter of time-delay estimation (Knapp and Carter 1976).
final class PatchSmoothing {
  /// How much of each Gaussian the filter has, the unsmoothed image first.
  struct Shares {
    fileprivate var values: [Float]

    /// The image as it is.
    static let none = Shares(values: [1])
  }

  /// Variances of the Gaussians in samples²: from no smoothing to the width at which little but shading is left, each
  /// about four times the one before.
  private static let variances = [0, 0.5, 2, 7]

  private let level: PatchLevel
  private let blur: PatchBlur
  private let memory: FourierBuffer
  private let planes: [UnsafeMutablePointer<Float>]

  init(for level: PatchLevel, blur: PatchBlur) {
    self.level = level
    self.blur = blur
    let plane = level.stride * (level.height + 2) + 8
    let count = 2 * Self.variances.count + 2
    memory = FourierBuffer(reals: count * plane)
    planes = (0..<count).map { [memory = memory.reals] in memory + $0 * plane + level.stride }
  }

  private var sum: UnsafeMutablePointer<Float> { planes[planes.count - 1] }
  private var weights: UnsafeMutablePointer<Float> { planes[planes.count - 2] }

  /// The smoothed mean of the fixed image, on the moving one's scale, and the moving one as the fit warped it last; and
  /// 1 or 0 for where both have data.
  func smoothedMean(
    _ fit: PatchFit, _ relation: PatchRelation, shares: Shares
  ) -> (values: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>) {
    split(fit, relation, into: planes[0], planes[1])
    for index in blocks { store((load(planes[0], index) + load(planes[1], index)) * 0.5, planes[0], index) }
    let parts = shares.values.indices.filter { $0 > 0 && shares.values[$0] != 0 }
    for part in parts {
      planes[part + 1].update(from: planes[0], count: level.stride * level.height)
      blur.apply(to: planes[part + 1], weights: weights, of: level, variance: Self.variances[part])
    }
    for index in blocks {
      var total = shares.values[0] * load(planes[0], index)
      for part in parts { total += shares.values[part] * load(planes[part + 1], index) }
      store(total, sum, index)
    }
    return (sum, weights)
  }

  /// The filter for the images as the fit warped them last.
  func bestShares(_ fit: PatchFit, _ relation: PatchRelation) -> Shares {
    let count = Self.variances.count
    for part in 0..<count {
      split(fit, relation, into: planes[2 * part], planes[2 * part + 1])
      guard part > 0 else { continue }
      for plane in [planes[2 * part], planes[2 * part + 1]] {
        blur.apply(to: plane, weights: weights, of: level, variance: Self.variances[part])
      }
    }
    var system = SymmetricSystem(count: count)
    for row in 0..<count {
      system.right[row] =
        0.5 * (energy(planes[2 * row], planes[1], fit) + energy(planes[2 * row + 1], planes[0], fit))
      for column in 0...row {
        let own =
          energy(planes[2 * row], planes[2 * column], fit) + energy(planes[2 * row + 1], planes[2 * column + 1], fit)
        let crossed =
          energy(planes[2 * row], planes[2 * column + 1], fit) + energy(planes[2 * row + 1], planes[2 * column], fit)
        system.matrix[row * count + column] = 0.25 * (own + crossed)
        system.matrix[column * count + row] = 0.25 * (own + crossed)
      }
    }
    // Neighbouring Gaussians are nearly alike: a little damping keeps their shares from growing against each other.
    guard let shares = system.solved(damping: 1e-3), shares.allSatisfy(\.isFinite) else { return .none }
    return Shares(values: shares.map(Float.init))
  }

  /// The two images on the moving one's scale, zero where not both have data.
  private func split(
    _ fit: PatchFit, _ relation: PatchRelation, into first: UnsafeMutablePointer<Float>,
    _ second: UnsafeMutablePointer<Float>
  ) {
    let (warped, valid) = fit.result
    for index in blocks {
      let weight = load(level.weights, index) * load(valid, index)
      store(weight * relation.gain * load(level.values, index), first, index)
      store(weight * (load(warped, index) - relation.offset), second, index)
      store(weight, weights, index)
    }
  }

  /// Σ ∇a · ∇b over the samples whose neighbours both images have, times four.
  private func energy(_ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ fit: PatchFit) -> Double {
    let stride = level.stride
    var total = 0.0
    for y in 1..<max(level.height - 1, 1) {
      var row = SIMD8<Float>.zero
      for x in Swift.stride(from: 0, to: level.width, by: 8) {
        let index = y * stride + x
        let inner =
          load(level.interior, index) * load(weights, index - 1) * load(weights, index + 1)
          * load(weights, index - stride) * load(weights, index + stride)
        let alongX = (load(a, index + 1) - load(a, index - 1)) * (load(b, index + 1) - load(b, index - 1))
        let alongY =
          (load(a, index + stride) - load(a, index - stride)) * (load(b, index + stride) - load(b, index - stride))
        row += inner * (alongX + alongY)
      }
      total += Double(row.sum())
    }
    return total
  }

  private var blocks: StrideTo<Int> { Swift.stride(from: 0, to: level.stride * level.height, by: 8) }

  @inline(__always)
  private func load(_ plane: UnsafeMutablePointer<Float>, _ index: Int) -> SIMD8<Float> {
    RowMoments.load(plane + index)
  }

  @inline(__always)
  private func store(_ values: SIMD8<Float>, _ plane: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(plane + index).storeBytes(of: values, as: SIMD8<Float>.self)
  }
}

/// The same part of physical space in other samples: of a given spacing, or of a given number.
///
/// The new grid has the old one's centre and direction. With n samples at spacing s along an axis it covers the same
/// extent n · s: a given number n′ makes the spacing n · s / n′, a given spacing s′ the number round(n · s / s′). Where
/// samples become fewer, by f = s′ / s, a Gaussian with the variance
///
///     σ² = (f² − 1) / 4   in old samples
///
/// goes before, which keeps aliasing low: for f = 2 it is that of halving in the pyramids (σ = 0.87), and one shrinking
/// after another has the variance of both at once. Then values are interpolated linearly. A new sample is valid where
/// all the old ones are that it weighs; beyond the outermost old samples their values go on.
public struct GridResampling: PrepareStep {
  public enum Target: Sendable, Equatable {
    /// The distance of samples in physical units, one for all axes or one for each.
    case spacing([Double])
    /// The number of samples, one for all axes or one for each.
    case size([Int])
  }

  /// 1024³, of which one image takes 4 GiB.
  private static let mostSamples = 1_073_741_824.0

  public var target: Target
  /// Threads to use at most; the result does not depend on it.
  public var threads: Int

  public init(to target: Target, threads: Int = 2) {
    self.target = target
    self.threads = threads
  }

  public var name: String {
    switch target {
    case .spacing(let values): "spacing=\(values.map(\.shortest).joined(separator: ":"))"
    case .size(let values): "size=\(values.map(String.init).joined(separator: ":"))"
    }
  }

  /// - Throws: ``PrepareError`` where there is neither one number nor one for each axis, or where the samples would be
  ///   too many; `ImageError` for a spacing or a size that is not positive.
  public func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> {
    let target = try grid(for: image.grid)
    guard target != image.grid else { return image }
    let result = try image.masked(by: image.validity).smoothed(forSpacing: target.spacing)
      .resampled(onto: target, through: .identity, threads: threads)
    return result.mask?.contains(0) == false ? try result.masked(by: nil) : result
  }

  private func grid<let rank: Int>(for grid: Grid<rank>) throws -> Grid<rank> {
    func perAxis<Value>(_ values: [Value]) throws -> [Value] {
      guard values.count == 1 || values.count == rank else {
        throw PrepareError.otherRank(step: name, given: values.count, rank: rank)
      }
      return (0..<rank).map { values[values.count == 1 ? 0 : $0] }
    }
    let extent = (0..<rank).map { Double(grid.size[$0]) * grid.spacing[$0] }
    let (size, spacing): ([Int], [Double])
    switch target {
    case .size(let given):
      size = try perAxis(given)
      guard size.allSatisfy({ $0 > 0 }) else { throw ImageError.emptySize(size) }
      spacing = (0..<rank).map { extent[$0] / Double(size[$0]) }
    case .spacing(let given):
      spacing = try perAxis(given)
      guard spacing.allSatisfy({ $0 > 0 && $0.isFinite }) else { throw ImageError.unusableSpacing(spacing) }
      guard zip(extent, spacing).allSatisfy({ $0 / $1 < 1e9 }) else { throw PrepareError.tooManySamples(step: name) }
      size = (0..<rank).map { max(1, Int((extent[$0] / spacing[$0]).rounded())) }
    }
    guard size.reduce(1, { $0 * Double($1) }) <= Self.mostSamples else { throw PrepareError.tooManySamples(step: name) }
    let toCorner = Vector<rank> { -spacing[$0] * Double(size[$0] - 1) / 2 }
    return try Grid(
      size: size, spacing: Vector(spacing), origin: grid.center + grid.direction * toCorner, direction: grid.direction)
  }
}

extension Image {
  /// The image under the Gaussian that goes before fewer samples, see ``GridResampling``; unchanged where they become
  /// no fewer.
  package func smoothed(forSpacing spacing: Vector<rank>) -> Self {
    let factors = (0..<rank).map { spacing[$0] / grid.spacing[$0] }
    return smoothed(deviations: factors.map { (max($0 * $0 - 1, 0) / 4).squareRoot() })
  }
}

import Glibc

/// How well two images on one grid agree, by every similarity that Vernier maximises.
public struct Measurement: Sendable {
  /// One figure: a short name for tables and JSON, and its value.
  public struct Figure: Sendable, Equatable {
    public var name: String
    public var value: Double
  }

  /// Overlap, mean squared difference, NCC, mutual information (nats), normalized mutual information (Studholme et al.
  /// 1999, 1…2) and edge agreement.
  public let figures: [Figure]

  /// Measures over the samples that both images hold.
  ///
  /// - Throws: ``AlignmentError`` when an image has samples that are not finite, is constant or empty, or when the two
  ///   hold no sample in common; `ImageError.sampleCount` when the sizes differ.
  public init<let rank: Int>(fixed: Image<rank>, moved: Image<rank>) throws {
    guard fixed.size == moved.size else {
      throw ImageError.sampleCount(expected: fixed.grid.count, found: moved.grid.count)
    }
    figures = try Ranks.open(rank, (fixed, moved)) { (pair: (Image<2>, Image<2>)) in
      try Self.measure(pair.0, pair.1)
    } space: { (pair: (Image<3>, Image<3>)) in
      try Self.measure(pair.0, pair.1)
    }
  }

  private static func measure<let rank: Int>(_ fixed: Image<rank>, _ moved: Image<rank>) throws -> [Figure] {
    let still = try fixed.checked { .fixedUnusable($0) }
    let other = try moved.checked { .movingUnusable($0) }
    var sums = GainOffsetSums()
    var common = [UInt8](repeating: 0, count: still.samples.count)
    var fixedCount = 0.0
    for index in still.samples.indices {
      guard still.mask == nil || still.mask![index] != 0 else { continue }
      fixedCount += 1
      guard other.mask == nil || other.mask![index] != 0 else { continue }
      common[index] = 1
      sums += GainOffsetSums(fixed: Double(still.samples[index]), moving: Double(other.samples[index]))
    }
    guard sums.count > 0 else { throw AlignmentError.noOverlap }
    let both = Image(unchecked: still.grid, samples: still.samples, mask: common)
    let onGrid = Image(unchecked: still.grid, samples: other.samples, mask: common)
    let pair = LevelPair(fixed: both, moving: onGrid, comparable: false, interpolation: .nearest, threads: 1)
    let information = SampledInformation(
      pair, generators: [], about: still.grid.center, bins: JointHistogram.bins(samples: Int(sums.count)), count: .max,
      seed: 1, threads: 1)
    let evaluation = information.evaluate(.identity, gradient: false)
    let shared = evaluation.map { $0.fixedEntropy + $0.movingEntropy - $0.information } ?? 0
    return [
      Figure(name: "overlap", value: sums.count / fixedCount),
      Figure(name: "mse", value: sums.meanSquaredDifference),
      Figure(name: "ncc", value: sums.correlation),
      Figure(name: "mi", value: evaluation?.information ?? 0),
      Figure(
        name: "nmi",
        value: evaluation.map { shared > 0 ? ($0.fixedEntropy + $0.movingEntropy) / shared : 1 } ?? 1),
      Figure(name: "edge_agreement", value: EdgeAgreement(both, onGrid).value),
    ]
  }
}

import Glibc

/// How far the parts of two images, each by itself, say that a transform is right.
///
/// Blocks of the fixed image are looked for in the moved one around the place at which the transform puts them
/// (`BlockMatching`). A block says by how much likelier its own place is, to 1½ samples, than any other in reach: r. With
/// π the share of blocks that lie where the transform says, and the others anywhere, the likelihood of all is
///
///     Σ ln(π r + 1 − π)
///
/// It is that of no agreement, 0, where π is 0. Blocks without structure have r = 1 and say nothing. Unrelated images
/// have a best π near 0 or one that is hardly likelier than 0.
public struct BlockAgreement: Sendable, Equatable {
  /// The likeliest share of blocks that lie where the transform says, 0…1.
  public var share: Double
  /// The least share that is not clearly less likely: 95 % of confidence, 0…1.
  public var leastShare: Double
  /// By how many nats the likeliest share is likelier than that no block agrees.
  public var evidence: Double
  /// The number of blocks.
  public var count: Int
  /// The mean distance at the corners of the box of the blocks that say where they lie, in physical units, by which they
  /// together say that the transform is off: what its model leaves, too. Nil where too few blocks say anything.
  public var cornerError: Double?
  /// As ``evidence``, for the places at which the blocks lie together.
  public var trendEvidence: Double
  /// Of the small parts that show enough to be alike at their place, the least share that is not, 0…1. Images of unlike
  /// contrasts are compared by what one predicts of the other (`IntensityMap`); 0 where neither predicts half.
  public var unlikeShare = 0.0
  /// In which way the blocks lie beside their places; nil as ``cornerError`` is, and where it is less than half a sample.
  public var remainder: Remainder?
}

extension BlockAgreement {
  /// The greatest evidence of several agreements over that of another, to which what chance may give is added.
  static func ratio(of others: [Self], to own: Self) -> Double {
    let chance = 6.0
    return (others.map(\.evidence).max() ?? 0) / (own.evidence + chance)
  }

  /// - Parameter likelihoods: of each block, how much likelier its own place is than any other: r.
  init(likelihoods: [Double]) {
    func evidence(_ share: Double) -> Double { likelihoods.reduce(0) { $0 + log(share * $1 + 1 - share) } }
    func slope(_ share: Double) -> Double { likelihoods.reduce(0) { $0 + ($1 - 1) / (share * $1 + 1 - share) } }
    // The sum is concave: its greatest value is where the slope changes its sign.
    var (low, high) = (0.0, 0.999)
    if likelihoods.isEmpty || slope(0) <= 0 {
      high = 0
    } else if slope(high) >= 0 {
      low = high
    }
    while high - low > 1e-4 {
      let middle = (low + high) / 2
      if slope(middle) > 0 { low = middle } else { high = middle }
    }
    let best = low
    let most = evidence(best)
    // A one-sided interval of 95 % ends where the logarithm of the likelihood has fallen by 1.35.
    var (below, above) = (0.0, best)
    if evidence(0) >= most - 1.35 { above = 0 }
    while above - below > 1e-4 {
      let middle = (below + above) / 2
      if evidence(middle) >= most - 1.35 { above = middle } else { below = middle }
    }
    self.init(
      share: best, leastShare: above, evidence: most, count: likelihoods.count, cornerError: nil, trendEvidence: most)
  }

  /// - Parameters:
  ///   - fixed: the image whose blocks are looked for.
  ///   - moved: the other, seen on the same grid under the transform.
  ///   - edges: whether edges are compared, for images of unlike contrasts.
  ///   - comparesSmallParts: whether ``unlikeShare`` is asked for.
  init<let rank: Int>(
    _ fixed: Image<rank>, _ moved: Image<rank>, byEdges edges: Bool, comparesSmallParts: Bool = false, threads: Int
  ) {
    let matching = BlockMatching(fixed, moved, byEdges: edges)
    let blocks = matching.blocks(threads: threads)
    self.init(likelihoods: blocks.map { matching.likelihood(of: $0) })
    if comparesSmallParts {
      let intensities =
        edges
        ? IntensityMap.ofOneContrast(fixed, moved).map { BlockMatching($0.fixed, $0.moved, byEdges: false) } : matching
      unlikeShare = intensities.map { Self.unlikeShare($0, threads: threads) } ?? 0
    }
    guard let trend = BlockTrend(of: blocks, size: fixed.size) else { return }
    trendEvidence =
      BlockAgreement(likelihoods: blocks.map { matching.likelihood(of: $0, at: trend.shift(at: $0.center)) }).evidence
    let grid = fixed.grid
    // The trend is not followed beyond the blocks that it is drawn through: a head does not fill its volume.
    let corners = grid.corners.map { trend.held(grid.index(atPoint: $0)) }
    func meanLength(_ shift: (Vector<rank>) -> Vector<rank>) -> Double {
      corners.reduce(0) { sum, corner in
        let shift = shift(corner)
        return sum + Vector<rank> { shift[$0] * grid.spacing[$0] }.length
      } / Double(corners.count)
    }
    let whole = meanLength { trend.shift(at: $0) }
    cornerError = whole
    // In physical units, as the others.
    let local = trend.typicalDistance(of: blocks) * (grid.spacing.elements.min() ?? 1)
    let parts = (0...2).map { degree in meanLength { trend.shift(at: $0, ofDegree: degree) } }
    let most = parts.indices.max { parts[$0] < parts[$1] } ?? 0
    let isNone = max(whole, local) < 0.5 * (grid.spacing.elements.min() ?? 1)
    remainder = isNone ? nil : local > 0.5 * whole ? .local : [.shift, .linear, .curved][most]
  }

  /// The share of small parts that a transform leaves unlike the other image, although they show enough to be alike.
  ///
  /// Parts of 8 × 8 samples, 4 × 4 × 4 in space. What the alike ones differ by is n, the median of v (1 − ρ²) over those
  /// of ρ² from ½, with v a part's mean square about its mean and ρ its correlation at its place or one sample beside it.
  /// A part shows enough where v > 4 n: the same scene would have ρ² > ⅘ there. It is unlike where ρ² < ½.
  ///
  /// Of a few parts one or two may be unlike by chance: what is told is the least share that is not clearly too low, see
  /// ``leastShare(_:of:)``.
  ///
  /// - Returns: 0…1
  private static func unlikeShare<let rank: Int>(_ matching: BlockMatching<rank>, threads: Int) -> Double {
    let parts = BlockMatching(matching, side: rank == 2 ? 8 : 4, reach: 1).blocks(threads: threads)
    let differences = parts.filter { $0.likeness >= 0.5 }.map { $0.structure * (1 - $0.likeness) }.sorted()
    guard !differences.isEmpty else { return 0 }
    let usual = differences[differences.count / 2]
    let telling = parts.filter { $0.structure > 4 * usual }
    return leastShare(telling.count { $0.likeness < 0.5 }, of: telling.count)
  }

  /// The lower end of a one-sided interval of 95 % for a share, where the logarithm of the likelihood has fallen by 1.35.
  static func leastShare(_ some: Int, of all: Int) -> Double {
    guard some > 0 else { return 0 }
    let (yes, no) = (Double(some), Double(all - some))
    func likelihood(_ share: Double) -> Double { yes * log(share) + (no > 0 ? no * log(1 - share) : 0) }
    let best = yes / Double(all)
    let most = likelihood(best)
    var (below, above) = (0.0, best)
    while above - below > 1e-4 {
      let middle = (below + above) / 2
      if likelihood(middle) >= most - 1.35 { above = middle } else { below = middle }
    }
    return above
  }
}

/// Where the parts of two images lie beside the places that an alignment gives them: what it leaves, part by part.
///
/// Blocks of the fixed image are looked for, each by itself, around their own place in the moved one (`BlockMatching`).
/// With p(d) the probability of each displacement d within reach, a block's shift is the mean s = Σ p(d) d and its
/// deviation √(Σ p(d) |d − s|² / rank + 1/12), the 1/12 being that of whole samples. A block whose displacements
/// deviate by less than 1½ samples says where it lies; flat ones, and ones along a straight edge, say nothing.
///
/// Both images are halved until their longest side has at most 320 samples (112 in space); blocks have 16 samples a
/// side and are looked for within 8 (8 and 4 in space, fewer on small images). So a whole picture has some 10 to 20
/// blocks along its longest side, and what is found reaches about as far as an answer may be off and still be right,
/// ``VerdictRules/largestRightError(on:)``, or farther.
///
/// It shows where an alignment is off; whether to believe it, the ``Evidence`` says: single blocks match by chance.
public struct ResidualMap<let rank: Int>: Sendable {
  /// A part of the fixed image that says where it lies in the moved one.
  public struct Block: Sendable {
    /// Its middle, in physical coordinates of the fixed image.
    public var center: Vector<rank>
    /// From there to where the moved image shows the same, in physical units.
    public var shift: Vector<rank>
    /// How sure that is: the standard deviation along each axis, in physical units.
    public var deviation: Double
  }

  /// The blocks that say where they lie.
  public let blocks: [Block]
  /// The middles of blocks that show as much as most of those, and yet agree with the moved image nowhere in reach: no
  /// place stands out, and their own is no likelier than any other.
  public let unmatched: [Vector<rank>]
  /// The size of a block along the grid's axes, in physical units.
  public let side: Vector<rank>

  /// - Parameters:
  ///   - fixed: the image whose blocks are looked for.
  ///   - moved: the other image, seen on the same grid under the transform.
  ///   - metric: what the images are compared by; blocks are compared by their edges where it relates any intensities,
  ///     by the intensities else, which may be reversed where it relates them by a line.
  ///   - threads: to use at most; the result does not depend on it.
  /// - Precondition: both images have the same size.
  /// - Complexity: O(samples), and some 10⁸ products of samples.
  public init(_ fixed: Image<rank>, _ moved: Image<rank>, metric: Metric, threads: Int = 2) {
    precondition(fixed.size == moved.size, "the moved image lies on the fixed one's grid")
    self = Ranks.open(rank, (fixed, moved)) { (work: (Image<2>, Image<2>)) in
      ResidualMap<2>(measuring: work.0, work.1, metric: metric, longest: 320, threads: threads)
    } space: { (work: (Image<3>, Image<3>)) in
      ResidualMap<3>(measuring: work.0, work.1, metric: metric, longest: 112, threads: threads)
    }
  }

  private init(measuring fixed: Image<rank>, _ moved: Image<rank>, metric: Metric, longest: Int, threads: Int) {
    let still = fixed.reduced(toAtMost: longest, threads: threads)
    var other = moved.reduced(toAtMost: longest, threads: threads)
    if metric.relation == .linear, Self.correlation(still, other) < 0 { other = other.mapSamples { -$0 } }
    let grid = still.grid
    let matching = BlockMatching(still, other, byEdges: metric.relation == .any)
    side = Vector { Double(matching.side[$0]) * grid.spacing[$0] }
    let all = matching.blocks(threads: threads)
    let telling = all.filter { $0.deviation < 1.5 }
    blocks = telling.map { block in
      let center = grid.point(atIndex: block.center)
      let variance = block.deviation * block.deviation + 1 / 12.0
      return Block(
        center: center, shift: grid.point(atIndex: block.center + block.shift) - center,
        deviation: variance.squareRoot() * (grid.spacing.elements.max() ?? 1))
    }
    let structures = telling.map { $0.structure }.sorted()
    let enough = structures.isEmpty ? all.map { $0.structure }.max().map { $0 / 4 } : structures[structures.count / 4]
    unmatched = all.filter { block in
      block.deviation >= 1.5 && block.structure >= enough ?? 0 && matching.likelihood(of: block) < 1
    }.map { grid.point(atIndex: $0.center) }
  }

  private static func correlation(_ fixed: Image<rank>, _ moved: Image<rank>) -> Double {
    var sums = GainOffsetSums()
    for place in fixed.samples.indices where fixed.isValid(place) && moved.isValid(place) {
      sums += GainOffsetSums(fixed: Double(fixed.samples[place]), moving: Double(moved.samples[place]))
    }
    return sums.correlation
  }
}

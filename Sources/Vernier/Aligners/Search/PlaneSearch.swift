import Glibc

/// The global search in the plane: every shift of every rotation (and of a few scales), at low resolution.
///
/// For each angle the moving image is turned about its centre and correlated with the fixed image for all shifts at
/// once (``MaskedCorrelation``). The best separate peaks are kept for refinement.
struct PlaneSearch {
  var model: TransformModel
  /// Whether contrast may be inverted or otherwise unlike: negative correlation counts as much as positive, and edges
  /// are searched beside intensities.
  var acrossContrasts: Bool
  /// The longer side of the images while searched, in samples: 48, at which natural images keep enough structure to
  /// tell the right angle among the best few, or 64 for pictures of 200 and more, whose refinement takes longer than
  /// the search in any case; 48 again where each angle is tried at several scales.
  private func side(longest: Int) -> Int { longest >= 200 && scales.count == 1 ? 64 : 48 }
  private var scales: [Double] { model == .translation || model == .rigid ? [1] : [1, 0.79, 1.26, 0.63, 1.58] }
  /// The least share of the smaller image that must overlap.
  var leastOverlap: Float = 0.25
  /// How many separate peaks are kept.
  var peaks = 8
  var threads: Int

  /// A peak of one correlation map.
  private struct Peak {
    var score: Float
    var angle: Double
    var scale: Double
    /// The shift of the turned moving image, in working samples.
    var x: Double
    var y: Double
  }

  func run(moving: Image<2>, to fixed: Image<2>) -> [Candidate<2>] {
    let extent = { (grid: Grid<2>) in (0..<2).map { Double(grid.size[$0]) * grid.spacing[$0] }.max() ?? 1 }
    let finest = max(fixed.grid.spacing.elements.min() ?? 1, moving.grid.spacing.elements.min() ?? 1)
    let side = side(longest: max(fixed.size.max() ?? 1, moving.size.max() ?? 1))
    let spacing = max(max(extent(fixed.grid), extent(moving.grid)) / Double(side), finest)
    let still = WorkingImage(fixed, spacing: spacing, threads: threads)
    let turned = WorkingImage(moving, spacing: spacing, threads: threads)
    var channels = [(still.intensities, turned.intensities)]
    if acrossContrasts { channels.append((still.edges, turned.edges)) }
    let diagonal = turned.diagonal
    // Farther shifts leave less than the least overlap.
    let reach = 0.75 * Double(max(still.longest, turned.longest))
    let padded = RealTransform.fastSize(atLeast: Int((Double(still.longest) + diagonal) / 2 + reach) + 1)
    let angles = angleList(diagonal: diagonal)
    // Other scales are tried at every second angle: refinement reaches from there.
    let jobs = scales.flatMap { scale in
      angles.enumerated().filter { scale == 1 || $0.offset % 2 == 0 }.map { (scale, $0.element) }
    }
    var found: [[Peak]] = []
    for (index, channel) in channels.enumerated() {
      let correlation = MaskedCorrelation(
        fixed: channel.0.samples, mask: still.weights, width: still.width, height: still.height,
        paddedWidth: padded, paddedHeight: padded)
      // Edges correlate positively whatever the contrasts are.
      let bothSigns = acrossContrasts && index == 0
      var results = [[Peak]](repeating: [], count: jobs.count)
      let workers = max(1, min(threads, jobs.count))
      let shares = chunkRanges(jobs.count, chunks: workers)
      results.withUnsafeMutableBufferPointer { results in
        let lists = results.baseAddress!
        forEachChunk(shares.count, threads: workers) { share in
          let workspace = MaskedCorrelation.Workspace(correlation.transform)
          for job in shares[share] {
            if Activity.isCancelled { return }
            let (scale, angle) = jobs[job]
            let count = turned.place(channel.1, angle: angle, scale: scale, into: workspace, padded: padded)
            guard count > 0 else { continue }
            correlation.correlate(workspace)
            lists[job] = peaksOfMap(
              workspace, padded: padded, still: still, angle: angle, scale: scale,
              fixedCount: correlation.fixedCount, movingCount: count, bothSigns: bothSigns)
          }
        }
      }
      found.append(separate(results.flatMap { $0 }, radius: Double(turned.longest) / 2))
    }
    let center = fixed.grid.center
    // The channels take turns, so that each one's best comes early.
    var merged: [Candidate<2>] = []
    for place in 0..<peaks {
      for list in found where place < list.count {
        let peak = list[place]
        let linear =
          Affine<2>.rotation(radians: peak.angle, from: 0, to: 1) * peak.scale
        let shift = Vector<2>([peak.x * spacing, peak.y * spacing])
        merged.append(
          Candidate(
            transform: Affine(
              linear: linear, translation: linear * shift + moving.grid.center - center, center: center),
            score: Double(peak.score)))
      }
    }
    return merged
  }

  /// Every angle of a turn, so close that the rim moves by about 2.5 working samples between two.
  private func angleList(diagonal: Double) -> [Double] {
    guard model != .translation else { return [0] }
    let count = min(max(Int((2 * Double.pi * diagonal / 2 / 2.5 * 0.7).rounded(.up)), 24), 120)
    return (0..<count).map { 2 * .pi * Double($0) / Double(count) }
  }

  /// The best few separate local maxima of a map, by Student's t of the correlation, r √(n / (1 − r²)), so that chance
  /// correlations of small overlaps do not win.
  private func peaksOfMap(
    _ workspace: borrowing MaskedCorrelation.Workspace, padded: Int, still: WorkingImage, angle: Double,
    scale: Double, fixedCount: Float, movingCount: Float, bothSigns: Bool
  ) -> [Peak] {
    let least = max(leastOverlap * min(fixedCount, movingCount), 16)
    // The geometric mean of both images' shares: a magnified patch that covers the other image uses little of its own.
    let inverse = 1 / (fixedCount * movingCount).squareRoot()
    var best: [Peak] = []
    for y in 0..<padded {
      for x in 0..<padded {
        let (value, count) = MaskedCorrelation.correlation(workspace, at: y * padded + x, least: least)
        let strength = bothSigns ? abs(value) : value
        guard strength > 0.05 else { continue }
        let bounded = min(strength, 0.9999)
        let score = bounded * (count * inverse / (1 - bounded * bounded)).squareRoot()
        if best.count == 3, score <= best[2].score { continue }
        let shiftX = Double(x > padded / 2 ? x - padded : x)
        let shiftY = Double(y > padded / 2 ? y - padded : y)
        let peak = Peak(
          score: score, angle: angle, scale: scale,
          x: shiftX + Double(still.width - 1) / 2 - Double(padded / 2 - 1) / 2,
          y: shiftY + Double(still.height - 1) / 2 - Double(padded / 2 - 1) / 2)
        insert(peak, into: &best)
      }
    }
    return best
  }

  /// Keeps at most three peaks, none within 3 samples of a better one.
  private func insert(_ peak: Peak, into best: inout [Peak]) {
    func close(_ other: Peak) -> Bool { max(abs(other.x - peak.x), abs(other.y - peak.y)) < 3.5 }
    if best.contains(where: { close($0) && $0.score >= peak.score }) { return }
    best.removeAll(where: close)
    let place = best.firstIndex { $0.score < peak.score } ?? best.count
    best.insert(peak, at: place)
    if best.count > 3 { best.removeLast() }
  }

  /// The best peaks of which no two describe nearly the same transform.
  private func separate(_ all: [Peak], radius: Double) -> [Peak] {
    var kept: [Peak] = []
    for peak in all.sorted(by: { $0.score > $1.score }) {
      let near = kept.contains { other in
        let turn = abs(remainder(other.angle - peak.angle, 2 * .pi)) * radius
        let growth = abs(log(other.scale / peak.scale)) * radius
        return turn + growth + hypot(other.x - peak.x, other.y - peak.y) < 8
      }
      if !near { kept.append(peak) }
      if kept.count == peaks { break }
    }
    return kept
  }
}

/// How strongly a correlation over a share of the samples speaks for a match: Fisher's z times the square root of the
/// share, so that chance correlations of small overlaps do not win.
func significance(_ correlation: Double, share: Double) -> Double {
  atanh(min(max(correlation, -0.999_999), 0.999_999)) * max(share, 0).squareRoot()
}

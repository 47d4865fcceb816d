import Glibc

/// Search and refinement of one pair of small images by a rigid motion.
///
/// The coarsest level is searched for every angle and shift, the best places are refined from level to level, and the best of
/// them at the full resolution. Where that leaves two answers near each other and the images correlate as noisy ones do, the search is
/// repeated on smoothed levels: noise hides fine detail first.
struct PatchAlignment {
  let workspace: PatchWorkspace

  private var coarsest: Int { workspace.levelCount - 1 }

  /// A motion with the similarity that it reached.
  struct Candidate {
    var motion: PatchMotion
    /// ``significance(_:share:)``; comparable among the candidates of one level.
    var score: Double
    var sums = GainOffsetSums()
    var iterations = 0
    var stopReason = StopReason.searched
  }

  /// The best motion and those that came next, best first, none where nothing overlaps; and what brought them to the full precision.
  func candidates() -> (found: [Candidate], polish: PatchPolish) {
    let polish = workspace.polish()
    var images = workspace.images
    var found = refined(search(images, keeping: 8), from: images, keeping: 2)
    guard let best = found.first else { return ([], polish) }
    let correlation = best.sums.correlation
    // Of signal and noise of equal spectra in both images, noise has this share of the signal's variance.
    let noise = correlation > 0.2 ? 1 / correlation - 1 : 4
    // A spectrum of 1/k² falls below the noise's at a wavelength whose square grows with the noise; 10 was the best factor on
    // photographs with 5 and 10 % of noise, and beyond 4 samples² smoothing cost more than it gained.
    let variance = min(10 * noise, 4)
    if variance > 0.4, found.count > 1, found[1].score > 0.6 * best.score {
      images = workspace.smoothed
      images.fixed.load(smoothing: workspace.images.fixed, variance: variance, with: workspace.blur)
      images.moving.load(smoothing: workspace.images.moving, variance: variance, with: workspace.blur)
      let coarse = refined(search(images, keeping: 12), from: images, keeping: 4)
      let fine = refined(
        fineSearch(images, keeping: 12), level: max(coarsest - 1, 0), of: images, limit: 10, keeping: 6)
      found = refined(coarse + fine + found, level: 0, of: images, limit: 12, keeping: 4)
    }
    return (polished(found, by: polish, judgedBy: workspace.fit(0, of: images)), polish)
  }

  private func search(_ images: PatchWorkspace.Images, keeping count: Int) -> [Candidate] {
    workspace.search.run(
      moving: images.moving.levels[coarsest], to: images.fixed.levels[coarsest], keeping: count
    ).map { Candidate(motion: $0.motion, score: Double($0.score)) }
  }

  /// The search one level finer: three times the work, for the few pairs that need it.
  private func fineSearch(_ images: PatchWorkspace.Images, keeping count: Int) -> [Candidate] {
    guard coarsest > 0 else { return [] }
    return workspace.fineSearch.run(
      moving: images.moving.levels[coarsest - 1], to: images.fixed.levels[coarsest - 1], keeping: count
    ).map { Candidate(motion: $0.motion, score: Double($0.score)) }
  }

  /// The candidates improved from the coarsest level to the finest.
  private func refined(
    _ candidates: [Candidate], from images: PatchWorkspace.Images, keeping count: Int
  ) -> [Candidate] {
    var found = candidates
    for level in (0...coarsest).reversed() {
      found = refined(
        found, level: level, of: images, limit: level == coarsest ? 8 : 12, keeping: level == 0 ? count : 2 * count)
      // What lies so far behind at a coarse level does not win at a fine one; the second tells how far ahead the first is.
      let best = found.first?.score ?? 0
      found = found.enumerated().filter { $0.offset < 2 || $0.element.score > 0.6 * best }.map(\.element)
    }
    return found
  }

  /// The candidates that come close to the best, brought to the full precision, and the others.
  private func polished(_ candidates: [Candidate], by polish: PatchPolish, judgedBy fit: PatchFit) -> [Candidate] {
    let toBeat = 0.8 * (candidates.first?.score ?? 0)
    let close = candidates.filter { $0.score >= toBeat }
    var result = candidates
    for (index, candidate) in close.enumerated() {
      guard let better = polish.refined(candidate.motion, reach: 4) else { continue }
      result[index].motion = better
      guard close.count > 1 else { continue }
      result[index].score = score(fit.evaluate(better), of: fit)
    }
    return close.count > 1 ? separate(result, fit: fit, keeping: candidates.count) : result
  }

  private func score(_ sums: GainOffsetSums, of fit: PatchFit) -> Double {
    let share = min(sums.count / (fit.fixed.count * fit.moving.count).squareRoot(), 1)
    return significance(sums.correlation, share: share)
  }

  /// The candidates improved at a level, best first, those that ran into the same place merged.
  private func refined(
    _ candidates: [Candidate], level: Int, of images: PatchWorkspace.Images, limit: Int, keeping count: Int
  ) -> [Candidate] {
    let fit = workspace.fit(level, of: images)
    let improved = candidates.map { candidate -> Candidate in
      let outcome = fit.minimize(from: candidate.motion, tolerance: level == 0 ? 0.01 : 0.02, limit: limit)
      return Candidate(
        motion: outcome.motion, score: outcome.stopReason == .lostOverlap ? 0 : score(outcome.sums, of: fit),
        sums: outcome.sums, iterations: candidate.iterations + outcome.iterations, stopReason: outcome.stopReason)
    }
    return separate(improved, fit: fit, keeping: count)
  }

  /// The best candidates, of which no two are within one and a half samples of each other.
  private func separate(_ candidates: [Candidate], fit: PatchFit, keeping count: Int) -> [Candidate] {
    let radius = 0.4 * hypot(Double(fit.fixed.width), Double(fit.fixed.height)) * fit.fixed.scale
    var kept: [Candidate] = []
    for candidate in candidates.sorted(by: { $0.score > $1.score }) {
      let near = kept.contains { $0.motion.distance(to: candidate.motion, radius: radius) < 1.5 * fit.fixed.scale }
      if !near { kept.append(candidate) }
      if kept.count == count { break }
    }
    return kept
  }
}

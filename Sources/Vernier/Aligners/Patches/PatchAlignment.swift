import Glibc

/// Search and refinement of one pair of small images by a rigid motion.
///
/// The coarsest level is searched for every angle and shift, the best places are refined from level to level, and the
/// best of them at the full resolution. Where the best two come close and the images correlate as noisy ones do, the
/// search is repeated on smoothed levels, since noise hides fine detail first, and the likelihood decides
/// (``PatchLikelihood``).
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

  /// The best motion and those that came next, best first, none where nothing overlaps; and what brought them to the
  /// full precision.
  func candidates() -> (found: [Candidate], polish: PatchPolish) {
    let polish = workspace.polish()
    let found = refined(search(workspace.images, keeping: 8), from: workspace.images, keeping: 2, pruning: 0.6)
    guard let best = found.first else { return ([], polish) }
    let correlation = best.sums.correlation
    // Of signal and noise of equal spectra in both images, noise has this share of the signal's variance.
    let noise = correlation > 0.2 ? 1 / correlation - 1 : 4
    // A spectrum of 1/k² falls below the noise's at a wavelength whose square grows with the noise. On photographs with
    // 10 % of noise factors of 5, 10 and 20 did alike, and more than 4 samples² lost more pairs than it gained.
    let variance = min(10 * noise, 4)
    guard variance > 0.4, found.count > 1, found[1].score > 0.6 * best.score else {
      return (polished(found, by: polish), polish)
    }
    let likeliest = likeliest(among: smoothed(found, variance: variance), by: polish)
    return (likeliest.isEmpty ? polished(found, by: polish) : likeliest, polish)
  }

  /// What a search on smoothed levels adds to the candidates: many, since the likelihood has still to tell them apart.
  private func smoothed(_ found: [Candidate], variance: Double) -> [Candidate] {
    let images = workspace.smoothed
    images.fixed.load(smoothing: workspace.images.fixed, variance: variance, with: workspace.blur)
    images.moving.load(smoothing: workspace.images.moving, variance: variance, with: workspace.blur)
    let coarse = refined(search(images, keeping: 32), from: images, keeping: 12, pruning: 0.4)
    let fine = refined(
      fineSearch(images, keeping: 32), level: max(coarsest - 1, 0), of: images, limit: 10, keeping: 12)
    return refined(coarse + fine + found, level: 0, of: images, limit: 12, keeping: 24)
  }

  /// The candidates in the order of their likelihood, the likelihood climbed from the best three: where noise exceeds
  /// the signal it has its top elsewhere than the correlation.
  private func likeliest(among candidates: [Candidate], by polish: PatchPolish) -> [Candidate] {
    let likelihood = workspace.fittedLikelihood()
    let fit = workspace.fit(0, of: workspace.images)
    func ratio(_ motion: PatchMotion) -> Double {
      polish.warp(through: motion)
      return likelihood.ratio(fit)
    }
    var result = candidates.map { candidate in
      var better = candidate
      better.motion = polish.refined(candidate.motion, reach: 4) ?? candidate.motion
      better.score = ratio(better.motion)
      return better
    }
    result.sort { $0.score > $1.score }
    let radius = 0.4 * hypot(Double(fit.fixed.width), Double(fit.fixed.height))
    for index in result.indices.prefix(3) {
      let start = result[index].motion
      func moved(_ place: SIMD4<Double>) -> PatchMotion {
        start.stepped(turn: place.x / radius, step: SIMD2(place.y, place.z))
      }
      let top = NelderMead(evaluationLimit: 80, tolerance: 0.01).minimize(from: .zero, scale: [1, 1, 1]) {
        -ratio(moved($0))
      }
      result[index].motion = moved(top.place)
      result[index].score = -top.value
      // A simplex ends where its corners no longer differ; the last step is worth half a unit of likelihood.
      if let better = polish.refined(result[index].motion, reach: 1), ratio(better) > result[index].score - 0.5 {
        result[index].motion = better
      }
    }
    // On the scale of the correlation's score: for n samples and a small correlation r the logarithm is n r² / 2.
    for index in result.indices {
      result[index].score = (2 * max(result[index].score, 0) / max(fit.fixed.count, 1)).squareRoot()
    }
    return separate(result, fit: fit, keeping: 4)
  }

  /// The candidates that come close to the best, brought to the full precision, and the others.
  private func polished(_ candidates: [Candidate], by polish: PatchPolish) -> [Candidate] {
    let fit = workspace.fit(0, of: workspace.images)
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
    _ candidates: [Candidate], from images: PatchWorkspace.Images, keeping count: Int, pruning share: Double
  ) -> [Candidate] {
    var found = candidates
    for level in (0...coarsest).reversed() {
      found = refined(
        found, level: level, of: images, limit: level == coarsest ? 8 : 12, keeping: level == 0 ? count : 2 * count)
      // What lies so far behind at a coarse level does not win at a fine one; the second tells how far ahead the first
      // is.
      let best = found.first?.score ?? 0
      found = found.enumerated().filter { $0.offset < 2 || $0.element.score > share * best }.map(\.element)
    }
    return found
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
    let first = candidates.first?.score ?? 0
    let improved = candidates.map { candidate -> Candidate in
      // A refined score far behind the first one's need only be roughly right.
      let steps = level < coarsest && candidate.score < 0.6 * first ? 3 : limit
      let outcome = fit.minimize(from: candidate.motion, tolerance: level == 0 ? 0.01 : 0.02, limit: steps)
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

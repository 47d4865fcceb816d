import Glibc

/// Measures what speaks for and against a transform, from the images alone.
struct EvidenceCollector<let rank: Int> {
  let refiner: Refiner<rank>
  let metric: Metric

  /// The level at which similarities are measured: fine enough to see detail, small enough to be quick.
  var level: Int { refiner.level(withAtMost: rank == 2 ? 300_000 : 1_200_000) }

  /// - Parameters:
  ///   - rivals: what the method itself proposes besides, best first.
  ///   - searched: what was found where the method compared no places.
  func collect(
    _ best: Candidate<rank>, rivals: [Candidate<rank>], searched: RivalSearch<rank>.Finding? = nil
  ) -> Evidence {
    let level = level
    let pair = refiner.pair(level)
    let before = sums(pair, Affine(center: refiner.center))
    let after = sums(pair, best.linear)
    let information = refiner.information(level)
    let evaluation = information.evaluate(best.linear, gradient: false)
    var rival = rivals.first
    var peakRatio = rival.map { best.score > 0 ? min(max($0.score / best.score, 0), 1) : 1 } ?? 0
    if let searched, searched.ratio > peakRatio { (rival, peakRatio) = (searched.rival, searched.ratio) }
    let covariance = ParameterCovariance(refiner, level: level, transform: best.linear, matches: metric)
    let overlap = pair.coverage(under: best.linear) / max(pair.fixedCount, 1)
    return Evidence(
      overlap: overlap, coverage: pair.ofSmaller(overlap, under: best.linear), similarityBefore: before.correlation,
      similarityAfter: after.correlation,
      informationCorrelation: evaluation.map(information.correlation) ?? 0,
      edgeAgreement: edgeAgreement(best.linear), distinctness: distinctness(best.linear),
      blocks: blocks(best.linear, overlap: overlap),
      rivalAgreement: rivalAgreement(best.linear, rivals + [searched?.rival].compactMap(\.self)), peakRatio: peakRatio,
      rival: peakRatio > 0.8 ? rival?.linear.homogeneous : nil,
      forwardBackward: forwardBackward(best.linear), covariance: covariance?.matrix,
      cornerDeviation: best.cornerDeviation ?? covariance?.cornerDeviation, stopReason: best.stopReason,
      iterations: best.iterations)
  }

  private func sums(_ pair: LevelPair<rank>, _ transform: Affine<rank>) -> GainOffsetSums {
    LeastSquares(pair, generators: [], about: refiner.center, fitsGainAndOffset: true, threads: refiner.threads)
      .evaluate(transform).sums
  }

  /// The strongest agreement of edges over the two finest of the levels that are small enough: noise hides the finest
  /// edges first, and blur has none there.
  func edgeAgreement(_ transform: Affine<rank>) -> Double {
    let first = level
    return (first...min(first + 1, refiner.levelCount - 1)).map { level in
      let pair = refiner.pair(level)
      let moved = pair.moving.resampled(onto: pair.fixed.grid, through: transform, threads: refiner.threads)
      return EdgeAgreement(pair.fixed, moved).value
    }.max() ?? 0
  }

  /// At a level of some 70,000 samples in the overlap, finer than which noise hides what blocks have in common.
  private func blocks(_ transform: Affine<rank>, overlap: Double) -> BlockAgreement {
    let (pair, moved) = seen(transform, overlap: overlap)
    let edges = metric.relation == .any
    return BlockAgreement(
      pair.fixed, moved, byEdges: edges,
      // In space small parts are compared only where intensities are related by a line: between two contrasts of one
      // head, in place, 20 to 40 % of them are unlike.
      comparesSmallParts: !edges || rank == 2, threads: refiner.threads)
  }

  /// Both images at a level of so many samples in the overlap, the moving one on the fixed grid.
  private func seen(
    _ transform: Affine<rank>, overlap: Double, samples: Double = 70_000
  ) -> (pair: LevelPair<rank>, moved: Image<rank>) {
    let pair = refiner.pair(refiner.level(withAtMost: Int(samples / min(max(overlap, 0.05), 1))))
    let moved = pair.moving.resampled(onto: pair.fixed.grid, through: transform, threads: refiner.threads)
    // A negative is as like as a positive where intensities are related by a line.
    let isNegative = metric.relation == .linear && sums(pair, transform).correlation < 0
    return (pair, isNegative ? moved.mapSamples { -$0 } : moved)
  }

  /// What the parts say of the most likely other places beside this one, at a coarser level.
  ///
  /// A part is found to 1½ samples: places nearer than 4 samples would share their parts.
  private func rivalAgreement(_ transform: Affine<rank>, _ candidates: [Candidate<rank>]) -> Double {
    let samples = rank == 2 ? 20_000.0 : 60_000
    let grid = refiner.fixed.levels[refiner.level(withAtMost: Int(samples))].grid
    let least = 4 * (grid.spacing.elements.max() ?? 1)
    let rivals = candidates.filter { $0.linear.cornerDistance(to: transform, on: grid) > least }
    guard !rivals.isEmpty else { return 0 }
    func agreement(_ place: Affine<rank>) -> BlockAgreement {
      let (pair, moved) = seen(place, overlap: 1, samples: samples)
      return BlockAgreement(pair.fixed, moved, byEdges: metric.relation == .any, threads: refiner.threads)
    }
    return BlockAgreement.ratio(of: rivals.prefix(3).map { agreement($0.linear) }, to: agreement(transform))
  }

  /// How far the similarity stands above its values at transforms displaced from this one.
  ///
  /// The displacements are shifts of 4 to 12 % of the diagonal in evenly spread directions, and for models that turn
  /// also turns of the same reach. The less distinct of the two counts: under a round field stop shifts are told apart
  /// and turns are not.
  private func distinctness(_ transform: Affine<rank>) -> Double {
    let level = refiner.level(withAtMost: rank == 2 ? 70_000 : 60_000)
    let pair = refiner.pair(level)
    let diagonal = pair.fixed.grid.diagonal
    let usesInformation = metric.relation == .any
    let information = usesInformation ? refiner.information(level) : nil
    let least = LeastSquares(
      pair, generators: [], about: refiner.center, fitsGainAndOffset: true, threads: refiner.threads)
    func value(_ transform: Affine<rank>) -> Double? {
      if let information {
        guard let evaluation = information.evaluate(transform, gradient: false) else { return nil }
        return atanh(min(information.correlation(evaluation), 0.999_99))
      }
      let sums = least.evaluate(transform).sums
      guard sums.count > 0.2 * min(1, pair.relativeExtent) * pair.fixedCount else { return nil }
      return atanh(min(abs(sums.correlation), 0.999_99))
    }
    guard let peak = value(transform) else { return 0 }
    var shifted: [Double] = []
    var turned: [Double] = []
    let directions = rank == 2 ? 8 : 14
    for ring in [0.04, 0.08, 0.12] {
      for index in 0..<directions {
        var displaced = transform
        displaced.translation += direction(index, of: directions, turn: 10 * ring) * (ring * diagonal)
        if let other = value(displaced) { shifted.append(other) }
      }
      guard refiner.model != .translation else { continue }
      for plane in rotationPlanes(rank: rank) {
        for sign in [-1.0, 1.0] {
          let turn = Affine(
            linear: Affine<rank>.rotation(radians: sign * 3 * ring, from: plane.from, to: plane.to),
            center: refiner.center)
          if let other = value(transform.composed(after: turn)) { turned.append(other) }
        }
      }
    }
    return Evidence.distinctness(of: peak, among: [shifted, turned])
  }

  /// One of `count` unit vectors spread evenly over the circle or the sphere.
  private func direction(_ index: Int, of count: Int, turn: Double) -> Vector<rank> {
    var direction = Vector<rank>.zero
    if rank == 2 {
      let angle = 2 * Double.pi * (Double(index) + turn) / Double(count)
      direction[0] = cos(angle)
      direction[1] = sin(angle)
    } else {
      let height = 1 - (2 * Double(index) + 1) / Double(count)
      let angle = 2.399_963_229_728_653 * Double(index)
      let radius = (1 - height * height).squareRoot()
      direction[0] = radius * cos(angle)
      direction[1] = radius * sin(angle)
      direction[rank - 1] = height
    }
    return direction
  }

  /// The mean distance at the corners between a point and where forward and backward alignment bring it.
  ///
  /// The backward alignment swaps the images and starts from the inverse, moved by two samples of a coarse level along
  /// each axis, so that it has to find its own way.
  private func forwardBackward(_ transform: Affine<rank>) -> Double {
    guard let inverse = transform.inverted() else { return .infinity }
    let reverse = Refiner(swapping: refiner)
    let coarse = reverse.level(withAtMost: rank == 2 ? 6000 : 40_000)
    let finest = reverse.level(withAtMost: rank == 2 ? 70_000 : 100_000)
    let spacing = reverse.fixed.levels[coarse].grid.spacing
    var current = inverse.centered(at: reverse.center)
    current.translation += Vector { 1.5 * spacing[$0] }
    var level = coarse
    while true {
      current = reverse.comparison(metric, level).refine(current, limit: 20, threads: refiner.threads).transform
      if level <= finest { break }
      level -= 1
    }
    let corners = refiner.fixed.levels[0].grid.corners
    return corners.reduce(0) { $0 + (current(transform($1)) - $1).length } / Double(corners.count)
  }
}

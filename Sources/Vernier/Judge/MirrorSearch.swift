/// Asks whether a picture matches another once it is mirrored: scanned from its back, a section laid the wrong way up.
struct MirrorSearch {
  let threads: Int

  /// In nats. Of 1360 answers on unrelated pictures none has more.
  private static let leastEvidence = 12.0

  /// Whether the parts of both agree at the likeliest place of a turned, shifted and mirrored picture.
  ///
  /// The mirror's axis does not matter: mirrored along y is mirrored along x and turned by 180°.
  func matches(_ moving: Image<2>, _ fixed: Image<2>) throws -> Bool {
    guard BlockMatching.mostEvidence(of: fixed.size) > Self.leastEvidence else { return false }
    let pair = PyramidPair(moving: moving.mirroredAlongX(), fixed: fixed, threads: threads)
    let refiner = Refiner(pair, model: .rigid, comparable: false, finestInterpolation: .linear, threads: threads)
    let best = refiner.refined(
      try places(refiner, pair), metric: .crossCorrelation, level: refiner.coarseLevel(), limit: 30, keeping: 1)
    guard let place = best.first?.linear else { return false }
    let finer = refiner.pair(refiner.level(withAtMost: 20_000))
    let moved = finer.moving.resampled(onto: finer.fixed.grid, through: place, threads: threads)
    let agreement = BlockAgreement(finer.fixed, moved, byEdges: false, threads: threads)
    return agreement.leastShare >= VerdictRules.leastBlockShare.least
      && agreement.evidence > Self.leastEvidence
  }

  /// Where the pictures may lie, by the engine for small ones at a level at which they are small. Of the mirrored pairs
  /// that it finds at 128 samples a side it finds as many at 64, in a third of the time.
  private func places(_ refiner: Refiner<2>, _ pair: PyramidPair<2>) throws -> [Candidate<2>] {
    for level in 0..<refiner.levelCount {
      let pair = refiner.pair(level)
      guard pair.fixed.size.allSatisfy({ $0 <= 64 }) else { continue }
      if let small = PatchRegistration(moving: pair.moving, to: pair.fixed, model: .rigid) {
        return small.places().map { Candidate(transform: $0, score: 0) }
      }
    }
    return try RivalSearch.places(pair, model: .rigid, threads: threads)
  }
}

extension Image where rank == 2 {
  /// The samples of each row from last to first, on the same grid.
  fileprivate func mirroredAlongX() -> Self {
    func mirrored<Element>(_ values: [Element]) -> [Element] {
      stride(from: 0, to: values.count, by: width).flatMap { values[$0..<($0 + width)].reversed() }
    }
    return Self(unchecked: grid, samples: mirrored(samples), mask: mask.map(mirrored))
  }
}

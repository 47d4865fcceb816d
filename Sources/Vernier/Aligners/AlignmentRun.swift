/// One pair on its way through a chain: prepared, aligned, judged, deformed.
struct AlignmentRun<let rank: Int>: Sendable {
  let chain: MethodChain
  let task: AlignmentTask
  let prepare: [any PrepareStep]
  let moving: Image<rank>
  let fixed: Image<rank>
  let start: Candidate<rank>
  /// Whether the start was given, rather than where the images lie.
  let hasStart: Bool

  func callAsFunction() throws -> Alignment<rank> {
    let clock = ContinuousClock()
    let begin = clock.now
    let (still, other) = try prepared()
    var alignment = try aligned(other, to: still)
    if alignment.verdict == .failed { try askMirror(&alignment, other, still) }
    if let deforming = chain.deforming {
      alignment.deformationModel = deforming.deformation
      alignment.method = chain.name
      if alignment.verdict != .failed {
        try Activity.begin(deforming.name, 0.7...1)
        try deform(&alignment, by: deforming, other, onto: still)
      }
    }
    if !prepare.isEmpty {
      alignment.prepare = prepare.map(\.name)
      if let affine = alignment.transform.affine {
        alignment.transform = Transform(affine.centered(at: fixed.grid.center))
      }
    }
    try Activity.check()
    alignment.seconds = (clock.now - begin).seconds
    return alignment
  }

  private func prepared() throws -> (fixed: Image<rank>, moving: Image<rank>) {
    var still = try fixed.checked { .fixedUnusable($0) }
    var other = try moving.checked { .movingUnusable($0) }
    if chain.stages.allSatisfy(\.leavesOutPadding) {
      (still, other) = (still.withoutPadding(), other.withoutPadding())
      (still, other) = SensorDefects.removed(from: still, other)
    }
    guard !prepare.isEmpty else { return (still, other) }
    try Activity.begin(prepare.map(\.name).joined(separator: ", "), 0...0.1)
    func prepared(_ image: Image<rank>, _ wrap: (ImageError) -> AlignmentError) throws -> Image<rank> {
      do { return try image.prepared(by: prepare).checked(wrap) } catch let error as ImageError { throw wrap(error) }
    }
    still = try prepared(still) { .fixedUnusable($0) }
    other = try prepared(other) { .movingUnusable($0) }
    return (still, other)
  }

  /// Notes for a failed alignment whether the moving picture matches when mirrored.
  private func askMirror(_ alignment: inout Alignment<rank>, _ moving: Image<rank>, _ fixed: Image<rank>) throws {
    try Activity.check()
    let isMirrored = try Ranks.inPlane(rank, (moving, fixed), as: Bool.self) {
      (pair: (Image<2>, Image<2>)) -> Bool? in
      try MirrorSearch(threads: task.threads).matches(pair.0, pair.1)
    }
    alignment.evidence.isMirrored = isMirrored ?? false
  }

  /// The linear alignment. Small pictures are given to their own engine first.
  private func aligned(_ moving: Image<rank>, to fixed: Image<rank>) throws -> Alignment<rank> {
    guard chain.isUsual, task.metric == nil || task.metric == .crossCorrelation,
      let small = PatchRegistration.alignment(of: moving, to: fixed, model: task.model, method: chain.name)
    else { return try alignedByChain(moving, to: fixed) }
    // Other methods cannot single out what the images leave open, nor better what only the parts speak against.
    guard small.verdict != .aligned, !small.evidence.isAmbiguous(on: fixed.grid),
      ConfidenceModel.calibrated(rank: rank, isContested: false).probability(of: small.evidence, on: fixed.grid)
        < VerdictRules.alignedFrom
    else { return small }
    // Where it doubts, the general methods would end at the same place and take ten times as long. The evidence that they
    // gather can be gathered at this place, too.
    if small.verdict == .doubtful, let judged = try? judged(small, moving, to: fixed), judged.verdict != .failed {
      return VerdictRules.chosen(judged, orSmall: small, on: fixed.grid)
    }
    guard let general = try? alignedByChain(moving, to: fixed) else { return small }
    return VerdictRules.chosen(general, orSmall: small, on: fixed.grid)
  }

  /// The answer of the engine for small pictures with the evidence of all others.
  private func judged(
    _ small: Alignment<rank>, _ moving: Image<rank>, to fixed: Image<rank>
  ) throws -> Alignment<rank> {
    let answer = Candidate(
      transform: small.linear, score: 0, iterations: small.evidence.iterations,
      stopReason: small.evidence.stopReason, metric: small.metric)
    return try Judge(model: task.model, threads: task.threads).alignment(
      answer, others: [], of: PyramidPair(moving: moving, fixed: fixed, threads: task.threads), method: chain.name,
      comparedPlaces: false)
  }

  private func alignedByChain(_ moving: Image<rank>, to fixed: Image<rank>) throws -> Alignment<rank> {
    let pyramids = PyramidPair(moving: moving, fixed: fixed, threads: task.threads)
    var candidates = [start]
    for (index, stage) in chain.linear.enumerated() {
      let part = 0.6 / Double(chain.linear.count)
      try Activity.begin(stage.name, (part * Double(index))...(part * Double(index + 1)))
      candidates =
        if let stage = stage as? any MultiresolutionAligner {
          try stage.candidates(aligning: pyramids, from: candidates, as: task)
        } else {
          try stage.candidates(aligning: moving, to: fixed, from: candidates, as: task)
        }
    }
    try Activity.begin("evidence", 0.6...0.7)
    guard let best = candidates.first else { throw AlignmentError.noOverlap }
    let judge = Judge(model: task.model, threads: task.threads)
    return try judge.alignment(
      best, others: Array(candidates.dropFirst()), of: pyramids, method: chain.name,
      // A deformation alone starts from where the images lie in space; that is no answer that could have a rival.
      comparedPlaces: chain.linear.isEmpty || chain.linear.contains(where: \.comparesPlaces),
      start: hasStart ? start.linear : nil)
  }

  /// Adds the deformation that is found from here on; the confidence remains the linear alignment's, for which alone it
  /// is fitted.
  private func deform(
    _ alignment: inout Alignment<rank>, by method: any Aligner, _ moving: Image<rank>, onto fixed: Image<rank>
  ) throws {
    let start = Candidate(transform: alignment.transform, score: 0, metric: alignment.metric)
    guard let found = try method.candidates(aligning: moving, to: fixed, from: [start], as: task).first else { return }
    alignment.transform = found.transform
    alignment.deformation = found.deformation
    alignment.verdict = VerdictRules.verdict(alignment.verdict, after: found.deformation)
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

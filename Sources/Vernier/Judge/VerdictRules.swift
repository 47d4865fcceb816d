/// Every rule by which evidence becomes a verdict.
///
/// The confidence is a probability, fitted on pairs whose answer is known (``ConfidenceModel``). The verdict follows
/// from it but where a rule says otherwise: images that match in more than one way, another place that explains them
/// better, a deformation that folds.
public enum VerdictRules {
  /// From this confidence on an alignment is called `aligned`.
  public static let alignedFrom = 0.95
  /// Below this confidence, more likely wrong than right, it is called `failed`; in between `doubtful`.
  public static let failedBelow = 0.5

  /// The mean error at the corners up to which an alignment counts as right: 2 samples, or 3 % of the longest side
  /// where that is more.
  public static func largestRightError<let rank: Int>(on grid: Grid<rank>) -> Double {
    let side = (0..<rank).map { Double(grid.size[$0]) * grid.spacing[$0] }.max() ?? 1
    return max(2 * (grid.spacing.elements.max() ?? 1), 0.03 * side)
  }

  /// The confidence in an alignment: the probability, but no less than ``floor(_:rank:)`` and no more than
  /// ``ceiling(_:on:)``.
  public static func confidence<let rank: Int>(in evidence: Evidence, on grid: Grid<rank>) -> Double {
    let most = ceiling(evidence, on: grid)
    let model = ConfidenceModel.calibrated(rank: rank, isContested: most < 1)
    return min(max(model.probability(of: evidence, on: grid), floor(evidence, rank: rank)), most)
  }

  /// What the confidence does not fall below unless a rule bounds it: 0.6 where the parts of pictures lie clearly together,
  /// with more than 30 nats, if beside their places, and those of no other place do; else 0.
  ///
  /// Such pictures match: what is left is the model's to explain, and calls for a look or for another model. In space two
  /// heads turned onto each other do the same.
  public static func floor(_ evidence: Evidence, rank: Int) -> Double {
    let isTogether = evidence.blocks.trendEvidence > 30 && evidence.blocks.showsTrend(rank: rank)
    return rank == 2 && isTogether && evidence.rivalAgreement < mostRivalAgreement(rank: rank) ? 0.6 : 0
  }

  /// Below this evidence of its parts, in nats, an alignment is not believed at all: unrelated small pictures reach 3 to 5
  /// once in 25 times, right answers on them hardly ever stay there.
  /// Few parts cannot say as much: of three and more, 0.8 nats a part are asked for, and 5 at most.
  public static func leastBlockEvidence(count: Int) -> Double { count < 3 ? 5 : min(5, 0.8 * Double(count)) }
  /// Below these shares of parts that agree, the likeliest and the least, an alignment is `doubtful` at most: something
  /// else moved, or the parts that agree are not of the scene.
  public static let leastBlockShare = (likeliest: 0.75, least: 0.5)
  /// Parts that lie together beside their places are believed from this evidence on, in nats.
  static let leastTogether = 6.0
  static let leastShareOfFew = (likeliest: 0.5, least: 0.3)

  /// More unlike small parts than this at least, and something moved by itself or was added.
  public static let mostUnlikeShare = 0.11
  /// More evidence of the parts for another place than this share of that for the answer's. In space surfaces lie on each
  /// other in more than one place, those of right answers too: there the parts must say more for the other place.
  public static func mostRivalAgreement(rank: Int) -> Double { rank == 2 ? 0.5 : 1 }
  /// What the parts' trend must gain over the transform itself, in nats, to speak against it: one for each of its
  /// coefficients.
  static func leastTrendGain(rank: Int) -> Double { rank == 2 ? 12 : 30 }
  /// A refinement that loses more of the edges' agreement than this has left its start for worse.
  public static let leastEdgeLoss = 0.05
  /// What the parts may be off together, as a share of the error that is still right.
  static let mostCornerError = 0.6

  /// What the confidence cannot exceed, whatever else speaks for an alignment: 0.45, 0.9 or 1, as
  /// ``objections(to:on:)`` say.
  public static func ceiling<let rank: Int>(_ evidence: Evidence, on grid: Grid<rank>) -> Double {
    objections(to: evidence, on: grid).map(\.ceiling).min() ?? 1
  }

  /// What bounds the confidence, the gravest first.
  ///
  /// Where the parts of the images, each by itself, do not bear the transform out, or it matches mirrored, it is not
  /// believed at all. It is `doubtful` at most where
  /// - too few of the parts do, or together they say clearly that the corners are off by more than ⅗ of what counts as
  ///   right;
  /// - those of another place say half as much, in space more;
  /// - clearly more than 11 % of the small parts that show enough are unlike: something moved by itself, or was added;
  /// - the edges agreed better at a start that was given;
  /// - fewer than 64 samples overlap, which fit each other by chance;
  /// - pictures share a frame, such as the round field stop of two retina pictures: they are alike wherever they lie.
  ///   Their similarity stands less than three deviations above its values at displaced transforms, and going there and
  ///   back ends farther away than a right answer may be off.
  public static func objections<let rank: Int>(to evidence: Evidence, on grid: Grid<rank>) -> [VerdictReason] {
    let (blocks, limit) = (evidence.blocks, largestRightError(on: grid))
    let cornerError = blocks.cornerError ?? 0
    var found: [VerdictReason] = []
    if evidence.isMirrored { found.append(.mirrored) }
    // Parts that lie together beside their places, but near enough, say that the answer is right as far as it goes.
    if blocks.evidence < leastBlockEvidence(count: blocks.count),
      cornerError > limit || blocks.trendEvidence < leastTogether
    {
      found.append(.partsDisagree)
    }
    if cornerError > mostCornerError * limit, blocks.showsTrend(rank: rank) {
      found.append(.remainder(blocks.remainder ?? .shift, error: cornerError))
    }
    if evidence.overlap * Double(grid.count) < 64 { found.append(.fewSamples) }
    // A few blocks tell the share less exactly.
    let least = blocks.count < 24 ? leastShareOfFew : leastBlockShare
    if blocks.share < least.likeliest || blocks.leastShare < least.least {
      found.append(.fewPartsAgree(share: blocks.share))
    }
    if evidence.rivalAgreement > mostRivalAgreement(rank: rank) { found.append(.anotherPlace) }
    if blocks.unlikeShare > mostUnlikeShare { found.append(.unlikeParts(share: blocks.unlikeShare)) }
    if let before = evidence.edgeAgreementAtStart, before > evidence.edgeAgreement + leastEdgeLoss {
      found.append(.worseThanStart)
    }
    if rank == 2, evidence.distinctness < 3, evidence.forwardBackward > limit { found.append(.sharedFrame) }
    return found
  }

  /// What speaks most against an alignment; nil for one that is `aligned`.
  public static func reason<let rank: Int>(against alignment: Alignment<rank>, on grid: Grid<rank>) -> VerdictReason? {
    guard alignment.verdict != .aligned else { return nil }
    if let deformation = alignment.deformation, alignment.confidence >= alignedFrom {
      if deformation.folding.share > 0 { return .folding(share: deformation.folding.share) }
      if deformation.costAfter > deformation.costBefore { return .idleDeformation }
    }
    if let objection = objections(to: alignment.evidence, on: grid).first { return objection }
    return alignment.evidence.isAmbiguous(on: grid) ? .ambiguous : .weak
  }

  /// The verdict of a confidence and its evidence.
  ///
  /// Where the images agree closely but another transform does so as well, or the images do not determine the
  /// transform, it is `doubtful`: neither can be used unseen, nor do the images fail to match. Where another place
  /// explains them clearly better and the confidence is low, the answer is wrong rather than ambiguous.
  public static func verdict<let rank: Int>(
    confidence: Double, _ evidence: Evidence, isBeaten: Bool, on grid: Grid<rank>
  ) -> Verdict {
    if isBeaten, confidence < failedBelow { return .failed }
    if evidence.isAmbiguous(on: grid) { return .doubtful }
    if confidence >= alignedFrom { return .aligned }
    return confidence >= failedBelow ? .doubtful : .failed
  }

  /// The verdict of a linear alignment after a deformation: one that folds, or that makes the images no more alike by
  /// its own measure, is not to be used unseen.
  public static func verdict(_ linear: Verdict, after deformation: DeformationEvidence?) -> Verdict {
    guard linear == .aligned, let deformation else { return linear }
    let isSound = deformation.folding.share == 0 && deformation.costAfter <= deformation.costBefore
    return isSound ? .aligned : .doubtful
  }

  /// Whether the images ask for a deformation: where it was not fitted it explains at least a fiftieth of what the linear
  /// map leaves, clearly more than chance would, in six blocks or more.
  public static func isSupported(_ gain: HeldOutGain) -> Bool {
    gain.count >= 6 && gain.significance >= 4 && gain.share >= 0.02
  }

  /// The candidates that are rivals of another: several at the same place do not count as rivals of each other.
  static func rivals<let rank: Int>(
    of best: Candidate<rank>, among others: [Candidate<rank>], on grid: Grid<rank>
  ) -> [Candidate<rank>] {
    let limit = largestRightError(on: grid)
    return others.filter { $0.linear.cornerDistance(to: best.linear, on: grid) > limit }
  }

  /// What to make of an alignment by the general methods, and of one by those for small pictures.
  ///
  /// Of two answers that are both more likely wrong than right the confidence does not tell the better: the one for
  /// small pictures stays. Where both agree, its transform is the more precise.
  static func chosen<let rank: Int>(
    _ general: Alignment<rank>, orSmall small: Alignment<rank>, on grid: Grid<rank>
  ) -> Alignment<rank> {
    guard general.verdict == .aligned || (small.verdict == .failed && general.confidence >= failedBelow) else {
      return small
    }
    guard general.linear.cornerDistance(to: small.linear, on: grid) < 0.05 * grid.diagonal else { return general }
    var both = general
    both.transform = small.transform
    return both
  }
}

/// Whether to believe an alignment.
public enum Verdict: String, Sendable {
  case aligned, doubtful, failed
}

extension Evidence {
  /// Whether the images agree closely, with an NCC of at least 0.9 over at least half of the fixed one, and yet do not
  /// single out this transform: the next best candidate reaches 90 % of its score, or it is uncertain by more than 2 %
  /// of the diagonal at the corners.
  ///
  /// A score grows with the root of the overlap, of which a turn within a square frame leaves 83 % in the worst case:
  /// 97 % would miss every other picture that looks the same from three sides.
  public func isAmbiguous<let rank: Int>(on grid: Grid<rank>) -> Bool {
    guard similarityAfter >= 0.9, coverage >= 0.5 else { return false }
    return peakRatio >= 0.9 || (cornerDeviation ?? .infinity) > 0.02 * grid.diagonal
  }
}

extension BlockAgreement {
  /// Whether the parts say clearly that they lie together beside their places.
  func showsTrend(rank: Int) -> Bool { trendEvidence - evidence > VerdictRules.leastTrendGain(rank: rank) }
}

import Vernier

/// Two images and the known answer.
struct KnownPair<let rank: Int>: Sendable {
  var fixed: Image<rank>
  var moving: Image<rank>
  var answer: PointPairs<rank>
  /// False where the answer's shift is not known and is not judged.
  var knowsShift = true

  private func error(of transform: Affine<rank>) -> Double {
    knowsShift ? answer.meanDistance(transform) : answer.shifted(toFit: transform).meanDistance(transform)
  }

  /// Registers the pair as `vernier register` does and compares with the answer.
  ///
  /// - Parameter extra: the data set's further columns.
  /// - Returns: a row also for images that cannot be aligned at all.
  func row(
    _ name: String, group: String = "", model: TransformModel, tolerance: Double, threads: Int,
    extra: (Alignment<rank>?) -> [String] = { _ in [] }
  ) -> KnownRow {
    let best = answer.bestFit(model)
    var row = KnownRow(
      name: name, group: group, model: model, method: "–", metric: "–", error: .infinity,
      floor: answer.meanDistance(best), tolerance: tolerance, verdict: .failed, confidence: 0, seconds: 0, extra: [])
    let alignment = try? Registration(model: model, threads: threads).align(moving, to: fixed)
    row.extra = extra(alignment)
    if let alignment {
      row.method = alignment.method
      row.metric = alignment.metric.name
      row.error = error(of: alignment.linear)
      row.verdict = alignment.verdict
      row.confidence = alignment.confidence
      row.seconds = alignment.seconds
    }
    if !row.isRight { row.diagnosis = diagnosis(model: model, best: best, tolerance: tolerance, threads: threads) }
    return row
  }

  private func diagnosis(
    model: TransformModel, best: Affine<rank>, tolerance: Double, threads: Int
  ) -> Diagnosis {
    let metrics: [Metric] = [.crossCorrelation, .mutualInformation, .gradientFields]
    func ending(_ metric: Metric, from start: Affine<rank>?) -> Diagnosis.Ending {
      let registration = Registration(model: model, metric: metric, threads: threads)
      let alignment = try? registration.align(moving, to: fixed, initial: start)
      return Diagnosis.Ending(error: alignment.map { error(of: $0.linear) } ?? .infinity, alignment: alignment)
    }
    let trials = metrics.map { metric in
      Diagnosis.Trial(metric: metric, searched: ending(metric, from: nil), fromAnswer: ending(metric, from: best))
    }
    return Diagnosis(trials: trials, tolerance: tolerance)
  }
}

import Vernier
import VernierCommandLine
import VernierFiles
import VernierReport
import VernierText

/// One pair to register: read, align, write.
struct PairJob: Sendable {
  let fixed: String
  let moving: String
  let registration: Registration
  let interpolation: Interpolation
  let background: BackgroundChoice
  let files: PairFiles
  /// What the result calls the images, where that is not their paths.
  var names: (fixed: String, moving: String)?

  /// What a registered pair leaves to say.
  struct Outcome: Sendable {
    /// The members of the pair's JSON object.
    var result: [JSON.Member]
    var verdict: Verdict
    /// Fixed point to moving point, homogeneous; nil where none was found.
    var matrix: [[Double]]?
    /// The result for a person; made when it is asked for, since a list asks for none.
    var summary: @Sendable () -> String
    /// All that is known of it, a line each.
    var details: @Sendable () -> String
    var warnings: [String]
  }

  /// The files that are read.
  var inputs: [String] {
    [fixed, moving] + [files.fixedMask, files.movingMask, files.initialTransform].compactMap(\.self)
  }

  /// The files to write.
  var destinations: [Destination] {
    [
      files.moved.map { Destination(path: $0, endings: ImageFile.writableEndings) },
      files.transform.map { Destination(path: $0, endings: TransformFile.writableEndings) },
      files.inverse.map { Destination(path: $0, endings: TransformFile.writableEndings) },
      files.report.map { Destination(path: $0, endings: [".html", ".htm"]) },
    ].compactMap(\.self)
  }

  /// The result where no alignment was found.
  func failure(_ reason: String) -> [JSON.Member] {
    JSON.failure(reason, fixed: names?.fixed ?? fixed, moving: names?.moving ?? moving)
  }

  /// Reads the pair, aligns it and writes what was asked for. A failed alignment writes the report alone.
  ///
  /// - Throws: what makes a file unusable; then nothing was written.
  func run(progress: Progress? = nil) throws -> Outcome {
    try PairRegistering(job: self, progress: progress)(
      reading: fixed, moving, threads: registration.threads)
  }

  fileprivate struct PairRegistering: PictureWork {
    let job: PairJob
    let progress: Progress?

    func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moving: Picture<rank>) throws -> Outcome {
      try job.run(fixed, moving, progress)
    }
  }

  private func run<let rank: Int>(
    _ fixed: Picture<rank>, _ moving: Picture<rank>, _ progress: Progress?
  ) throws -> Outcome {
    let usableFixed = try fixed.masked(by: files.fixedMask)
    let usableMoving = try moving.masked(by: files.movingMask)
    if let path = files.moved {
      try moving.contents.checkWritable(to: path)
      try background.check(moving)
    }
    let volumes = TransformVolumes(fixed: fixed, moving: moving)
    let initial: Affine<rank>? = try files.initial.map { name in
      if let start = CenterStart(rawValue: name) { return start.transform(aligning: usableMoving, to: usableFixed) }
      return try TransformFile.read(name, as: Affine<rank>.self, between: volumes).centered(at: fixed.grid.center)
    }
    let alignment: Alignment<rank>
    do {
      alignment = try registration.align(usableMoving, to: usableFixed, initial: initial) {
        progress?.report($0.share, $0.stage)
      }
    } catch {
      if case .noAnswer(let method, _) = error {
        return try unanswered("\(error)", by: method, fixed: fixed, moving: moving, usableFixed, usableMoving)
      }
      throw error.naming(fixed: fixed.file, moving: moving.file, initial: files.initial)
    }
    var written: [String] = []
    let writesAnyway = alignment.verdict == .failed && files.writesFailed
    if alignment.verdict != .failed || writesAnyway {
      if let path = files.moved {
        progress?.report(1, "resampling")
        let moved = moving.moved(
          onto: fixed.grid, through: alignment.transform, interpolation: interpolation,
          background: background, threads: registration.threads)
        try moving.contents(movedTo: moved, on: fixed, through: alignment.transform).write(to: path)
        written.append(path)
      }
      if let path = files.transform {
        try TransformFile(of: alignment).storable(in: path, on: fixed.grid).write(to: path, between: volumes)
        written.append(path)
      }
      if let path = files.inverse, let inverse = alignment.transform.inverted() {
        let stored = inverse.affine == nil ? Transform(DisplacementField(of: inverse, on: moving.grid)) : inverse
        try TransformFile(stored).storable(in: path, on: moving.grid)
          .write(to: path, between: TransformVolumes(fixed: moving, moving: fixed))
        written.append(path)
      }
    }
    if let path = files.report {
      progress?.report(1, "writing the report")
      try write(report: path, alignment, fixed: fixed, moving: moving, usableFixed, usableMoving)
      written.append(path)
    }
    let advice = Advice(alignment, on: fixed.grid, unit: fixed.unit)
    let results = files.results
    return Outcome(
      result: JSON.result(
        alignment, on: fixed.grid, fixed: names?.fixed ?? fixed.file, moving: names?.moving ?? moving.file,
        writtenAnyway: writesAnyway && !results.isEmpty),
      verdict: alignment.verdict, matrix: alignment.matrix,
      summary: { advice.summary },
      details: { [written] in advice.details(fixed: fixed.file, moving: moving.file, written: written) },
      warnings: fixed.remarks + moving.remarks
        + advice.warnings(
          moving: moving.file, withheld: writesAnyway ? [] : results, written: writesAnyway ? results : []))
  }

  /// The outcome where the method finds no transform; the report then shows the images where they lie.
  private func unanswered<let rank: Int>(
    _ reason: String, by method: String, fixed: Picture<rank>, moving: Picture<rank>,
    _ usableFixed: Image<rank>, _ usableMoving: Image<rank>
  ) throws -> Outcome {
    var withheld = files.results
    if let path = files.report {
      let judge = Judge(model: registration.model, metric: registration.metric, threads: registration.threads)
      if var still = try? judge.assess(Affine.identity, moving: usableMoving, to: usableFixed) {
        (still.verdict, still.confidence, still.method) = (.failed, 0, method)
        try write(report: path, still, fixed: fixed, moving: moving, usableFixed, usableMoving, problem: reason)
      } else {
        // They lie apart: there is nothing to show beside each other.
        withheld.append(path)
      }
    }
    let remains = withheld.isEmpty ? "" : "; not written: \(withheld.joined(separator: ", "))"
    let rows = [["  fixed", self.fixed], ["  moving", self.moving], ["  reason", reason]]
    return Outcome(
      result: failure(reason), verdict: .failed, matrix: nil,
      summary: { "failed, no transform found\n\(reason)\n" }, details: { rows.alignedColumns },
      warnings: fixed.remarks + moving.remarks + ["\(self.moving): the alignment failed: \(reason)\(remains)"])
  }

  private func write<let rank: Int>(
    report path: String, _ alignment: Alignment<rank>, fixed: Picture<rank>, moving: Picture<rank>,
    _ usableFixed: Image<rank>, _ usableMoving: Image<rank>, problem: String? = nil
  ) throws {
    let moved = usableMoving.resampled(onto: fixed.grid, through: alignment.transform, threads: registration.threads)
    let colors =
      !moving.contents.layout.isColor
      ? []
      : moving.moved(
        onto: fixed.grid, through: alignment.transform, interpolation: .linear, background: .value(0),
        threads: registration.threads
      ).channels
    let failed = alignment.verdict == .failed
    let report = Report(
      fixed: ShownImage(usableFixed, channels: fixed.colors),
      moving: ShownImage(usableMoving, channels: moving.colors), moved: ShownImage(moved, channels: colors),
      alignment: alignment, fixedFile: fixed.file, movingFile: moving.file,
      withheld: failed && (!files.writesFailed || problem != nil) ? files.results : [],
      writtenAnyway: failed && files.writesFailed && problem == nil ? files.results : [], problem: problem,
      version: VernierCommand.version)
    let page = try report.html(encodedBy: ReportEncoder(), threads: registration.threads)
    try PartialFiles.replace(path, text: page)
  }
}

extension AlignmentError {
  /// This error as one about the file that causes it.
  func naming(fixed: String, moving: String, initial: String? = nil) -> any Error {
    switch self {
    case .fixedUnusable(let problem): InputError(file: fixed, problem: "\(problem)")
    case .movingUnusable(let problem): InputError(file: moving, problem: "\(problem)")
    case .noOverlap, .noAnswer: InputError(file: moving, problem: "\(self)")
    case .unusableStart: InputError(file: initial ?? moving, problem: "\(self)")
    case .unsupported: UsageError.conflict("\(self)")
    case .failed(let error as PrepareError): UsageError.conflict("--prepare \(error)")
    case .failed(let error): error
    case .cancelled: self
    }
  }
}

import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// `vernier judge`: the evidence and the verdict for a transform that somebody else made.
struct JudgeTransform: Subcommand {
  static let manual = Manual(
    name: "judge",
    summary: "say whether to believe a transform that somebody else made",
    positionals: [
      Positional(name: "FIXED", help: "the image that stayed: a picture, a volume, or a folder of DICOM slices"),
      Positional(name: "MOVING", help: "the image that was aligned to it, as it was before"),
      Positional(name: "TRANSFORM", help: "a transform file, fixed point to moving point"),
    ],
    options: [.metric, .fixedMask, .movingMask, .threads, .verbose, .json],
    discussion: [
      """
      The result is that of vernier register, with the method given: the same evidence, verdict and exit status. Other places where the \
      images agree as well are looked for; nothing is refined.
      """,
      """
      A deformation or a displacement field is judged by the linear map that is closest to it, since a deformation makes almost any two \
      images more alike; what can be said of the deformation itself comes with it.
      """,
    ],
    examples: [
      ("vernier judge t1.nii.gz t2.nii.gz t2-to-t1.tfm", "the verdict on what another program found"),
      ("vernier judge a.png b.png t.json --json", "the same for a program to read"),
    ])

  private let fixed: String
  private let moving: String
  private let transform: String
  private let fixedMask: String?
  private let movingMask: String?
  private let judge: Judge
  private let isVerbose: Bool
  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    (fixed, moving, transform) = (arguments.positionals[0], arguments.positionals[1], arguments.positionals[2])
    (fixedMask, movingMask) = (arguments[.fixedMask], arguments[.movingMask])
    judge = Judge(
      metric: arguments[.metric].flatMap(Metric.init(named:)), threads: arguments.count(.threads) ?? processors)
    isVerbose = arguments.has(.verbose)
    asJSON = arguments.has(.json)
  }

  func run() async throws -> ExitStatus {
    let found = try self(reading: fixed, moving)
    try Console.write(found.text)
    for warning in found.warnings { Console.complain(warning) }
    return found.verdict == .failed ? .failed : .done
  }
}

extension JudgeTransform: PictureWork {
  struct Found {
    var text: String
    var warnings: [String]
    var verdict: Verdict
  }

  func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moving: Picture<rank>) throws -> Found {
    let file = try TransformFile.read(transform, between: TransformVolumes(fixed: fixed, moving: moving))
    guard let map = file.transform.transform(as: Transform<rank>.self) else {
      throw FileError(transform, .wrongRank(found: file.rank, needed: rank))
    }
    let (still, other) = (try fixed.masked(by: fixedMask), try moving.masked(by: movingMask))
    var judge = judge
    judge.model = file.model
    let alignment: Alignment<rank>
    do throws(AlignmentError) { alignment = try judge.assess(map, moving: other, to: still) } catch {
      throw error.naming(fixed: fixed.file, moving: moving.file, initial: transform)
    }
    let advice = Advice(alignment, on: still.grid, unit: fixed.unit)
    let members = JSON.result(alignment, on: still.grid, fixed: fixed.file, moving: moving.file)
    let details = isVerbose ? advice.details(fixed: fixed.file, moving: moving.file, written: []) : ""
    return Found(
      text: asJSON ? "\(JSON.object(members))\n" : advice.summary + details,
      warnings: fixed.remarks + moving.remarks
        + advice.warnings(moving: moving.file, withheld: [], written: []),
      verdict: alignment.verdict)
  }
}

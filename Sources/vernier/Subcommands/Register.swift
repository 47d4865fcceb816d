import Vernier
import VernierCommandLine
import VernierText

/// `vernier register`: the main job, one pair.
struct Register: Subcommand {
  static let manual = Manual(
    name: "register",
    summary: "align a moving image to a fixed one and say whether to believe the answer",
    positionals: [
      Positional(name: "FIXED", help: "the image that stays: a picture, a volume, or a folder of DICOM slices"),
      Positional(name: "MOVING", help: "the image to align to it"),
    ],
    options: RegisterOptions.all + [.verbose, .json],
    discussion: [
      """
      The answer comes with a verdict: aligned, doubtful (a warning is written) or failed (exit status 3; no image and no \
      transform are written, unless --write-anyway asks for them), with the probability that it is right.
      """,
      """
      The transform maps points of the fixed image to points of the moving image, in physical coordinates: pixels for \
      a plain picture, millimetres for a volume.
      """,
    ],
    examples: [
      ("vernier register a.png b.png -o moved.png --report report.html", "two pictures, with a page to look at"),
      ("vernier register t1.nii.gz t2.nii.gz --metric mi --save-transform t2-to-t1.tfm", "two contrasts of one head"),
      ("vernier register a.tif b.tif --transform affine --json", "the result for a program to read"),
    ])

  private let fixed: String
  private let moving: String
  private let options: RegisterOptions
  private let isVerbose: Bool
  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    (fixed, moving) = (arguments.positionals[0], arguments.positionals[1])
    options = try RegisterOptions(arguments)
    isVerbose = arguments.has(.verbose)
    asJSON = arguments.has(.json)
  }

  func run() async throws -> ExitStatus {
    let job = PairJob(
      fixed: fixed, moving: moving, registration: try options.registration(threads: processors),
      interpolation: options.interpolation, background: options.background, files: options.files)
    try Destination.check(job.destinations, inputs: job.inputs)
    let progress = Progress()
    defer { progress.finish() }
    let outcome = try job.run(progress: progress)
    progress.finish()
    try Console.write(
      asJSON ? "\(JSON.object(outcome.result))\n" : outcome.summary() + (isVerbose ? outcome.details() : ""))
    for warning in outcome.warnings { Console.complain(warning) }
    return outcome.verdict == .failed ? .failed : .done
  }
}

import CSupport
import Vernier
import VernierCommandLine
import VernierFiles

/// `vernier stack`: the frames of a series, brought together.
struct Stack: Subcommand {
  static let manual = Manual(
    name: "stack",
    summary: "bring the frames of a series together: one transform and one verdict a frame",
    positionals: [
      Positional(
        name: "FRAME",
        help: "the frames: a file of pages or a 4D volume, several files, or a folder with a file for each",
        repeats: true, isOptional: true)
    ],
    options: [
      .stackOutput, .stackReference, .stackTransform, .method, .weights, .metric, .prepare, .channel, .canvas,
      .saveTransforms, .stackReport, .skipUnreadable, .follow, .interpolation, .background, .threads, .json,
    ],
    discussion: [
      """
      Neighbours and farther pairs are aligned, and one transform a frame is made of all of them, so that no error \
      adds up. A frame that does not belong is left out: a page without data stands in its place, and the frames \
      behind it are linked to those before it.
      """,
      """
      The transform of a frame leads from a point of the output to the point of that frame: in pixels for pictures, in \
      millimetres for volumes. Frames and channels count from 0.
      """,
      """
      What is written has the sample type, the channels, the pixel size and the further metadata of what was read. The \
      exit status is 3 where no frame could be aligned with another.
      """,
      """
      With --follow each frame is aligned as soon as it is written into the folder, and its line is told at once, with \
      what is known by then; frames that are named besides come before. SIGINT, SIGTERM or SIGHUP ends it: then all \
      outputs are written, with what all frames together say. A second signal ends it without them.
      """,
    ],
    examples: [
      ("vernier stack recording.tif -o still.tif --transform translation", "a recording that drifts"),
      ("vernier stack sections -o aligned.tif --reference previous --json", "a folder of serial sections, a line each"),
      (
        "vernier stack bold.nii.gz -o still.nii.gz --save-transforms motion.par",
        "a head that moves, as MCFLIRT tells it"
      ),
      ("vernier stack cells.ome.tif -o still.ome.tif --channel 1 --save-transforms drift.csv", "by the second channel"),
      (
        "vernier stack --follow acquired --transform translation --reference first --json",
        "a line for each frame as the microscope writes it"
      ),
    ])

  private let words: [String]
  private let output: String?
  private let options: RegisterOptions
  private let reference: StackReference
  private let channel: Int?
  private let canvas: StackCanvas
  private let transforms: String?
  private let report: String?
  private let followed: String?
  private let skipsUnreadable: Bool
  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    words = arguments.positionals
    output = arguments[.stackOutput]
    followed = arguments[.follow]
    options = try RegisterOptions(arguments)
    reference = try StackReference(arguments[.stackReference] ?? "")
    channel = arguments.count(.channel)
    canvas = arguments.choice(.canvas) ?? .reference
    transforms = arguments[.saveTransforms]
    report = arguments[.stackReport]
    skipsUnreadable = arguments.has(.skipUnreadable)
    asJSON = arguments.has(.json)
    guard followed != nil else {
      if words.isEmpty { throw .missingPositional("FRAME", command: Self.manual.command) }
      if output == nil { throw .missingOption(.stackOutput) }
      return
    }
    // Each frame is told when it comes, with respect to what is known then.
    guard reference == .previous || reference == .first || reference == .frame(0), canvas == .reference else {
      throw .conflict("--follow takes --reference previous or first, and the reference's canvas")
    }
  }

  func run() async throws -> ExitStatus {
    let saved = transforms.map { SavedTransforms(path: $0) }
    var destinations: [Destination] = []
    if let output { destinations.append(Destination(path: output, endings: FrameWriter.writableEndings)) }
    if let file = saved?.destination { destinations.append(file) }
    if let report { destinations.append(Destination(path: report, endings: [".html", ".htm"])) }
    try Destination.check(destinations, inputs: words)
    let registration = try options.registration(threads: processors)
    let series = try FrameSeries(words)
    let following = try followed.map { try FollowedFolder($0) }
    if following != nil {
      guard series.isOfFiles else {
        throw InputError(
          file: words[0], problem: "frames that come later are files, and this one holds several frames",
          remedy: "name one of them, such as \(series.names[0])")
      }
      StopRequest.listen()
    } else if series.count < 2 {
      throw InputError(
        file: series.names.first ?? words[0], problem: "is one frame, and a series has two at least",
        remedy: "name more frames, a file of pages, or use vernier register")
    }
    // Every frame takes and frees the same memory.
    heap_keep(32 << 20)
    let progress = Progress()
    defer { progress.finish() }
    let job = StackJob(
      series: series, following: following, registration: registration, reference: reference, channel: channel,
      canvas: canvas, interpolation: options.interpolation, background: options.background, output: output,
      saved: saved, report: report, skipsUnreadable: skipsUnreadable || following != nil, asJSON: asJSON,
      progress: progress)
    return try job.run()
  }
}

/// Which frame stays where it is.
enum StackReference: Equatable {
  /// The first one; frames are linked to those before them alone, so that what a series shows may change on its way.
  case previous
  case first
  /// The one in the middle of all.
  case mean
  case frame(Int)

  init(_ text: String) throws(UsageError) {
    switch text {
    case "previous": self = .previous
    case "first": self = .first
    case "mean": self = .mean
    default:
      guard let number = Int(text), number >= 0 else {
        throw .wrongValue(
          option: Option.stackReference.spelled, value: text,
          expected: "previous, first, mean, or a frame's number from 0")
      }
      self = .frame(number)
    }
  }

  /// The frame that every other is linked to; nil where there is none.
  var number: Int? {
    switch self {
    case .previous, .mean: nil
    case .first: 0
    case .frame(let number): number
    }
  }
}

/// What the output shows.
enum StackCanvas: String, CaseIterable {
  /// The grid of the reference.
  case reference
  /// All that any frame shows.
  case union
}

extension Option {
  fileprivate static let stackOutput = Option(
    "output", short: "o", .text("OUT"),
    help: "the file to write: TIFF (.tif), a page or more a frame, or NIfTI (.nii.gz)")
  fileprivate static let stackReference = Option(
    "reference", .text("previous|first|mean|INDEX"), default: "previous",
    help:
      "what stays where it is: first, a frame by its number, or mean, the frame in the middle of all; previous is the first "
      + "frame, too, and asks only neighbours to be alike")
  fileprivate static let stackTransform = Option(
    "transform", .choice("MODEL", TransformModel.linear.map(\.rawValue)), default: TransformModel.rigid.rawValue,
    help: "the kind of transform to estimate")
  fileprivate static let channel = Option(
    "channel", .count("N", 0...1_000_000), otherwise: "brightness of colours, else 0",
    help: "the channel to align by; all are moved")
  fileprivate static let canvas = Option(
    "canvas", .choice("WHAT", StackCanvas.allCases.map(\.rawValue)), default: StackCanvas.reference.rawValue,
    help: "what the output shows: the reference's field, or all that any frame shows")
  fileprivate static let saveTransforms = Option(
    "save-transforms", .text("FILE.csv|FILE.par|FOLDER"),
    help:
      "write the transforms: as a table, as FSL's MCFLIRT writes motion, or as files for vernier apply, a file a frame")
  fileprivate static let stackReport = Option(
    "report", .text("FILE.html"), help: "write a page to look at: verdicts, drift, the frames before and after")
  fileprivate static let follow = Option(
    "follow", .text("FOLDER"),
    help: "align each frame as it is written into the folder, until a signal ends it; --output is then optional")
  fileprivate static let skipUnreadable = Option(
    "skip-unreadable", .flag, help: "leave out frames that cannot be read, rather than end")
}

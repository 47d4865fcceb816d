import Vernier
import VernierCommandLine
import VernierFiles
import VernierLearning
import VernierVision

/// What `register` and `batch` are told besides the files to align.
struct RegisterOptions: Sendable {
  static let all: [Option] = [
    .output, .transform, .grid, .smoothness, .method, .weights, .metric, .prepare, .fixedMask, .movingMask, .initial, .saveTransform, .saveInverse,
    .report,
    .interpolation, .background,
    .writeAnyway,
    .threads,
  ]

  var model: TransformModel
  var deformation: DeformationModel?
  private var deforming: (any Aligner)?
  var metric: Metric?
  /// The methods as `--method` names them, checked; nil where they are chosen by the images.
  var chain: String?
  /// What both images go through before, made for a number of threads.
  var prepare: @Sendable (_ threads: Int) -> [any PrepareStep]
  var interpolation: Interpolation
  var background: BackgroundChoice
  var threads: Int?
  /// The files that belong to a pair.
  var files: PairFiles

  init(_ arguments: Arguments) throws(UsageError) {
    deformation = arguments.choice(.transform)
    model = deformation != nil ? .affine : arguments.choice(.transform) ?? .rigid
    deforming = try Self.deforming(arguments, by: deformation)
    metric = arguments[.metric].flatMap(Metric.init(named:))
    prepare = try arguments.preparations()
    interpolation = arguments.choice(.interpolation) ?? .linear
    background = try BackgroundChoice(arguments)
    threads = arguments.count(.threads)
    files = PairFiles(
      moved: arguments[.output], transform: arguments[.saveTransform], inverse: arguments[.saveInverse],
      report: arguments[.report],
      fixedMask: arguments[.fixedMask], movingMask: arguments[.movingMask], initial: arguments[.initial],
      writesFailed: arguments.has(.writeAnyway))
    chain = try Self.chain(
      arguments[.method], weights: arguments[.weights], for: model, deformation: deformation, metric: metric)
  }

  /// The registration with the given number of threads, unless the command line has one.
  ///
  /// - Throws: what making the methods throws: ``AlignmentError``, or that a learned one lacks its parameters.
  func registration(threads fallback: Int) throws -> Registration {
    let threads = threads ?? fallback
    let stages = try chain.map { try MethodChain(named: $0, of: allMethods).stages }
    let registration = Registration(
      model: model, stages: stages, deformation: deforming, metric: metric, threads: threads, prepare: prepare(threads))
    do throws(AlignmentError) { try registration.check() } catch { throw UsageError.conflict("\(error)") }
    return registration
  }
}

/// Every method that `--method` can name.
let allMethods = Method.classical + Method.keypoints + Method.learned

/// Every step that `--prepare` can name.
let allPreparations = Preparation.denoisers + Preparation.classical

extension Arguments {
  /// The steps that `--prepare` names, in their order.
  ///
  /// - Throws: ``UsageError`` for one that does not exist or has other numbers than it takes.
  fileprivate func preparations() throws(UsageError) -> @Sendable (_ threads: Int) -> [any PrepareStep] {
    guard let list = self[.prepare] else { return { _ in [] } }
    var steps: [(made: Preparation, numbers: [Double])] = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let step = allPreparations.first(where: { $0.name == parts[0] }) else {
        let known = allPreparations.map(\.name)
        let guess = parts[0].nearest(among: known).map { "; did you mean \($0)?" } ?? ""
        throw .wrongValue(
          option: "--prepare", value: list,
          expected: "one of \(known.joined(separator: ", ")), or several with commas between\(guess)")
      }
      let texts = parts.count > 1 ? parts[1].split(separator: ":", omittingEmptySubsequences: false) : []
      let numbers = texts.compactMap { Double($0) }
      guard numbers.count == texts.count, step.step(numbers, 1) != nil else {
        throw .wrongValue(option: "--prepare", value: String(word), expected: "written as \(step.form)")
      }
      steps.append((step, numbers))
    }
    return { [steps] threads in steps.compactMap { $0.made.step($0.numbers, threads) } }
  }
}

extension Preparation {
  /// How a person writes it, such as `percentile=LOW:HIGH`.
  fileprivate var form: String {
    if numbers.isEmpty { return name }
    return numbers.hasPrefix("[") ? "\(name)[=\(numbers.dropFirst())" : "\(name)=\(numbers)"
  }
}

/// The files of a pair besides the two images.
struct PairFiles: Sendable {
  var moved: String?
  var transform: String?
  /// Where the transform that undoes it goes.
  var inverse: String?
  var report: String?
  var fixedMask: String?
  var movingMask: String?
  /// A transform file, or the name of a ``CenterStart``.
  var initial: String?
  /// Whether what a failed alignment gives is written, too.
  var writesFailed = false

  /// Whether there are any.
  var isAny: Bool {
    [moved, transform, inverse, report, fixedMask, movingMask, initial].contains { $0 != nil }
  }

  /// What a failed alignment leaves unwritten.
  var results: [String] { [moved, transform, inverse].compactMap(\.self) }

  /// The transform file to start from, if it is one.
  var initialTransform: String? { initial.flatMap { CenterStart(rawValue: $0) == nil ? $0 : nil } }
}

extension Option {
  static let verbose = Option("verbose", .flag, help: "tell all of the evidence")
  static let writeAnyway = Option(
    "write-anyway", .flag, help: "write the image and the transform of a failed alignment, too; the result says so")
  static let json = Option("json", .flag, help: "write the result as JSON")
  static let output = Option(
    "output", short: "o", .text("MOVED"),
    help: "write the moving image on the fixed image's grid, with its own channels and sample type")
  static let transform = Option(
    "transform",
    .choice("MODEL", TransformModel.allCases.map(\.rawValue) + DeformationModel.allCases.map(\.rawValue)),
    default: TransformModel.rigid.rawValue,
    help: "the kind of transform to estimate; bspline deforms smoothly after an affine one, diffeomorphic densely")
  static let grid = Option(
    "grid", .number("DISTANCE", 1e-6...1e6), otherwise: "chosen by the images, and told",
    help: "of bspline: the distance of control points, in the fixed image's units (pixels or mm)")
  static let smoothness = Option(
    "smoothness", .number("WEIGHT", 0...1000), otherwise: "1",
    help: "of bspline and diffeomorphic: how stiff the deformation is; 2 is twice as stiff as the usual")
  static let method = Option(
    "method", .text("NAME[+NAME]"), otherwise: "chosen by the images, and told",
    help: "a method or a chain of methods, each with options after a colon (sift:ratio=0.7), see vernier methods")
  static let weights = Option(
    "weights", .text("FILE"), otherwise: "the model that comes with Vernier",
    help: "the parameters of a learned method, as vernier train writes them")
  static let metric = Option(
    "metric", .choice("METRIC", Metric.all.map(\.name)), otherwise: "whichever suits the images, and told",
    help: "the similarity to maximise")
  static let prepare = Option(
    "prepare", .text("STEP[,STEP]"),
    help: "what both images go through for the alignment alone: "
      + allPreparations.map { "\($0.form), \($0.summary)" }.joined(separator: "; "))
  static let fixedMask = Option(
    "fixed-mask", .text("FILE"),
    help: "an image of the fixed one's size; only where it is not 0 is the fixed image used")
  static let movingMask = Option("moving-mask", .text("FILE"), help: "the same for the moving image")
  static let initial = Option(
    "initial", .text("TRANSFORM"),
    help:
      "start from this transform (fixed to moving) instead of searching; center brings the grids' middles together, "
      + "moments the centres of mass")
  static let saveTransform = Option(
    "save-transform", .text("FILE"),
    help:
      "write the transform, for vernier apply: .tfm, .h5 or .mat as ITK and ANTs do, .lta as FreeSurfer does, .json, or its "
      + "displacements as .nii.gz or .nrrd")
  static let saveInverse = Option(
    "save-inverse", .text("FILE"),
    help: "write the transform that goes back, too: as a matrix, or as displacements on the moving image's grid")
  static let report = Option(
    "report", .text("FILE.html"), help: "write a page to look at: overlay, checkerboard, difference, evidence")
  static let interpolation = Option(
    "interpolation", .choice("KIND", Interpolation.allCases.map(\.rawValue)), default: Interpolation.linear.rawValue,
    help: "how to find the values that are written; nearest for labels")
  static let jobs = Option(
    "jobs", .count("N", 1...1024), otherwise: "as many as there are processors", help: "how many to work on at once")
}

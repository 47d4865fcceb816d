import Glibc
import Vernier
import VernierVision

/// What `register` and `batch` are told besides the files to align.
struct RegisterOptions: Sendable {
  static let all: [Option] = [
    .output, .transform, .method, .metric, .fixedMask, .movingMask, .initial, .saveTransform, .report, .interpolation,
    .threads,
  ]

  var model: TransformModel
  var metric: Metric?
  var method: String?
  var interpolation: Interpolation
  var threads: Int?
  /// The files that belong to a pair.
  var files: PairFiles

  init(_ arguments: Arguments) throws(UsageError) {
    model = arguments.choice(.transform) ?? .rigid
    metric = arguments.choice(.metric)
    method = arguments[.method]
    interpolation = arguments.choice(.interpolation) ?? .linear
    threads = arguments.count(.threads)
    files = PairFiles(
      moved: arguments[.output], transform: arguments[.saveTransform], report: arguments[.report],
      fixedMask: arguments[.fixedMask], movingMask: arguments[.movingMask], initial: arguments[.initial])
    if let method { try Self.check(method, for: model) }
  }

  /// Checks that a chain names methods that exist and ends in one that estimates `model`.
  private static func check(_ chain: String, for model: TransformModel) throws(UsageError) {
    let known = allMethods
    let names = chain.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    for name in names where !known.contains(where: { $0.name == name }) {
      let list = known.map(\.name).joined(separator: ", ")
      let guess = name.nearest(among: known.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      throw .wrongValue(
        option: "--method", value: chain, expected: "one of \(list), or several joined by +\(guess)")
    }
    guard let last = known.first(where: { $0.name == names.last }), !last.transforms.contains(model) else { return }
    let able = known.filter { $0.transforms.contains(model) }.map(\.name).joined(separator: ", ")
    throw .conflict("--method \(chain) cannot end in an \(model.rawValue) transform; end it in one of \(able)")
  }

  /// The registration with the given number of threads, unless the command line has one.
  func registration(threads fallback: Int) -> Registration {
    Registration(model: model, metric: metric, method: method, threads: threads ?? fallback, methods: allMethods)
  }
}

/// Every method that `--method` can name.
let allMethods = Method.classical + Method.keypoints

/// The files of a pair besides the two images.
struct PairFiles: Sendable {
  var moved: String?
  var transform: String?
  var report: String?
  var fixedMask: String?
  var movingMask: String?
  var initial: String?
}

/// The number of processors that are there to use.
let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

extension Option {
  static let json = Option("json", .flag, help: "write the result as JSON")
  static let output = Option(
    "output", short: "o", .text("MOVED"),
    help: "write the moving image on the fixed image's grid, with its own channels and sample type")
  static let transform = Option(
    "transform", .choice("MODEL", TransformModel.allCases.map(\.rawValue)), default: TransformModel.rigid.rawValue,
    help: "the kind of transform to estimate")
  static let method = Option(
    "method", .text("NAME[+NAME]"), otherwise: "chosen by the images, and told",
    help: "a method or a chain of methods, see vernier methods")
  static let metric = Option(
    "metric", .choice("METRIC", Metric.allCases.map(\.rawValue)), otherwise: "whichever suits the images, and told",
    help: "the similarity to maximise")
  static let fixedMask = Option(
    "fixed-mask", .text("FILE"),
    help: "an image of the fixed one's size; only where it is not 0 is the fixed image used")
  static let movingMask = Option("moving-mask", .text("FILE"), help: "the same for the moving image")
  static let initial = Option(
    "initial", .text("TRANSFORM"), help: "start from this transform (fixed to moving) instead of searching")
  static let saveTransform = Option(
    "save-transform", .text("FILE"), help: "write the transform, for vernier apply: .tfm as ITK does, or .json")
  static let report = Option(
    "report", .text("FILE.html"), help: "write a page to look at: overlay, checkerboard, difference, evidence")
  static let interpolation = Option(
    "interpolation", .choice("KIND", Interpolation.allCases.map(\.rawValue)), default: Interpolation.linear.rawValue,
    help: "how to find the values that are written; nearest for labels")
  static let jobs = Option(
    "jobs", .count("N", 1...1024), otherwise: "as many as there are processors", help: "how many to work on at once")
  static let threads = Option(
    "threads", .count("N", 1...1024), otherwise: "all processors",
    help: "threads to use at most; the result does not depend on it")
}

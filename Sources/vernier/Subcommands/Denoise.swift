import Vernier
import VernierCommandLine
import VernierFiles
import VernierVision

/// `vernier denoise`: an image without its noise, as far as a method can tell the two apart.
struct Denoise: Subcommand {
  static let manual = Manual(
    name: "denoise",
    summary: "take noise out of an image",
    positionals: [Positional(name: "INPUT", help: "a picture or a volume")],
    options: [.denoised, .denoiser, .noiseLevel, .strength, .patch, .search, .reach, .iterations, .threads],
    discussion: [
      """
      nlm (non-local means) averages samples with like surroundings, bilateral those near in place and in intensity, tv \
      (total variation) flattens what lies between edges. nlm and bilateral go through a volume slice by slice.
      """,
      """
      The strength is a multiple of the noise's standard deviation. Unless told by --noise, that is estimated for each \
      colour: the median absolute answer to a second difference along both axes (Immerkær 1996). Samples that are NaN \
      stay so and have no influence.
      """,
    ],
    examples: [
      ("vernier denoise noisy.png -o clean.png --method nlm", "with the noise estimated"),
      ("vernier denoise ct.nii.gz -o clean.nii.gz --method tv --strength 0.5", "milder, a volume"),
    ])

  private let input: String
  private let output: String
  private let method: String
  private let noise: Double?
  private let strength: Double?
  private let sides: (patch: Int?, search: Int?)
  private let reach: Double?
  private let iterations: Int?
  private let threads: Int

  init(_ arguments: Arguments) throws(UsageError) {
    input = arguments.positionals[0]
    guard let output = arguments[.denoised] else { throw .missingOption(.denoised) }
    self.output = output
    method = arguments[.denoiser] ?? "nlm"
    noise = arguments.number(.noiseLevel)
    strength = arguments.number(.strength)
    sides = (arguments.count(.patch), arguments.count(.search))
    reach = arguments.number(.reach)
    iterations = arguments.count(.iterations)
    threads = arguments.count(.threads) ?? processors
    let owners = [(Option.patch, "nlm"), (.search, "nlm"), (.reach, "bilateral"), (.iterations, "tv")]
    for (option, owner) in owners where arguments[option] != nil && owner != method {
      throw .conflict("\(option.spelled) is for --method \(owner)")
    }
    for (option, side) in [(Option.patch, sides.patch), (.search, sides.search)] {
      if let side, side % 2 == 0 {
        throw .wrongValue(option: option.spelled, value: "\(side)", expected: "an odd number")
      }
    }
  }

  func run() async throws -> ExitStatus {
    try Destination.check([Destination(path: output, endings: ImageFile.writableEndings)], inputs: [input])
    let image = try ImageFile.read(input)
    image.sayRemarks(of: input)
    try image.checkWritable(to: output)
    let scale = image.fullScale
    let level = noise.map { $0 / 100 * Double(scale.upperBound - scale.lowerBound) }
    try image.prepared(by: [step(level)]).write(to: output)
    return .done
  }

  private func step(_ noise: Double?) -> any PrepareStep {
    switch method {
    case "bilateral":
      var filter = BilateralFilter(noise: noise, threads: threads)
      filter.strength = strength ?? filter.strength
      filter.reach = reach ?? filter.reach
      return filter
    case "tv":
      var variation = TotalVariation(noise: noise, threads: threads)
      variation.strength = strength ?? variation.strength
      variation.iterations = iterations ?? variation.iterations
      return variation
    default:
      var means = NonLocalMeans(noise: noise, threads: threads)
      means.strength = strength ?? means.strength
      means.patch = sides.patch ?? means.patch
      means.search = sides.search ?? means.search
      return means
    }
  }
}

extension Option {
  fileprivate static let denoised = Option(
    "output", short: "o", .text("OUT"), help: "the image to write, in the input's sample type (required)")
  fileprivate static let denoiser = Option(
    "method", .choice("NAME", allPreparations.filter(\.denoises).map(\.name)), default: "nlm", help: "the method")
  fileprivate static let noiseLevel = Option(
    "noise", .number("PERCENT", 0...100), otherwise: "estimated",
    help: "the noise's standard deviation, of 255 or 65535, or of the image's range where it is not of 8 or 16 bits")
  fileprivate static let strength = Option(
    "strength", .number("FACTOR", 0...1000), otherwise: "the method's own",
    help: "h of nlm, the intensities' standard deviation of bilateral, the weight of tv, as a multiple of the noise's")
  fileprivate static let patch = Option(
    "patch", .count("N", 1...99), otherwise: "7", help: "nlm: the odd side of the patches that are compared")
  fileprivate static let search = Option(
    "search", .count("N", 1...999), otherwise: "21", help: "nlm: the odd side of the window that is searched")
  fileprivate static let reach = Option(
    "reach", .number("SAMPLES", 0.1...100), otherwise: "1.5",
    help: "bilateral: the standard deviation of the weights of distances")
  fileprivate static let iterations = Option(
    "iterations", .count("N", 1...100_000), otherwise: "60", help: "tv: steps of the optimisation")
}

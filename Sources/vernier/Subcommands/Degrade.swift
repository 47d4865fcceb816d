import Vernier
import VernierCommandLine
import VernierFiles

/// `vernier degrade`: an image as a worse camera and a smaller file would have it.
struct Degrade: Subcommand {
  static let manual = Manual(
    name: "degrade",
    summary: "add noise, blur, compression or another contrast to an image",
    positionals: [Positional(name: "INPUT", help: "a picture or a volume")],
    options: [
      .degraded, .noise, .blur, .jpeg, .contrast, .gamma, .invert, .curve, .modality, .degradeSeed,
    ],
    discussion: [
      """
      They apply in this order, whatever that of the options: curve, modality, invert, contrast, gamma, blur, noise, jpeg. \
      Black to white is 0 to 255 for 8-bit images, 0 to 65535 for 16-bit ones and the range of the samples for others. \
      Alpha stays as it is, and so do samples that are NaN. JPEG's 256 levels spread over the range; volumes go slice by slice.
      """
    ],
    examples: [
      ("vernier degrade a.png -o noisy.png --noise 10 --seed 3", "Gaussian noise of 10 %"),
      ("vernier degrade a.png -o worse.png --blur 1 --jpeg 20", "blurred, then compressed with quality 20"),
      ("vernier degrade a.png -o other.png --modality 4", "another modality, imitated"),
    ])

  private let input: String
  private let output: String
  private let degradations: [Degradation]
  private let quality: Int?
  private let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    input = arguments.positionals[0]
    guard let output = arguments[.degraded] else { throw .missingOption(.degraded) }
    self.output = output
    var steps: [Degradation] = []
    if let curve = arguments.count(.curve) {
      var random = SplitMix64(seed: UInt64(curve))
      steps.append(.randomCurve(using: &random))
    }
    if let modality = arguments.count(.modality) { steps.append(.modality(seed: UInt64(modality))) }
    if arguments.has(.invert) { steps.append(.inversion) }
    if let gain = arguments.number(.contrast) { steps.append(.contrast(gain: gain)) }
    if let exponent = arguments.number(.gamma) { steps.append(.gamma(exponent: exponent)) }
    if let deviation = arguments.number(.blur) { steps.append(.blur(deviation: deviation)) }
    if let percent = arguments.number(.noise) { steps.append(.noise(deviation: 2.55 * percent)) }
    quality = arguments.count(.jpeg)
    guard !steps.isEmpty || quality != nil else {
      throw .conflict("nothing to do: name a degradation, such as --noise 10; see vernier degrade --help")
    }
    degradations = steps
    seed = UInt64(arguments.count(.degradeSeed) ?? 1)
  }

  func run() async throws -> ExitStatus {
    try Destination.check([Destination(path: output, endings: ImageFile.writableEndings)], inputs: [input])
    let image = try ImageFile.read(input)
    image.sayRemarks(of: input)
    try image.checkWritable(to: output)
    do {
      try image.degraded(by: degradations, quality: quality, seed: seed).write(to: output)
    } catch let error as CodecError {
      throw InputError(file: input, problem: "\(error)")
    }
    return .done
  }
}

extension Option {
  fileprivate static let degraded = Option(
    "output", short: "o", .text("OUT"), help: "the image to write, in the input's sample type (required)")
  fileprivate static let noise = Option(
    "noise", .number("PERCENT", 0...1000), help: "Gaussian noise: its standard deviation, of black to white")
  fileprivate static let blur = Option(
    "blur", .number("SAMPLES", 0...1000), help: "Gaussian blur: its standard deviation")
  fileprivate static let jpeg = Option("jpeg", .count("QUALITY", 1...100), help: "compress and decompress")
  fileprivate static let contrast = Option(
    "contrast", .number("GAIN", 0...1000), help: "spread the intensities about middle grey by this factor")
  fileprivate static let gamma = Option(
    "gamma", .number("EXPONENT", 0.01...100), help: "raise the intensities, 0 to 1, to this power; above 1 darkens")
  fileprivate static let invert = Option("invert", .flag, help: "the negative")
  fileprivate static let curve = Option(
    "curve", .count("SEED", 0...Int.max), help: "put the intensities through a random curve, monotone or not")
  fileprivate static let modality = Option(
    "modality", .count("SEED", 0...Int.max),
    help: "imitate another modality: random curves, blur, shading, rims and texture")
  fileprivate static let degradeSeed = Option("seed", .count("N", 0...Int.max), default: "1", help: "draws the noise")
}

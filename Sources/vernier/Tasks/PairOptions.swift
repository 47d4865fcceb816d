import Vernier
import VernierCommandLine
import VernierText

/// What `synthesize` and `train` are told of the pairs that they make.
struct PairOptions {
  static let kind = Option(
    "protocol", .choice("KIND", PairProtocol.allCases.map(\.rawValue)), default: PairProtocol.strict.rawValue,
    help: "how a pair comes out of a scene")
  static let rotation = Option(
    "rotation", .number("DEGREES", 0...180), default: "180", help: "the greatest rotation")
  static let scale = Option(
    "scale", .span("FACTOR", 0.01...100), default: "0.8:1.25", help: "similarity and affine: the scale")
  static let shear = Option("shear", .number("FACTOR", 0...10), default: "0.1", help: "affine: the shear")
  static let shift = Option(
    "shift", .number("PERCENT", 0...1000), default: "15", help: "the greatest shift along x and y, of the side")
  static let flip = Option(
    "flip", .flag, help: "see each scene, or pair of volumes, mirrored and turned by quarter turns, too")
  static let noise = Option(
    "noise", .span("PERCENT", 0...1000), default: "0", help: "Gaussian noise: its standard deviation, of 255")
  static let blur = Option(
    "blur", .span("SAMPLES", 0...1000), default: "0", help: "Gaussian blur: its standard deviation")
  static let jpeg = Option("jpeg", .span("QUALITY", 1...100), otherwise: "none", help: "JPEG's quality")
  static let contrast = Option(
    "contrast", .span("GAIN", 0...1000), default: "1", help: "spread about middle grey by this factor")
  static let gamma = Option(
    "gamma", .span("EXPONENT", 0.01...100), default: "1", help: "raise the intensities, 0 to 1, to this power")
  static let invert = Option("invert", .number("CHANCE", 0...1), default: "0", help: "the probability of the negative")
  static let modality = Option(
    "modality", .number("CHANCE", 0...1), default: "0", help: "the probability of an imitated modality")

  /// What moves volumes.
  static let volumeMotions = [rotation, scale, shift]
  static let motions = [kind, rotation, scale, shear, shift, flip]
  static let degradations = [noise, blur, jpeg, contrast, gamma, invert, modality]

  /// Of the ranges, for the help.
  static let ranges = """
    Ranges are a number, or two as LEAST:MOST; each image of a pair draws from them by itself. Of --rotation, --shear and \
    --shift the number is the greatest to either side. Under the protocol published the moving image is the fixed one moved, \
    zeros outside; under strict both are cut from one larger scene, which must be larger the farther the motion goes.
    """

  /// The recipe that the options make of `usual`, whose motions and protocol hold where none are given.
  ///
  /// - Throws: a motion is given that the model does not have.
  static func recipe(
    _ arguments: Arguments, usual: SyntheticPairs.Recipe
  ) throws(UsageError) -> SyntheticPairs.Recipe {
    var motion = usual.motion
    let side = Double(usual.side)
    if let degrees = arguments.given(rotation, Double.init) { motion.degrees = degrees }
    if let factors = arguments.given(scale, ClosedRange.init(span:)) { motion.scale = factors }
    if let factor = arguments.given(shear, Double.init) { motion.shear = factor }
    if let percent = arguments.given(shift, Double.init) { motion.shift = percent / 100 * side }
    let possible = MotionRange<2>(
      usual.model, degrees: motion.degrees, scale: motion.scale, shear: motion.shear, shift: motion.shift)
    for (option, isLost) in [
      (rotation, possible.degrees != motion.degrees), (scale, possible.scale != motion.scale),
      (shear, possible.shear != motion.shear),
    ] where isLost && arguments.isGiven(option) {
      throw .conflict("\(option.spelled): a \(usual.model.rawValue) motion has none; leave it out")
    }
    var recipe = SyntheticPairs.Recipe(
      side: usual.side, kind: arguments.given(kind, PairProtocol.init(rawValue:)) ?? usual.kind, model: usual.model,
      motion: possible, degradation: degradation(arguments))
    recipe.flips = arguments.has(flip)
    return recipe
  }

  /// What the options say of the motion of volumes, nil where they say nothing.
  static func volumeMotion(_ arguments: Arguments, side: Int) -> MotionRange<3>? {
    guard volumeMotions.contains(where: arguments.isGiven) else { return nil }
    return MotionRange(
      degrees: arguments.given(rotation, Double.init) ?? 0,
      scale: arguments.given(scale, ClosedRange.init(span:)) ?? 1...1,
      shift: (arguments.given(shift, Double.init) ?? 0) / 100 * Double(side))
  }

  /// The options that make a motion of volumes, as words of a command line.
  static func words(of motion: MotionRange<3>, side: Int) -> [String] {
    [
      word(rotation, motion.degrees), word(scale, motion.scale, neutral: 1),
      word(shift, motion.shift / Double(side) * 100),
    ].compactMap(\.self)
  }

  private static func word(_ option: Option, _ value: Double) -> String { "\(option.spelled) \(value.rounded(to: 6))" }

  private static func word(
    _ option: Option, _ range: ClosedRange<Double>, neutral: Double, times unit: Double = 1
  ) -> String? {
    guard range != neutral...neutral else { return nil }
    let bounds = [range.lowerBound * unit, range.upperBound * unit].map { "\($0.rounded(to: 6))" }
    return "\(option.spelled) \(bounds[0] == bounds[1] ? bounds[0] : bounds.joined(separator: ":"))"
  }

  /// The options that make a recipe, as words of a command line.
  static func words(of recipe: SyntheticPairs.Recipe) -> [String] {
    let (motion, degradation) = (recipe.motion, recipe.degradation)
    let words: [String?] = [
      "\(kind.spelled) \(recipe.kind.rawValue)",
      recipe.model == .translation ? nil : word(rotation, motion.degrees),
      recipe.model == .similarity || recipe.model == .affine
        ? word(scale, motion.scale, neutral: 1) ?? "\(scale.spelled) 1" : nil,
      recipe.model == .affine && motion.shear != 0 ? word(shear, motion.shear) : nil,
      word(shift, motion.shift / Double(recipe.side) * 100),
      recipe.flips ? flip.spelled : nil,
      word(noise, degradation.noise, neutral: 0, times: 100),
      word(blur, degradation.blur, neutral: 0),
      degradation.quality.map { "\(jpeg.spelled) \($0.lowerBound):\($0.upperBound)" },
      word(contrast, degradation.contrast, neutral: 1),
      word(gamma, degradation.gamma, neutral: 1),
      degradation.inversion > 0 ? word(invert, degradation.inversion) : nil,
      degradation.modality > 0 ? word(modality, degradation.modality) : nil,
    ]
    return words.compactMap(\.self)
  }

  private static func degradation(_ arguments: Arguments) -> DegradationRange {
    func percent(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      range.lowerBound / 100...range.upperBound / 100
    }
    var range = DegradationRange()
    range.noise = percent(arguments.span(noise) ?? 0...0)
    range.blur = arguments.span(blur) ?? 0...0
    range.contrast = arguments.span(contrast) ?? 1...1
    range.gamma = arguments.span(gamma) ?? 1...1
    range.inversion = arguments.number(invert) ?? 0
    range.modality = arguments.number(modality) ?? 0
    range.quality = arguments.span(jpeg).map { Int($0.lowerBound)...Int($0.upperBound) }
    return range
  }
}

extension Arguments {
  /// The paths of an option that takes several with commas between.
  func paths(_ option: Option) -> [String] { self[option]?.split(separator: ",").map(String.init) ?? [] }

  /// The option's value where it was given, its default left aside.
  fileprivate func given<Value>(_ option: Option, _ value: (String) -> Value?) -> Value? {
    isGiven(option) ? self[option].flatMap(value) : nil
  }
}

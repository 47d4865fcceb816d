/// The degradations among which random ones are drawn, for each picture by itself.
///
/// They apply in the order in which they are listed, as in a camera: what is seen, the lens, the sensor, the file. A
/// value that is neutral for its range takes no random number and no time.
public struct DegradationRange: Sendable, Codable, Equatable {
  /// The probability of an imitated modality, see ``Degradation/modality(seed:)``.
  public var modality = 0.0
  /// The probability of the negative.
  public var inversion = 0.0
  /// The gain about the middle of the scale.
  public var contrast = 1.0...1.0
  /// The exponent of ``Degradation/gamma(exponent:)``.
  public var gamma = 1.0...1.0
  /// The standard deviation of the blur, in samples.
  public var blur = 0.0...0.0
  /// The standard deviation of the noise as a share of 255.
  public var noise = 0.0...0.0
  /// JPEG's quality, 1…100; nil for pictures that are not compressed.
  public var quality: ClosedRange<Int>?

  public init() {}

  /// What is wrong with the ranges, as a reason for ``SynthesisError/unusableRange(_:)``; nil where nothing is.
  var objection: String? {
    for (name, value) in [("modality", modality), ("inversion", inversion)] where !(0...1).contains(value) {
      return "\(name) is a probability, 0 to 1"
    }
    let least: [(String, ClosedRange<Double>, Double)] = [
      ("contrast", contrast, 0), ("gamma", gamma, 0.01), ("blur", blur, 0), ("noise", noise, 0),
    ]
    for (name, range, bound) in least where range.lowerBound < bound || !range.upperBound.isFinite {
      return "\(name) cannot be below \(bound)"
    }
    if let quality, quality.lowerBound < 1 || quality.upperBound > 100 { return "quality lies in 1 to 100" }
    return nil
  }

  /// What befalls one picture.
  struct Draw {
    /// What is seen: the degradations of the scene itself.
    var scene: [Degradation] = []
    /// The lens and the sensor.
    var camera: [Degradation] = []
    var noiseSeed: UInt64 = 0
    var quality: Int?
  }

  /// Draws what befalls one picture.
  func draw(using random: inout SplitMix64) -> Draw {
    func chance(_ probability: Double, _ random: inout SplitMix64) -> Bool {
      probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }
    func value(_ range: ClosedRange<Double>, _ random: inout SplitMix64) -> Double {
      range.lowerBound < range.upperBound ? .random(in: range, using: &random) : range.lowerBound
    }
    var draw = Draw()
    if chance(modality, &random) { draw.scene.append(.modality(seed: random.next())) }
    if chance(inversion, &random) { draw.scene.append(.inversion) }
    let gain = value(contrast, &random)
    if gain != 1 { draw.scene.append(.contrast(gain: gain)) }
    let exponent = value(gamma, &random)
    if exponent != 1 { draw.scene.append(.gamma(exponent: exponent)) }
    let spread = value(blur, &random)
    if spread > 0 { draw.camera.append(.blur(deviation: spread)) }
    let deviation = 255 * value(noise, &random)
    if deviation > 0 {
      draw.camera.append(.noise(deviation: deviation))
      draw.noiseSeed = random.next()
    }
    draw.quality = quality.map { Int.random(in: $0, using: &random) }
    return draw
  }
}

extension DegradationRange.Draw {
  /// Degrades what a picture shows, in place.
  ///
  /// - Parameter scratch: memory for ``ModalityMap/scratchCount(_:)`` samples.
  func applyScene(
    to samples: UnsafeMutablePointer<Float>, side: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    for step in scene { apply(step, to: samples, side: side, scratch: scratch) }
  }

  /// Degrades by lens, sensor and file, in place.
  ///
  /// - Parameter scratch: memory for ``ModalityMap/scratchCount(_:)`` samples.
  /// - Throws: what the codec throws.
  func applyCamera(
    to samples: UnsafeMutablePointer<Float>, side: Int, scratch: UnsafeMutablePointer<Float>,
    codec: (any PictureCodec)?
  ) throws {
    for step in camera { apply(step, to: samples, side: side, scratch: scratch) }
    if let quality { try codec?.compress([samples], width: side, height: side, quality: quality) }
  }

  private func apply(
    _ step: Degradation, to samples: UnsafeMutablePointer<Float>, side: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let count = side * side
    switch step {
    case .noise(let deviation):
      GaussianNoise(seed: noiseSeed).add(deviation: Float(deviation), to: samples, count: count)
    case .blur(let deviation):
      GaussianBlur(deviation: deviation).apply(to: samples, size: [side, side], scratch: scratch)
    case .modality(let seed):
      var generator = SplitMix64(seed: seed)
      ModalityMap(width: side, height: side, using: &generator).apply(to: samples, scratch: scratch)
    case .contrast, .gamma, .inversion, .curve: step.mapIntensities(of: samples, count: count)
    }
  }
}

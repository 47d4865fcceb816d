extension SyntheticPairs.Recipe: CustomStringConvertible {
  /// The recipe for people, on one line.
  public var description: String {
    let how =
      switch kind {
      case .published: "published protocol: the fixed picture moved, bilinear, zeros outside"
      case .strict: "strict protocol: both cut from a larger scene"
      }
    return ([how, motions] + further).joined(separator: "; ") + (isRounded ? "; rounded to 8 bits" : "")
  }

  private var motions: String {
    var parts: [String] = []
    if model != .translation { parts.append("rotation ±\(motion.degrees.brief)°") }
    if motion.scale != 1...1 { parts.append("scale \(motion.scale.brief)") }
    if motion.shear != 0 { parts.append("shear ±\(motion.shear.brief)") }
    if motion.shift != 0 { parts.append("shifts ±\((motion.shift / Double(side) * 100).brief) % of the side") }
    return parts.isEmpty ? "no motion" : parts.joined(separator: ", ")
  }

  private var further: [String] {
    var parts: [String] = []
    if flips { parts.append("scenes mirrored and turned by quarter turns") }
    if smoothing > 0 { parts.append("scenes smoothed by σ = \(smoothing.brief)") }
    if leastDeviation > 0 { parts.append("deviation \(leastDeviation.brief) at least") }
    if degradation.modality > 0 { parts.append("another modality with probability \(degradation.modality.brief)") }
    if degradation.inversion > 0 { parts.append("the negative with probability \(degradation.inversion.brief)") }
    if degradation.contrast != 1...1 { parts.append("contrast \(degradation.contrast.brief)") }
    if degradation.gamma != 1...1 { parts.append("gamma \(degradation.gamma.brief)") }
    if degradation.blur != 0...0 { parts.append("blur σ \(degradation.blur.brief)") }
    if degradation.noise != 0...0 {
      parts.append(
        "noise σ \((100 * degradation.noise.lowerBound...100 * degradation.noise.upperBound).brief) %")
    }
    if let quality = degradation.quality {
      parts.append("JPEG \((Double(quality.lowerBound)...Double(quality.upperBound)).brief)")
    }
    return parts
  }
}

extension Double {
  /// The number with four decimals at most.
  fileprivate var brief: String {
    let value = (self * 10_000).rounded() / 10_000
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

extension ClosedRange<Double> {
  fileprivate var brief: String {
    lowerBound == upperBound ? lowerBound.brief : "\(lowerBound.brief)…\(upperBound.brief)"
  }
}

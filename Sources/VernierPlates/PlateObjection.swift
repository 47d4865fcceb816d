import Vernier

/// What speaks against a plate, or against what was made of it.
public enum PlateObjection: Sendable, Equatable {
  /// Not high enough for three exposures above each other.
  case format(width: Int, height: Int)
  /// The channels of the file differ: a colour picture.
  case colored
  /// Too few samples to align three exposures.
  case tooSmall(width: Int, height: Int)
  /// The seams were not found, and the exposures are thirds of the plate.
  case seamsNotFound
  /// A seam in the middle alone.
  case twoExposures
  /// The plate ends within an exposure, of which a share is left.
  case cut(PlateExposure, share: Double)
  /// The exposure shows next to nothing.
  case unexposed(PlateExposure)
  /// The exposure does not match the reference anywhere near.
  case unmatched(PlateExposure, agreement: Double)
  /// The exposure matches at more than one place, or weakly, or was put elsewhere than where its edges match best.
  case uncertain(PlateExposure, agreement: Double)
  /// The best match lies at the border of what was searched.
  case outOfReach(PlateExposure)
  /// Less than half of an exposure is covered by all three.
  case littleInCommon

  /// What an objection makes of the plate at best.
  public var verdict: Verdict {
    switch self {
    case .format, .colored, .tooSmall, .twoExposures, .unexposed, .unmatched, .outOfReach, .littleInCommon: .failed
    case .cut(_, let share): share < 0.5 ? .failed : .doubtful
    case .seamsNotFound, .uncertain: .doubtful
    }
  }
}

extension PlateObjection: CustomStringConvertible {
  public var description: String {
    func hundredths(_ value: Double) -> String {
      let whole = Int((100 * value).rounded())
      let digits = "\(whole.magnitude % 100)"
      return "\(whole < 0 ? "−" : "")\(whole.magnitude / 100).\(digits.count < 2 ? "0" : "")\(digits)"
    }
    return switch self {
    case .format(let width, let height):
      "\(width)×\(height) is no plate's format: three exposures above each other are about 2.6 times as high as wide; turn it, or give the whole plate"
    case .colored: "it is a colour picture; a plate has three grey exposures above each other"
    case .tooSmall(let width, let height):
      "\(width)×\(height) is too small; each exposure needs at least 48 samples a side"
    case .seamsNotFound: "the seams between the exposures were not found; it was cut into equal thirds"
    case .twoExposures: "one seam, in the middle: two exposures where a plate has three"
    case .cut(let exposure, let share):
      "the plate ends within the \(exposure.rawValue) exposure, of which \(Int((100 * share).rounded())) % is there"
    case .unexposed(let exposure): "the \(exposure.rawValue) exposure shows next to nothing"
    case .unmatched(let exposure, let agreement):
      "the \(exposure.rawValue) exposure does not match the reference (edges agree to \(hundredths(agreement)))"
    case .uncertain(let exposure, let agreement):
      "the \(exposure.rawValue) exposure lies uncertainly: its edges match weakly, at several places, or best elsewhere (they agree to \(hundredths(agreement)))"
    case .outOfReach(let exposure):
      "the \(exposure.rawValue) exposure matches best at the border of what was searched"
    case .littleInCommon: "the three exposures have less than half of their area in common"
    }
  }
}

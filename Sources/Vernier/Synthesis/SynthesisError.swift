/// Why synthetic pairs cannot be made.
public enum SynthesisError: Error, Equatable, Sendable {
  case noScenes
  /// All scenes are too small; with the largest one's size and the side that is needed.
  case tooSmall(largest: [Int], needed: Int)
  /// All scenes that are large enough show next to nothing.
  case flat
  case notFinite(scene: Int)
  /// A scan's labels do not lie on its grid.
  case labelsElsewhere
  /// A range that makes no sense, in words.
  case unusableRange(String)
  /// A quality is asked for, but there is no codec.
  case noCodec
}

extension SynthesisError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noScenes: "there is no scene to make pairs of; name a folder with images"
    case .tooSmall(let largest, let needed):
      "the largest scene has \(largest.map(String.init).joined(separator: "×")) samples, pairs of this side and motion need "
        + "\(needed)×\(needed); use larger images, a smaller side or less motion"
    case .flat: "the scenes have no contrast to align by; use others"
    case .notFinite(let scene): "scene \(scene + 1) holds samples that are NaN or infinite; replace them"
    case .labelsElsewhere: "the labels do not lie on the scan's grid; bring them there with vernier apply"
    case .unusableRange(let reason): "\(reason); correct the range"
    case .noCodec: "a quality is asked for, but there is no codec; hand one in"
    }
  }
}

/// Why an image cannot be made or used.
public enum ImageError: Error, Equatable, Sendable {
  /// Images have rank 2 or 3.
  case unsupportedRank(Int)
  case emptySize([Int])
  case unusableSpacing([Double])
  case singularDirection
  case sampleCount(expected: Int, found: Int)
  case notFinite(count: Int)
  case constant
  case emptyMask
  case tooSmall(size: [Int], least: Int)
}

extension ImageError: CustomStringConvertible {
  public var description: String {
    func product(_ size: [Int]) -> String { size.map(String.init).joined(separator: "×") }
    return switch self {
    case .unsupportedRank(let rank): "images have 2 or 3 dimensions, not \(rank)"
    case .emptySize(let size): "the size \(product(size)) holds no samples"
    case .unusableSpacing(let spacing): "the spacing \(spacing) must be positive and finite"
    case .singularDirection: "the direction or origin is not usable (singular or not finite)"
    case .sampleCount(let expected, let found): "\(found) samples where the grid has \(expected)"
    case .notFinite(let count):
      "\(count) samples are NaN or infinite; replace them, or leave them out with a mask"
    case .constant: "all samples have one value, so there is nothing to align"
    case .emptyMask: "the mask leaves no sample to use"
    case .tooSmall(let size, let least):
      "the size \(product(size)) is too small; each axis needs at least \(least) samples"
    }
  }
}

/// Why two images cannot be aligned at all.
public enum AlignmentError: Error, Equatable, Sendable {
  case noOverlap
  /// The transform to start from is not finite or not invertible.
  case unusableStart
  case fixedUnusable(ImageError)
  case movingUnusable(ImageError)
  case unsupported(method: String, reason: String)
  /// The images are usable, but this method finds no transform between them.
  case noAnswer(method: String, reason: String)
}

extension AlignmentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noOverlap:
      "the images do not overlap in physical space; start with a search or another --initial transform"
    case .unusableStart: "the initial transform is not finite or not invertible; start from another"
    case .fixedUnusable(let error): "the fixed image: \(error)"
    case .movingUnusable(let error): "the moving image: \(error)"
    case .unsupported(let method, let reason), .noAnswer(let method, let reason): "\(method): \(reason)"
    }
  }
}

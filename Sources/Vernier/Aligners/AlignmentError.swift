/// Why two images cannot be aligned at all.
public enum AlignmentError: Error, Sendable {
  case noOverlap
  /// The transform to start from, or to judge, is not finite or not invertible.
  case unusableStart
  case fixedUnusable(ImageError)
  case movingUnusable(ImageError)
  case unsupported(method: String, reason: String)
  /// The images are usable, but this method finds no transform between them.
  case noAnswer(method: String, reason: String)
  /// The task was cancelled before there was an answer.
  case cancelled
  /// A step of `prepare` or a method of another module failed for a reason of its own: a plug-in that is missing, a
  /// model file that is damaged.
  case failed(any Error)
}

extension AlignmentError {
  /// Any error as one of these.
  init(_ error: any Error) {
    self = error as? AlignmentError ?? (error is CancellationError ? .cancelled : .failed(error))
  }
}

extension AlignmentError: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.noOverlap, .noOverlap), (.unusableStart, .unusableStart), (.cancelled, .cancelled): true
    case (.fixedUnusable(let a), .fixedUnusable(let b)), (.movingUnusable(let a), .movingUnusable(let b)): a == b
    case (.unsupported(let a, let b), .unsupported(let c, let d)), (.noAnswer(let a, let b), .noAnswer(let c, let d)):
      (a, b) == (c, d)
    case (.failed(let a), .failed(let b)): type(of: a) == type(of: b) && "\(a)" == "\(b)"
    default: false
    }
  }
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
    case .cancelled: "the alignment was cancelled"
    case .failed(let error): "\(error)"
    }
  }
}

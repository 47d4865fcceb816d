/// What a keypoint method lacked; its description is the reason of an `AlignmentError.noAnswer`.
enum KeypointShortage: Sendable, Equatable {
  case keypoints(fixed: Int, moving: Int, needed: Int)
  case matches(Int, fixed: Int, moving: Int, needed: Int)
  case agreement(Int, matches: Int, needed: Int)
}

extension KeypointShortage: CustomStringConvertible {
  var description: String {
    let lack =
      switch self {
      case .keypoints(let fixed, let moving, let needed):
        "too few keypoints: \(fixed) in the fixed image and \(moving) in the moving one, \(needed) are needed in each"
      case .matches(let count, let fixed, let moving, let needed):
        "too few keypoints match: \(count) of \(fixed) in the fixed image and \(moving) in the moving one, \(needed) are needed"
      case .agreement(let count, let matches, let needed):
        "too few keypoints agree on a transform: \(count) of \(matches) matches, \(needed) are needed"
      }
    return lack + "; try the method search+refine"
  }
}

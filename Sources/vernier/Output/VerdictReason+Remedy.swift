import Vernier

extension VerdictReason {
  /// What a person may try, in the command's words.
  ///
  /// - Parameters:
  ///   - model: what was asked for.
  ///   - rank: the images'.
  func remedy(after model: TransformModel, rank: Int) -> String {
    switch self {
    case .mirrored: "mirror it before"
    case .partsDisagree, .weak: "try another --metric or --transform, or give a start with --initial"
    case .worseThanStart: "judge the start by itself with vernier judge, or try another --metric"
    case .fewPartsAgree, .anotherPlace: "look at it with --report FILE.html"
    case .remainder(.shift, _): "go on from it with --save-transform and --initial"
    case .remainder(.linear, _):
      [.affine, .homography].contains(model) ? "go on from it with --initial" : "try --transform affine"
    case .remainder(.curved, _) where rank == 2 && model != .homography: "try --transform homography"
    case .remainder(.curved, _), .remainder(.local, _): "try --transform \(freeFormModel)"
    case .unlikeParts: "leave it out with --fixed-mask"
    case .fewSamples: "give larger images, or a start with --initial"
    case .sharedFrame: "leave the frame out with --fixed-mask and --moving-mask"
    case .ambiguous: "give a start with --initial, or a --transform with less freedom"
    case .folding, .idleDeformation: "look at it with --report FILE.html, or use --transform affine"
    }
  }
}

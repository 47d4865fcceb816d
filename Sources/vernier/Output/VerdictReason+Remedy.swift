import Vernier

extension VerdictReason {
  /// What a person may try, in the command's words.
  ///
  /// - Parameter model: what was asked for.
  func remedy(after model: TransformModel) -> String {
    switch self {
    case .mirrored: "mirror it before"
    case .partsDisagree, .weak: "try another --metric or --transform, or give a start with --initial"
    case .worseThanStart: "judge the start by itself with vernier judge, or try another --metric"
    case .fewPartsAgree, .anotherPlace: "look at it with --report FILE.html"
    case .remainder(.shift, _): "go on from it with --save-transform and --initial"
    case .remainder(.linear, _): model == .affine ? "go on from it with --initial" : "try --transform affine"
    case .remainder(.curved, _), .remainder(.local, _): "try --transform bspline or diffeomorphic"
    case .unlikeParts: "leave it out with --fixed-mask"
    case .fewSamples: "give larger images, or a start with --initial"
    case .sharedFrame: "leave the frame out with --fixed-mask and --moving-mask"
    case .ambiguous: "give a start with --initial, or a --transform with less freedom"
    case .folding, .idleDeformation: "look at it with --report FILE.html, or use --transform affine"
    }
  }
}

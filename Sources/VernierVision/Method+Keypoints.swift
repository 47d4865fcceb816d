import Vernier

extension Method {
  /// The methods by keypoints, in the order in which a table lists them.
  public static let keypoints: [Method] = KeypointMethod.allCases.map { method in
    Method(
      name: method.rawValue, kind: .classical, transforms: TransformModel.linear, ranks: [2],
      source: "\(method.source); ratio test (Lowe 2004); RANSAC (Fischler and Bolles 1981, doi:10.1145/358669.358692)",
      options: [
        Option("ratio", .number(0...1), help: "a match is nearer than this times the second nearest"),
        Option("distance", .number(0.001...1000), help: "a match agrees that misses by no more, in samples"),
        Option("agreement", .count(1...10_000), help: "matches that must agree"),
        Option("limit", .count(1...1_000_000), help: "keypoints of an image at most"),
      ]
    ) { values in
      var aligner = KeypointAligner(method)
      aligner.ratio = values.number("ratio") ?? aligner.ratio
      aligner.inlierDistance = values.number("distance") ?? aligner.inlierDistance
      aligner.leastAgreement = values.count("agreement") ?? aligner.leastAgreement
      aligner.keypointLimit = values.count("limit") ?? aligner.keypointLimit
      return aligner
    }
  }
}

extension KeypointMethod {
  /// The paper that describes the keypoints.
  fileprivate var source: String {
    switch self {
    case .sift: "SIFT keypoints (Lowe 2004, doi:10.1023/B:VISI.0000029664.99615.94)"
    case .surf: "SURF keypoints (Bay et al. 2006, doi:10.1007/11744023_32)"
    case .orb: "ORB keypoints (Rublee et al. 2011, doi:10.1109/ICCV.2011.6126544)"
    case .akaze: "AKAZE keypoints (Alcantarilla et al. 2013, doi:10.5244/C.27.13)"
    }
  }
}

import Vernier

extension Method {
  /// The methods by keypoints, in the order in which a table lists them.
  public static let keypoints: [Method] = KeypointMethod.allCases.map { method in
    Method(
      name: method.rawValue, kind: .classical, transforms: TransformModel.allCases, ranks: [2],
      source: "\(method.source); ratio test (Lowe 2004); RANSAC (Fischler and Bolles 1981, doi:10.1145/358669.358692)"
    ) { KeypointAligner(method, model: $0.model, threads: $0.threads) }
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

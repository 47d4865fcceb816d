import CVisionPlugin

/// How keypoints are found and described.
public enum KeypointMethod: String, Sendable, CaseIterable {
  /// Scale-invariant feature transform (Lowe 2004, doi:10.1023/B:VISI.0000029664.99615.94), by OpenCV.
  case sift
  /// Speeded-up robust features (Bay, Tuytelaars and Van Gool 2006, doi:10.1007/11744023_32), by dlib.
  case surf
  /// Oriented FAST and rotated BRIEF (Rublee et al. 2011, doi:10.1109/ICCV.2011.6126544), by OpenCV.
  case orb
  /// Accelerated KAZE (Alcantarilla, Nuevo and Bartoli 2013, doi:10.5244/C.27.13), by OpenCV.
  case akaze

  /// The ratio test's usual threshold: 0.75 for the real-valued descriptors, 0.8 for the binary ones.
  ///
  /// These are the values of OpenCV's own tutorials. Lowe (2004, section 7.1) found that 0.8 drops 90 % of the false
  /// matches and 5 % of the right ones.
  public var usualRatio: Double {
    switch self {
    case .sift, .surf: 0.75
    case .orb, .akaze: 0.8
    }
  }

  /// The method's number at the plug-in's boundary.
  var code: Int32 {
    switch self {
    case .sift: Int32(VERNIER_KEYPOINTS_SIFT)
    case .surf: Int32(VERNIER_KEYPOINTS_SURF)
    case .orb: Int32(VERNIER_KEYPOINTS_ORB)
    case .akaze: Int32(VERNIER_KEYPOINTS_AKAZE)
    }
  }
}

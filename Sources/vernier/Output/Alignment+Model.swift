import Vernier

extension Alignment {
  /// The kind of transform as `--transform` names it, or as a file that was given holds it.
  var modelName: String {
    switch transform.base {
    case is Homography: "homography"
    case is Composition<rank> where method != "given" && deformationModel != nil: deformationModel?.rawValue ?? ""
    case is DisplacementField<rank>: "field"
    case is Composition<rank>: "composition"
    default: deformationModel?.rawValue ?? model.rawValue
    }
  }

  /// See `Transform.matrix`.
  var matrix: [[Double]] { transform.matrix }
}

extension Transform {
  /// The map as a homogeneous matrix, fixed point to moving point: of a deformation its linear part's.
  var matrix: [[Double]] {
    guard let matrix = (base as? Homography)?.matrix else { return linear.homogeneous }
    return (0..<3).map { row in (0..<3).map { matrix[row, $0] } }
  }
}

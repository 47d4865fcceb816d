/// How a deformation after a linear map is described.
public enum DeformationModel: String, Sendable, Codable, CaseIterable {
  /// Control points with cubic B-splines between them: smooth, and few numbers. See ``FreeForm``.
  case bspline
  /// A displacement for each sample, which can be undone. See ``Diffeomorphic``.
  case diffeomorphic
}

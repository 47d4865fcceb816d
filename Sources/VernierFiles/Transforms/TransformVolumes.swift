import Vernier

/// The volumes between which a transform leads, for formats whose numbers count in their voxels or that describe them:
/// FSL's and FreeSurfer's. What is not known is nil.
public struct TransformVolumes: Sendable, Equatable {
  public struct Volume: Sendable, Equatable {
    public var grid: Grid<3>
    /// Its name, which FreeSurfer's files hold.
    public var file: String

    public init(grid: Grid<3>, file: String) {
      (self.grid, self.file) = (grid, file)
    }
  }

  public var fixed: Volume?
  public var moving: Volume?

  public init(fixed: Volume? = nil, moving: Volume? = nil) {
    (self.fixed, self.moving) = (fixed, moving)
  }
}

extension Grid<3> {
  /// From an index to the physical point, LPS.
  var physicalFromIndex: Affine<3> { Affine(linear: direction * .diagonal(spacing), translation: origin) }
}

extension Affine<3> {
  /// Between LPS and RAS: x and y change their signs.
  static var otherHanded: Affine<3> { Affine(linear: .diagonal([-1, -1, 1])) }

  /// The same map of points whose x and y have the other signs.
  var otherHanded: Affine<3> { .otherHanded.composed(after: composed(after: .otherHanded)) }
}

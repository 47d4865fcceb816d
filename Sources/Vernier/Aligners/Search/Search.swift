/// The global search: any shift and any rotation, without a start.
///
/// In the plane by masked normalized cross-correlation over a turn of angles (`PlaneSearch`), in space from centres,
/// moments and a grid of rotations (`VolumeSearch`), at low resolution. Gives several candidates, to be refined.
public struct Search: Aligner {
  public var name: String { "search" }
  public var model: TransformModel
  /// Whether the images may have unlike contrasts. False limits the search in the plane to positive correlation.
  public var acrossContrasts: Bool
  public var threads: Int

  public init(model: TransformModel = .rigid, acrossContrasts: Bool = true, threads: Int = 2) {
    self.model = model
    self.acrossContrasts = acrossContrasts
    self.threads = threads
  }

  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    try self.candidates(aligning: PyramidPair(moving: moving, fixed: fixed, threads: threads), from: candidates)
  }
}

extension Search: MultiresolutionAligner {
  func candidates<let rank: Int>(
    aligning pair: PyramidPair<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    if let planes = pair as? PyramidPair<2>,
      let found = PlaneSearch(model: model, acrossContrasts: acrossContrasts, threads: threads)
        .run(moving: planes.moving.levels[0], to: planes.fixed.levels[0]) as? [Candidate<rank>]
    {
      return found
    }
    if let volumes = pair as? PyramidPair<3>,
      let found = VolumeSearch(model: model, threads: threads).run(volumes) as? [Candidate<rank>]
    {
      return found
    }
    throw AlignmentError.unsupported(method: name, reason: "images of rank \(rank) are not supported")
  }
}

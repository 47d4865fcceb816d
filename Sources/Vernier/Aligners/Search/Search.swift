/// The global search: any shift and any rotation, without a start.
///
/// In the plane by masked normalized cross-correlation over a turn of angles (`PlaneSearch`), in space from centres,
/// moments and a grid of rotations (`VolumeSearch`), at low resolution. Gives several candidates, to be refined.
public struct Search: Aligner {
  public var name: String { "search" }
  /// Whether the images may have unlike contrasts. False limits the search in the plane to positive correlation; nil
  /// does so where the registration is to maximise MSE or NCC.
  public var acrossContrasts: Bool?

  public init(acrossContrasts: Bool? = nil) { self.acrossContrasts = acrossContrasts }

  public var options: [String] { acrossContrasts.map { ["contrasts=\($0 ? "any" : "like")"] } ?? [] }

  /// Whether nothing of it was chosen.
  var isUsual: Bool { acrossContrasts == nil }
}

extension Search: MultiresolutionAligner {
  func candidates<let rank: Int>(
    aligning pair: PyramidPair<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>] {
    let oneContrast = task.metric == .crossCorrelation || task.metric == .meanSquares
    let plane = PlaneSearch(
      model: task.model, acrossContrasts: acrossContrasts ?? !oneContrast, threads: task.threads)
    let space = VolumeSearch(model: task.model, threads: task.threads)
    return Ranks.open(rank, pair) { (pair: PyramidPair<2>) in
      plane.run(moving: pair.moving.levels[0], to: pair.fixed.levels[0])
    } space: { (pair: PyramidPair<3>) in
      space.run(pair)
    }
  }
}

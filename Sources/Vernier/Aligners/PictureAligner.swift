/// A method for pictures alone.
public protocol PictureAligner: Aligner {
  /// As ``Aligner/candidates(aligning:to:from:)``, which throws ``AlignmentError/unsupported(method:reason:)`` for volumes.
  func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>]
  ) throws -> [Candidate<2>]
}

extension PictureAligner {
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    if let plane = moving as? Image<2>, let still = fixed as? Image<2>, let starts = candidates as? [Candidate<2>],
      let found = try self.candidates(aligning: plane, to: still, from: starts) as? [Candidate<rank>]
    {
      return found
    }
    throw AlignmentError.unsupported(method: name, reason: "only pictures can be aligned, not images of rank \(rank)")
  }
}

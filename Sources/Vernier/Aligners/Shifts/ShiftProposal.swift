/// A shift that a method proposes, fixed to moving, in samples of the fixed image.
struct ShiftProposal {
  var shift: Vector<2>
  var score: Double
  var iterations: Int
  var stop: StopReason
}

extension Aligner {
  /// Candidates from a method that shifts one picture on another of the same lattice.
  ///
  /// The moving image is seen on the fixed one's grid through each start's transform, or as it lies where it has that grid; the shift is added to the start.
  ///
  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` for volumes.
  func shiftCandidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from starts: [Candidate<rank>],
    propose: (_ moving: Image<2>, _ fixed: Image<2>) -> [ShiftProposal]
  ) throws -> [Candidate<rank>] {
    guard let plane = moving as? Image<2>, let still = fixed as? Image<2>, let starts = starts as? [Candidate<2>] else {
      throw AlignmentError.unsupported(method: name, reason: "only pictures can be aligned, not images of rank \(rank)")
    }
    let begin = starts.isEmpty ? [Candidate(transform: Affine<2>(center: still.grid.center), score: 0)] : starts
    let found = begin.flatMap { start -> [Candidate<2>] in
      let isPlaced = start.transform.homogeneous == Affine<2>.identity.homogeneous && plane.grid == still.grid
      let seen = isPlaced ? plane : plane.resampled(onto: still.grid, through: start.transform, threads: threads)
      return propose(seen, still).map { proposal in
        let shift = Affine<2>(translation: still.grid.toPhysical * proposal.shift, center: still.grid.center)
        return Candidate(
          transform: start.transform.composed(after: shift), score: proposal.score,
          iterations: start.iterations + proposal.iterations, stopReason: proposal.stop)
      }
    }
    guard let result = found.ranked(on: still.grid, atMost: 8) as? [Candidate<rank>] else { return [] }
    return result
  }
}

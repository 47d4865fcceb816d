/// A shift that a method proposes, fixed to moving, in samples of the fixed image.
struct ShiftProposal {
  var shift: Vector<2>
  var score: Double
  var iterations: Int
  var stop: StopReason
}

extension PictureAligner {
  /// Candidates from a method that shifts one picture on another of the same lattice.
  ///
  /// The moving image is seen on the fixed one's grid through each start's transform, or as it lies where it has that
  /// grid; the shift is added to the start.
  func shiftCandidates(
    aligning moving: Image<2>, to fixed: Image<2>, from starts: [Candidate<2>], threads: Int,
    propose: (_ moving: Image<2>, _ fixed: Image<2>) -> [ShiftProposal]
  ) -> [Candidate<2>] {
    let begin = starts.isEmpty ? [Candidate(transform: Affine<2>(center: fixed.grid.center), score: 0)] : starts
    let found = begin.flatMap { start -> [Candidate<2>] in
      let isPlaced = start.linear.homogeneous == Affine<2>.identity.homogeneous && moving.grid == fixed.grid
      let seen = isPlaced ? moving : moving.resampled(onto: fixed.grid, through: start.linear, threads: threads)
      return propose(seen, fixed).map { proposal in
        let shift = Affine<2>(translation: fixed.grid.toPhysical * proposal.shift, center: fixed.grid.center)
        return Candidate(
          transform: start.linear.composed(after: shift), score: proposal.score,
          iterations: start.iterations + proposal.iterations, stopReason: proposal.stop)
      }
    }
    return found.ranked(on: fixed.grid, atMost: 8)
  }
}

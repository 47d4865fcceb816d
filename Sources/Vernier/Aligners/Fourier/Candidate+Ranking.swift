extension [Candidate<2>] {
  /// These by their scores, best first, without those that send every corner of `grid` nearly where a better one does.
  ///
  /// Nearly is within 2 % of the diagonal: a refinement would bring both to one place.
  func ranked(on grid: Grid<2>, atMost count: Int) -> [Candidate<2>] {
    let corners = grid.corners
    let near = 0.02 * grid.diagonal
    var kept: [Candidate<2>] = []
    for (_, candidate) in enumerated().sorted(by: { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }) {
      let known = kept.contains { other in
        corners.allSatisfy { (other.transform($0) - candidate.transform($0)).length < near }
      }
      if !known { kept.append(candidate) }
      if kept.count == count { break }
    }
    return kept
  }
}

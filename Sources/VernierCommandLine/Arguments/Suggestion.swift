extension String {
  /// The candidate that this word was probably meant to be, or nil when none is near.
  ///
  /// Near means at most one edit in three letters, and two at least.
  package func nearest(among candidates: [String]) -> String? {
    let word = lowercased()
    let ranked = candidates.map { (name: $0, distance: word.editDistance(to: $0)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= Swift.max(2, best.name.count / 3) && best.distance < best.name.count ? best.name : nil
  }

  /// The number of letters to insert, delete, replace or swap with their neighbour to make `other` of this word
  /// (optimal string alignment).
  ///
  /// - Complexity: O(*m* · *n*)
  func editDistance(to other: String) -> Int {
    let left = Array(self)
    let right = Array(other)
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let same = left[row] == right[column]
        var least = Swift.min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = Swift.min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}

import Vernier

/// Two real volumes of which it is known how one lies on the other.
struct VolumePair: Sendable {
  let fixed: Image<3>
  let moving: Image<3>
  /// Where points of the fixed volume's head lie in the moving one.
  let answer: PointPairs<3>

  /// - Parameter truth: fixed point to moving point.
  init(fixed: Image<3>, moving: Image<3>, truth: Affine<3>) {
    self.fixed = fixed
    self.moving = moving
    answer = PointPairs(points: fixed.foregroundPoints(along: 14)) { truth($0) }
  }

  /// How far neighbouring samples of the fixed volume are apart across all axes.
  var voxelDiagonal: Double { fixed.grid.spacing.length }
}

extension Image where rank == 3 {
  /// The points of an even lattice of `count` along each axis at which the nearest sample is above Otsu's threshold;
  /// all where there are none.
  fileprivate func foregroundPoints(along count: Int) -> [Vector<3>] {
    let threshold = otsuThreshold()
    let lattice = grid.lattice(count)
    let inside = lattice.filter { point in
      let index = grid.index(atPoint: point)
      let place = (0..<3).reversed().reduce(0) { $0 * size[$1] + min(max(Int(index[$1].rounded()), 0), size[$1] - 1) }
      return samples[place] > threshold
    }
    return inside.isEmpty ? lattice : inside
  }
}

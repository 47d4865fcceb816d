/// A start for a refinement that brings the two images' centres together and turns nothing.
public enum CenterStart: String, CaseIterable, Sendable {
  /// The middles of both grids.
  case geometry = "center"
  /// The centres of mass, see ``Image/centerOfMass``.
  case moments

  /// The start for a pair, fixed to moving, written about the fixed image's centre.
  public func transform<let rank: Int>(aligning moving: Image<rank>, to fixed: Image<rank>) -> Affine<rank> {
    let shift =
      switch self {
      case .geometry: moving.grid.center - fixed.grid.center
      case .moments: moving.centerOfMass - fixed.centerOfMass
      }
    return Affine(translation: shift, center: fixed.grid.center)
  }
}

extension Image {
  /// The mean position of the valid samples in physical space, weighted by their intensity above the low end of the
  /// range (the 0.1th percentile), up to its high end (the 99.9th); the grid's centre where all weigh nothing.
  public var centerOfMass: Vector<rank> {
    let isValid = validity
    let range = IntensityRange(of: Self(unchecked: grid, samples: samples, mask: isValid))
    var sum = Vector<rank>.zero
    var total = 0.0
    for row in 0..<(samples.count / size[0]) {
      // Weights and first moments of a row, so that the rest is done once for it.
      var (weight, moment) = (0.0, 0.0)
      for x in 0..<size[0] {
        let index = row * size[0] + x
        guard isValid?[index] != 0 else { continue }
        let value = Double(min(max(samples[index], range.low), range.high) - range.low)
        weight += value
        moment += value * Double(x)
      }
      let place = Vector<rank> { $0 == 0 ? 0 : Double($0 == 1 ? row % size[1] : row / size[1]) }
      sum += place * weight
      sum[0] += moment
      total += weight
    }
    return total > 0 ? grid.point(atIndex: sum / total) : grid.center
  }
}

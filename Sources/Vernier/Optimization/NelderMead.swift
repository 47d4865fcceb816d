/// The downhill simplex of Nelder and Mead (1965), for a handful of unknowns and no derivatives.
struct NelderMead {
  /// Stops after this many evaluations.
  var evaluationLimit = 100
  /// Stops when the values at the corners differ by less.
  var tolerance: Double

  /// The place of the lowest value found.
  ///
  /// - Parameter scale: the first simplex reaches this far along each unknown.
  func minimize(
    from start: SIMD4<Double>, scale: [Double], _ value: (SIMD4<Double>) -> Double
  ) -> (place: SIMD4<Double>, value: Double) {
    var corners = [(place: start, value: value(start))]
    for (axis, reach) in scale.enumerated() {
      var place = start
      place[axis] += reach
      corners.append((place, value(place)))
    }
    var evaluations = corners.count
    func tried(_ place: SIMD4<Double>) -> (place: SIMD4<Double>, value: Double) {
      evaluations += 1
      return (place, value(place))
    }
    while evaluations < evaluationLimit {
      corners.sort { $0.value < $1.value }
      let worst = corners[corners.count - 1]
      guard worst.value - corners[0].value > tolerance else { break }
      var middle = SIMD4<Double>.zero
      for corner in corners.dropLast() { middle += corner.place }
      middle /= Double(corners.count - 1)
      let reflected = tried(2 * middle - worst.place)
      var next = reflected
      if reflected.value < corners[0].value {
        let expanded = tried(3 * middle - 2 * worst.place)
        if expanded.value < reflected.value { next = expanded }
      } else if reflected.value >= corners[corners.count - 2].value {
        let inner = reflected.value < worst.value ? reflected.place : worst.place
        next = tried(0.5 * (middle + inner))
      }
      if next.value < min(reflected.value, worst.value) || reflected.value < corners[corners.count - 2].value {
        corners[corners.count - 1] = next
      } else {
        for index in 1..<corners.count { corners[index] = tried(0.5 * (corners[0].place + corners[index].place)) }
      }
    }
    return corners.min { $0.value < $1.value } ?? (start, value(start))
  }
}

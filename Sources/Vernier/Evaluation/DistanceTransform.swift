/// The distance from each sample to the nearest of a set of samples, exact, in physical units.
///
/// The squared distance is separable: along one axis after another it is the lower envelope of parabolas (Felzenszwalb
/// and Huttenlocher 2012, doi:10.4086/toc.2012.v008a019), whatever the spacing.
struct DistanceTransform {
  /// The squared distances, x fastest; infinite everywhere where the set is empty.
  let squares: [Double]

  /// - Parameters:
  ///   - members: whether a sample belongs to the set, x fastest.
  ///   - size: samples along each axis.
  ///   - spacing: their distance along each axis.
  /// - Complexity: O(samples).
  init(to members: [Bool], size: [Int], spacing: [Double]) {
    var field = members.map { $0 ? 0 : Double.infinity }
    var stride = 1
    for (axis, length) in size.enumerated() {
      let step = spacing[axis] * spacing[axis]
      var line = [Double](repeating: 0, count: length)
      // The parabolas of the envelope: where each stands and from where on it is the lowest.
      var places = [Int](repeating: 0, count: length)
      var starts = [Double](repeating: 0, count: length)
      for outer in 0..<(field.count / (stride * length)) {
        for inner in 0..<stride {
          let first = outer * stride * length + inner
          for place in 0..<length { line[place] = field[first + place * stride] }
          var count = 0
          for place in 0..<length where line[place] < .infinity {
            let x = Double(place)
            var start = -Double.infinity
            while count > 0 {
              let other = Double(places[count - 1])
              start = (line[place] - line[places[count - 1]]) / (2 * step * (x - other)) + (x + other) / 2
              if start > starts[count - 1] { break }
              count -= 1
              start = -.infinity
            }
            places[count] = place
            starts[count] = start
            count += 1
          }
          guard count > 0 else { continue }
          var current = 0
          for place in 0..<length {
            while current + 1 < count, starts[current + 1] <= Double(place) { current += 1 }
            let away = Double(place - places[current])
            field[first + place * stride] = line[places[current]] + step * away * away
          }
        }
      }
      stride *= length
    }
    squares = field
  }
}

extension Array where Element == Float {
  /// The element that would stand at `place` if these were sorted, by Hoare's selection; reorders them so that no
  /// earlier element is greater and no later one less.
  ///
  /// - Precondition: `place` is one of the indices, and no element is NaN.
  /// - Complexity: O(count) on average.
  mutating func select(_ place: Int) -> Float {
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = self[(low + high) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while self[left] < pivot { left += 1 }
        while self[right] > pivot { right -= 1 }
        if left <= right {
          swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if place <= right { high = right } else if place >= left { low = left } else { break }
    }
    return self[place]
  }

  /// The percentile as ``Statistics/percentile(_:ofSorted:)`` defines it; reorders the elements.
  ///
  /// - Precondition: there are elements, none is NaN, and `percent` lies in 0…100.
  mutating func percentile(_ percent: Double) -> Float {
    let place = PercentilePlace(percent, count: count)
    let value = select(place.lower)
    let fraction = Float(place.fraction)
    guard fraction > 0, let next = self[(place.lower + 1)...].min() else { return value }
    return value + fraction * (next - value)
  }
}

extension Image {
  /// The samples that count: finite and within the mask.
  var validSamples: [Float] {
    samples.indices.compactMap { samples[$0].isFinite && mask?[$0] != 0 ? samples[$0] : nil }
  }
}

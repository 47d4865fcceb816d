extension Image {
  /// The components of g gᵀ / |g| less its trace, for the gradient g of each sample by central differences in samples'
  /// spacing: two in the plane, six in space. 0 where a neighbour is missing.
  ///
  /// They are the same for g and −g, so that they compare the edges of images of unlike contrasts.
  func edgeTensors() -> [Self] {
    let strides = (0..<rank).map { size.stride(along: $0) }
    let spacing = grid.spacing
    var components = [[Float]](repeating: [Float](repeating: 0, count: samples.count), count: rank == 2 ? 2 : 6)
    for index in samples.indices where isValid(index) {
      var gradient = Vector<rank>.zero
      var isInside = true
      for axis in 0..<rank where size[axis] > 1 {
        let place = index / strides[axis] % size[axis]
        let (low, high) = (index - strides[axis], index + strides[axis])
        guard place > 0, place < size[axis] - 1, isValid(low), isValid(high) else {
          isInside = false
          break
        }
        gradient[axis] = Double(samples[high] - samples[low]) / spacing[axis]
      }
      let length = gradient.length
      guard isInside, length > 0 else { continue }
      let unit = gradient * (1 / length)
      if rank == 2 {
        // The tensor's two free components.
        components[0][index] = Float(gradient[0] * unit[0] - gradient[1] * unit[1])
        components[1][index] = Float(2 * gradient[0] * unit[1])
      } else {
        var component = 0
        for first in 0..<rank {
          for second in first..<rank {
            let product = gradient[first] * unit[second]
            components[component][index] = Float(first == second ? product - length / 3 : 1.414_213_562 * product)
            component += 1
          }
        }
      }
    }
    return components.map { Self(unchecked: grid, samples: $0, mask: mask) }
  }
}

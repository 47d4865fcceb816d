import Vernier

/// A picture with blobs at places that a seed draws.
func scene(width: Int = 160, height: Int = 140, seed: UInt64 = 1, shift: Vector<2> = .zero) throws -> Image<2> {
  var random = SplitMix64(seed: seed)
  let blobs = (0..<60).map { _ in
    (
      x: Double.random(in: -20...Double(width + 20), using: &random),
      y: Double.random(in: -20...Double(height + 20), using: &random), r: Double.random(in: 3...12, using: &random),
      a: Double.random(in: -80...120, using: &random)
    )
  }
  var samples: [Float] = []
  samples.reserveCapacity(width * height)
  for y in 0..<height {
    for x in 0..<width {
      let (px, py) = (Double(x) + shift[0], Double(y) + shift[1])
      var sum = 100.0
      for blob in blobs {
        let squared = (px - blob.x) * (px - blob.x) + (py - blob.y) * (py - blob.y)
        sum += blob.a / (1 + squared / (blob.r * blob.r))
      }
      samples.append(Float(sum))
    }
  }
  return try Image(width: width, height: height, samples: samples)
}

/// A volume of smooth waves.
func volume(side: Int) throws -> Image<3> {
  let grid = try Grid<3>(size: Size(repeating: side))
  var samples = [Float](repeating: 0, count: grid.count)
  for index in samples.indices {
    let (x, y, z) = (index % side, index / side % side, index / (side * side))
    samples[index] = Float((x * 7 + y * 13 + z * 29) % 251)
  }
  return try Image(grid: grid, samples: samples)
}

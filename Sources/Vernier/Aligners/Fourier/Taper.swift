import Glibc

/// Windows that let a picture fade out towards its border, so that its cyclic continuation has no edges.
enum Taper {
  /// Hann's window, ½ (1 − cos 2π (i + ½) / n): zero just beyond both ends.
  static func hann(_ count: Int) -> [Float] {
    (0..<count).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(count))) }
  }

  /// An image less its mean, faded out towards its border; masked samples are 0, as if they had the mean.
  static func apply(to image: Image<2>) -> Image<2> {
    let (columns, rows) = (hann(image.width), hann(image.height))
    var total = 0.0
    var sum = 0.0
    for y in 0..<image.height {
      for x in 0..<image.width {
        let index = y * image.width + x
        if let mask = image.mask, mask[index] == 0 { continue }
        let weight = Double(columns[x] * rows[y])
        total += weight
        sum += weight * Double(image.samples[index])
      }
    }
    let mean = total > 0 ? Float(sum / total) : 0
    var samples = [Float](repeating: 0, count: image.grid.count)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let index = y * image.width + x
        if let mask = image.mask, mask[index] == 0 { continue }
        samples[index] = (image.samples[index] - mean) * columns[x] * rows[y]
      }
    }
    return Image(unchecked: image.grid, samples: samples)
  }
}

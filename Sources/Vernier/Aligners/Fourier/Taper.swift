import Glibc

/// A window that lets a picture fade out towards its border, so that its cyclic continuation has no edges.
///
/// Tukey's: 1 in the middle, and a cosine's half wave down to 0 on both sides, along each axis.
struct Taper {
  /// The part of an axis, about its middle, over which the window is not 0.
  var width: Double
  /// The part of that width over which it rises and falls; 1 makes it Hann's.
  var rise: Double

  static let hann = Taper(width: 1, rise: 1)
  /// Fades out the border alone, and so keeps what two pictures share where they are far apart.
  static let border = Taper(width: 1, rise: 0.25)
  /// Holds what a picture shows that is magnified by 1.7.
  static let central = Taper(width: 0.6, rise: 1)

  func weights(_ count: Int) -> [Float] {
    (0..<count).map { index in
      let away = abs((Double(index) + 0.5) / Double(count) * 2 - 1) / width
      guard away < 1 else { return 0 }
      let fall = max(0, (away - 1 + rise) / rise)
      return Float(0.5 + 0.5 * cos(.pi * fall))
    }
  }

  /// An image less its mean under the window, times the window; masked samples are 0, as if they had the mean.
  func applied(to image: Image<2>) -> Image<2> {
    let (columns, rows) = (weights(image.width), weights(image.height))
    var total = 0.0
    var sum = 0.0
    for y in 0..<image.height {
      for x in 0..<image.width where image.mask?[y * image.width + x] != 0 {
        let weight = Double(columns[x] * rows[y])
        total += weight
        sum += weight * Double(image.samples[y * image.width + x])
      }
    }
    let mean = total > 0 ? Float(sum / total) : 0
    var samples = [Float](repeating: 0, count: image.grid.count)
    for y in 0..<image.height {
      for x in 0..<image.width where image.mask?[y * image.width + x] != 0 {
        let index = y * image.width + x
        samples[index] = (image.samples[index] - mean) * columns[x] * rows[y]
      }
    }
    return Image(unchecked: image.grid, samples: samples)
  }
}

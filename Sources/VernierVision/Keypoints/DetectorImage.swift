import Vernier

/// A picture as detectors take it: 8 bits, square samples.
///
/// The range of the valid samples is stretched over 0…255, so that the detectors' thresholds on contrast mean the same
/// for every image. A picture whose spacings differ by more than 1 % is resampled at the finer of them: descriptors are
/// made to be compared after a turn, and a turn in space is one of the samples only where these are square.
struct DetectorImage: Sendable {
  var grid: Grid<2>
  var samples: [UInt8]
  /// Not zero where the sample is valid; nil means everywhere.
  var mask: [UInt8]?

  init(_ image: Image<2>) throws {
    let square = try Self.withSquareSamples(image)
    grid = square.grid
    let isValid: (Int) -> Bool = { square.samples[$0].isFinite && square.mask?[$0] != 0 }
    var least = Float.infinity
    var most = -Float.infinity
    var count = 0
    for index in square.samples.indices where isValid(index) {
      least = min(least, square.samples[index])
      most = max(most, square.samples[index])
      count += 1
    }
    let scale = most > least ? 255 / (most - least) : 0
    samples = square.samples.indices.map { index in
      isValid(index) ? UInt8(min(max(((square.samples[index] - least) * scale).rounded(), 0), 255)) : 0
    }
    mask = count == square.samples.count ? nil : square.samples.indices.map { isValid($0) ? 255 : 0 }
  }

  /// The area of a sample as detectors take it, negative where the grid is a mirror image.
  static func sampleArea(_ grid: Grid<2>) -> Double {
    let side = min(grid.spacing[0], grid.spacing[1])
    return side * side * grid.direction.determinant
  }

  private static func withSquareSamples(_ image: Image<2>) throws(ImageError) -> Image<2> {
    let spacing = image.grid.spacing
    let finest = min(spacing[0], spacing[1])
    guard max(spacing[0], spacing[1]) > 1.01 * finest else { return image }
    let size = (0..<2).map { Int((Double(image.size[$0] - 1) * spacing[$0] / finest).rounded(.down)) + 1 }
    let grid = try Grid<2>(
      size: size, spacing: [finest, finest], origin: image.grid.origin, direction: image.grid.direction)
    return image.resampled(onto: grid, through: .identity)
  }
}

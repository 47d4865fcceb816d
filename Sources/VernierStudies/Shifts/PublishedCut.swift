import Vernier

/// The paper's own way to part a plate: rows and columns up to the first and from the last whose mean brightness,
/// cubed, is below 0.1 of white are cut off, and the rest is parted in equal thirds.
struct PublishedCut {
  /// Blue, green and red, intensities from 0 to 1.
  let exposures: [Image<2>]

  /// - Parameter plate: 8-bit intensities.
  /// - Throws: `ImageError` where nothing is left.
  init(_ plate: Image<2>) throws(ImageError) {
    let (width, height) = (plate.width, plate.height)
    var rows = [Double](repeating: 0, count: height)
    var columns = [Double](repeating: 0, count: width)
    for y in 0..<height {
      for x in 0..<width {
        let sample = Double(plate.samples[y * width + x]) / 255
        rows[y] += sample / Double(width)
        columns[x] += sample / Double(height)
      }
    }
    func inside(_ means: [Double]) -> Range<Int> {
      let dark = means.indices.filter { means[$0] * means[$0] * means[$0] < 0.1 }
      return (dark.first ?? 0)..<max(dark.last ?? means.count, (dark.first ?? 0) + 1)
    }
    let (across, down) = (inside(columns), inside(rows))
    let third = down.count / 3
    var exposures: [Image<2>] = []
    for index in 0..<3 {
      let lines = down.lowerBound + index * third..<down.lowerBound + (index + 1) * third
      let samples = lines.flatMap { plate.samples[$0 * width + across.lowerBound..<$0 * width + across.upperBound] }
      exposures.append(try Image(width: across.count, height: third, samples: samples.map { $0 / 255 }))
    }
    self.exposures = exposures
  }
}

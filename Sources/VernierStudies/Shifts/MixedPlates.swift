import Vernier
import VernierPlates

/// Plates made of exposures of different plates, which cannot match, for the limits between matched and unmatched.
struct MixedPlates: Sendable {
  /// Of each exposure that was held against another plate's green one.
  struct Row: Sendable {
    var peak: Double
    var ratio: Double
  }

  let rows: [Row]
  /// How many of the plates were called each verdict.
  let verdicts: [Verdict: Int]

  /// Every green exposure with the next plates' blue and the plates' after these red, for each distance between them.
  init(_ plates: [Image<2>], threads: Int, progress: @Sendable (Double) -> Void) throws {
    let frames = try plates.map { try PlateLayout($0, threads: 1).frames(of: $0) }
    let count = frames.count
    let pairs = (0..<count).flatMap { green in (1..<max(count - 1, 1)).map { (green, $0) } }
    let results = try inParallel(pairs.count, threads: threads, progress: progress) { index -> ColorPlate in
      let (green, distance) = pairs[index]
      let blue = frames[(green + distance) % count][0]
      let red = frames[(green + distance + 1) % count][2]
      let mixed = try Self.stacked([blue, frames[green][1], red])
      return try PlateAssembly(threads: 1).assemble(mixed)
    }
    rows = results.flatMap { $0.alignments.map { Row(peak: $0.peak, ratio: $0.peakRatio) } }
    verdicts = results.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
  }

  /// Three exposures above each other, cut to one size, with dark seams and a dark frame.
  private static func stacked(_ exposures: [Image<2>]) throws -> Image<2> {
    let width = exposures.map { $0.width }.min() ?? 1
    let height = exposures.map { $0.height }.min() ?? 1
    let rim = 12
    let black = [Float](repeating: 0, count: (width + 2 * rim) * rim)
    let edge = [Float](repeating: 0, count: rim)
    var samples = black
    for exposure in exposures {
      for y in 0..<height {
        samples += edge + exposure.samples[y * exposure.width..<y * exposure.width + width] + edge
      }
      samples += black
    }
    return try Image(width: width + 2 * rim, height: 3 * height + 4 * rim, samples: samples)
  }
}

import Glibc

/// Where the samples of an image turned by evenly spaced angles of a quarter turn come from: depends on the image's
/// size alone, and is shared by all images of that size.
///
/// A turned image lies on a square canvas; the other three quarters of a turn come from turning the *other* image by
/// right angles, which is exact.
final class PatchTurns: Sendable {
  /// The canvas is `side` × `side`: it holds the image turned by any angle.
  let side: Int
  /// Radians in 0 ..< π/2.
  let angles: [Double]
  /// For each angle, the samples of the canvas that lie within the image.
  let turns: [Turn]

  struct Turn: Sendable {
    /// A run of canvas samples in one row, all within the image.
    struct Run: Sendable {
      var row: Int
      var columns: Range<Int>
      /// The first of the run's elements in ``Turn/places``.
      var first: Int
    }

    struct Place: Sendable {
      /// The sample above and to the left, as an index into a level's planes.
      var index: Int32
      var fx: Float
      var fy: Float
    }

    var runs: [Run] = []
    var places: [Place] = []
  }

  /// - Parameter count: angles in a quarter turn.
  init(width: Int, height: Int, stride: Int, count: Int) {
    side = Int(hypot(Double(width - 1), Double(height - 1)).rounded(.up)) + 1
    angles = (0..<count).map { 0.5 * .pi * Double($0) / Double(count) }
    let middle = Double(side - 1) / 2
    let (centerX, centerY) = (Double(width - 1) / 2, Double(height - 1) / 2)
    turns = angles.map { [side] angle in
      let (c, s) = (cos(angle), sin(angle))
      var turn = Turn()
      for y in 0..<side {
        var columns: Range<Int>?
        let first = turn.places.count
        for x in 0..<side {
          let (dx, dy) = (Double(x) - middle, Double(y) - middle)
          let (px, py) = (c * dx - s * dy + centerX, s * dx + c * dy + centerY)
          let tolerance = 1e-9
          guard px >= -tolerance, py >= -tolerance, px <= Double(width - 1) + tolerance,
            py <= Double(height - 1) + tolerance
          else { continue }
          let (column, row) = (max(Int(px + tolerance), 0), max(Int(py + tolerance), 0))
          turn.places.append(
            Turn.Place(
              index: Int32(row * stride + column), fx: max(Float(px - Double(column)), 0),
              fy: max(Float(py - Double(row)), 0)))
          columns = (columns?.lowerBound ?? x)..<(x + 1)
        }
        if let columns { turn.runs.append(Turn.Run(row: y, columns: columns, first: first)) }
      }
      return turn
    }
  }

  /// Writes a level turned by an angle onto a canvas, with 1 or 0 for where it has data.
  ///
  /// - Parameters:
  ///   - values, weights: the canvas's first samples, rows `stride` apart, zero outside of the canvas.
  func write(
    _ level: PatchLevel, turnedBy index: Int, into values: UnsafeMutablePointer<Float>,
    weights: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let source = UnsafeRawPointer(level.values)
    let rowBytes = level.stride * MemoryLayout<Float>.stride
    for y in 0..<side {
      (values + y * stride).update(repeating: 0, count: side)
      (weights + y * stride).update(repeating: 0, count: side)
    }
    turns[index].places.withUnsafeBufferPointer { places in
      for run in turns[index].runs {
        let (line, marks) = (values + run.row * stride, weights + run.row * stride)
        let offset = run.first - run.columns.lowerBound
        for x in run.columns {
          let place = places[offset + x]
          let corner = source + Int(place.index) &* 4
          let upper = corner.loadUnaligned(as: SIMD2<Float>.self)
          let lower = (corner + rowBytes).loadUnaligned(as: SIMD2<Float>.self)
          let between = upper + place.fy * (lower - upper)
          let cell = level.cells[Int(place.index)]
          line[x] = cell * (between.x + place.fx * (between.y - between.x))
          marks[x] = cell
        }
      }
    }
  }
}

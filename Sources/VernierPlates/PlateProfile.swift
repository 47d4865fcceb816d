import Vernier

/// How dark the rows and columns of a plate are, and where its frame and seams are by that.
struct PlateProfile {
  private let width: Int
  private let height: Int
  /// The share of dark samples in each row, within the frame.
  private let rows: [Double]
  /// The same in each of ``strips`` parts of the row from left to right.
  private let parts: [[Double]]

  /// The columns between the frame's left and right side.
  let frameColumns: Range<Int>

  private static let strips = 8
  /// A row or column as dark as this belongs to the frame.
  private static let framed = 0.6
  /// The share of the width or height within which the frame is looked for.
  private static let rim = 0.07
  /// A row as dark as this over all its parts may be a seam.
  private static let seam = 0.6

  init(_ plate: Image<2>) {
    (width, height) = (plate.width, plate.height)
    let dark = Self.darkest(plate)
    frameColumns = Self.columnsInside(plate, dark: dark)
    let (left, right) = (frameColumns.lowerBound, frameColumns.upperBound)
    let margin = (right - left) / 40
    let bounds = (0...Self.strips).map { left + margin + (right - left - 2 * margin) * $0 / Self.strips }
    var parts = [[Double]](repeating: [Double](repeating: 0, count: height), count: Self.strips)
    plate.samples.withUnsafeBufferPointer { samples in
      for y in 0..<plate.height {
        for strip in 0..<Self.strips {
          var count: Int32 = 0
          for x in bounds[strip]..<bounds[strip + 1] where samples[y * plate.width + x] < dark { count += 1 }
          parts[strip][y] = Double(count) / Double(max(bounds[strip + 1] - bounds[strip], 1))
        }
      }
    }
    self.parts = parts
    rows = (0..<height).map { y in parts.reduce(0) { $0 + $1[y] } / Double(Self.strips) }
  }

  /// The value below which a sample is dark, from some 5000 samples.
  private static func darkest(_ plate: Image<2>) -> Float {
    let step = max(1, plate.samples.count / 5000) | 1
    let some = stride(from: 0, to: plate.samples.count, by: step).map { plate.samples[$0] }.sorted()
    guard let last = some.indices.last else { return 0 }
    let (low, high) = (some[Int(0.02 * Double(last))], some[Int(0.98 * Double(last))])
    return low + 0.2 * (high - low)
  }

  /// The columns between the frame's sides, which may lean and be broken: looked for in each twelfth of the rows, and
  /// of these the third innermost that was found.
  private static func columnsInside(_ plate: Image<2>, dark: Float) -> Range<Int> {
    let (width, height) = (plate.width, plate.height)
    let reach = max(1, Int(rim * Double(width)))
    let bands = 12
    var (firsts, lasts): ([Int], [Int]) = ([], [])
    for band in 0..<bands {
      let rows = height * band / bands..<height * (band + 1) / bands
      var counts = [Int32](repeating: 0, count: 2 * reach)
      plate.samples.withUnsafeBufferPointer { samples in
        for y in rows {
          let line = samples.baseAddress! + y * width
          for x in 0..<reach {
            if line[x] < dark { counts[x] += 1 }
            if line[width - 1 - x] < dark { counts[reach + x] += 1 }
          }
        }
      }
      let least = Int32(framed * Double(rows.count))
      if let first = (0..<reach).last(where: { counts[$0] > least }) { firsts.append(first + 1) }
      if let last = (0..<reach).last(where: { counts[reach + $0] > least }) { lasts.append(width - last - 1) }
    }
    func third(_ found: [Int], otherwise: Int) -> Int {
      found.count < bands / 3 ? otherwise : found.sorted()[found.count - 3]
    }
    let first = third(firsts, otherwise: 0)
    let last = width - third(lasts.map { width - $0 }, otherwise: 0)
    return first..<max(last, first + 1)
  }

  /// The rows between the frame's upper and lower side; half of the rim of the columns, for its height is that of three
  /// exposures.
  var frameRows: Range<Int> {
    let reach = max(1, Int(0.5 * Self.rim * Double(height)))
    let first = (0..<reach).last { rows[$0] > Self.framed }.map { $0 + 1 } ?? 0
    let last = (height - reach..<height).first { rows[$0] > Self.framed } ?? height
    return first..<max(last, first + 1)
  }

  struct Seams {
    var first: Int
    var second: Int
    var firstExtent: Range<Int>
    var secondExtent: Range<Int>
  }

  /// The two seams; nil where no two rows will do.
  var seams: Seams? {
    let slope = max(1, width / 50)
    var best: (score: Double, first: Int, second: Int, slope: Int)?
    let least = max(height / 4, 1)
    let most = height / 2
    for rise in -slope...slope {
      let dark = tilted(by: rise)
      for first in height / 20..<height * 3 / 5 where dark[first] >= Self.seam {
        for second in first + least...max(first + least, min(first + most, height - height / 20)) {
          guard second < height, dark[second] >= Self.seam else { continue }
          let step = Double(second - first)
          // At least a third of an exposure above and below; else it is the frame that was found.
          guard Double(first) > 0.33 * step, Double(height - second) > 0.33 * step else { continue }
          // Steps of a third of the height are usual, and level rows.
          let usual = abs(step / (Double(height) / 3) - 1)
          let score = dark[first] + dark[second] - 0.5 * usual - 0.02 * Double(abs(rise)) / Double(slope)
          if best.map({ score > $0.score + 1e-12 }) ?? true { best = (score, first, second, rise) }
        }
      }
    }
    guard let best else { return nil }
    let dark = tilted(by: best.slope)
    let (first, second) = (extent(best.first, dark, best.slope), extent(best.second, dark, best.slope))
    func middle(_ extent: Range<Int>) -> Int { (extent.lowerBound + extent.upperBound) / 2 }
    return Seams(first: middle(first), second: middle(second), firstExtent: first, secondExtent: second)
  }

  /// Whether a row in the middle is as dark as a seam.
  var hasMiddleSeamAlone: Bool {
    let level = tilted(by: 0)
    return (height * 9 / 20..<height * 11 / 20).contains { level[$0] > 0.85 }
  }

  /// The darkness of the rows that rise by `rise` samples over the width, named by their middle.
  private func tilted(by rise: Int) -> [Double] {
    let offsets = (0..<Self.strips).map { strip in
      let place: Double = (Double(strip) + 0.5) / Double(Self.strips) - 0.5
      return Int((Double(rise) * place).rounded())
    }
    return (0..<height).map { y in
      var sum = 0.0
      for strip in 0..<Self.strips { sum += parts[strip][min(max(y + offsets[strip], 0), height - 1)] }
      return sum / Double(Self.strips)
    }
  }

  /// The dark rows around a seam, at most 1.5 % of the height to each side: beyond that it is the picture that is dark.
  private func extent(_ row: Int, _ dark: [Double], _ rise: Int) -> Range<Int> {
    let most = max(1, height * 3 / 200)
    let limit = 0.5 * dark[row]
    var (low, high) = (row, row + 1)
    while low > max(row - most, 0), dark[low - 1] > limit { low -= 1 }
    while high < min(row + most, height), dark[high] > limit { high += 1 }
    let lean = (abs(rise) + 1) / 2
    return max(low - lean - 1, 0)..<min(high + lean + 1, height)
  }
}

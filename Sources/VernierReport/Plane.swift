import Vernier

/// Samples as a page shows them: 8 bits, and no more of them than it embeds.
///
/// The value 0 means that there is no sample; 1…255 run from the window's lower end to its upper end.
struct Plane: Sendable {
  /// Samples along x, y and z as displayed; z is 1 for a picture.
  var size: [Int]
  var bytes: [UInt8]
}

/// The intensities between which a page runs from black to white.
struct Window: Sendable, Equatable {
  var low: Float
  var high: Float

  /// From the 0.5 % to the 99.5 % quantile of the valid samples, so that a few outliers cannot darken the rest.
  init(_ samples: [Float], mask: [UInt8]?) {
    // 2^18 samples place a 0.5 % quantile to ±0.014 %; the step is odd so that it does not follow even row lengths.
    let step = max(1, samples.count >> 18) | 1
    var chosen: [Float] = []
    chosen.reserveCapacity(samples.count / step + 1)
    for index in stride(from: 0, to: samples.count, by: step)
    where samples[index].isFinite && mask?[index] != 0 { chosen.append(samples[index]) }
    chosen.sort()
    let last = Double(chosen.count - 1)
    low = chosen.isEmpty ? 0 : chosen[Int((0.005 * last).rounded())]
    high = chosen.isEmpty ? 0 : chosen[Int((0.995 * last).rounded())]
  }

  func byte(_ value: Float) -> UInt8 {
    guard high > low else { return 128 }
    return UInt8(1 + 254 * min(max((value - low) / (high - low), 0), 1))
  }

  /// The bytes of many samples, 0 for those that are masked or not finite.
  func bytes(_ samples: [Float], mask: [UInt8]?) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: samples.count) { bytes, count in
      for index in samples.indices { bytes[index] = samples[index].isFinite ? byte(samples[index]) : 0 }
      if let mask { for index in mask.indices where mask[index] == 0 { bytes[index] = 0 } }
      count = samples.count
    }
  }
}

/// How the samples of a grid become those of a ``Plane``: how many are left along each axis, and which of the grid's
/// axes is shown as x, y and z.
struct Layout: Sendable, Equatable {
  /// The grid's own size, with z = 1 for a picture.
  var full: [Int]
  /// The size after averaging, in the grid's order of axes.
  var reduced: [Int]
  /// The grid's axis that is displayed as x, as y and as z.
  var axes = [0, 1, 2]
  /// Whether the displayed axis runs against the grid's.
  var flipped = [false, false, false]

  /// - Parameter budget: the samples to keep at most; `side` bounds each axis. A picture keeps its proportions; of a
  ///   volume the longest axes are reduced first, down to the number of its slices.
  init(size: [Int], side: Int, budget: Int) {
    full = size + [Int](repeating: 1, count: 3 - size.count)
    if size.count < 3 {
      let area = Double(full[0] * full[1])
      let share = min(1, (Double(budget) / area).squareRoot(), Double(side) / Double(max(full[0], full[1])))
      reduced = full.map { max(1, Int((share * Double($0)).rounded(.down))) }
      return
    }
    var limit = side
    while limit > 1, full.reduce(1, { $0 * min($1, limit) }) > budget { limit -= 1 }
    reduced = full.map { min($0, limit) }
  }

  /// How an image is shown: a picture with up to 25 million samples, a volume in the order of its physical axes with up
  /// to 3.4 million.
  ///
  /// - Parameters:
  ///   - grid: where its samples lie.
  ///   - side: the most samples along a side of a picture.
  ///   - volumeSide: the same of a volume.
  init<let rank: Int>(shown grid: Grid<rank>, side: Int, volumeSide: Int) {
    self.init(
      size: Array(grid.size), side: rank == 2 ? side : volumeSide, budget: rank == 2 ? 25_000_000 : 3_400_000)
    if rank == 3 { orient(along: (0..<3).map { row in (0..<3).map { grid.direction[row, $0] } }) }
  }

  /// Shows a volume in the order of its physical axes: those of its own that lie closest to x, y and z.
  ///
  /// - Parameter direction: the direction cosines, row by row.
  mutating func orient(along direction: [[Double]]) {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    func agreement(_ order: [Int]) -> Double {
      (0..<3).reduce(0) { $0 + direction[$1][order[$1]].magnitude }
    }
    // The first of equals wins, so that an undecided direction keeps its own order.
    axes = orders.reduce(orders[0]) { agreement($1) > agreement($0) + 1e-9 ? $1 : $0 }
    flipped = (0..<3).map { direction[$0][axes[$0]] < 0 }
  }

  /// The size as displayed.
  var displayed: [Int] { axes.map { reduced[$0] } }

  /// The grid's continuous index of a displayed one.
  func index(ofDisplayed position: [Double]) -> [Double] {
    var index = [0.0, 0.0, 0.0]
    for (shown, axis) in axes.enumerated() {
      let step = Double(full[axis]) / Double(reduced[axis])
      let along = (position[shown] + 0.5) * step - 0.5
      index[axis] = flipped[shown] ? Double(full[axis] - 1) - along : along
    }
    return index
  }

  /// The displayed position of a continuous index of the grid.
  func displayed(index: [Double]) -> [Double] {
    axes.enumerated().map { shown, axis in
      let along = flipped[shown] ? Double(full[axis] - 1) - index[axis] : index[axis]
      return (along + 0.5) * Double(reduced[axis]) / Double(full[axis]) - 0.5
    }
  }

  /// The plane of samples on this layout's grid.
  func plane(_ samples: [Float], mask: [UInt8]?, window: Window) -> Plane {
    if reduced == full, axes == [0, 1, 2], !flipped.contains(true) {
      return Plane(size: full, bytes: window.bytes(samples, mask: mask))
    }
    let (values, weights) = averaged(samples, mask: mask, size: full, to: reduced)
    let strides = [1, reduced[0], reduced[0] * reduced[1]]
    let shown = displayed
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count)
    func offset(_ axis: Int, _ position: Int) -> Int {
      (flipped[axis] ? shown[axis] - 1 - position : position) * strides[axes[axis]]
    }
    for z in 0..<shown[2] {
      for y in 0..<shown[1] {
        let row = offset(2, z) + offset(1, y)
        for x in 0..<shown[0] {
          let index = row + offset(0, x)
          bytes.append(weights[index] >= 0.5 ? window.byte(values[index] / weights[index]) : 0)
        }
      }
    }
    return Plane(size: shown, bytes: bytes)
  }
}

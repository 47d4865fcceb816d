import Glibc

/// Parts of the fixed image that a deformation is not fitted to, and what it does to the similarity there.
///
/// A deformation makes almost any two images more alike where it is fitted. Where it is real it does so between, too:
/// every other block along each axis is left out while the coarse levels are fitted, so that the deformation of a block
/// follows from its surroundings alone. What it gains there speaks for it.
struct HeldOutBlocks<let rank: Int>: Sendable {
  /// The level of the pyramid at which the gain is measured: the second finest, unless it has few blocks.
  let level: Int
  private let grid: Grid<rank>
  /// The side of a block in physical units: 8 samples of that level.
  private let side: Double
  /// Those along which there are two blocks at least.
  private let axes: [Int]

  /// - Parameter pyramid: the fixed image's.
  init(of pyramid: Pyramid<rank>) {
    let finest = pyramid.levels[0].grid
    let sides = pyramid.levels.map { 8 * ($0.grid.spacing.elements.min() ?? 1) }
    let extents = (0..<rank).map { Double(finest.size[$0]) * finest.spacing[$0] }
    let isEnough = sides.count > 1 && extents.reduce(1) { $0 * max(Int($1 / sides[1]) / 2, 1) } >= 12
    let chosen = isEnough ? 1 : 0
    grid = finest
    level = chosen
    side = sides[chosen]
    axes = (0..<rank).filter { extents[$0] >= 2 * sides[chosen] }
  }

  /// The number of the block that a sample of a level lies in, where that is held out; nil where it is not.
  private func block(_ index: Size<rank>, of level: Grid<rank>) -> Int? {
    guard !axes.isEmpty else { return nil }
    var number = 0
    for axis in axes {
      // Levels lie in one another, so that along an axis their samples are told apart by the spacing alone.
      let start = (level.spacing[axis] - grid.spacing[axis]) / 2
      let place = Int((start + Double(index[axis]) * level.spacing[axis]) / side)
      guard place % 2 == 1 else { return nil }
      number = number * 4096 + place
    }
    return number
  }

  /// 0 for the samples of a level that are held out, 1 for the others.
  func weights(on level: Grid<rank>) -> [Float] {
    level.size.indices(count: level.count).map { block($0, of: level) == nil ? 1 : 0 }
  }

  /// What a deformation gains in the blocks.
  ///
  /// - Parameters:
  ///   - before: ρ² of each window without it, on the grid of a level.
  ///   - after: the same with it.
  ///   - weights: of the samples that count.
  ///   - radius: half the side of the windows: only those within a block are looked at.
  func gain(before: [Float], after: [Float], weights: [Float], on level: Grid<rank>, radius: Int) -> HeldOutGain {
    var blocks: [Int: (before: Double, after: Double, count: Int)] = [:]
    for (place, index) in level.size.indices(count: level.count).enumerated() where weights[place] != 0 {
      guard let number = block(index, of: level) else { continue }
      let isInside = axes.allSatisfy { axis in
        [-radius, radius].allSatisfy { step in
          var beside = index
          beside[axis] += step
          return beside[axis] >= 0 && block(beside, of: level) == number
        }
      }
      guard isInside else { continue }
      var sums = blocks[number] ?? (0, 0, 0)
      sums.before += Double(before[place])
      sums.after += Double(after[place])
      sums.count += 1
      blocks[number] = sums
    }
    return HeldOutGain(
      blocks.sorted { $0.key < $1.key }.map { block in
        (block.value.before / Double(block.value.count), block.value.after / Double(block.value.count))
      })
  }
}

/// What a deformation gains where it was not fitted: the local correlation ρ² in blocks that were held out.
public struct HeldOutGain: Sendable, Equatable {
  /// The blocks that could be asked.
  public var count: Int
  /// The mean ρ² without the deformation and with it, 0…1.
  public var before: Double
  public var after: Double
  /// By how many standard errors the gain stands above 0.
  public var significance: Double

  init(_ blocks: [(before: Double, after: Double)]) {
    count = blocks.count
    let share = 1 / Double(max(count, 1))
    before = blocks.reduce(0) { $0 + $1.before } * share
    after = blocks.reduce(0) { $0 + $1.after } * share
    let gain = after - before
    let variance = blocks.reduce(0) { sum, block in
      let off = block.after - block.before - gain
      return sum + off * off
    }
    let error = (variance / Double(max(count - 1, 1)) * share).squareRoot()
    significance = count > 1 ? gain / max(error, 1e-6) : 0
  }

  /// The share of what the affine map leaves unexplained that the deformation explains.
  public var share: Double { (after - before) / max(1 - before, 1e-6) }
}

extension Size {
  /// The indices of all samples in their order.
  fileprivate func indices(count: Int) -> some Sequence<Size> {
    (0..<count).lazy.map { place in
      var rest = place
      return Size { axis in
        let index = rest % self[axis]
        rest /= self[axis]
        return index
      }
    }
  }
}

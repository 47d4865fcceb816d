import Vernier
import VernierText

/// A residual map as a page draws it: arrows in displayed samples, and what they mean in words.
struct ResidualText: Sendable {
  /// By how much the arrows are longer than what they show.
  let factor: Double
  /// The error up to which an alignment counts as right, in the unit.
  private let limit: Double
  private let arrows: [[Double]]
  private let unmatched: [[Double]]
  /// The side of a block, in displayed samples.
  private let side: [Double]
  private let usual: Double
  private let unit: String

  /// - Parameter layout: how the fixed grid's samples are displayed.
  init<let rank: Int>(_ map: ResidualMap<rank>, on grid: Grid<rank>, as layout: Layout, unit: LengthUnit) {
    func displayed(_ point: Vector<rank>) -> [Double] {
      layout.displayed(index: grid.index(atPoint: point).elements + [Double](repeating: 0, count: 3 - rank))
    }
    limit = unit(VerdictRules.largestRightError(on: grid))
    self.unit = unit.symbol
    arrows = map.blocks.map { block in
      let center = displayed(block.center)
      let end = displayed(block.center + block.shift)
      return center + zip(end, center).map { $0 - $1 } + [unit(block.shift.length)]
    }
    unmatched = map.unmatched.map(displayed)
    let steps = map.side.elements.enumerated().map { $1 / grid.spacing[$0] }
    let sides = steps + [Double](repeating: 1, count: 3 - rank)
    side = layout.axes.map { sides[$0] * Double(layout.reduced[$0]) / Double(layout.full[$0]) }
    // The longer ones reach about to the next block.
    let lengths = map.blocks.map { $0.shift.length }.sorted()
    usual = lengths.isEmpty ? 0 : unit(lengths[lengths.count / 2])
    let long = lengths.isEmpty ? 0 : lengths[lengths.count * 9 / 10]
    let room = map.side.elements.max() ?? 1
    factor = [100, 50, 20, 10, 5, 2].first { $0 * long <= room } ?? 1
  }

  var json: JSON {
    // A tenth of a sample is finer than what is known.
    func rows(_ values: [[Double]]) -> JSON { .matrix(values.map { $0.map { (100 * $0).rounded() / 100 } }) }
    return [
      "factor": .number(factor), "limit": .number(limit), "arrows": rows(arrows), "unmatched": rows(unmatched),
      "side": .numbers(side),
    ]
  }

  /// What the arrows are, as HTML.
  var legend: String {
    let times = factor > 1 ? ", drawn \(factor.fixed(0)) times as long" : ", drawn to scale"
    let half = (limit / 2).fixed(limit < 10 ? 2 : 1)
    let whole = limit.fixed(limit < 10 ? 2 : 1) + " " + unit
    guard !arrows.isEmpty else {
      return "No part of the fixed image says where it lies in the moving one\(crosses)."
    }
    return """
      Each part of the fixed image was looked for by itself around its place: an arrow leads to where the moving image \
      shows it\(times). <i class="near"></i>up to \(half) <i class="fair"></i>up to \(whole), which still counts as \
      right <i class="far"></i>farther\(crosses). \(arrows.count) parts say where they lie, half of them within \
      \(usual.fixed(usual < 10 ? 2 : 1)) \(unit).
      """
  }

  private var crosses: String {
    unmatched.isEmpty
      ? "" : "; <b class=\"cross-mark\">×</b> \(unmatched.count) that show enough and yet agree nowhere near"
  }
}

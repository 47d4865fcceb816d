import Vernier
import VernierPlots
import VernierText

/// How far a confidence can be relied upon: of the pairs with a confidence near p, is the share p right?
struct Reliability {
  struct Bin {
    var range: ClosedRange<Double>
    var count = 0
    var confidence = 0.0
    var right = 0.0
  }

  private(set) var bins: [Bin]
  let brierScore: Double
  let areaUnderCurve: Double

  init(_ outcomes: [(confidence: Double, right: Bool)]) {
    let edges = [0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98, 1]
    bins = zip(edges, edges.dropFirst()).map { Bin(range: $0...$1) }
    var squares = 0.0
    var judged: [(Double, Bool)] = []
    for outcome in outcomes {
      let confidence = outcome.confidence
      let bin = bins.lastIndex { $0.range.lowerBound <= confidence } ?? 0
      bins[bin].count += 1
      bins[bin].confidence += confidence
      bins[bin].right += outcome.right ? 1 : 0
      let error = confidence - (outcome.right ? 1 : 0)
      squares += error * error
      judged.append((confidence, outcome.right))
    }
    brierScore = squares / Double(max(outcomes.count, 1))
    // The share of (right, wrong) pairs in the right order, by ranks.
    judged.sort { $0.0 < $1.0 }
    let rights = judged.count { $0.1 }
    let wrongs = judged.count - rights
    let ranks = judged.enumerated().reduce(0.0) { $0 + ($1.element.1 ? Double($1.offset + 1) : 0) }
    areaUnderCurve =
      rights > 0 && wrongs > 0
      ? (ranks - Double(rights) * Double(rights + 1) / 2) / (Double(rights) * Double(wrongs)) : .nan
  }

  /// The mean distance between confidence and the share of right answers, weighted by the pairs in a bin.
  var calibrationError: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    return bins.reduce(0) { $0 + abs($1.confidence - $1.right) } / Double(max(total, 1))
  }

  var table: String {
    var table = MarkdownTable(header: ["confidence", "pairs", "mean confidence", "right"])
    for bin in bins where bin.count > 0 {
      let count = Double(bin.count)
      table.add([
        "\(bin.range.lowerBound.fixed(2))–\(bin.range.upperBound.fixed(2))", "\(bin.count)",
        (bin.confidence / count).fixed(3), (bin.right / count).fixed(3),
      ])
    }
    return table.text
  }

  /// The reliability curve: the share of right answers against the confidence, circles by the number of pairs.
  var svg: String {
    let largest = Double(bins.map(\.count).max() ?? 1)
    let bubbles = bins.filter { $0.count > 0 }.map { bin in
      let count = Double(bin.count)
      let (confidence, right) = (bin.confidence / count, bin.right / count)
      return (
        point: PlotPoint(confidence, right), radius: 3 + 9 * (count / largest).squareRoot(),
        title: "\(bin.count) pairs, confidence \(confidence.fixed(3)), right \(right.fixed(3))"
      )
    }
    let ticks = [0, 0.25, 0.5, 0.75, 1]
    let plot = Plot(
      x: PlotAxis("confidence", 0...1, ticks: ticks), y: PlotAxis("share of right answers", 0...1, ticks: ticks),
      layers: [
        .line([PlotPoint(0, 0), PlotPoint(1, 1)], colour: PlotLayer.reference, isDashed: true),
        .line(bubbles.map(\.point), colour: PlotLayer.palette[0]), .bubbles(bubbles, colour: PlotLayer.palette[0]),
      ])
    return Figure(title: "Share of right answers against confidence", plots: [plot]).svg
  }
}

import Vernier

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
    let side = 320.0
    let margin = 46.0
    func x(_ value: Double) -> String { (margin + value * side).fixed(1) }
    func y(_ value: Double) -> String { (margin / 2 + (1 - value) * side).fixed(1) }
    let largest = Double(bins.map(\.count).max() ?? 1)
    let used = bins.filter { $0.count > 0 }
    let points = used.map { bin -> String in
      let count = Double(bin.count)
      let radius = 3 + 9 * (count / largest).squareRoot()
      return """
          <circle cx="\(x(bin.confidence / count))" cy="\(y(bin.right / count))" r="\(radius.fixed(1))">\
        <title>\(bin.count) pairs, confidence \((bin.confidence / count).fixed(3)), right \((bin.right / count).fixed(3))\
        </title></circle>
        """
    }
    let line = used.map { "\(x($0.confidence / Double($0.count))),\(y($0.right / Double($0.count)))" }
    let ticks = [0, 0.25, 0.5, 0.75, 1].flatMap { value in
      [
        "  <text x=\"\(x(value))\" y=\"\((margin / 2 + side + 18).fixed(1))\" text-anchor=\"middle\">\(value.fixed(2))</text>",
        "  <text x=\"\((margin - 8).fixed(1))\" y=\"\(y(value))\" text-anchor=\"end\" dominant-baseline=\"middle\">\(value.fixed(2))</text>",
      ]
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(side + 1.6 * margin)) \(Int(side + 1.6 * margin))" \
      font-family="sans-serif" font-size="12" role="img">
        <title>Share of right answers against confidence</title>
        <rect width="100%" height="100%" fill="#fff"/>
        <rect x="\(x(0))" y="\(y(1))" width="\(Int(side))" height="\(Int(side))" fill="none" stroke="#999"/>
        <line x1="\(x(0))" y1="\(y(0))" x2="\(x(1))" y2="\(y(1))" stroke="#999" stroke-dasharray="4 4"/>
        <polyline points="\(line.joined(separator: " "))" fill="none" stroke="#0b5cad" stroke-width="1.5"/>
        <g fill="#0b5cad" fill-opacity="0.55">
      \(points.joined(separator: "\n"))
        </g>
      \(ticks.joined(separator: "\n"))
        <text x="\(x(0.5))" y="\((margin / 2 + side + 38).fixed(1))" text-anchor="middle">confidence</text>
        <text transform="translate(12 \(y(0.5))) rotate(-90)" text-anchor="middle">share of right answers</text>
      </svg>

      """
  }
}

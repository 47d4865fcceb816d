import VernierText

/// Axes with what lies between them.
package struct Plot: Sendable {
  /// Above the frame; may be empty.
  package var title: String
  package var x: PlotAxis
  package var y: PlotAxis
  package var layers: [PlotLayer]
  /// Of the frame, in pixels.
  package var width = Plot.side

  package init(title: String = "", x: PlotAxis, y: PlotAxis, layers: [PlotLayer]) {
    self.title = title
    self.x = x
    self.y = y
    self.layers = layers
  }

  package static let side = 300.0
  /// Room for the vertical axis's numbers and name, and for the horizontal one's.
  static let left = 62.0
  static let below = 48.0
  /// A dashed line's attribute.
  static let dashes = " stroke-dasharray=\"5 4\""

  /// The drawing, its frame's upper left corner at the origin.
  package var drawing: String {
    let side = Self.side
    var lines = [##"<rect width="\##(width.fixed(0))" height="\##(side.fixed(0))" fill="#fff" stroke="#b5b5b5"/>"##]
    for tick in x.ticks {
      let place = horizontal(tick)
      lines.append(##"<path d="M\##(place) 0v\##(side.fixed(0))" stroke="#ececec"/>"##)
      lines.append(Self.text(x.text(tick), "x=\"\(place)\" y=\"\((side + 17).fixed(0))\" text-anchor=\"middle\""))
    }
    for tick in y.ticks {
      let place = vertical(tick)
      lines.append(##"<path d="M0 \##(place)h\##(width.fixed(0))" stroke="#ececec"/>"##)
      lines.append(Self.text(y.text(tick), "x=\"-7\" y=\"\(place)\" text-anchor=\"end\" dominant-baseline=\"central\""))
    }
    lines.append(
      Self.text(x.label, "x=\"\((width / 2).fixed(0))\" y=\"\((side + 38).fixed(0))\" text-anchor=\"middle\""))
    lines.append(
      Self.text(
        y.label,
        "transform=\"translate(-\((Self.left - 14).fixed(0)) \((side / 2).fixed(0))) rotate(-90)\" text-anchor=\"middle\""
      ))
    if !title.isEmpty {
      lines.append(Self.text(title, "x=\"\((width / 2).fixed(0))\" y=\"-7\" text-anchor=\"middle\""))
    }
    return (lines + layers.map(drawing)).joined(separator: "\n")
  }

  private func drawing(_ layer: PlotLayer) -> String {
    switch layer {
    case .dots(let points, let colour):
      let inside = points.filter(holds)
      let beyond = points.filter { !holds($0) }.map(nearest)
      let hollow = beyond.map { "<circle cx=\"\(horizontal($0.x))\" cy=\"\(vertical($0.y))\" r=\"3\"/>" }
      return """
        <path d="\(inside.map { "M\(horizontal($0.x)) \(vertical($0.y))h0" }.joined())" stroke="\(colour)" \
        stroke-width="3.4" stroke-linecap="round" stroke-opacity="0.7"/>
        <g fill="none" stroke="\(colour)">\(hollow.joined())</g>
        """
    case .bubbles(let bubbles, let colour):
      let circles = bubbles.map { bubble in
        """
        <circle cx="\(horizontal(bubble.point.x))" cy="\(vertical(bubble.point.y))" r="\(bubble.radius.fixed(1))">\
        <title>\(bubble.title.escapedForHTML)</title></circle>
        """
      }
      return "<g fill=\"\(colour)\" fill-opacity=\"0.55\">\n\(circles.joined(separator: "\n"))\n</g>"
    case .line(let points, let colour, _, let isDashed, let isMarked):
      let seen = points.filter { $0.x.isFinite && $0.y.isFinite }.map(nearest)
      let path = seen.map { "\(horizontal($0.x)),\(vertical($0.y))" }.joined(separator: " ")
      let marks = isMarked ? seen.map { "<circle cx=\"\(horizontal($0.x))\" cy=\"\(vertical($0.y))\" r=\"3.2\"/>" } : []
      return """
        <polyline points="\(path)" fill="none" stroke="\(colour)" stroke-width="1.6"\
        \(isDashed ? Self.dashes : "")/>
        <g fill="\(colour)">\(marks.joined())</g>
        """
    }
  }

  private func holds(_ point: PlotPoint) -> Bool { x.range.contains(point.x) && y.range.contains(point.y) }

  private func nearest(_ point: PlotPoint) -> PlotPoint {
    PlotPoint(
      min(max(point.x, x.range.lowerBound), x.range.upperBound),
      min(max(point.y, y.range.lowerBound), y.range.upperBound))
  }

  private func horizontal(_ value: Double) -> String { coordinate(x.place(value) * width) }
  private func vertical(_ value: Double) -> String { coordinate((1 - y.place(value)) * Self.side) }
  private func coordinate(_ place: Double) -> String {
    place.fixed(1).replacing("−", with: "-")
  }

  private static func text(_ words: String, _ attributes: String) -> String {
    "<text \(attributes)>\(words.escapedForHTML)</text>"
  }
}

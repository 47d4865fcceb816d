import VernierText

/// One or several plots side by side under a title, as an SVG picture that can stand alone.
package struct Figure: Sendable {
  package var title: String
  /// A line under the title; may be empty.
  package var subtitle: String
  package var plots: [Plot]
  /// How many stand side by side; nil for all.
  package var columns: Int?

  package init(title: String, subtitle: String = "", plots: [Plot], columns: Int? = nil) {
    self.title = title
    self.subtitle = subtitle
    self.plots = plots
    self.columns = columns
  }

  /// Of the first row's axes; titles of panels stand below the subtitle.
  private var top: Double { subtitle.isEmpty || plots.allSatisfy { $0.title.isEmpty } ? 62 : 78 }
  private static let rim = 18.0
  private static let rowGap = 30.0
  private static let legendWidth = 226.0

  private var legend: [(name: String, colour: String, isDashed: Bool, isMarked: Bool)] {
    (plots.first?.layers ?? []).compactMap { layer in
      if case .line(_, let colour, let name?, let isDashed, let isMarked) = layer {
        (name, colour, isDashed, isMarked)
      } else {
        nil
      }
    }
  }

  package var svg: String {
    let step = Plot.left + (plots.map(\.width).max() ?? Plot.side) + Self.rim
    let columns = min(columns ?? plots.count, plots.count)
    let right = Double(columns) * step
    let rowHeight = Plot.side + Plot.below + Self.rowGap
    let words = max(9.5 * Double(title.count), 7 * Double(subtitle.count))
    let width = max(right + Self.rim + (legend.isEmpty ? 0 : Self.legendWidth), Plot.left + words + Self.rim)
    let rows = max(1, (plots.count + columns - 1) / max(columns, 1))
    let height = top + Double(rows) * rowHeight - Self.rowGap
    let panels = plots.enumerated().map { index, plot in
      let left = Double(index % columns) * step + Plot.left
      let y = top + Double(index / columns) * rowHeight
      return "<g transform=\"translate(\(left.fixed(0)) \(y.fixed(0)))\">\n\(plot.drawing)\n</g>"
    }
    let entries = legend.enumerated().map { index, entry in
      let y = top + 12 + 22 * Double(index)
      let mark = "<circle cx=\"\((right + 15).fixed(0))\" cy=\"\(y.fixed(0))\" r=\"3.2\" fill=\"\(entry.colour)\"/>"
      return """
        <path d="M\((right + 4).fixed(0)) \(y.fixed(0))h22" stroke="\(entry.colour)" stroke-width="1.6"\
        \(entry.isDashed ? Plot.dashes : "")/>\
        \(entry.isMarked ? mark : "")\
        <text x="\((right + 34).fixed(0))" y="\(y.fixed(0))" dominant-baseline="central">\(entry.name.escapedForHTML)</text>
        """
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width.fixed(0)) \(height.fixed(0))" width="\(width.fixed(0))" \
      height="\(height.fixed(0))" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12" fill="#333" \
      role="img" aria-label="\(title.escapedForHTML)">
      <title>\(title.escapedForHTML)</title>
      <rect width="100%" height="100%" fill="#fff"/>
      <text x="\(Plot.left.fixed(0))" y="26" font-size="15" font-weight="600">\(title.escapedForHTML)</text>
      <text x="\(Plot.left.fixed(0))" y="46" fill="#666">\(subtitle.escapedForHTML)</text>
      \((panels + entries).joined(separator: "\n"))
      </svg>

      """
  }
}

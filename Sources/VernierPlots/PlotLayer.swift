/// What a plot draws between its axes.
package enum PlotLayer: Sendable {
  /// Small dots; those beyond the axes are drawn hollow at the border.
  case dots([PlotPoint], colour: String)
  /// Circles with a radius in pixels and what is said when they are pointed at.
  case bubbles([(point: PlotPoint, radius: Double, title: String)], colour: String)
  /// A line through points, with a mark at each where `isMarked`. A name stands in the legend.
  case line([PlotPoint], colour: String, name: String? = nil, isDashed: Bool = false, isMarked: Bool = false)

  /// Seven colours that people with any colour vision tell apart (Okabe and Ito 2008), and three more.
  package static let palette = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#6a3d9a", "#8c564b", "#7a8b2d",
  ]
  package static let reference = "#8a8a8a"
}

package struct PlotPoint: Sendable, Equatable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

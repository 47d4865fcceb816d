import Vernier
import VernierPlots

/// Predictions against the truth, as the small-image paper's Figs. 4 to 11 show them.
enum PredictionScatter {
  /// One panel each for tx, ty and the rotation. The nearer to the dashed line, the better.
  ///
  /// A rotation is shown within 180° of its truth, so that −180° beside 180° is no error.
  ///
  /// - Parameter reach: of the true shifts along each axis, in pixels.
  static func figure(title: String, subtitle: String, outcomes: [PairOutcome], reach: Double) -> Figure {
    let shift = 1.5 * reach
    let answers = outcomes.compactMap { outcome in
      outcome.answer.map { (truth: outcome.truth.parameters, found: $0.transform.parameters) }
    }
    func panel(_ name: String, _ extent: Double, ticks: [Double]?, points: [PlotPoint]) -> Plot {
      Plot(
        x: PlotAxis("true \(name)", -extent...extent, ticks: ticks),
        y: PlotAxis("predicted \(name)", -extent...extent, ticks: ticks),
        layers: [
          .line([PlotPoint(-extent, -extent), PlotPoint(extent, extent)], colour: PlotLayer.reference, isDashed: true),
          .dots(points, colour: PlotLayer.palette[0]),
        ])
    }
    let angles = answers.map { pair in
      let truth = pair.truth.rotation[0]
      return PlotPoint(truth, truth + RigidError.signedDifference(pair.found.rotation[0], truth))
    }
    return Figure(
      title: title, subtitle: subtitle,
      plots: [
        panel(
          "tx, px", shift, ticks: nil,
          points: answers.map { PlotPoint($0.truth.translation[0], $0.found.translation[0]) }),
        panel(
          "ty, px", shift, ticks: nil,
          points: answers.map { PlotPoint($0.truth.translation[1], $0.found.translation[1]) }),
        panel("θ, °", 200, ticks: [-180, -90, 0, 90, 180], points: angles),
      ])
  }
}

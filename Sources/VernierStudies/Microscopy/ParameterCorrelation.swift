import Glibc
import Vernier
import VernierPlots
import VernierText

/// Predicted against true parameters, as the paper's Fig. 1 shows them: standardised by the mean and deviation of the
/// true ones.
struct ParameterCorrelation: Sendable {
  /// Such as "training".
  var title: String
  let count: Int
  /// For each parameter, (true, predicted).
  let points: [[PlotPoint]]

  static let names = ["rotation", "scale", "shift in x", "shift in y"]

  init(title: String, _ outcomes: [PairOutcome]) {
    self.title = title
    let answered = outcomes.compactMap { outcome in outcome.answer.map { (outcome.truth, $0.transform) } }
    count = answered.count
    points = Self.names.indices.map { place in
      let truths = answered.map { Self.parameters($0.0)[place] }
      let mean = truths.reduce(0, +) / Double(max(truths.count, 1))
      let variance = truths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(truths.count, 1))
      let deviation = max(variance.squareRoot(), 1e-12)
      return answered.map { truth, found in
        PlotPoint(
          (Self.parameters(truth)[place] - mean) / deviation, (Self.parameters(found)[place] - mean) / deviation)
      }
    }
  }

  private static func parameters(_ motion: Affine<2>) -> [Double] {
    let parameters = motion.parameters
    return [parameters.rotation[0], log(motion.meanScale), parameters.translation[0], parameters.translation[1]]
  }

  /// Pearson's coefficient for each parameter.
  var coefficients: [Double] {
    points.map { points in
      let count = Double(max(points.count, 1))
      let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
      let mixed = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
      let squares = (
        points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }, points.reduce(0) { $0 + ($1.y - y) * ($1.y - y) }
      )
      return mixed / (squares.0 * squares.1).squareRoot()
    }
  }

  /// A row of plots for each part.
  static func figure(_ parts: [Self]) -> Figure {
    let extent = 2.5
    let plots = parts.flatMap { part in
      zip(names, zip(part.points, part.coefficients)).map { name, values in
        Plot(
          title: "\(part.title): \(name), r = \(values.1.fixed(3))",
          x: PlotAxis("true, standardised", -extent...extent), y: PlotAxis("predicted", -extent...extent),
          layers: [
            .line(
              [PlotPoint(-extent, -extent), PlotPoint(extent, extent)], colour: PlotLayer.reference, isDashed: true),
            .dots(values.0, colour: PlotLayer.palette[0]),
          ])
      }
    }
    return Figure(
      title: "Predictions of the two-headed CNN",
      subtitle: "as the paper's Fig. 1; dashed: y = x; hollow: beyond the axes", plots: plots, columns: names.count)
  }
}

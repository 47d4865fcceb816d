import Glibc

/// The losses of a training, epoch by epoch, as an SVG picture.
package struct LossCurve: Sendable {
  package var title: String
  package var subtitle: String
  /// One value an epoch each.
  package var training: [Double]
  package var validation: [Double]

  package init(title: String, subtitle: String, training: [Double], validation: [Double]) {
    self.title = title
    self.subtitle = subtitle
    self.training = training
    self.validation = validation
  }

  /// The picture; the losses' axis is logarithmic.
  package var svg: String { Figure(title: title, subtitle: subtitle, plots: [plot()]).svg }

  /// The curve under a title of its own.
  package func plot(title: String = "") -> Plot {
    let positive = (training + validation).filter { $0 > 0 && $0.isFinite }
    let least = pow(10, log10(positive.min() ?? 1).rounded(.down))
    let most = pow(10, log10(positive.max() ?? 1).rounded(.up))
    func line(_ values: [Double], _ colour: Int, _ name: String) -> PlotLayer {
      .line(
        values.enumerated().map { PlotPoint(Double($0 + 1), max($1, least)) }, colour: PlotLayer.palette[colour],
        name: name)
    }
    return Plot(
      title: title, x: PlotAxis("epoch", 0...Double(max(training.count, 1))),
      y: PlotAxis("loss", least...max(most, 10 * least), scale: .logarithmic),
      layers: [line(training, 0, "training"), line(validation, 1, "validation")])
  }
}

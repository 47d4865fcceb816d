import Vernier
import VernierPlots
import VernierText

/// What the study of shifts prints of the published descent and search.
struct ShiftTables {
  let plates: [ShiftPlate]
  let trials: [ShiftTrial]

  private static let names: [ShiftMetric: String] = [
    .meanSquares: "MSE", .crossCorrelation: "NCC", .structuralSimilarity: "SSIM",
  ]

  private func of(_ setting: ShiftTrial.Setting) -> [ShiftTrial] { trials.filter { $0.setting == setting } }

  /// A plate's seconds: both of its descents.
  private func seconds(_ trials: [ShiftTrial]) -> Double {
    2 * trials.reduce(0) { $0 + $1.seconds } / Double(max(trials.count, 1))
  }

  var report: String {
    """
    ## The published descent

    \(trials.count / max(ShiftTrial.Setting.all.count, 1)) pairs of exposures, one thread. Prepared as published: cut where the mean brightness of a row or column, cubed, falls below 0.1, parted in thirds; blue and red onto green; \
    the shift starts at (0, 0). "Distance" is from where the descent ends to the exhaustive answer with the same metric (±15 px, 200×200 \
    centre, to a fraction of a pixel by a parabola), mean, median and largest over the pairs; "within 1 px" counts the pairs. The loss is MSE of intensities from 0 to 1, or −NCC, where \
    the last step began. Seconds are a plate's, both descents, without files.

    \(descents.text)
    ![Loss against steps](images/shifts-loss.svg)

    ## What the paper says

    \(statements.text)
    ## The exhaustive search

    \(searches.text)

    """
  }

  private var descents: MarkdownTable {
    var table = MarkdownTable(header: [
      "metric", "steps", "learning rate", "final loss", "distance, px", "median", "largest", "within 1 px",
      "seconds a plate",
    ])
    for setting in ShiftTrial.Setting.all {
      let rows = of(setting)
      let distances = Statistics(rows.map(\.distance))
      table.add([
        Self.names[setting.metric] ?? "", "\(setting.steps)", "\(setting.learningRate)",
        Statistics(rows.compactMap(\.losses.last)).mean.fixed(4), distances.mean.fixed(2), distances.median.fixed(2),
        (rows.map(\.distance).max() ?? .nan).fixed(2), "\(rows.count { $0.distance <= 1 }) of \(rows.count)",
        seconds(rows).fixed(4),
      ])
    }
    return table
  }

  private var searches: MarkdownTable {
    var table = MarkdownTable(header: ["plate", "metric", "blue, px", "red, px", "seconds a plate"])
    for plate in plates {
      for metric in ShiftMetric.allCases {
        let shifts = (plate.answers[metric] ?? []).map { "(\($0[0].fixed(2)), \($0[1].fixed(2)))" }
        table.add([plate.name, Self.names[metric] ?? ""] + shifts + [(plate.searchSeconds[metric] ?? .nan).fixed(4)])
      }
    }
    return table
  }

  /// The mean distance of both metrics.
  private func distance(_ rate: Double, _ steps: Int) -> Double {
    Statistics(trials.filter { $0.setting.learningRate == rate && $0.setting.steps == steps }.map(\.distance)).mean
  }

  private func time(_ steps: Int) -> Double { seconds(trials.filter { $0.setting.steps == steps }) }

  private var statements: MarkdownTable {
    func px(_ rate: Double, _ steps: Int) -> String { distance(rate, steps).fixed(2) + " px" }
    var table = MarkdownTable(header: ["the paper", "found"])
    table.add([
      "30 steps: 0.001 aligns best, 0.01 comparably",
      "mean distance \(px(0.001, 30)) at 0.001, \(px(0.01, 30)) at 0.01",
    ])
    table.add([
      "30 steps: 0.1 is significantly poorer, it overshoots", "\(px(0.1, 30)) at 0.1",
    ])
    table.add(["0.001: no improvement from 30 to 100 steps", "\(px(0.001, 30)) → \(px(0.001, 100))"])
    table.add(["0.01: some difference between 30 and 100 steps", "\(px(0.01, 30)) → \(px(0.01, 100))"])
    let rates = [0.1, 0.01, 0.001].map { rate in
      seconds(trials.filter { $0.setting.learningRate == rate && $0.setting.steps == 30 }).fixed(4)
    }
    table.add(["the learning rate has little influence on the time", rates.joined(separator: ", ") + " s at 30 steps"])
    table.add(["30 steps take 0.3 to 0.4 s an image", "\(time(30).fixed(4)) s, one thread"])
    table.add(["100 steps take more than 1 s", "\(time(100).fixed(4)) s, one thread"])
    return table
  }

  var figure: Figure {
    let rates = [0.1, 0.01, 0.001]
    let plots = [ShiftMetric.meanSquares, .crossCorrelation].map { metric -> Plot in
      let curves = rates.map { rate in
        mean(of(ShiftTrial.Setting(metric: metric, learningRate: rate, steps: 100)).map(\.losses))
      }
      let values = curves.flatMap(\.self)
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let room = max(0.05 * (high - low), 1e-9)
      return Plot(
        x: PlotAxis("step", 0...100), y: PlotAxis(metric == .meanSquares ? "MSE" : "−NCC", low - room...high + room),
        layers: zip(zip(rates, curves), PlotLayer.palette).map { item, colour in
          .line(
            item.1.enumerated().map { PlotPoint(Double($0.offset), $0.element) }, colour: colour,
            name: "learning rate \(item.0)")
        })
    }
    return Figure(
      title: "Gradient descent on the shift of glass plates",
      subtitle: "mean loss over \(2 * plates.count) pairs of exposures",
      plots: plots)
  }

  private func mean(_ curves: [[Double]]) -> [Double] {
    guard let count = curves.map(\.count).min() else { return [] }
    return (0..<count).map { step in curves.reduce(0) { $0 + $1[step] } / Double(curves.count) }
  }
}

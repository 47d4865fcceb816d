import Vernier
import VernierPlots
import VernierText

/// The efficiency study's table, its plot, and its rows for programs.
struct EfficiencyTables {
  typealias Row = (condition: EfficiencyCondition, chain: String, row: EfficiencyRow)

  var rows: [Row] = []

  static let legend = """
    RMSE is the root mean square error, the shift's along one axis (both pooled) and the rotation's, over the n pairs that are not
    off (more than \(Int(RigidError.mostTranslation)) px or \(Int(RigidError.mostRotation))°, or no answer). The bound is the square root of the mean
    Cramér–Rao bound over the same pairs, with gain and offset between the images unknown, and the ratio is RMSE over bound: 1
    is the limit. A few scenes with little structure rule both means. "Per pair" is the root mean square of each pair's error
    over its own bound; "by the median" the root of the median of that square over what it would be at the bound, among
    all pairs, those off as well and one without an answer infinitely far: of it no few pairs decide.

    The bound of a pair: fixed f(p) = s(p) + n₁ and moving m(T(p)) = s(p) + n₂, with independent white noise of variance σ² in
    each, the rounding's 1/12 added. The information on (tx, ty, θ) is Σ J Jᵀ / 2σ² over the fixed samples p whose T(p) lies between
    the moving image's outermost samples; J holds the derivatives of the noise-free scene's cubic spline at p, less their regression on 1
    and s(p). What noise cut off at 0 and 255 changes is not counted.

    That bound takes the scene as known. "Attainable" is, over the bound, what is left to those who have only the two noisy images: the
    frequencies weighted by S / (2S + σ²), as is best for a random scene of spectrum S (Knapp and Carter 1976), on the scene at hand. It
    assumes a stationary scene with an isotropic spectrum, S being the periodogram's mean over rings; what has its structure in
    few places or directions leaves more, so that it is a mark and no strict limit.
    """

  /// What the tables and plots show of a row.
  private static let parts: [(name: String, unit: String, part: @Sendable (EfficiencyRow) -> EfficiencyRow.Part)] = [
    ("Shift", "px", { $0.shift }), ("Rotation", "°", { $0.rotation }),
  ]

  private func table(
    _ motion: EfficiencyCondition.Motion, unit: String, part: (EfficiencyRow) -> EfficiencyRow.Part
  ) -> MarkdownTable {
    var table = MarkdownTable(header: [
      "noise, %", "method", "n", "off", "RMSE, \(unit)", "bound, \(unit)", "RMSE / bound", "attainable", "per pair",
      "attainable per pair", "by the median",
    ])
    for (condition, chain, row) in rows where condition.motion == motion {
      let part = part(row)
      table.add(
        ["\(condition.percent)", chain, "\(row.count)", "\(row.off)", part.error.fixed(4), part.bound.fixed(4)]
          + [part.ratio, part.attainableRatio, part.perPair, part.attainablePerPair, part.byMedian].map { $0.fixed(2) })
    }
    return table
  }

  /// The motion's heading and its tables.
  func section(_ motion: EfficiencyCondition.Motion) -> String {
    let tables = Self.parts.map { "### \($0.name)\n\n\(table(motion, unit: $0.unit, part: $0.part).text)" }
    return "## \(motion.rawValue)\n\n\(tables.joined(separator: "\n"))"
  }

  func figure(_ motion: EfficiencyCondition.Motion) -> Figure {
    let own = rows.filter { $0.condition.motion == motion && $0.chain != EfficiencyStudy.slowChain }
    let drawn = zip(EfficiencyStudy.chains + [EfficiencyStudy.linearStep], PlotLayer.palette)
      .filter { chain, _ in own.contains { $0.chain == chain } }
    let highest = own.flatMap { [$0.row.shift.perPair, $0.row.rotation.perPair] }.filter(\.isFinite).max() ?? 2
    let ratios = 0.8...max(highest * 1.15, 2.2)
    func points(_ chain: String, _ value: (EfficiencyRow) -> Double) -> [PlotPoint] {
      own.filter { $0.chain == chain }.map { PlotPoint(Double($0.condition.percent), value($0.row)) }
    }
    let plots = Self.parts.map { name, _, part in
      let curves = drawn.map { chain, colour in
        PlotLayer.line(
          points(chain) { part($0).perPair }, colour: colour, name: EfficiencyStudy.label(chain), isMarked: true)
      }
      return Plot(
        x: PlotAxis(
          "noise, % of 255", 0.9...11, scale: .logarithmic, ticks: EfficiencyCondition.percents.map(Double.init)),
        y: PlotAxis("\(name.lowercased()): error / bound", ratios, scale: .logarithmic),
        layers: curves + [
          .line(
            points(EfficiencyStudy.linearStep) { part($0).attainablePerPair }, colour: "#444444",
            name: "attainable: the scene unknown", isDashed: true),
          .line(
            [PlotPoint(0.9, 1), PlotPoint(11, 1)], colour: PlotLayer.reference, name: "the bound: the scene known",
            isDashed: true),
        ])
    }
    return Figure(
      title: "How near the limit: \(motion.rawValue)",
      subtitle:
        "each pair's error over its Cramér–Rao bound, root mean square of the pairs not off; 64×64, from photographs",
      plots: plots)
  }

  /// One line a row, with dots and full precision.
  var csv: String {
    let columns = ["rmse", "bound", "attainable", "per_pair", "attainable_per_pair", "by_median"]
    let header =
      ["motion", "noise_percent", "method", "n", "off"]
      + ["shift", "rotation"].flatMap { part in columns.map { "\(part)_\($0)" } }
    let lines = rows.map { condition, chain, row in
      let numbers = Self.parts.flatMap { _, _, value in
        let part = value(row)
        return [part.error, part.bound, part.attainable, part.perPair, part.attainablePerPair, part.byMedian]
      }
      return ["\(condition.motion)", "\(condition.percent)", chain, "\(row.count)", "\(row.off)"]
        + numbers.map { "\($0)" }
    }
    return CSV.text([header] + lines)
  }
}

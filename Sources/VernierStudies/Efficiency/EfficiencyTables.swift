import Vernier

/// The efficiency study's table, its plot, and its rows for programs.
struct EfficiencyTables {
  var rows: [(condition: EfficiencyCondition, chain: String, row: EfficiencyRow)] = []

  static let legend = """
    RMSE is the root mean square error, the shift's along one axis (both pooled) and the rotation's, over the pairs that are not
    off (more than \(Int(RigidError.mostTranslation)) px or \(Int(RigidError.mostRotation))°); how many are off stands beside it. The bound is the square root of the
    mean Cramér–Rao bound over the same pairs, with gain and offset between the images unknown, and the ratio is RMSE over
    bound: 1 is the limit. Where a few scenes with little structure rule both means, the last two columns say more: the root
    mean square of each pair's error over its own bound.

    The bound of a pair: fixed f(p) = s(p) + n₁ and moving m(T(p)) = s(p) + n₂, with independent white noise of variance σ² in
    each, the rounding's 1/12 added. The information on (tx, ty, θ) is Σ J Jᵀ / 2σ² over the fixed samples p whose T(p) lies between
    the moving image's outermost samples; J holds the derivatives of the noise-free scene's cubic spline at p, less their regression on 1
    and s(p). What noise cut off at 0 and 255 changes is not counted.
    """

  static func table(_ rows: [(condition: EfficiencyCondition, chain: String, row: EfficiencyRow)]) -> MarkdownTable {
    var table = MarkdownTable(header: [
      "noise, %", "method", "n", "off", "shift RMSE, px", "bound", "ratio", "rotation RMSE, °", "bound", "ratio",
      "shift, per pair", "rotation, per pair",
    ])
    for (condition, chain, row) in rows {
      table.add([
        "\(condition.percent)", chain, "\(row.count)", "\(row.off)", row.translation.fixed(4),
        row.translationBound.fixed(4),
        row.translationRatio.fixed(2), row.rotation.fixed(4), row.rotationBound.fixed(4), row.rotationRatio.fixed(2),
        row.translationPerPair.fixed(2), row.rotationPerPair.fixed(2),
      ])
    }
    return table
  }

  func text(_ motion: EfficiencyCondition.Motion) -> String {
    Self.table(rows.filter { $0.condition.motion == motion }).text
  }

  func figure(_ motion: EfficiencyCondition.Motion) -> Figure {
    let own = rows.filter { $0.condition.motion == motion }
    var chains: [String] = []
    for row in own where !chains.contains(row.chain) { chains.append(row.chain) }
    let highest = own.flatMap { [$0.row.translationRatio, $0.row.rotationRatio] }.filter(\.isFinite).max() ?? 2
    let ratios = 0.8...min(max(highest * 1.15, 2.2), 110)
    func plot(_ label: String, _ ratio: (EfficiencyRow) -> Double) -> Plot {
      let curves = chains.enumerated().map { index, chain in
        PlotLayer.line(
          own.filter { $0.chain == chain }.map { PlotPoint(Double($0.condition.percent), ratio($0.row)) },
          colour: PlotLayer.palette[index % PlotLayer.palette.count], name: chain, isMarked: true)
      }
      return Plot(
        x: PlotAxis(
          "noise, % of 255", 0.9...11, scale: .logarithmic, ticks: EfficiencyCondition.percents.map(Double.init)),
        y: PlotAxis(label, ratios, scale: .logarithmic),
        layers: [.line([PlotPoint(0.9, 1), PlotPoint(11, 1)], colour: PlotLayer.reference, isDashed: true)] + curves)
    }
    return Figure(
      title: "How near the limit: \(motion.rawValue)",
      subtitle: "RMSE over the Cramér–Rao bound (dashed: the limit), 64×64 pairs from photographs",
      plots: [
        plot("shift: RMSE / bound") { $0.translationRatio }, plot("rotation: RMSE / bound") { $0.rotationRatio },
      ])
  }

  /// One line a row, with dots and full precision.
  var csv: String {
    let header =
      "motion,noise_percent,method,n,off,shift_rmse_px,shift_bound_px,rotation_rmse_deg,rotation_bound_deg,"
      + "shift_per_pair,rotation_per_pair"
    let lines = rows.map { condition, chain, row in
      """
      \(condition.motion),\(condition.percent),\(chain),\(row.count),\(row.off),\(row.translation),\(row.translationBound),\
      \(row.rotation),\(row.rotationBound),\(row.translationPerPair),\(row.rotationPerPair)
      """
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}

import Vernier
import VernierText

extension Page {
  /// The figures of the evidence, those of a deformation at the end.
  var rows: [EvidenceRow] {
    EvidenceRow.rows(evidence, metric: metric, transform: transform) + (deformation?.rows ?? [])
  }

  var evidenceSection: String {
    let words: [EvidenceRow.Mark: String] = [.good: "for it", .neutral: "neutral", .bad: "against it"]
    let figures = rows.map { row in
      """
      <tr data-evidence="\(row.key)"><th scope="row">\(row.name)</th><td class="value">\(row.value.escapedForHTML)</td>\
      <td><span class="mark \(row.mark.rawValue)">\(words[row.mark]!)</span></td>\
      <td class="reading">\(row.reading.escapedForHTML) <small>(\(row.rule.escapedForHTML))</small></td></tr>
      """
    }
    return """
      <section class="card" aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
      <p class="lead">What speaks for and against the alignment. The marks are rules of thumb for reading one figure \
      at a time; the verdict weighs them together, as measured on pairs whose answer is known.\
      \(deformation == nil ? "" : " Verdict and confidence are of the linear transform; the last rows are the deformation's.")</p>
      <div class="scroll"><table class="evidence">
      <thead><tr><th scope="col">Figure</th><th scope="col">Value</th><th scope="col">Speaks</th>\
      <th scope="col">How to read it</th></tr></thead>
      <tbody>
      \(figures.joined(separator: "\n"))
      </tbody></table></div></section>
      """
  }

  var transformSection: String {
    let parameters = transform.names.indices.map { index in
      "<tr><th scope=\"row\">\(transform.names[index])</th><td class=\"value\">\(transform.parameter(index))</td></tr>"
    }
    let matrix = transform.matrix.map { row in
      "<tr>" + row.map { "<td>\($0.fixed(6))</td>" }.joined() + "</tr>"
    }
    let center = "(" + transform.center.map { $0.fixed(3) }.joined(separator: ", ") + ") " + transform.unit.symbol
    let deviations =
      evidence.covariance == nil
      ? "The images do not determine standard deviations." : "± is one standard deviation."
    let rotations =
      rank == 2
      ? "a positive angle turns x towards y"
      : "the angles are about x, y and z, applied in this order, and a positive one about z turns x towards y"
    let before =
      transform.isPerspective
      ? " The parameters are those of its linear part at the centre; the matrix is the whole of it."
      : field == nil ? "" : " This is the linear part, which follows the deformation; --save-transform writes both."
    return """
      <section class="card" aria-labelledby="transform"><h2 id="transform">Transform</h2>
      <p class="lead">It sends a point of the fixed image to the matching point of the moving image.\(before) Rotation and \
      scale are about the centre \(center); \(rotations). \(deviations)</p>
      <div class="columns">
      <div class="scroll"><table class="parameters"><tbody>
      \(parameters.joined(separator: "\n"))
      </tbody></table></div>
      <div class="scroll"><table class="matrix" aria-label="Homogeneous matrix, fixed point to moving point"><tbody>
      \(matrix.joined(separator: "\n"))
      </tbody></table>
      <button type="button" id="copy">Copy the matrix</button> <span id="copied" role="status"></span>
      <details><summary>All digits</summary><pre id="matrix">\(transform.matrixJSON)</pre></details></div>
      </div></section>
      """
  }

  var runSection: String {
    func size(_ layout: Layout) -> String { layout.full.prefix(rank).map(String.init).joined(separator: " × ") }
    func grid(_ layout: Layout, _ spacing: [Double]) -> String {
      let unit = transform.unit
      return unit == .pixel
        ? size(layout) + " px"
        : size(layout) + " samples, " + spacing.map { unit($0).fixed(3) }.joined(separator: " × ")
          + " \(unit.symbol) apart"
    }
    let rows = [
      ("Fixed image", files.fixed + ", " + grid(pictures.fixedLayout, pictures.fixedSpacing)),
      ("Moving image", files.moving + ", " + grid(pictures.movingLayout, pictures.movingSpacing)),
      ("Method", method), ("Metric", "\(metric.title) (\(metric.name))"),
      ("Model", "\(model.rawValue), \(model.parameterCount(rank: rank)) parameters"),
      ("Stopped", "\(evidence.stopReason.rawValue), after \(evidence.iterations) iterations"),
      ("Time", seconds.fixedDuration + ", the alignment alone"), ("Vernier", version),
    ].map { "<div><dt>\($0.0)</dt><dd>\($0.1.escapedForHTML)</dd></div>" }
    return """
      <section class="card" aria-labelledby="run"><h2 id="run">How it was made</h2>
      <dl class="run">
      \(rows.joined(separator: "\n"))
      </dl></section>
      """
  }
}

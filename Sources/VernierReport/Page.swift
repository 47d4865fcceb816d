import Vernier
import VernierText

/// What a report tells, without the rank: everything that the HTML is made from.
struct Page: Sendable {
  var rank: Int
  var fixedTitle: String
  var movingTitle: String
  var warnings: [String]
  var version: String
  var verdict: Verdict
  var confidence: Double
  var evidence: Evidence
  var transform: TransformText
  var deformation: DeformationText?
  var method: String
  var metric: Metric
  var model: TransformModel
  var seconds: Double
  var pictures: Pictures

  /// The whole page.
  var html: String {
    Self.document(
      title: "\(verdictWord): \(movingTitle) to \(fixedTitle)", rank: rank,
      body: """
        \(Self.heading(of: "registration report", title))
        \(verdictBanner)
        \(tiles)
        <noscript><p class="card">The pictures need JavaScript; the figures below do not.</p></noscript>
        \(comparison)
        \(evidenceSection)
        \(transformSection)
        \(runSection)
        """, scripts: "\(pictures.embedded)\n<script>\n\(Self.script)\n</script>", version: version)
  }

  private var title: String {
    """
    <span class="name">\(movingTitle.escapedForHTML)</span> <span class="onto">onto</span> \
    <span class="name">\(fixedTitle.escapedForHTML)</span>
    """
  }

  private var verdictWord: String {
    switch verdict {
    case .aligned: "Aligned"
    case .doubtful: "Doubtful"
    case .failed: "Failed"
    }
  }

  private var verdictBanner: String {
    let odds = min(max((100 * confidence).rounded(), 0), 100)
    let outOf = confidence >= 0.995 ? "more than 99" : confidence < 0.005 ? "fewer than 1" : "about \(odds.fixed(0))"
    let (meaning, next) =
      switch verdict {
      case .aligned:
        (
          "The two images coincide under this transform: of pairs with evidence like this, \(outOf) in 100 are "
            + "aligned correctly.",
          "Glance at the comparison below, then use the transform."
        )
      case .doubtful:
        (
          "The transform may be right, but the evidence does not settle it: of pairs with evidence like this, \(outOf) "
            + "in 100 are aligned correctly.",
          "Check it by eye below (blink shows most) before you rely on it; if it is wrong, give a better start, "
            + "a mask, or a simpler model."
        )
      case .failed:
        (
          "No transform was found that the images bear out: of pairs with evidence like this, \(outOf) in 100 are "
            + "aligned correctly.",
          "Do not use this transform. Make sure that both files show the same scene, then try a rough start of your "
            + "own, another metric or a mask."
        )
      }
    let notes = warnings.map { "<li>\($0.escapedForHTML)</li>" }.joined(separator: "\n")
    return """
      <section class="verdict \(verdict.rawValue)" aria-labelledby="verdict">
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="12"/>\
      <path d="\(Self.icon(of: verdict))"/></svg>
      <div class="words"><h2 id="verdict">\(verdictWord)</h2><p>\(meaning)</p><p class="next">\(next)</p></div>
      <div class="confidence"><strong>\(confidence.percentChance)</strong><span>confidence</span>
      <div class="meter" aria-hidden="true"><i style="width:\(odds.fixed(0))%"></i></div></div>
      </section>
      \(notes.isEmpty ? "" : "<ul class=\"warnings\" aria-label=\"Warnings\">\n\(notes)\n</ul>")
      """
  }

  private var tiles: String {
    var entries: [(String, String)] = []
    if let rotation = transform.summary(of: "rotation") { entries.append(("Rotation", rotation)) }
    if let scale = transform.summary(of: "scale") { entries.append(("Scale", scale)) }
    if let shift = transform.summary(of: "translation") { entries.append(("Translation", shift)) }
    entries.append(
      ("Similarity", evidence.similarityBefore.fixed(2) + " → " + evidence.similarityAfter.fixed(2)))
    entries.append(("Overlap", evidence.overlap.percentChance))
    entries.append(
      (
        "Precision",
        evidence.cornerDeviation.map {
          "± " + $0.fixed($0 < 0.1 ? 3 : 2) + " " + transform.unit
        } ?? "undetermined"
      ))
    let cells = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined(separator: "\n")
    return "<dl class=\"tiles\">\n\(cells)\n</dl>"
  }
}

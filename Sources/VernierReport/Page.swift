import Vernier
import VernierText

/// What a report tells, without the rank: everything that the HTML is made from.
struct Page: Sendable {
  var rank: Int
  var names: FileNames
  var files: (fixed: String, moving: String)
  /// The files that a failed alignment leaves unwritten.
  var withheld: [String]
  var writtenAnyway: [String]
  /// Why no transform was found; nil where one was.
  var problem: String?
  var warnings: [String]
  var version: String
  var reason: VerdictReason?
  var verdict: Verdict
  var confidence: Double
  var errorBound: Double?
  var evidence: Evidence
  var transform: TransformText
  var deformation: DeformationText?
  var method: String
  var metric: Metric
  var model: TransformModel
  var seconds: Double
  var pictures: Pictures
  var residual: ResidualText
  /// What a map that is not linear does beside its linear part.
  var field: DeformationField?

  /// The whole page.
  var html: String {
    Self.document(
      title: "\(verdictWord): \(names.moving) to \(names.fixed)", rank: rank,
      body: """
        \(Self.heading(of: "registration report", title))
        \(verdictBanner)
        \(tiles)
        <noscript><p class="card">The pictures need JavaScript; the figures below do not.</p></noscript>
        \(comparison)
        \(evidenceSection)
        \(transformSection)
        \(runSection)
        """,
      scripts: """
        \(pictures.embedded)
        <script type="application/json" id="residual-map">\(residual.json.text(isDense: true))</script>
        \(field.map { "<script type=\"application/json\" id=\"field\">\($0.json.text(isDense: true))</script>" } ?? "")
        <script>
        \(Self.script)
        </script>
        """, version: version)
  }

  private var title: String {
    """
    <span class="name">\(names.moving.escapedForHTML)</span> <span class="onto">onto</span> \
    <span class="name">\(names.fixed.escapedForHTML)</span>
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
      case .failed where problem != nil:
        (
          "No transform was found: \((problem ?? "").escapedForHTML). The pictures and the figures below are of the two "
            + "images where they lie, with nothing moved.",
          "Make sure that both files show the same scene, then try another method or a rough start of your own."
        )
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
          "The alignment failed: the images do not bear out the best transform that was found. Of pairs with evidence "
            + "like this, \(outOf) in 100 are aligned correctly.",
          "Do not use this transform. Make sure that both files show the same scene, then try a rough start of your "
            + "own, another metric or a mask."
        )
      }
    let notes = warnings.map { "<li>\($0.escapedForHTML)</li>" }.joined(separator: "\n")
    return """
      <section class="verdict \(verdict.rawValue)" aria-labelledby="verdict">
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="12"/>\
      <path d="\(Self.icon(of: verdict))"/></svg>
      <div class="words"><h2 id="verdict">\(verdictWord)</h2><p>\(meaning)</p>\
      \(reasons)<p class="next">\(next)</p></div>
      <div class="confidence"><strong>\(confidence.percentChance)</strong><span>confidence</span>
      <div class="meter" aria-hidden="true"><i style="width:\(odds.fixed(0))%"></i></div></div>
      </section>
      \(notes.isEmpty ? "" : "<ul class=\"warnings\" aria-label=\"Warnings\">\n\(notes)\n</ul>")
      """
  }

  /// What speaks most against an alignment; of a failed one also what else does, and what was therefore not written.
  private var reasons: String {
    guard problem == nil else { return "<p>\(unwritten)</p>" }
    let main = reason.map { "<p>Most of all: \("\($0)".escapedForHTML).</p>" } ?? ""
    guard verdict == .failed else { return main }
    // The rival's numbers and the covariance only repeat the rows before them.
    let telling = rows.filter { $0.mark == .bad && $0.key != "rival" && $0.key != "covariance" }
    let against = telling.prefix(5).map { row in
      "\(row.name.prefix(1).lowercased())\(row.name.dropFirst()) (\(row.value))".escapedForHTML
    }
    return main + (against.isEmpty ? "" : "<p>Against it: \(against.joined(separator: ", ")).</p>")
      + "<p>\(unwritten) The pictures below show what was tried.</p>"
  }

  /// What a failed alignment left unwritten, as HTML.
  private var unwritten: String {
    func bold(_ files: [String]) -> String {
      files.map { "<b>\($0.escapedForHTML)</b>" }.joined(separator: " and ")
    }
    if !writtenAnyway.isEmpty { return "Written all the same, since it was asked for: \(bold(writtenAnyway))." }
    if withheld.isEmpty { return "Nothing but this report was written." }
    let why =
      problem == nil ? "since what is probably wrong must not be taken for an answer" : "for want of a transform"
    return "Not written: \(bold(withheld)), \(why)."
  }

  private var tiles: String {
    var entries: [(String, String)] = []
    if let rotation = transform.summary(of: "rotation") { entries.append(("Rotation", rotation)) }
    if let scale = transform.summary(of: "scale") { entries.append(("Scale", scale)) }
    if let shift = transform.summary(of: "translation") { entries.append(("Translation", shift)) }
    entries.append(
      ("Similarity", evidence.similarityBefore.fixed(2) + " → " + evidence.similarityAfter.fixed(2)))
    entries.append(("Overlap", evidence.overlap.percentChance))
    // Of a failed alignment it would say how far off the answer is if it is right.
    if verdict != .failed {
      entries.append(("Off by at most", errorBound.map(transform.unit.text) ?? "undetermined"))
    }
    let cells = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined(separator: "\n")
    return "<dl class=\"tiles\">\n\(cells)\n</dl>"
  }
}

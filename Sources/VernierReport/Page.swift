import Vernier

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
  var method: String
  var metric: Metric
  var model: TransformModel
  var seconds: Double
  var pictures: Pictures

  /// The whole page.
  var html: String {
    // The policy allows nothing but what the page carries in itself.
    """
    <!DOCTYPE html>
    <html lang="en" data-rank="\(rank)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; img-src data:">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="Vernier \(version.escapedForHTML)">
    <title>\(verdictWord): \(movingTitle.escapedForHTML) to \(fixedTitle.escapedForHTML) – Vernier</title>
    <link rel="icon" href="data:,">
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    \(heading)
    \(verdictBanner)
    \(tiles)
    <noscript><p class="card">The pictures need JavaScript; the figures below do not.</p></noscript>
    \(comparison)
    \(evidenceSection)
    \(transformSection)
    \(runSection)
    </main>
    <footer><p>Vernier \(version.escapedForHTML) · this page is complete in itself and loads nothing.</p></footer>
    \(pictures.embedded)
    <script>
    \(Self.script)
    </script>
    </body>
    </html>

    """
  }

  private var heading: String {
    """
    <header>
    <p class="brand"><svg viewBox="0 0 44 22" width="44" height="22" aria-hidden="true"><g stroke="currentColor" \
    stroke-width="1.6"><path d="M2 1v9M9 1v9M16 1v9M30 1v9M37 1v9M43 1v9M4 12v9M10.5 12v9M17 12v9M29 12v9M35.5 12v9M42 \
    12v9" opacity=".5"/><path class="mark" stroke-width="2.4" d="M23 0v22"/></g></svg> \
    Vernier <span>registration report</span></p>
    <h1><span class="name">\(movingTitle.escapedForHTML)</span> <span class="onto">onto</span> \
    <span class="name">\(fixedTitle.escapedForHTML)</span></h1>
    </header>
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
    let outOf = confidence >= 0.995 ? "more than 99" : confidence < 0.005 ? "fewer than 1" : "about \(decimal(odds, 0))"
    let (icon, meaning, next) =
      switch verdict {
      case .aligned:
        (
          "M5 12.500l4.5 4.500L19 7.5",
          "The two images coincide under this transform: of pairs with evidence like this, \(outOf) in 100 are "
            + "aligned correctly.",
          "Glance at the comparison below, then use the transform."
        )
      case .doubtful:
        (
          "M8.5 9a3.5 3.5 0 1 1 5 3.200c-1 .5-1.5 1.1-1.5 2.300M12 18.300v.4",
          "The transform may be right, but the evidence does not settle it: of pairs with evidence like this, \(outOf) "
            + "in 100 are aligned correctly.",
          "Check it by eye below (blink shows most) before you rely on it; if it is wrong, give a better start, "
            + "a mask, or a simpler model."
        )
      case .failed:
        (
          "M7 7l10 10M17 7L7 17",
          "No transform was found that the images bear out: of pairs with evidence like this, \(outOf) in 100 are "
            + "aligned correctly.",
          "Do not use this transform. Make sure that both files show the same scene, then try a rough start of your "
            + "own, another metric or a mask."
        )
      }
    let notes = warnings.map { "<li>\($0.escapedForHTML)</li>" }.joined(separator: "\n")
    return """
      <section class="verdict \(verdict.rawValue)" aria-labelledby="verdict">
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="12"/><path d="\(icon)"/></svg>
      <div class="words"><h2 id="verdict">\(verdictWord)</h2><p>\(meaning)</p><p class="next">\(next)</p></div>
      <div class="confidence"><strong>\(percent(confidence))</strong><span>confidence</span>
      <div class="meter" aria-hidden="true"><i style="width:\(decimal(odds, 0))%"></i></div></div>
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
      ("Similarity", decimal(evidence.similarityBefore, 2) + " → " + decimal(evidence.similarityAfter, 2)))
    entries.append(("Overlap", percent(evidence.overlap)))
    entries.append(
      (
        "Precision",
        evidence.cornerDeviation.map {
          "± " + decimal($0, $0 < 0.1 ? 3 : 2) + " " + transform.unit
        } ?? "undetermined"
      ))
    let cells = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined(separator: "\n")
    return "<dl class=\"tiles\">\n\(cells)\n</dl>"
  }
}

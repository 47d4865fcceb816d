import Vernier
import VernierText

/// What every page of Vernier has around its contents.
extension Page {
  /// A whole page.
  ///
  /// - Parameters:
  ///   - title: the window's, plain text.
  ///   - body: what stands between the header and the footer, as HTML.
  ///   - scripts: elements that carry data or make the page work.
  static func document(title: String, rank: Int, body: String, scripts: String, version: String)
    -> String
  {
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
    <title>\(title.escapedForHTML) – Vernier</title>
    <link rel="icon" href="data:,">
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)
    </main>
    <footer><p>Vernier \(version.escapedForHTML) · this page is complete in itself and loads nothing.</p></footer>
    \(scripts)
    </body>
    </html>

    """
  }

  /// The page's header: what kind of report, and of what, as HTML.
  static func heading(of kind: String, _ title: String) -> String {
    """
    <header>
    <p class="brand"><svg viewBox="0 0 44 22" width="44" height="22" aria-hidden="true"><g stroke="currentColor" \
    stroke-width="1.6"><path d="M2 1v9M9 1v9M16 1v9M30 1v9M37 1v9M43 1v9M4 12v9M10.5 12v9M17 12v9M29 12v9M35.5 12v9M42 \
    12v9" opacity=".5"/><path class="mark" stroke-width="2.4" d="M23 0v22"/></g></svg> \
    Vernier <span>\(kind)</span></p>
    <h1>\(title)</h1>
    </header>
    """
  }

  /// The sign in a verdict's circle, as an SVG path.
  static func icon(of verdict: Verdict) -> String {
    switch verdict {
    case .aligned: "M5 12.500l4.5 4.500L19 7.5"
    case .doubtful: "M8.5 9a3.5 3.5 0 1 1 5 3.200c-1 .5-1.5 1.1-1.5 2.300M12 18.300v.4"
    case .failed: "M7 7l10 10M17 7L7 17"
    }
  }
}

import Vernier
import VernierText

/// The pairs of a list as one web page: a row each, with small pictures and the verdict, to sort, to filter and to look
/// over.
///
/// As ``Report``, the page holds everything that it needs and loads nothing.
public struct ListReport: Sendable {
  /// A pair of the list.
  public struct Row: Sendable {
    /// Its number in the list, from 1.
    public var number: Int
    public var fixedFile: String
    public var movingFile: String
    public var verdict: Verdict
    public var confidence: Double
    /// What was found, in a few words, such as the model.
    public var found: String?
    /// What speaks against it, or why nothing was found.
    public var reason: String?
    /// The small pictures; nil where there are none to show.
    public var preview: PairPreview?

    public init(
      number: Int, fixedFile: String, movingFile: String, verdict: Verdict, confidence: Double, found: String? = nil,
      reason: String? = nil, preview: PairPreview? = nil
    ) {
      self.number = number
      self.fixedFile = fixedFile
      self.movingFile = movingFile
      self.verdict = verdict
      self.confidence = confidence
      self.found = found
      self.reason = reason
      self.preview = preview
    }
  }

  private let rows: [Row]
  private let title: String
  private let note: String
  private let version: String

  /// - Parameters:
  ///   - rows: the pairs, in their order.
  ///   - title: what to call the list, such as its file name.
  ///   - note: what the reader should know of what is shown, as a sentence; empty for nothing.
  ///   - version: of Vernier.
  public init(_ rows: [Row], title: String, note: String = "", version: String) {
    self.rows = rows
    self.title = title
    self.note = note
    self.version = version
  }

  /// The page as UTF-8 HTML.
  ///
  /// - Complexity: O(rows and bytes of pictures).
  public func html() -> String {
    Page.document(
      title: "\(rows.count) pairs: \(title)", rank: 2,
      body: """
        \(Page.heading(of: "report on a list", "<span class=\"name\">\(title.escapedForHTML)</span>"))
        \(controls)
        \(table)
        """, scripts: "<script>\n\(Self.script)\n</script>", version: version)
  }

  private func count(_ verdict: Verdict) -> Int { rows.count { $0.verdict == verdict } }

  private var controls: String {
    let verdicts = [Verdict.aligned, .doubtful, .failed].map {
      "<option value=\"\($0.rawValue)\">\($0.rawValue) (\(count($0)))</option>"
    }
    return """
      <section class="card" aria-label="Which pairs are shown">
      <p class="lead">What coincides is grey; what is in the fixed image alone is green, in the moved one magenta. \
      A click on a picture enlarges it, and there the two blink. \(note.escapedForHTML)</p>
      <div class="controls">
      <label>Verdict <select id="verdicts"><option value="all">all (\(rows.count))</option>\
      \(verdicts.joined())</select></label>
      <label>Names and reasons with <input type="search" id="words"></label>
      <output id="shown" aria-live="polite"></output>
      </div></section>
      """
  }

  private var table: String {
    let heads = [
      ("number", "Pair"), ("", "Fixed, moved, both"), ("fixed", "Fixed image"), ("moving", "Moving image"),
      ("verdict", "Verdict"), ("confidence", "Confidence"), ("", "Found"),
    ].map { key, name in
      key.isEmpty
        ? "<th scope=\"col\">\(name)</th>"
        : "<th scope=\"col\" aria-sort=\"none\"><button type=\"button\" data-key=\"\(key)\">\(name)</button></th>"
    }
    return """
      <section class="card" aria-label="Pairs"><div class="scroll"><table class="pairs">
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.map(row).joined(separator: "\n"))
      </tbody></table></div></section>
      <dialog id="large"><canvas role="img" aria-label="the two images in turn"></canvas>\
      <p><span id="which"></span> <button type="button" id="close">Close</button></p></dialog>
      """
  }

  private func row(_ row: Row) -> String {
    let mark = ["aligned": "good", "failed": "bad"][row.verdict.rawValue] ?? "neutral"
    let words = [row.found, row.reason].compactMap(\.self).map { "<div>\($0.escapedForHTML)</div>" }
    let confidence = row.confidence.isFinite ? row.confidence : 0
    return """
      <tr data-number="\(row.number)" data-verdict="\(row.verdict.rawValue)" data-confidence="\(confidence)">\
      <th scope="row">\(row.number)</th><td class="pictures">\(pictures(row))</td>\
      <td class="name">\(row.fixedFile.escapedForHTML)</td><td class="name">\(row.movingFile.escapedForHTML)</td>\
      <td><span class="mark \(mark)">\(row.verdict.rawValue)</span></td>\
      <td class="value">\(confidence.percentChance.escapedForHTML)</td><td class="reading">\(words.joined())</td></tr>
      """
  }

  private func pictures(_ row: Row) -> String {
    guard let preview = row.preview else { return "<span class=\"none\">no pictures</span>" }
    return preview.files.map { name, picture in
      """
      <img alt="\(name) image of pair \(row.number)" data-name="\(name)" width="\(preview.size[0])" \
      height="\(preview.size[1])" src="data:\(picture.mediaType);base64,\(base64(picture.bytes))">
      """
    }.joined()
  }
}

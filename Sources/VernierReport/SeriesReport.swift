import Vernier
import VernierText

/// A series that was brought together as one web page: the verdict of each frame, how the frames moved, lines through
/// all of them, and a film before and after.
///
/// As ``Report``, the page holds everything that it needs and loads nothing. Frames are handed over one by one; of the
/// pictures, at most 320 samples a side, some 60 are kept, and of the lines through all frames some 1000. Of volumes
/// the slice in the middle is shown.
public struct SeriesReport: Sendable {
  /// What is told of a frame.
  public struct Frame: Sendable {
    public var number: Int
    public var name: String
    public var verdict: Verdict
    public var confidence: Double
    /// Whether it is left out.
    public var isSkipped: Bool
    /// What speaks against it; nil where nothing does.
    public var reason: String?
    /// How the centre of the reference moves along each axis, in pixels or millimetres; empty where the frame is left
    /// out.
    public var shifts: [Double]
    /// By how many degrees the frame is turned: one angle of a picture, three of a volume.
    public var angles: [Double]

    public init(
      number: Int, name: String, verdict: Verdict, confidence: Double, isSkipped: Bool, reason: String?,
      shifts: [Double], angles: [Double]
    ) {
      (self.number, self.name, self.verdict, self.confidence) = (number, name, verdict, confidence)
      (self.isSkipped, self.reason, self.shifts, self.angles) = (isSkipped, reason, shifts, angles)
    }
  }

  let title: String
  let model: TransformModel
  let reference: Int
  let count: Int
  let unit: LengthUnit
  let version: String
  private(set) var frames: [Frame] = []
  private(set) var film: Film

  /// - Parameters:
  ///   - title: what to call the series, such as the name of the file that was written.
  ///   - model: of the transforms.
  ///   - reference: the number of the frame that stays where it is.
  ///   - count: how many frames will come.
  ///   - canvas: the grid of what was written.
  ///   - contents: the reference, whose intensities all frames are shown by.
  ///   - version: of Vernier.
  public init<let rank: Int>(
    title: String, model: TransformModel, reference: Int, count: Int, canvas: Grid<rank>,
    showing contents: ShownImage<rank>, version: String
  ) {
    (self.title, self.model, self.reference, self.count) = (title, model, reference, count)
    self.version = version
    unit = rank == 2 ? .pixel : LengthUnit(spacing: canvas.spacing.elements.reduce(0, +) / Double(rank))
    film = Film(
      count: count, size: Array(canvas.size.prefix(2)), spacing: Array(canvas.spacing.elements.prefix(2)),
      window: Window(ShownImage<2>(middleOf: contents)))
  }

  /// Whether pictures of a frame are shown; those of others need not be handed over.
  public func wants(_ frame: Int) -> Bool { film.wants(frame) }

  /// Adds the next frame.
  ///
  /// - Parameters:
  ///   - frame: what is told of it.
  ///   - before: the frame as it was; nil where it could not be read.
  ///   - offset: where its first sample lies on the output where nothing is moved, in samples.
  ///   - after: the frame on the output's grid; nil where it is left out.
  ///   - encoder: makes the picture files.
  /// - Throws: what the encoder throws.
  /// - Complexity: O(samples).
  public mutating func append<let rank: Int>(
    _ frame: Frame, before: ShownImage<rank>?, at offset: [Double], after: ShownImage<rank>?,
    encodedBy encoder: some PictureEncoder
  ) throws {
    frames.append(frame)
    guard film.wants(frame.number) else { return }
    try film.append(
      frame.number, before: before.map { ShownImage<2>(middleOf: $0) }, at: offset,
      after: after.map { ShownImage<2>(middleOf: $0) }, encodedBy: encoder)
  }

  /// The page as UTF-8 HTML.
  ///
  /// - Throws: what the encoder throws.
  public func html(encodedBy encoder: some PictureEncoder) throws -> String {
    Page.document(
      title: "\(word): \(title)", rank: 2,
      body: """
        \(Page.heading(of: "series report", "<span class=\"name\">\(title.escapedForHTML)</span>"))
        \(banner)
        \(tiles)
        \(verdictStrip)
        <noscript><p class="card">The film needs JavaScript; what follows does not.</p></noscript>
        \(player)
        \(curves)
        \(try kymographs(encodedBy: encoder))
        \(table)
        """,
      scripts: "\(filmData)\n<script>\n\(Self.script)\n</script>", version: version)
  }

  var skipped: Int { frames.count(where: \.isSkipped) }
  var doubtful: Int { frames.count { !$0.isSkipped && $0.verdict == .doubtful } }
  var aligned: Int { frames.count - skipped - doubtful }

  /// The verdict on the whole: of a series a few frames may be left out.
  private var verdict: Verdict {
    aligned + doubtful < 2 ? .failed : skipped + doubtful == 0 ? .aligned : .doubtful
  }

  private var word: String {
    switch verdict {
    case .aligned: "All frames aligned"
    case .doubtful: "\(aligned) of \(frames.count) frames aligned"
    case .failed: "Failed"
    }
  }

  private var banner: String {
    let meaning =
      switch verdict {
      case .aligned: "Every frame lies on the reference, and its alignments with the others agree."
      case .doubtful:
        "\(leftOut); the table below says why."
      case .failed: "No two frames could be brought together."
      }
    return """
      <section class="verdict \(verdict.rawValue)" aria-labelledby="verdict">
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="12"/>\
      <path d="\(Page.icon(of: verdict))"/></svg>
      <div class="words"><h2 id="verdict">\(word)</h2><p>\(meaning)</p></div>
      </section>
      """
  }

  /// How many frames are left out and doubtful, in words.
  private var leftOut: String {
    func words(_ count: Int, _ what: String) -> String? {
      count == 0 ? nil : count == 1 ? "one frame is \(what)" : "\(count) frames are \(what)"
    }
    let parts = [words(skipped, "left out"), words(doubtful, "doubtful")].compactMap(\.self)
    let sentence = parts.joined(separator: ", ")
    return sentence.prefix(1).uppercased() + sentence.dropFirst()
  }

  private var tiles: String {
    let farthest = frames.map { $0.shifts.reduce(0) { $0 + $1 * $1 }.squareRoot() }.max() ?? 0
    let turned = frames.flatMap(\.angles).map(\.magnitude).max() ?? 0
    var entries = [
      ("Frames", "\(frames.count)"), ("Aligned", "\(aligned)"), ("Doubtful", "\(doubtful)"), ("Left out", "\(skipped)"),
      ("Reference", "frame \(reference)"), ("Model", model.rawValue), ("Farthest shift", unit.text(farthest)),
    ]
    if model != .translation { entries.append(("Most turned", "\(turned.fixed(2))°")) }
    let cells = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1.escapedForHTML)</dd></div>" }.joined(separator: "\n")
    return "<dl class=\"tiles\">\n\(cells)\n</dl>"
  }

  /// A bar for each frame in the colour of its verdict.
  private var verdictStrip: String {
    func bars(_ isOf: (Frame) -> Bool) -> String {
      frames.filter(isOf).map { "M\($0.number) 0h1v10h-1z" }.joined()
    }
    let colours = [
      ("var(--good)", bars { !$0.isSkipped && $0.verdict == .aligned }),
      ("var(--fair)", bars { !$0.isSkipped && $0.verdict == .doubtful }), ("var(--bad)", bars(\.isSkipped)),
    ]
    let paths = colours.map { "<path fill=\"\($0.0)\" d=\"\($0.1)\"/>" }.joined()
    return """
      <section class="card" aria-labelledby="strip-heading"><h2 id="strip-heading">Verdict by frame</h2>
      <p class="lead">From the first frame to the last: green aligned, yellow doubtful, red left out.</p>
      <svg class="strip" viewBox="0 0 \(max(frames.count, 1)) 10" preserveAspectRatio="none" role="img" \
      aria-label="\(aligned) aligned, \(doubtful) doubtful, \(skipped) left out">\(paths)</svg></section>
      """
  }

  /// All frames of a short series; of a long one those that are not aligned.
  private var table: String {
    let most = 300
    let isWhole = frames.count <= most
    let told = isWhole ? frames : frames.filter { $0.isSkipped || $0.verdict != .aligned }
    guard !told.isEmpty else { return "" }
    let header = ["Frame", "File", "Verdict", "Confidence", "Shift", "Turn", "What speaks against it"]
    let rows = told.prefix(most).map { frame -> String in
      let shift = frame.shifts.isEmpty ? "" : "(\(frame.shifts.map { unit($0).fixed(2) }.joined(separator: ", ")))"
      let cells = [
        String(frame.name.split(separator: "/").last ?? ""), frame.isSkipped ? "left out" : frame.verdict.rawValue,
        frame.confidence.percentChance,
        shift, frame.angles.map { "\($0.fixed(2))°" }.joined(separator: ", "), frame.reason ?? "",
      ]
      return
        "<tr class=\"\(frame.isSkipped ? "failed" : frame.verdict.rawValue)\"><th scope=\"row\">\(frame.number)</th>"
        + zip(header.dropFirst(), cells).map { name, cell in
          "<td class=\"value\" data-name=\"\(name)\">\(cell.escapedForHTML)</td>"
        }.joined() + "</tr>"
    }
    let words = isWhole ? "" : "Of \(frames.count) frames the first \(rows.count) that are not aligned. "
    return """
      <section class="card" aria-labelledby="table-heading"><h2 id="table-heading">Frames</h2>
      <p class="lead">\(words)Shifts are those of the reference's centre, in \(unit.symbol).</p>
      <div class="scroll"><table class="exposures frames"><thead><tr>\
      \(header.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div></section>
      """
  }
}

extension Window {
  /// One window for all colours, so that none is tinted.
  fileprivate init(_ image: ShownImage<2>) {
    let mask = image.brightness.mask
    let windows = (image.colors.isEmpty ? [image.brightness] : image.colors).map { Window($0.samples, mask: mask) }
    self = windows[0]
    low = windows.map(\.low).min() ?? low
    high = windows.map(\.high).max() ?? high
  }
}

extension ShownImage where rank == 2 {
  /// A picture as it is, or the slice in the middle of a volume.
  init<let other: Int>(middleOf image: ShownImage<other>) {
    func slice(_ image: Image<other>) -> Image<2> {
      let area = image.size[0] * image.size[1]
      let start = other > 2 ? image.size[2] / 2 * area : 0
      let places = start..<(start + area)
      let plane = try? Image<2>(
        width: image.size[0], height: image.size[1], samples: Array(image.samples[places]),
        mask: image.mask.map { Array($0[places]) })
      guard let plane else { preconditionFailure("a slice has as many samples as its sides say") }
      return plane
    }
    self.init(slice(image.brightness), channels: image.colors.map(slice))
  }
}

import Vernier
import VernierPlates
import VernierText

/// A colour picture made of a plate as one web page: the verdict, the picture before and after its exposures were
/// aligned, each channel, and the figures.
///
/// As ``Report``, the page holds everything that it needs and loads nothing; pictures are shown with at most 1024
/// samples a side.
public struct PlateReport: Sendable {
  private let plate: ColorPlate
  private let before: [Image<2>]
  private let title: String
  private let size: [Int]
  private let version: String

  /// - Parameters:
  ///   - plate: what was made of the scan.
  ///   - scan: the whole plate.
  ///   - title: what to call it, such as its file name.
  ///   - version: of Vernier.
  public init(_ plate: ColorPlate, of scan: Image<2>, title: String, version: String) {
    self.plate = plate
    self.title = title
    size = Array(scan.size)
    before = plate.unaligned(scan)
    self.version = version
  }

  /// The page as UTF-8 HTML.
  ///
  /// - Complexity: O(samples).
  public func html() -> String {
    Page.document(
      title: "\(word): \(title)", rank: 2,
      body: """
        \(Page.heading(of: "plate report", "<span class=\"name\">\(title.escapedForHTML)</span>"))
        \(banner)
        \(pictures)
        \(figures)
        """, scripts: embedded + (plate.channels.isEmpty ? "" : "\n<script>\n\(Self.script)\n</script>"),
      version: version)
  }

  private var word: String {
    switch plate.verdict {
    case .aligned: "Aligned"
    case .doubtful: "Doubtful"
    case .failed: "Failed"
    }
  }

  private var banner: String {
    let meaning =
      switch plate.verdict {
      case .aligned: "The three exposures match, and each at one place alone."
      case .doubtful:
        "A picture was made, but something speaks against it: look for coloured fringes before you use it."
      case .failed: "No picture was made."
      }
    let reasons = plate.objections.map { "<li>\("\($0)".escapedForHTML)</li>" }.joined(separator: "\n")
    return """
      <section class="verdict \(plate.verdict.rawValue)" aria-labelledby="verdict">
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="12"/>\
      <path d="\(Page.icon(of: plate.verdict))"/></svg>
      <div class="words"><h2 id="verdict">\(word)</h2><p>\(meaning)</p></div>
      </section>
      \(reasons.isEmpty ? "" : "<ul class=\"warnings\" aria-label=\"Reasons\">\n\(reasons)\n</ul>")
      """
  }

  private static let names = ["red", "green", "blue"]

  private var pictures: String {
    guard !plate.channels.isEmpty else { return "" }
    let thumbs = Self.names.map {
      "<figure><figcaption>\($0)</figcaption><div><canvas data-channel=\"\($0)\"></canvas></div></figure>"
    }
    return """
      <section class="card" aria-labelledby="picture-heading"><h2 id="picture-heading">Picture</h2>
      <div class="controls"><fieldset class="choice"><legend>Exposures</legend><div>
      <label><input type="radio" name="stage" value="after" checked><span>Aligned</span></label>
      <label><input type="radio" name="stage" value="before"><span>As they lie on the plate</span></label>
      </div></fieldset></div>
      <div class="port"><canvas id="picture" role="img" aria-label="the colour picture"></canvas></div>
      </section>
      <section class="card" aria-labelledby="channels-heading"><h2 id="channels-heading">Channels</h2>
      <div class="thumbs">\(thumbs.joined(separator: "\n"))</div></section>
      """
  }

  private var figures: String {
    let header = ["Exposure", "Shift", "Turn", "Scale", "Edges agree", "Peak", "Next best", "Stopped"]
    let rows = plate.alignments.map { alignment -> String in
      let shift = alignment.transform.translation
      let linear = alignment.transform.parameters
      let cells = [
        "(\(shift[0].fixed(2)), \(shift[1].fixed(2))) px", "\(linear.rotation[0].fixed(3))°",
        linear.scale.map { $0.fixed(4) }.joined(separator: " × "),
        "\(alignment.agreementBefore.fixed(2)) → \(alignment.agreementAfter.fixed(2))",
        alignment.peak.fixed(2), alignment.peakRatio.fixed(2), alignment.stopReason.rawValue,
      ]
      return "<tr><th scope=\"row\">\(alignment.exposure.rawValue)</th>"
        + zip(header.dropFirst(), cells).map { name, cell in
          "<td class=\"value\" data-name=\"\(name)\">\(cell.escapedForHTML)</td>"
        }.joined() + "</tr>"
    }
    let seams = plate.layout.map { layout in
      layout.hasSeams
        ? "The seams lie at the rows \(layout.origins[1]) and \(layout.origins[2]) of \(size[1])."
        : "No seams were found: the exposures are thirds of the plate's \(size[1]) rows."
    }
    return """
      <section class="card" aria-labelledby="figures"><h2 id="figures">How they were aligned</h2>
      <p class="lead">The \(plate.reference.rawValue) exposure stayed. \(seams ?? "") A shift leads from it to the other exposure, \
      beyond the step of the camera. Edges agree by the normalized cross-correlation of their strengths, 1 being the same; \
      exposures that belong together have a peak above 0.4 and a next best place below 0.6 of it. \
      \(plate.seconds.fixedDuration), without files.</p>
      <div class="scroll"><table class="exposures"><thead><tr>\
      \(header.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div></section>
      """
  }

  /// One window of intensities for all: what is grey in the picture is grey on the page.
  private var embedded: String {
    guard let first = plate.channels.first else { return "" }
    let layout = Layout(size: Array(first.size), side: 1024, budget: 1 << 20)
    let windows = plate.channels.map { Window($0.samples, mask: nil) }
    var window = windows[0]
    window.low = windows.map(\.low).min() ?? window.low
    window.high = windows.map(\.high).max() ?? window.high
    let planes = [("after", plate.channels), ("before", before)].flatMap { stage, channels in
      zip(Self.names, channels).map { name, image in
        let plane = layout.plane(image.samples, mask: nil, window: window)
        return "<script type=\"text/plain\" id=\"\(stage)-\(name)\">\(base64(plane.bytes))</script>"
      }
    }
    let shown = JSON.array(layout.displayed.prefix(2).map(JSON.integer)).text(isDense: true)
    return "<script type=\"application/json\" id=\"size\">\(shown)</script>\n"
      + planes.joined(separator: "\n")
  }

  private static let script = #"""
    'use strict';
    const find = selector => document.querySelector(selector);
    const [width, height] = JSON.parse(find('#size').textContent);
    const names = ['red', 'green', 'blue'];
    function plane(id) {
      const text = atob(find('#' + id).textContent.trim());
      return Uint8Array.from(text, letter => letter.charCodeAt(0));
    }
    const stages = Object.fromEntries(['after', 'before'].map(stage => [stage, names.map(name => plane(`${stage}-${name}`))]));
    function paint(canvas, planes) {
      canvas.width = width; canvas.height = height;
      const context = canvas.getContext('2d'), image = context.createImageData(width, height), data = image.data;
      for (let i = 0; i < width * height; i++) {
        for (let c = 0; c < 3; c++) data[4 * i + c] = planes[c][i];
        data[4 * i + 3] = 255;
      }
      context.putImageData(image, 0, 0);
      canvas.dataset.mean = (planes.reduce((sum, p) => sum + p.reduce((a, b) => a + b, 0), 0) / planes.length / width / height).toFixed(3);
    }
    function draw() {
      const stage = find('input[name=stage]:checked').value;
      paint(find('#picture'), stages[stage]);
    }
    for (const canvas of document.querySelectorAll('canvas[data-channel]')) {
      const channel = stages.after[names.indexOf(canvas.dataset.channel)];
      paint(canvas, [channel, channel, channel]);
    }
    for (const input of document.querySelectorAll('input[name=stage]')) input.addEventListener('change', draw);
    draw();
    """#
}

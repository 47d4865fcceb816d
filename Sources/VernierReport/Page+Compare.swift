import VernierText

extension Page {
  /// The comparison with its controls, and the three images side by side.
  var comparison: String {
    let modes = [
      ("overlay", "Overlay"), ("checkerboard", "Checkerboard"), ("difference", "Difference"), ("blink", "Blink"),
      ("curtain", "Curtain"),
    ]
    let views = rank == 2 ? ["picture"] : ["axial", "coronal", "sagittal"]
    return """
      <section class="card" aria-labelledby="compare"><h2 id="compare">Compare</h2>
      <div class="controls">
      \(choice("mode", "Show", modes))
      \(choice("stage", "Moving image", [("before", "Before"), ("after", "After")]))
      \(choice("zoom", "Zoom", [("fit", "Fit"), ("1", "1:1"), ("2", "2×"), ("4", "4×")]))
      </div>
      <div class="guide">
      \(legends)
      \(options)
      </div>
      <div class="views" id="views">
      \(views.enumerated().map { view($1, axis: 2 - $0) }.joined(separator: "\n"))
      </div>
      <p class="keys"><kbd>1</kbd>–<kbd>5</kbd> what is shown · <kbd>B</kbd> before or after · \
      <kbd>Space</kbd> blink\(rank == 3 ? " · click in a view to bring the others there" : "")</p>
      </section>
      <section class="card" aria-labelledby="images-heading"><h2 id="images-heading">Images</h2>
      <div class="thumbs\(rank == 3 ? " volumes" : "")">
      \(figure("fixed", "Fixed", fixedTitle))
      \(figure("moving", "Moving", movingTitle))
      \(figure("moved", "Moved", "the moving image on the fixed grid"))
      </div>
      <p class="keys">Each image runs from black to white between its 0.5 % and 99.5 % quantiles; hatching marks where \
      there is no data.\(rank == 3 ? " The moving volume is cut at the matching point." : "")\(reductionNote)</p>
      </section>
      """
  }

  private func choice(_ name: String, _ legend: String, _ options: [(String, String)]) -> String {
    let labels = options.map { value, text in
      "<label><input type=\"radio\" name=\"\(name)\" value=\"\(value)\"><span>\(text)</span></label>"
    }
    return "<fieldset class=\"choice\"><legend>\(legend)</legend><div>\(labels.joined())</div></fieldset>"
  }

  private var options: String {
    """
    <div class="options">
    <label data-for="checkerboard">Squares <input type="range" id="square" min="4" max="128" value="32">\
    <output for="square"></output></label>
    <label data-for="curtain">Curtain <input type="range" id="curtain" min="0" max="100" step="0.5" value="50">\
    <output for="curtain"></output></label>
    <span data-for="blink"><button type="button" id="play" aria-pressed="false">Play</button> \
    <label>Speed <input type="range" id="speed" min="0.5" max="6" step="0.5" value="1.5"><output for="speed"></output>\
    </label></span>
    </div>
    """
  }

  private func view(_ name: String, axis: Int) -> String {
    let title = name.prefix(1).uppercased() + name.dropFirst()
    let slider = """
      <label class="slice"><span>\(title)</span><input type="range" id="slice-\(axis)" min="0" step="1" \
      aria-label="\(title) slice"><output for="slice-\(axis)"></output></label>
      """
    return """
      <figure class="view" data-view="\(name)">
      <div class="port"><div class="stage"><canvas data-canvas="compare-\(name)" role="img"></canvas>\
      <i class="handle" aria-hidden="true"></i><i class="cross across" aria-hidden="true"></i>\
      <i class="cross down" aria-hidden="true"></i></div></div>
      \(rank == 3 ? slider : "")
      </figure>
      """
  }

  private func figure(_ name: String, _ title: String, _ caption: String) -> String {
    let views = rank == 2 ? ["picture"] : ["axial", "coronal", "sagittal"]
    let canvases = views.map {
      "<canvas data-canvas=\"\(name)-\($0)\" data-plane=\"\(name)\" data-view=\"\($0)\" role=\"img\" "
        + "aria-label=\"\(title) image\(rank == 3 ? ", \($0) view" : "")\"></canvas>"
    }
    return """
      <figure><figcaption><strong>\(title)</strong> <span>\(caption.escapedForHTML)</span></figcaption>
      <div>\(canvases.joined())</div></figure>
      """
  }

  private var legends: String {
    """
    <div class="legend" aria-live="polite">
    <p data-for="overlay"><i style="background:#e4e"></i>only in the fixed <i style="background:#2c4"></i>only in \
    the moving image <i style="background:#bbb"></i>in both: where they coincide, colour vanishes \
    <i class="hatch"></i>covered by one</p>
    <p data-for="checkerboard">Squares alternate between the fixed and the moving image: lines should run on across \
    their borders.</p>
    <p data-for="difference"><i class="ramp" aria-hidden="true"></i>moving brighter · equal · fixed brighter. \
    <span id="residual"></span></p>
    <p data-for="blink">Now: <strong id="showing"></strong>. What does not coincide jumps.</p>
    <p data-for="curtain">Left of the line lies the fixed image, right of it the moving one. Drag it.</p>
    </div>
    """
  }

  private var reductionNote: String {
    let layouts = [pictures.fixedLayout, pictures.movingLayout]
    return layouts.allSatisfy { $0.full == $0.reduced }
      ? "" : " Shown at a reduced size; the alignment used every sample of the files."
  }
}

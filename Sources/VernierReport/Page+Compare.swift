import VernierText

extension Page {
  /// The comparison with its controls, and the three images side by side.
  var comparison: String {
    let modes =
      [
        ("overlay", "Overlay"), ("checkerboard", "Checkerboard"), ("difference", "Difference"), ("blink", "Blink"),
        ("curtain", "Curtain"), ("edges", "Edges"), ("residual", "Residual"),
      ] + (field == nil ? [] : [("deformation", "Deformation")])
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
      <p class="keys"><kbd>1</kbd>–<kbd>\(modes.count)</kbd> what is shown · <kbd>B</kbd> before or after · \
      <kbd>Space</kbd> blink · \(rank == 3 ? "click in a view to bring the others there" : "drag an enlarged picture")</p>
      </section>
      <section class="card" aria-labelledby="images-heading"><h2 id="images-heading">Images</h2>
      <div class="thumbs\(rank == 3 ? " volumes" : "")">
      \(figure("fixed", "Fixed", names.fixed))
      \(figure("moving", "Moving", names.moving))
      \(figure("moved", "Moved", "the moving image on the fixed grid"))
      </div>
      <p class="keys">\(pictures.note)\(rank == 3 ? " The moving volume is cut at the matching point." : "")</p>
      </section>
      """
  }

  private func choice(_ name: String, _ legend: String, _ options: [(String, String)]) -> String {
    let labels = options.map { value, text in
      "<label><input type=\"radio\" name=\"\(name)\" value=\"\(value)\"><span>\(text)</span></label>"
    }
    return
      "<fieldset class=\"choice\" id=\"\(name)\"><legend>\(legend)</legend><div>\(labels.joined())</div></fieldset>"
  }

  private var options: String {
    """
    <div class="options">
    <label data-for="checkerboard">Squares <input type="range" id="square" min="4" max="128" value="32">\
    <output for="square"></output></label>
    <label data-for="curtain">Curtain <input type="range" id="curtain" min="0" max="100" step="0.5" value="50">\
    <output for="curtain"></output></label>
    <span data-for="edges"><label>Draw the edges of <select id="lines"><option value="moved">the moving image</option>\
    <option value="fixed">the fixed image</option></select></label> <label>from <input type="range" id="strength" \
    min="2" max="60" value="22"><output for="strength"></output></label></span>
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
    <p data-for="overlay"><i style="background:#e4e"></i>brighter in the fixed <i style="background:#2c4"></i>brighter \
    in the moving image <i style="background:#bbb"></i>alike <i class="hatch"></i>covered by one. Both are equalised, \
    so that unlike contrasts show equally: shapes should coincide, whatever their colour.</p>
    <p data-for="checkerboard">Squares alternate between the fixed and the moving image: lines should run on across \
    their borders.</p>
    <p data-for="difference"><i class="ramp" aria-hidden="true"></i>moving brighter · equal · fixed brighter. \
    <span id="residual"></span></p>
    <p data-for="blink">Now: <strong id="showing"></strong>. What does not coincide jumps.</p>
    <p data-for="edges"><i style="background:#ff5a1f"></i>edges of one image over the other, which is drawn grey: \
    they should run along its own.</p>
    <p data-for="residual">\(residual.legend)</p>
    \(field.map { "<p data-for=\"deformation\">\($0.legend)</p>" } ?? "")
    <p data-for="curtain">Left of the line lies the fixed image, right of it the moving one. Drag it.</p>
    </div>
    """
  }
}

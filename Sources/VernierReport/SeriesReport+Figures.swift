import Vernier
import VernierPlots
import VernierText

extension SeriesReport {
  /// The film: its controls and the canvas that the script draws on.
  var player: String {
    guard !film.pictures.isEmpty else { return "" }
    let step =
      film.pictures.count < count ? " One frame in \((count + film.pictures.count - 1) / film.pictures.count)." : ""
    return """
      <section class="card" aria-labelledby="film-heading"><h2 id="film-heading">Before and after</h2>
      <p class="lead">The frames one after another, in the reference's window of intensities.\(step) A frame that is \
      left out is blank afterwards.</p>
      <div class="controls"><button type="button" id="play">Play</button>
      <fieldset class="choice"><legend>Frames</legend><div>
      <label><input type="radio" name="stage" value="after" checked><span>After</span></label>
      <label><input type="radio" name="stage" value="before"><span>Before</span></label>
      <label><input type="radio" name="stage" value="both"><span>Side by side</span></label>
      </div></fieldset>
      <label class="options"><input type="range" id="frame" min="0" max="\(film.pictures.count - 1)" value="0" \
      aria-label="Frame"> <output id="told" for="frame"></output></label></div>
      <div class="port"><canvas id="film" role="img" aria-label="the frame"></canvas></div>
      </section>
      """
  }

  /// How the frames moved.
  var curves: String {
    let placed = frames.filter { !$0.shifts.isEmpty }
    guard count > 1, placed.count > 1 else { return "" }
    let axes = ["x", "y", "z"]
    func plot(_ title: String, _ label: String, _ rows: [(name: String, values: [PlotPoint])]) -> Plot {
      let values = rows.flatMap { $0.values.map(\.y) }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      let margin = max(0.05 * (high - low), 1e-3)
      let layers = rows.enumerated().map { index, row in
        PlotLayer.line(row.values, colour: PlotLayer.palette[index], name: row.name, isMarked: count <= 60)
      }
      var plot = Plot(
        title: title, x: PlotAxis("frame", 0...Double(count - 1)), y: PlotAxis(label, (low - margin)...(high + margin)),
        layers: layers)
      plot.width = 760
      return plot
    }
    func points(_ value: (Frame) -> Double) -> [PlotPoint] {
      placed.map { PlotPoint(Double($0.number), value($0)) }
    }
    let rank = placed[0].shifts.count
    let shifts = Figure(
      title: "Shift of the centre",
      plots: [
        plot("", "shift, \(unit.symbol)", (0..<rank).map { axis in (axes[axis], points { unit($0.shifts[axis]) }) })
      ])
    var figures = [shifts]
    if model != .translation {
      let angles = placed[0].angles.count
      let rows = (0..<angles).map { axis in
        (name: angles == 1 ? "in the plane" : "about \(axes[axis])", values: points { $0.angles[axis] })
      }
      figures.append(Figure(title: "Rotation", plots: [plot("", "rotation, degrees", rows)]))
    }
    return """
      <section class="card" aria-labelledby="curves-heading"><h2 id="curves-heading">Drift</h2>
      <p class="lead">How each frame lies on the reference: by how much the reference's centre moves in it.</p>
      \(figures.map { "<div class=\"plot\">\($0.svg)</div>" }.joined(separator: "\n"))
      </section>
      """
  }

  /// Lines through all frames, time to the right.
  func kymographs(encodedBy encoder: some PictureEncoder) throws -> String {
    guard film.lines.count > 1 else { return "" }
    func picture(_ columns: [[UInt8]], _ name: String) throws -> String {
      let (width, height) = (columns.count, columns[0].count)
      var plane = Plane(size: [width, height, 1], bytes: [UInt8](repeating: 0, count: width * height))
      for (x, column) in columns.enumerated() {
        for y in 0..<height { plane.bytes[y * width + x] = column[y] }
      }
      let file = try encoder.encode([plane.image], isExact: true)
      return """
        <figure><figcaption>\(name)</figcaption><img class="kymograph" alt="\(name)" \
        src="data:\(file.mediaType);base64,\(base64(file.bytes))"></figure>
        """
    }
    return """
      <section class="card" aria-labelledby="lines-heading"><h2 id="lines-heading">Side views</h2>
      <p class="lead">The row and the column in the middle of the output, frame beside frame: what stays where it is \
      makes level lines.</p>
      <div class="kymographs">
      \(try picture(film.lines.map(\.before), "The middle row, before"))
      \(try picture(film.lines.map(\.after), "The middle row, after"))
      \(try picture(film.crossLines.map(\.before), "The middle column, before"))
      \(try picture(film.crossLines.map(\.after), "The middle column, after"))
      </div></section>
      """
  }

  /// The script elements that carry the film.
  var filmData: String {
    let told = film.pictures.map { picture -> JSON in
      let frame = frames.first { $0.number == picture.frame }
      let words = frame.map { $0.isSkipped ? "left out" : $0.verdict.rawValue } ?? ""
      return [
        "frame": .integer(picture.frame), "words": .string(words),
        "place": .numbers(picture.place), "before": .boolean(picture.before != nil),
        "after": .boolean(picture.after != nil),
      ]
    }
    let description: JSON = [
      "size": .array(film.canvas.displayed.prefix(2).map(JSON.integer)), "aspect": .number(film.aspect),
      "count": .integer(count), "frames": .array(told),
    ]
    func element(_ name: String, _ picture: EncodedPicture?) -> [String] {
      guard let picture else { return [] }
      let start = "<script type=\"text/plain\" id=\"\(name)\" data-type=\"\(picture.mediaType)\">"
      return ["\(start)\(base64(picture.bytes))</script>"]
    }
    let files = film.pictures.enumerated().flatMap { index, picture in
      element("before-\(index)", picture.before) + element("after-\(index)", picture.after)
    }
    return (["<script type=\"application/json\" id=\"series\">\(description.text(isDense: true))</script>"] + files)
      .joined(separator: "\n")
  }

  static var script: String {
    #"""
    'use strict';
    const find = selector => document.querySelector(selector);
    const series = JSON.parse(find('#series').textContent);
    const [width, height] = series.size;
    const load = id => new Promise(done => {
      const element = document.getElementById(id), image = new Image();
      if (!element) { done(null); return; }
      image.onload = () => done(image);
      image.onerror = () => done(null);
      image.src = `data:${element.dataset.type};base64,${element.textContent.trim()}`;
    });
    const canvas = find('#film'), context = canvas && canvas.getContext('2d');
    let films = null, timer = null, shown = 0;
    const zoom = Math.max(1, Math.min(3, Math.floor(512 / width)));
    function paint(image, left, place) {
      context.fillStyle = '#000';
      context.fillRect(left, 0, width * zoom, height * zoom);
      if (!image) return;
      const [x, y, w, h] = place;
      context.save();
      context.beginPath(); context.rect(left, 0, width * zoom, height * zoom); context.clip();
      context.drawImage(image, left + x * zoom, y * zoom, w * zoom, h * zoom);
      context.restore();
    }
    function draw() {
      const stage = find('input[name=stage]:checked').value, gap = 8, frame = series.frames[shown];
      canvas.width = stage === 'both' ? 2 * width * zoom + gap : width * zoom;
      canvas.height = height * zoom;
      canvas.style.maxWidth = '100%';
      canvas.style.aspectRatio = `${canvas.width} / ${canvas.height * series.aspect}`;
      const full = [0, 0, width, height];
      if (stage !== 'after') paint(films[shown].before, 0, frame.place);
      if (stage !== 'before') paint(films[shown].after, stage === 'both' ? width * zoom + gap : 0, full);
      find('#told').textContent = `frame ${frame.frame} of ${series.count}: ${frame.words}`;
      find('#frame').value = shown;
      const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) sum += data[i];
      canvas.dataset.mean = (4 * sum / data.length).toFixed(3);
    }
    function step() { shown = (shown + 1) % series.frames.length; draw(); }
    function play(on) {
      clearInterval(timer);
      timer = on ? setInterval(step, 120) : null;
      find('#play').textContent = on ? 'Pause' : 'Play';
    }
    if (canvas) {
      Promise.all(series.frames.map(async (frame, index) =>
        ({ before: await load(`before-${index}`), after: await load(`after-${index}`) }))).then(loaded => {
        films = loaded;
        const wanted = new URLSearchParams(location.hash.slice(1));
        shown = Math.min(Number(wanted.get('frame')) || 0, series.frames.length - 1);
        const stage = find(`input[name=stage][value="${wanted.get('stage') || 'after'}"]`);
        if (stage) stage.checked = true;
        draw();
        for (const input of document.querySelectorAll('input[name=stage]')) input.addEventListener('change', draw);
        find('#frame').addEventListener('input', event => { play(false); shown = Number(event.target.value); draw(); });
        find('#play').addEventListener('click', () => play(timer === null));
        document.documentElement.dataset.ready = 'true';
      });
    }
    """#
  }
}

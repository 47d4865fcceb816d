extension Page {
  /// What the page does: decodes the pictures, draws the views, and answers the controls.
  ///
  /// The state can be given in the address, as in `#mode=checkerboard&stage=before&z=20`, and is kept there.
  /// A view is drawn as large as it is seen, from the part of the pictures that is in sight; so pictures of many
  /// millions of samples are shown whole and, enlarged, sample by sample. After drawing, each canvas carries the mean
  /// and deviation of what it shows, so that a test can tell that it is not blank.
  static let script = [loading, drawing, painters, lines, vectors, controls].joined(separator: "\n")

  private static let loading = #"""
    'use strict';
    const find = (selector, from = document) => from.querySelector(selector);
    const all = (selector, from = document) => [...from.querySelectorAll(selector)];
    const root = document.documentElement;
    const volume = root.dataset.rank === '3';
    const parsed = id => { const part = find('#' + id); return part && JSON.parse(part.textContent); };
    const images = parsed('images'), residual = parsed('residual-map'), field = parsed('field');

    // Each view: the axes shown to the right (u) and down (v), the one cut (w), and whether v runs upwards.
    const views = {
      picture: { u: 0, v: 1, w: 2, up: false }, axial: { u: 0, v: 1, w: 2, up: false },
      coronal: { u: 0, v: 2, w: 1, up: true }, sagittal: { u: 1, v: 2, w: 0, up: true },
    };
    // The side of the smallest displayed sample: what 1:1 shows as one pixel.
    const unit = Math.min(...images.fixed.extent.slice(0, volume ? 3 : 2));
    // Squares of the checkerboard: a sixteenth of the longest side, a third at most.
    const longest = Math.max(...images.fixed.size.map((n, axis) => n * images.fixed.extent[axis])) / unit;
    const state = { mode: 'overlay', stage: 'after', zoom: 'fit', square: Math.max(4, Math.round(longest / 16)),
      curtain: 50, speed: 1.5, show: 'fixed', lines: 'moved', strength: 22, slice: images.fixed.size.map(n => n >> 1) };

    function decoded(id) {
      const part = find('#' + id);
      return part && new Promise((done, fail) => {
        const image = new Image();
        image.onload = () => done(image);
        image.onerror = () => fail(new Error('one of them is damaged'));
        image.src = `data:${part.dataset.type};base64,${part.textContent}`;
      });
    }

    const pixels = (width, height) => {
      const canvas = document.createElement('canvas');
      canvas.width = width; canvas.height = height;
      return canvas.getContext('2d', { willReadFrequently: true });
    };

    // The slices of a volume, which lie side by side in a picture, one after another.
    function unfolded(picture, grid) {
      const { size: [nx, ny, nz], tile, columns } = grid, { width, height } = picture;
      const context = pixels(width, height), bytes = new Uint8Array(nx * ny * nz);
      context.drawImage(picture, 0, 0);
      const data = context.getImageData(0, 0, width, height).data;
      for (let z = 0, to = 0; z < nz; z++) for (let y = 0; y < ny; y++) {
        let from = 4 * ((Math.floor(z / columns) * tile[1] + y) * width + z % columns * tile[0]);
        for (let x = 0; x < nx; x++, to++, from += 4) bytes[to] = data[from];
      }
      return bytes;
    }

    // Samples of a volume, 0 where there is none.
    function volumeOf(picture, mask, grid) {
      const bytes = unfolded(picture, grid), covered = mask && unfolded(mask, grid);
      return bytes.map((value, i) => covered && covered[i] < 128 ? 0 : Math.max(1, value));
    }

    // A volume on the fixed grid, through an affine map of displayed positions.
    function resampled(bytes, grid, map) {
      const [nx, ny, nz] = images.fixed.size, [mx, my, mz] = grid.size, out = new Uint8Array(nx * ny * nz);
      for (let z = 0, to = 0; z < nz; z++) for (let y = 0; y < ny; y++) {
        let [px, py, pz] = map.map(row => row[1] * y + row[2] * z + row[3]);
        for (let x = 0; x < nx; x++, to++, px += map[0][0], py += map[1][0], pz += map[2][0]) {
          const [i, j, k] = [Math.round(px), Math.round(py), Math.round(pz)];
          if (i >= 0 && j >= 0 && k >= 0 && i < mx && j < my && k < mz) out[to] = bytes[i + mx * (j + my * k)];
        }
      }
      return out;
    }

    // Where the samples of the moving picture lay in the fixed one before: a canvas transform, from corners to corners.
    function laidBefore() {
      const [[a, b, , e], [c, d, , f]] = images.before, by = 1 / (a * d - b * c);
      const [ia, ib, ic, id] = [d * by, -b * by, -c * by, a * by];
      return [ia, ic, ib, id, 0.5 - ia * (0.5 + e) - ib * (0.5 + f), 0.5 - ic * (0.5 + e) - id * (0.5 + f)];
    }

    let layers = null;
    async function load() {
      const names = ['fixed', 'moving', 'moved'], loaded = {};
      for (const name of names) {
        const picture = await decoded('picture-' + name), mask = await decoded('mask-' + name);
        const grid = images[name === 'moving' ? 'moving' : 'fixed'];
        loaded[name] = volume ? volumeOf(picture, mask, grid) : { picture, mask, matrix: [1, 0, 0, 1, 0, 0] };
      }
      loaded.before = volume
        ? resampled(loaded.moving, images.moving, images.before) : { ...loaded.moving, matrix: laidBefore() };
      layers = loaded;
      for (const stage of ['before', 'after']) fits[stage] = fit(overview('fixed'), overview(layerAt(stage)));
    }
    const layerAt = stage => stage === 'after' ? 'moved' : 'before';
    """#

  private static let drawing = #"""
    const luma = (data, k) => (77 * data[k] + 150 * data[k + 1] + 29 * data[k + 2]) >> 8;

    // What lies under a view: a picture, where samples are missing another that tells which, and the matrix to draw it.
    function source(name, view, position) {
      if (!volume) return layers[name];
      const bytes = layers[name], grid = images[name === 'moving' ? 'moving' : 'fixed'];
      const [width, height] = [grid.size[view.u], grid.size[view.v]];
      const steps = [1, grid.size[0], grid.size[0] * grid.size[1]];
      const cut = Math.min(Math.max(Math.round(position), 0), grid.size[view.w] - 1) * steps[view.w];
      const context = pixels(width, height), image = context.createImageData(width, height), data = image.data;
      for (let row = 0, to = 0; row < height; row++) {
        let from = cut + (view.up ? height - 1 - row : row) * steps[view.v];
        for (let x = 0; x < width; x++, to += 4, from += steps[view.u]) {
          data[to] = data[to + 1] = data[to + 2] = bytes[from];
          data[to + 3] = bytes[from] ? 255 : 0;
        }
      }
      context.putImageData(image, 0, 0);
      return { picture: context.canvas, mask: null, matrix: [1, 0, 0, 1, 0, 0] };
    }

    // The samples of a region, as many pixels as asked for: red, green, blue, and 255 where there is data, else 0.
    const scratch = pixels(1, 1);
    function grab({ picture, mask, matrix: [a, b, c, d, e, f] }, region, width, height) {
      const across = width / region.width, down = height / region.height;
      const drawn = what => {
        // Setting the size clears it. Enlarged samples keep their edges; reduced ones are averaged.
        scratch.canvas.width = width; scratch.canvas.height = height;
        scratch.imageSmoothingEnabled = Math.min(across, down) < 1;
        scratch.imageSmoothingQuality = 'high';
        scratch.setTransform(
          a * across, b * down, c * across, d * down, (e - region.x) * across, (f - region.y) * down);
        scratch.drawImage(what, 0, 0);
        return scratch.getImageData(0, 0, width, height).data;
      };
      const data = drawn(picture), covered = mask && drawn(mask);
      for (let k = 0; k < data.length; k += 4) {
        data[k + 3] = data[k + 3] >= 128 && (!covered || covered[k] >= 128) ? 255 : 0;
      }
      return data;
    }

    // The brightnesses of a whole image at a modest size, 0 where there is none.
    function overview(name) {
      if (volume) return layers[name];
      const [width, height] = images.fixed.size, share = Math.min(1, 512 / Math.max(width, height));
      const [w, h] = [width, height].map(n => Math.max(1, Math.round(share * n)));
      const data = grab(layers[name], { x: 0, y: 0, width, height }, w, h);
      return Uint8Array.from({ length: w * h }, (_, i) => data[4 * i + 3] ? Math.max(1, luma(data, 4 * i)) : 0);
    }

    // Gain and offset by least squares over the whole image, so that a difference shows misplacement, not exposure.
    const fits = { before: {}, after: {} };
    function fit(fixed, moved) {
      let n = 0, sf = 0, sm = 0, ff = 0, mm = 0, fm = 0;
      for (let i = 0; i < fixed.length; i++) {
        const f = fixed[i], m = moved[i];
        if (f && m) { n++; sf += f; sm += m; ff += f * f; mm += m * m; fm += f * m; }
      }
      if (n < 2) return { gain: 0, offset: 0, deviation: 1, residual: NaN };
      const cov = fm / n - sf / n * (sm / n), vm = mm / n - (sm / n) ** 2, vf = ff / n - (sf / n) ** 2;
      const gain = vm > 0 ? cov / vm : 0;
      return { gain, offset: sf / n - gain * sm / n, deviation: Math.sqrt(Math.max(vf, 1)),
        residual: Math.sqrt(Math.max(vf - gain * cov, 0) / Math.max(vf, 1e-9)) };
    }

    function record(canvas) {
      const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      let sum = 0, squares = 0, check = 0;
      for (let k = 0; k < data.length; k += 4) {
        const light = (data[k] + data[k + 1] + data[k + 2]) / 3;
        sum += light; squares += light * light;
        check = (check * 31 + data[k] + 7 * data[k + 1] + 13 * data[k + 3]) | 0;
      }
      const n = data.length / 4, mean = sum / n;
      Object.assign(canvas.dataset, { mean: mean.toFixed(3),
        deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)).toFixed(3), check });
    }

    const ratio = () => Math.min(devicePixelRatio || 1, 2);
    const context = canvas => canvas.getContext('2d', { willReadFrequently: true });
    function fitted(canvas, width, height) {
      const [w, h] = [width, height].map(length => Math.max(1, Math.round(length * ratio())));
      if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
      return [w, h];
    }

    function drawView(figure) {
      const view = views[figure.dataset.view], grid = images.fixed, canvas = find('canvas', figure);
      const port = find('.port', figure), stage = find('.stage', figure);
      const [across, down] = [grid.size[view.u] / stage.offsetWidth, grid.size[view.v] / stage.offsetHeight];
      const [width, height] = fitted(canvas, canvas.offsetWidth, canvas.offsetHeight);
      const region = { x: port.scrollLeft * across, y: port.scrollTop * down,
        width: canvas.offsetWidth * across, height: canvas.offsetHeight * down };
      const cut = state.slice[view.w], key = [state.stage, width, height, cut, ...Object.values(region)].join();
      if (figure.seen?.key !== key) {
        const take = name => grab(source(name, view, cut), region, width, height);
        figure.seen = { key, f: take('fixed'), m: take(layerAt(state.stage)) };
      }
      const { f, m } = figure.seen, image = context(canvas).createImageData(width, height);
      const color = painters[state.mode](f, m, image.data, { view, grid, region, width, height });
      for (let y = 0, k = 0; y < height; y++) for (let x = 0; x < width; x++, k += 4) color(k, x, y);
      context(canvas).putImageData(image, 0, 0);
      const place = { view, grid, region, width, height, context: context(canvas) };
      if (state.mode === 'residual') drawArrows(place);
      if (state.mode === 'deformation') drawDeformation(place);
      record(canvas);
      canvas.setAttribute('aria-label', `${state.mode} of the fixed and the moving image, ${state.stage} alignment`);
      find('.handle', figure).style.left = state.curtain + '%';
      const along = (axis, up) => {
        const share = (state.slice[axis] + 0.5) / grid.size[axis] * 100;
        return (up ? 100 - share : share) + '%';
      };
      find('.down', figure).style.left = along(view.u, false);
      find('.across', figure).style.top = along(view.v, view.up);
    }
    function drawComparison() { if (layers) all('.view').forEach(drawView); }

    function drawImages() {
      if (!layers) return;
      const at = state.slice;
      const matching = images.after.map(row => row[0] * at[0] + row[1] * at[1] + row[2] * at[2] + row[3]);
      for (const canvas of all('.thumbs canvas')) {
        const moving = canvas.dataset.plane === 'moving', grid = moving ? images.moving : images.fixed;
        const view = views[canvas.dataset.view], cut = (moving ? matching : at)[view.w];
        const [width, height] = fitted(canvas, canvas.offsetWidth, canvas.offsetHeight);
        const whole = { x: 0, y: 0, width: grid.size[view.u], height: grid.size[view.v] };
        const data = grab(source(canvas.dataset.plane, view, cut), whole, width, height);
        context(canvas).putImageData(new ImageData(data, width, height), 0, 0);
        record(canvas);
      }
    }
    """#
}

extension Page {
  /// What the page does: decodes the planes, draws the views, and answers the controls.
  ///
  /// The state can be given in the address, as in `#mode=checkerboard&stage=before&z=20`, and is kept there.
  /// After drawing, each canvas carries the mean and deviation of what it shows, so that a test can tell that it is
  /// not blank.
  static let script = drawing + "\n" + controls

  private static let drawing = #"""
    'use strict';
    const find = (selector, from = document) => from.querySelector(selector);
    const all = (selector, from = document) => [...from.querySelectorAll(selector)];
    const root = document.documentElement;
    const volume = root.dataset.rank === '3';
    const images = JSON.parse(find('#images').textContent);

    function plane(name) {
      const text = atob(find('#plane-' + name).textContent.trim());
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
      return bytes;
    }
    const planes = Object.fromEntries(['fixed', 'moving', 'moved', 'before'].map(name => [name, plane(name)]));

    // Each view: the axes shown to the right (u) and down (v), the one cut (w), and whether v runs upwards.
    const views = {
      picture: { u: 0, v: 1, w: 2, up: false }, axial: { u: 0, v: 1, w: 2, up: false },
      coronal: { u: 0, v: 2, w: 1, up: true }, sagittal: { u: 1, v: 2, w: 0, up: true },
    };
    const state = { mode: 'overlay', stage: 'after', zoom: 'fit', square: 32, curtain: 50, speed: 1.5, show: 'fixed',
      slice: images.fixed.size.map(n => n >> 1) };

    function slice(bytes, grid, view, position) {
      const [width, height] = [grid.size[view.u], grid.size[view.v]];
      const steps = [1, grid.size[0], grid.size[0] * grid.size[1]];
      const cut = Math.min(Math.max(Math.round(position), 0), grid.size[view.w] - 1) * steps[view.w];
      const out = new Uint8Array(width * height);
      for (let row = 0; row < height; row++) {
        let from = cut + (view.up ? height - 1 - row : row) * steps[view.v];
        const end = (row + 1) * width;
          for (let to = end - width; to < end; to++, from += steps[view.u]) out[to] = bytes[from];
      }
      return out;
    }

    // Gain and offset by least squares over the whole image, so that a difference shows misplacement, not exposure.
    function fit(moved) {
      const fixed = planes.fixed;
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
    const fits = { after: fit(planes.moved), before: fit(planes.before) };

    // Painters: fixed byte, moving byte, position → [red, green, blue, alpha]; alpha 0 lets the hatching through.
    const grey = (v, to) => { to[0] = to[1] = to[2] = v; to[3] = v ? 255 : 0; };
    const painters = {
      overlay: () => (f, m, to) => {
        if (f && m) { to[0] = to[2] = f; to[1] = m; to[3] = 255; return; }
        grey(f || m, to);
        to[3] = f || m ? 130 : 0;
      },
      checkerboard: view => {
        const scale = images.fixed.extent.map(e => e / unit);
        return (f, m, to, x, y) => {
          const square = Math.floor(x * scale[view.u] / state.square) + Math.floor(y * scale[view.v] / state.square);
          grey(square & 1 ? m : f, to);
        };
      },
      difference: () => {
        const { gain, offset } = fits[state.stage], range = 2 * fits.after.deviation;
        return (f, m, to) => {
          to[3] = f && m ? 255 : 0;
          const t = Math.max(-1, Math.min(1, (f - gain * m - offset) / range)), s = Math.abs(t);
          to[0] = 247 + s * (t > 0 ? 178 - 247 : 33 - 247);
          to[1] = 247 + s * (t > 0 ? 24 - 247 : 102 - 247);
          to[2] = 247 + s * (t > 0 ? 43 - 247 : 172 - 247);
        };
      },
      blink: () => (f, m, to) => grey(state.show === 'fixed' ? f : m, to),
      curtain: (view, width) => (f, m, to, x) => grey((x + 0.5) / width * 100 < state.curtain ? f : m, to),
    };

    function paint(canvas, width, height, color) {
      if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
      const context = canvas.getContext('2d'), image = context.createImageData(width, height), data = image.data;
      const pixel = [0, 0, 0, 0];
      let sum = 0, squares = 0, check = 0;
      for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at += 4) {
        color(at >> 2, pixel, x, y);
        data[at] = pixel[0]; data[at + 1] = pixel[1]; data[at + 2] = pixel[2]; data[at + 3] = pixel[3];
        const light = (data[at] + data[at + 1] + data[at + 2]) / 3;
        sum += light; squares += light * light;
        check = (check * 31 + data[at] + 7 * data[at + 1] + 13 * data[at + 3]) | 0;
      }
      context.putImageData(image, 0, 0);
      const n = width * height, mean = sum / n;
      Object.assign(canvas.dataset, { mean: mean.toFixed(3),
        deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)).toFixed(3), check });
    }

    // The side of the smallest displayed sample: what 1:1 shows as one pixel.
    const unit = Math.min(...images.fixed.extent.slice(0, volume ? 3 : 2));

    function drawComparison() {
      const moved = planes[state.stage === 'after' ? 'moved' : 'before'];
      for (const figure of all('.view')) {
        const view = views[figure.dataset.view], grid = images.fixed, canvas = find('canvas', figure);
        const width = grid.size[view.u], height = grid.size[view.v];
        const cut = state.slice[view.w];
          const f = slice(planes.fixed, grid, view, cut), m = slice(moved, grid, view, cut);
        const painter = painters[state.mode](view, width);
        paint(canvas, width, height, (i, to, x, y) => painter(f[i], m[i], to, x, y));
        canvas.setAttribute('aria-label', `${state.mode} of the fixed and the moving image, ${state.stage} alignment`);
        find('.handle', figure).style.left = state.curtain + '%';
        const along = (axis, up) => {
          const share = (state.slice[axis] + 0.5) / grid.size[axis] * 100;
          return (up ? 100 - share : share) + '%';
        };
        find('.down', figure).style.left = along(view.u, false);
        find('.across', figure).style.top = along(view.v, view.up);
      }
    }

    function drawImages() {
      const at = state.slice, map = images.map;
      const matching = map.map(row => row[0] * at[0] + row[1] * at[1] + row[2] * at[2] + row[3]);
      for (const canvas of all('.thumbs canvas')) {
        const moving = canvas.dataset.plane === 'moving', grid = moving ? images.moving : images.fixed;
        const view = views[canvas.dataset.view], position = (moving ? matching : at)[view.w];
        const bytes = slice(planes[canvas.dataset.plane], grid, view, position);
        paint(canvas, grid.size[view.u], grid.size[view.v], (i, to) => grey(bytes[i], to));
      }
    }
    """#
}

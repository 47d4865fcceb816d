extension Page {
  /// How each mode colours a pixel: from the fixed and the moving image's samples f and m, four bytes each, the last
  /// 255 where there is data and else 0, to four bytes, of which the last, 0, lets the hatching through.
  static let painters = #"""
    const gray = (data, k, to) => {
      to[k] = to[k + 1] = to[k + 2] = luma(data, k);
      to[k + 3] = data[k + 3];
    };
    const copied = (data, k, to) => { for (let c = 0; c < 4; c++) to[k + c] = data[k + c]; };
    // A ground for lines and arrows: grey, neither black nor white.
    const faint = (f, to) => k => {
      to[k] = to[k + 1] = to[k + 2] = 45 + 0.65 * luma(f, k);
      to[k + 3] = f[k + 3];
    };
    const painters = {
      overlay: (f, m, to) => {
        const { fixed, moving } = images.equalized;
        return k => {
          if (f[k + 3] && m[k + 3]) {
            to[k] = to[k + 2] = fixed[Math.max(1, luma(f, k))];
            to[k + 1] = moving[Math.max(1, luma(m, k))];
            to[k + 3] = 255;
          } else if (f[k + 3] || m[k + 3]) {
            gray(f[k + 3] ? f : m, k, to);
            to[k + 3] = 130;
          }
        };
      },
      checkerboard: (f, m, to, { view, grid, region, width, height }) => {
        const along = (start, length, count, axis) => n =>
          Math.floor((start + (n + 0.5) * length / count) * grid.extent[axis] / unit / state.square);
        const column = along(region.x, region.width, width, view.u);
        const row = along(region.y, region.height, height, view.v);
        return (k, x, y) => copied((column(x) + row(y)) & 1 ? m : f, k, to);
      },
      difference: (f, m, to) => {
        const { gain, offset } = fits[state.stage], range = 2 * fits.after.deviation;
        return k => {
          to[k + 3] = f[k + 3] && m[k + 3];
          const t = Math.max(-1, Math.min(1, (luma(f, k) - gain * luma(m, k) - offset) / range)), s = Math.abs(t);
          to[k] = 247 + s * (t > 0 ? 178 - 247 : 33 - 247);
          to[k + 1] = 247 + s * (t > 0 ? 24 - 247 : 102 - 247);
          to[k + 2] = 247 + s * (t > 0 ? 43 - 247 : 172 - 247);
        };
      },
      blink: (f, m, to) => k => copied(state.show === 'fixed' ? f : m, k, to),
      curtain: (f, m, to, { grid, view, region, width }) => (k, x) => {
        const share = (region.x + (x + 0.5) * region.width / width) / grid.size[view.u];
        copied(100 * share < state.curtain ? f : m, k, to);
      },
      edges: (f, m, to, { region, width, height }) => {
        const [ground, other] = state.lines === 'moved' ? [f, m] : [m, f];
        const found = edgesOf(other, width, height, width / region.width), paint = faint(ground, to);
        return (k, x) => {
          paint(k);
          const i = k >> 2;
          // Two pixels wide.
          if (found[i] || (x && found[i - 1]) || found[i - width]) {
            to[k] = 255; to[k + 1] = 90; to[k + 2] = 31; to[k + 3] = 255;
          }
        };
      },
      residual: (f, m, to) => faint(f, to),
    };
    if (field) painters.deformation = (f, m, to) => faint(f, to);
    """#

  /// Edges: the maxima of the smoothed image's gradient across its direction, where it is steep enough.
  static let lines = #"""
    // The mean over 2r + 1 pixels along each axis.
    function blurred(values, width, height, r) {
      const pass = (from, count, lines, step, next) => {
        const to = new Float32Array(from.length);
        for (let line = 0; line < lines; line++) {
          const at = n => from[line * next + Math.min(Math.max(n, 0), count - 1) * step];
          let sum = 0;
          for (let n = -r; n <= r; n++) sum += at(n);
          for (let n = 0; n < count; n++) {
            to[line * next + n * step] = sum / (2 * r + 1);
            sum += at(n + r + 1) - at(n - r);
          }
        }
        return to;
      };
      return pass(pass(values, width, height, 1, width), height, width, width, 1);
    }

    // `scale` is the number of pixels of a sample: enlarged, its sides are no edges.
    function edgesOf(data, width, height, scale) {
      const count = width * height, r = Math.max(2, Math.round(0.7 * scale));
      let value = new Float32Array(count), covered = new Float32Array(count);
      for (let i = 0; i < count; i++) if (data[4 * i + 3]) { covered[i] = 1; value[i] = luma(data, 4 * i); }
      for (let pass = 0; pass < 2; pass++) {
        value = blurred(value, width, height, r);
        covered = blurred(covered, width, height, r);
      }
      const gx = new Float32Array(count), gy = new Float32Array(count), steep = new Float32Array(count);
      for (let y = 1; y < height - 1; y++) for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        if (Math.min(covered[i - 1], covered[i + 1], covered[i - width], covered[i + width]) < 0.999) continue;
        gx[i] = value[i + 1] - value[i - 1];
        gy[i] = value[i + width] - value[i - width];
        steep[i] = Math.hypot(gx[i], gy[i]);
      }
      const some = steep.filter((v, i) => v > 0 && i % 7 === 0).sort();
      const least = Math.max(0.02, state.strength / 100 * (some[Math.floor(0.995 * some.length)] || 0));
      const found = new Uint8Array(count);
      for (let i = width; i < count - width; i++) {
        if (steep[i] < least) continue;
        const [u, v] = [gx[i] / steep[i], gy[i] / steep[i]];
        const beside = Math.round(u) + width * Math.round(v);
        if (steep[i] >= steep[i - beside] && steep[i] > steep[i + beside]) found[i] = 1;
      }
      return found;
    }
    """#
}

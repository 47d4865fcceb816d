extension Page {
  /// What is drawn with lines over a view: the residual map's arrows, the deformation's grid.
  static let vectors = #"""
    // From a displayed position to pixels of a view.
    function onScreen({ view, grid, region, width, height }) {
      return point => {
        const row = view.up ? grid.size[view.v] - 1 - point[view.v] : point[view.v];
        return [(point[view.u] + 0.5 - region.x) / region.width * width,
          (row + 0.5 - region.y) / region.height * height];
      };
    }

    const tones = ['#24c26a', '#ffb000', '#ff3b30'];
    function drawArrows(place) {
      const { view, context } = place, screen = onScreen(place), line = ratio();
      const near = point => !volume || Math.abs(point[view.w] - state.slice[view.w]) <= residual.side[view.w] / 2;
      const stroke = (draw, color) => {
        for (const [style, width] of [['#000b', 3.6], [color, 1.9]]) {
          context.strokeStyle = style;
          context.lineWidth = width * line;
          context.beginPath();
          draw();
          context.stroke();
        }
      };
      context.lineCap = context.lineJoin = 'round';
      for (const point of residual.unmatched.filter(near)) {
        const [x, y] = screen(point), arm = 3.5 * line;
        stroke(() => {
          context.moveTo(x - arm, y - arm); context.lineTo(x + arm, y + arm);
          context.moveTo(x - arm, y + arm); context.lineTo(x + arm, y - arm);
        }, '#d58cff');
      }
      for (const arrow of residual.arrows.filter(near)) {
        const start = arrow.slice(0, 3), length = arrow[6];
        const [x, y] = screen(start), [u, v] = screen(start.map((n, axis) => n + residual.factor * arrow[3 + axis]));
        const color = tones[length <= residual.limit / 2 ? 0 : length <= residual.limit ? 1 : 2];
        const [dx, dy] = [u - x, v - y], long = Math.hypot(dx, dy), head = Math.min(long / 2, 6 * line);
        stroke(() => {
          context.moveTo(x, y);
          context.lineTo(u, v);
          if (long < 3 * line) return;
          for (const side of [-0.5, 0.5]) {
            context.moveTo(u, v);
            context.lineTo(u - head * (dx - side * dy) / long, v - head * (dy + side * dx) / long);
          }
        }, color);
      }
    }

    function drawDeformation(place) {
      const { view, grid, region, width, height, context } = place, screen = onScreen(place);
      const counts = field.counts, spread = axis => counts[axis] > 1 ? (grid.size[axis] - 1) / (counts[axis] - 1) : 1;
      const cut = Math.round(state.slice[view.w] / spread(view.w));
      const node = (i, j) => {
        const at = [0, 0, 0];
        at[view.u] = i; at[view.v] = j; at[view.w] = Math.min(cut, counts[view.w] - 1);
        return { at, index: at[0] + counts[0] * (at[1] + counts[1] * at[2]) };
      };
      // Colours: a pixel a node, enlarged.
      const [across, down] = [counts[view.u], counts[view.v]], colors = pixels(across, down);
      const image = colors.createImageData(across, down);
      for (let j = 0; j < down; j++) for (let i = 0; i < across; i++) {
        const value = field.determinants[node(i, view.up ? down - 1 - j : j).index];
        const t = value > 0 ? Math.max(-1, Math.min(1, Math.log(value) / Math.log(field.range))) : 0, s = Math.abs(t);
        const end = t > 0 ? [178, 24, 43] : [33, 102, 172];
        image.data.set(value > 0 ? [...end.map(c => 247 + s * (c - 247)), 255] : [190, 0, 220, 255],
          4 * (j * across + i));
      }
      colors.putImageData(image, 0, 0);
      const [su, sv] = [spread(view.u), spread(view.v)], [pu, pv] = [width / region.width, height / region.height];
      context.save();
      context.globalAlpha = 0.55;
      context.setTransform(su * pu, 0, 0, sv * pv, (0.5 - su / 2 - region.x) * pu, (0.5 - sv / 2 - region.y) * pv);
      context.drawImage(colors.canvas, 0, 0);
      context.restore();
      // Lines: as close as can be told apart.
      const every = step => Math.max(1, Math.ceil(11 * ratio() / step));
      const point = (i, j) => {
        const { at, index } = node(i, j);
        return screen(at.map((n, axis) => n * spread(axis) + field.displacements[3 * index + axis]));
      };
      const run = (lines, nodes, step, at) => {
        for (let line = 0; line < lines; line += step) {
          for (let n = 0; n < nodes; n++) context[n ? 'lineTo' : 'moveTo'](...at(line, n));
        }
      };
      context.strokeStyle = '#0b1620d0';
      context.lineWidth = ratio();
      context.beginPath();
      run(across, down, every(su * pu), (line, n) => point(line, n));
      run(down, across, every(sv * pv), (line, n) => point(n, line));
      context.stroke();
    }
    """#
}

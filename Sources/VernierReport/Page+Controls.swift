extension Page {
  static let controls = #"""
    // Sizes on the page: all views of one image at one scale, so that lengths compare.
    function extent(grid, view) {
      return [grid.size[view.u] * grid.extent[view.u], grid.size[view.v] * grid.extent[view.v]];
    }
    function place(element, grid, view, scale) {
      const [width, height] = extent(grid, view);
      element.style.width = width * scale + 'px';
      element.style.height = height * scale + 'px';
    }
    function resize() {
      const figures = all('.view'), grid = images.fixed;
      const room = Math.max(120, find('.port').clientWidth), tall = volume ? 420 : 640;
      let scale = Infinity;
      for (const figure of figures) {
        const [width, height] = extent(grid, views[figure.dataset.view]);
        scale = Math.min(scale, room / width, tall / height);
      }
      if (state.zoom !== 'fit') scale = Number(state.zoom) / unit;
      let highest = 0;
      for (const figure of figures) highest = Math.max(highest, extent(grid, views[figure.dataset.view])[1] * scale);
      find('#views').style.setProperty('--port', Math.min(highest, tall) + 'px');
      for (const figure of figures) {
        const port = find('.port', figure), stage = find('.stage', figure), canvas = find('canvas', figure);
        const middle = ['Left', 'Top'].map((side, axis) => {
          const [seen, whole] = axis ? [port.clientHeight, port.scrollHeight] : [port.clientWidth, port.scrollWidth];
          return whole > seen ? (port['scroll' + side] + seen / 2) / whole : 0.5;
        });
        place(stage, grid, views[figure.dataset.view], scale);
        canvas.style.width = Math.min(port.clientWidth, stage.offsetWidth) + 'px';
        canvas.style.height = Math.min(port.clientHeight, stage.offsetHeight) + 'px';
        // The middle stays in the middle.
        port.scrollLeft = middle[0] * port.scrollWidth - port.clientWidth / 2;
        port.scrollTop = middle[1] * port.scrollHeight - port.clientHeight / 2;
      }
      const rows = all('.thumbs figure > div');
      let small = Infinity;
      for (const row of rows) {
        const canvases = all('canvas', row), grid = images[canvases[0].dataset.plane === 'moving' ? 'moving' : 'fixed'];
        const sizes = canvases.map(canvas => extent(grid, views[canvas.dataset.view]));
        const width = sizes.reduce((sum, size) => sum + size[0], 0);
        const available = row.clientWidth - (volume ? 16 + 24 * canvases.length : 0);
        small = Math.min(small, available / width, (volume ? 200 : 330) / Math.max(...sizes.map(size => size[1])));
      }
      for (const canvas of all('.thumbs canvas')) {
        const grid = images[canvas.dataset.plane === 'moving' ? 'moving' : 'fixed'];
        place(canvas, grid, views[canvas.dataset.view], small);
      }
      drawComparison();
      drawImages();
    }

    const sides = images.anatomical ? [['right', 'left'], ['front', 'back'], ['foot', 'head']] : null;
    function refresh() {
      root.dataset.mode = state.mode;
      for (const input of all('input[type=radio]')) input.checked = state[input.name] === input.value;
      for (const part of all('[data-for]')) part.hidden = part.dataset.for !== state.mode;
      find('#square').max = Math.max(8, Math.round(longest / 3));
      find('#stage').hidden = state.mode === 'residual' || state.mode === 'deformation';
      for (const name of ['square', 'curtain', 'speed', 'lines', 'strength']) find('#' + name).value = state[name];
      const unitName = images.anatomical ? ' mm' : ' px';
      find('output[for=square]').textContent = +(state.square * unit).toFixed(1) + unitName;
      find('output[for=curtain]').textContent = Math.round(state.curtain) + ' %';
      find('output[for=strength]').textContent = state.strength + ' % of the steepest';
      find('output[for=speed]').textContent = state.speed + ' a second';
      find('#showing').textContent = state.show === 'fixed' ? 'fixed image' : 'moving image, ' + state.stage;
      find('#play').textContent = timer ? 'Pause' : 'Play';
      find('#play').setAttribute('aria-pressed', Boolean(timer));
      const share = Math.round(100 * fits[state.stage].residual);
      find('#residual').textContent = isNaN(share) ? 'The images do not meet here.'
        : `Left after a fit of gain and offset: ${share} % of the fixed image's deviation.`;
      root.dataset.residualBefore = fits.before.residual;
      root.dataset.residualAfter = fits.after.residual;
      for (let axis = 0; volume && axis < 3; axis++) {
        const slider = find('#slice-' + axis), { size, full, flipped } = images.fixed;
        slider.max = size[axis] - 1;
        slider.value = state.slice[axis];
        const index = Math.round((state.slice[axis] + 0.5) * full[axis] / size[axis] - 0.5);
        find(`output[for=slice-${axis}]`).textContent =
          (flipped[axis] ? full[axis] - index : index + 1) + ' of ' + full[axis];
        if (sides) slider.title = `from ${sides[axis][0]} to ${sides[axis][1]}`;
      }
      drawComparison();
    }

    let keeping = 0;
    function keep() {
      clearTimeout(keeping);
      keeping = setTimeout(() => {
        const parts = ['mode', 'stage', 'zoom'].map(name => `${name}=${state[name]}`);
        if (volume) parts.push(...['x', 'y', 'z'].map((name, axis) => `${name}=${state.slice[axis]}`));
        try { history.replaceState(null, '', '#' + parts.join('&')); } catch { /* some viewers allow no history */ }
      }, 300);
    }
    function read() {
      const given = new URLSearchParams(location.hash.slice(1));
      const take = (name, allowed) => { if (allowed(given.get(name))) state[name] = given.get(name); };
      take('mode', value => value in painters);
      take('stage', value => value === 'before' || value === 'after');
      take('zoom', value => ['fit', '1', '2', '4'].includes(value));
      take('show', value => value === 'fixed' || value === 'moved');
      take('lines', value => value === 'fixed' || value === 'moved');
      const numbers = [['square', 1, longest], ['curtain', 0, 100], ['speed', 0.5, 6], ['strength', 2, 60]];
      for (const [name, low, high] of numbers) {
        const value = parseFloat(given.get(name));
        if (value >= low && value <= high) state[name] = value;
      }
      ['x', 'y', 'z'].forEach((name, axis) => {
        const value = parseInt(given.get(name), 10);
        if (value >= 0) state.slice[axis] = Math.min(value, images.fixed.size[axis] - 1);
      });
      if (given.has('show')) play(false);
    }
    function change(update) {
      Object.assign(state, update);
      refresh();
      if ('zoom' in update) resize();
      if ('slice' in update) drawImages();
      keep();
    }

    let timer = 0;
    function play(on) {
      clearInterval(timer);
      timer = 0;
      if (on) timer = setInterval(() => {
        if (state.mode !== 'blink') return;
        state.show = state.show === 'fixed' ? 'moved' : 'fixed';
        refresh();
      }, 1000 / state.speed);
    }

    for (const input of all('input[type=radio]')) {
      input.addEventListener('change', () => {
        if (input.value === 'blink') play(!calm);
        change({ [input.name]: input.value });
      });
    }
    find('#square').addEventListener('input', event => change({ square: Number(event.target.value) }));
    find('#curtain').addEventListener('input', event => change({ curtain: Number(event.target.value) }));
    find('#strength').addEventListener('input', event => change({ strength: Number(event.target.value) }));
    find('#lines').addEventListener('change', event => change({ lines: event.target.value }));
    find('#speed').addEventListener('input', event => {
      state.speed = Number(event.target.value);
      play(true);
      refresh();
    });
    find('#play').addEventListener('click', () => { play(!timer); refresh(); });
    for (let axis = 0; volume && axis < 3; axis++) {
      find('#slice-' + axis).addEventListener('input', event => {
        change({ slice: state.slice.map((value, i) => i === axis ? Number(event.target.value) : value) });
      });
    }
    for (const stage of all('.stage')) {
      const view = views[stage.closest('.view').dataset.view];
      const point = event => {
        const box = stage.getBoundingClientRect();
        const u = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
        const v = Math.min(Math.max((event.clientY - box.top) / box.height, 0), 1);
        if (state.mode === 'curtain') return change({ curtain: 100 * u });
        if (!volume) return;
        const next = [...state.slice], size = images.fixed.size;
        next[view.u] = Math.min(Math.floor(u * size[view.u]), size[view.u] - 1);
        next[view.v] = Math.min(Math.floor((view.up ? 1 - v : v) * size[view.v]), size[view.v] - 1);
        change({ slice: next });
      };
      stage.addEventListener('pointerdown', event => {
        if (event.button !== 0 || (event.pointerType === 'touch' && !volume && state.mode !== 'curtain')) return;
        event.preventDefault();
        point(event);
        stage.setPointerCapture(event.pointerId);
      });
      stage.addEventListener('pointermove', event => {
        if (!stage.hasPointerCapture(event.pointerId)) return;
        if (volume || state.mode === 'curtain') return point(event);
        stage.parentElement.scrollBy(-event.movementX, -event.movementY);
      });
      let waiting = 0;
      stage.parentElement.addEventListener('scroll', () => {
        cancelAnimationFrame(waiting);
        waiting = requestAnimationFrame(() => { if (layers) drawView(stage.closest('.view')); });
      });
    }
    document.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const modes = Object.keys(painters), number = Number(event.key);
      if (number >= 1 && number <= modes.length) {
        if (modes[number - 1] === 'blink') play(!calm);
        change({ mode: modes[number - 1] });
      } else if (event.key === 'b' || event.key === 'B') {
        change({ stage: state.stage === 'after' ? 'before' : 'after' });
      } else if (event.key === ' ' && !/^(BUTTON|SUMMARY)$/.test(event.target.tagName)) {
        event.preventDefault();
        play(state.mode !== 'blink' || !timer);
        change({ mode: 'blink' });
      }
    });
    find('#copy').addEventListener('click', async () => {
      const pre = find('#matrix'), told = find('#copied');
      try {
        await navigator.clipboard.writeText(pre.textContent);
        told.textContent = 'Copied.';
      } catch {
        pre.closest('details').open = true;
        getSelection().selectAllChildren(pre);
        told.textContent = 'Selected: copy it with the keyboard.';
      }
    });

    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    addEventListener('hashchange', () => { read(); refresh(); resize(); });
    read();
    if (state.mode === 'blink' && !location.hash.includes('show=')) play(!calm);
    refresh();
    resize();
    load().then(() => {
      refresh();
      new ResizeObserver(resize).observe(find('main'));
      resize();
      root.dataset.ready = 'true';
    }, error => {
      find('#views').textContent = 'The pictures cannot be shown: ' + error.message;
    });
    """#
}

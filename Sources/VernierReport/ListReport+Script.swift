extension ListReport {
  /// Sorting, filtering and the enlarged pictures.
  static let script = #"""
    'use strict';
    const find = selector => document.querySelector(selector);
    const body = find('.pairs tbody'), rows = [...body.rows];
    const text = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
    const order = { failed: 0, doubtful: 1, aligned: 2 };
    const value = {
      number: row => +row.dataset.number,
      confidence: row => +row.dataset.confidence,
      verdict: row => order[row.dataset.verdict],
      fixed: row => row.cells[2].textContent,
      moving: row => row.cells[3].textContent,
    };
    function filter() {
      const verdict = find('#verdicts').value, words = find('#words').value.toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !((verdict === 'all' || row.dataset.verdict === verdict) && text.get(row).includes(words));
        shown += !row.hidden;
      }
      find('#shown').textContent = `${shown} of ${rows.length} shown`;
    }
    let sorted = { key: 'number', sign: 1 };
    const names = new Intl.Collator(undefined, { numeric: true });
    const compare = (a, b) => typeof a === 'number' ? a - b : names.compare(a, b);
    function sort(button) {
      const key = button.dataset.key;
      sorted = { key, sign: sorted.key === key ? -sorted.sign : 1 };
      const keys = new Map(rows.map(row => [row, value[key](row)]));
      rows.sort((a, b) => sorted.sign * compare(keys.get(a), keys.get(b)) || a.dataset.number - b.dataset.number);
      body.append(...rows);
      for (const head of document.querySelectorAll('.pairs thead th[aria-sort]')) head.setAttribute('aria-sort', 'none');
      button.parentElement.setAttribute('aria-sort', sorted.sign > 0 ? 'ascending' : 'descending');
    }
    find('#verdicts').addEventListener('change', filter);
    find('#words').addEventListener('input', filter);
    for (const button of document.querySelectorAll('.pairs thead button')) {
      button.addEventListener('click', () => sort(button));
    }
    filter();

    // Enlarged, a click or half a second shows the other image.
    const large = find('#large'), canvas = large.querySelector('canvas');
    let pair = [], turn = 0, timer = 0;
    function show() {
      const image = pair[turn % pair.length], scale = Math.max(1, Math.floor(512 / Math.max(image.width, image.height)));
      canvas.width = image.width * scale; canvas.height = image.height * scale;
      const context = canvas.getContext('2d');
      context.imageSmoothingEnabled = image.naturalWidth > 64;
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      find('#which').textContent = image.alt;
      turn++;
    }
    body.addEventListener('click', event => {
      if (event.target.tagName !== 'IMG') return;
      const pictures = [...event.target.parentElement.querySelectorAll('img')];
      const isBoth = event.target.dataset.name === 'both';
      pair = isBoth ? [event.target] : pictures.filter(image => image.dataset.name !== 'both');
      turn = Math.max(0, pair.indexOf(event.target));
      show();
      large.showModal();
      if (!isBoth) timer = setInterval(show, 500);
    });
    find('#close').addEventListener('click', () => large.close());
    large.addEventListener('close', () => clearInterval(timer));
    """#
}

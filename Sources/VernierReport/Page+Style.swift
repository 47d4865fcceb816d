extension Page {
  static let style = #"""
    :root {
      --page: #f5f6f8; --card: #fff; --text: #18212c; --muted: #5a6776; --line: #dde2e8; --well: #eef1f4;
      --accent: #0a58a8; --good: #17713f; --good-tint: #e3f4ea; --fair: #8a5a00; --fair-tint: #fdf1d8;
      --bad: #b3261e; --bad-tint: #fde8e6; --hatch: #c9d0d8;
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
      color: var(--text); background: var(--page);
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #11151a; --card: #191f27; --text: #e4eaf0; --muted: #97a4b2; --line: #2b343f; --well: #10141a;
        --accent: #73b5ff; --good: #5fd08f; --good-tint: #14301f; --fair: #f0bd5a; --fair-tint: #352a10;
        --bad: #ff8d84; --bad-tint: #3b1a18; --hatch: #39434f;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; }
    main, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
    header { padding: 26px 0 14px; }
    .brand { display: flex; align-items: center; gap: 10px; margin: 0 0 14px; font-weight: 650; letter-spacing: .01em; }
    .brand span { font-weight: 400; color: var(--muted); }
    .brand svg { color: var(--muted); }
    .brand .mark { stroke: var(--accent); }
    h1 { margin: 0; font-size: 25px; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; text-wrap: balance; }
    h1 .onto { color: var(--muted); font-weight: 400; }
    h2 { margin: 0; font-size: 18px; font-weight: 650; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px;
      margin: 18px 0; }
    .lead { margin: 4px 0 14px; color: var(--muted); max-width: 92ch; }
    small, .keys { color: var(--muted); font-size: 13px; }
    .keys { margin: 10px 0 0; }
    kbd { font: inherit; border: 1px solid var(--line); border-radius: 4px; padding: 0 5px; background: var(--well); }

    .verdict { display: grid; grid-template-columns: auto 1fr auto; gap: 18px; align-items: center; border-radius: 12px;
      padding: 18px 22px; color: var(--text); background: var(--tint); border: 1px solid var(--tone); }
    .verdict.aligned { --tone: var(--good); --tint: var(--good-tint); }
    .verdict.doubtful { --tone: var(--fair); --tint: var(--fair-tint); }
    .verdict.failed { --tone: var(--bad); --tint: var(--bad-tint); }
    .verdict svg { width: 46px; height: 46px; fill: var(--tone); }
    .verdict svg path { fill: none; stroke: var(--tint); stroke-width: 2.4; stroke-linecap: round;
      stroke-linejoin: round; }
    .verdict h2 { font-size: 24px; line-height: 1.2; color: var(--tone); }
    .verdict p { margin: 4px 0 0; max-width: 78ch; }
    .verdict .next { font-weight: 600; }
    .confidence { text-align: right; min-width: 118px; }
    .confidence strong { display: block; font-size: 30px; line-height: 1.1; color: var(--tone); white-space: nowrap;
      font-variant-numeric: tabular-nums; }
    .confidence span { color: var(--muted); }
    .meter { height: 6px; border-radius: 3px; margin-top: 6px; overflow: hidden;
      background: color-mix(in srgb, var(--tone) 22%, transparent); }
    .meter i { display: block; height: 100%; background: var(--tone); }
    .warnings { margin: 12px 0 0; padding: 12px 22px 12px 40px; border-radius: 12px; border: 1px solid var(--fair);
      background: var(--fair-tint); overflow-wrap: anywhere; }

    .tiles { display: flex; flex-wrap: wrap; gap: 1px; margin: 18px 0; background: var(--line);
      border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
    .tiles div { background: var(--card); padding: 12px 18px; flex: 1 1 auto; }
    dt { color: var(--muted); font-size: 13px; }
    dd { margin: 0; font-variant-numeric: tabular-nums; }
    .tiles dd { font-size: 18px; font-weight: 600; white-space: nowrap; }
    .run { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 10px 28px;
      margin: 12px 0 0; }
    .run dd { overflow-wrap: anywhere; }

    .controls { display: flex; flex-wrap: wrap; gap: 10px 22px; align-items: end; margin-top: 12px; }
    .guide { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: center; min-height: 34px; margin: 10px 0; }
    .legend { flex: 1 1 420px; }
    .choice { border: 0; padding: 0; margin: 0; min-width: 0; }
    .choice legend { padding: 0 0 3px; color: var(--muted); font-size: 13px; }
    .choice div { display: flex; flex-wrap: wrap; position: relative; border: 1px solid var(--line);
      border-radius: 8px; overflow: hidden; background: var(--well); }
    .choice input { position: absolute; opacity: 0; }
    .choice span { display: block; padding: 5px 13px; cursor: pointer; border-radius: 7px; }
    .choice span:hover { color: var(--accent); }
    .choice input:checked + span { background: var(--accent); color: var(--card); }
    .choice input:focus-visible + span, button:focus-visible, input:focus-visible, summary:focus-visible {
      outline: 2px solid var(--text); outline-offset: -2px; }
    button { font: inherit; color: var(--accent); background: var(--card); border: 1px solid var(--line);
      border-radius: 8px;
      padding: 4px 14px; cursor: pointer; }
    button:hover { border-color: var(--accent); }
    input[type=range] { accent-color: var(--accent); vertical-align: middle; min-width: 60px; }
    .options label { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
    output { font-variant-numeric: tabular-nums; color: var(--muted); white-space: nowrap; }
    [hidden] { display: none !important; }

    figure { margin: 0; min-width: 0; }
    .views { display: grid; gap: 16px; align-items: end; }
    [data-rank="3"] .views { grid-template-columns: repeat(3, minmax(0, 1fr)); }
    .port { overflow: auto; border-radius: 8px; background: var(--well); display: grid; justify-content: safe center;
      align-content: safe center; height: var(--port, auto); }
    .stage { position: relative; user-select: none; }
    .stage canvas { position: sticky; top: 0; left: 0; }
    [data-rank="3"] .stage { cursor: crosshair; }
    .stage.dragging, [data-mode="curtain"] .stage { cursor: ew-resize; touch-action: none; }
    canvas { display: block; background: repeating-linear-gradient(45deg, var(--hatch) 0 1px, transparent 1px 7px); }
    .handle, .cross { position: absolute; pointer-events: none; display: none; }
    [data-mode="curtain"] .handle { display: block; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: #fff;
      box-shadow: 0 0 0 1px #0008; }
    [data-mode="curtain"] .handle::after { content: "◂ ▸"; position: absolute; top: 50%; left: 50%;
      translate: -50% -50%;
      background: #fff; color: #222; border-radius: 12px; padding: 1px 7px; font-size: 13px; white-space: nowrap;
      box-shadow: 0 1px 4px #0008; }
    [data-rank="3"] .cross { display: block; background: #ffd54a99; }
    [data-mode="curtain"] .cross { display: none; }
    .across { left: 0; right: 0; height: 1px; }
    .down { top: 0; bottom: 0; width: 1px; }
    .slice { display: grid; grid-template-columns: auto 1fr auto; gap: 10px; align-items: center; margin-top: 8px;
      font-size: 14px; }
    .legend p { margin: 0; }
    .legend i { display: inline-block; width: 13px; height: 13px; border-radius: 3px; margin: 0 6px 0 12px;
      vertical-align: -1px; border: 1px solid var(--line); }
    .legend i:first-child { margin-left: 0; }
    .legend .hatch { background: repeating-linear-gradient(45deg, var(--muted) 0 1px, transparent 1px 4px); }
    .legend .near { background: #24c26a; } .legend .fair { background: #ffb000; } .legend .far { background: #ff3b30; }
    .legend .fold { background: #be00dc; } .legend .cross-mark { color: #a64de0; }
    .legend .near, .legend .fair, .legend .far, .legend .fold { margin: 0 4px 0 8px; }
    .legend .ramp { width: 150px; background: linear-gradient(90deg, #2166ac, #f7f7f7 50%, #b2182b); }

    .thumbs { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px; margin-top: 12px; }
    .thumbs figcaption { overflow-wrap: anywhere; margin-bottom: 6px; }
    .thumbs figcaption span { color: var(--muted); font-size: 13px; }
    .thumbs figure > div { background: var(--well); border-radius: 8px; overflow: hidden; display: flex;
      flex-wrap: wrap;
      gap: 6px; justify-content: center; }
    .thumbs canvas { max-width: 100%; }
    .volumes { grid-template-columns: 1fr; gap: 14px; }
    .volumes figure { display: grid; grid-template-columns: 150px 1fr; gap: 14px; align-items: center; }
    .volumes figcaption span { display: block; }
    .volumes figure > div { justify-content: space-evenly; padding: 8px; flex-wrap: nowrap; }

    .pairs thead button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
    .pairs thead button:hover { color: var(--accent); }
    [aria-sort="ascending"] button::after { content: " ▴"; } [aria-sort="descending"] button::after { content: " ▾"; }
    .pairs .pictures { white-space: nowrap; }
    .pairs img { width: 128px; height: auto; margin-right: 6px; border-radius: 4px; cursor: zoom-in;
      image-rendering: pixelated; background: var(--well); }
    .pairs .name { overflow-wrap: anywhere; min-width: 110px; }
    .pairs .reading { min-width: 180px; font-size: 13px; }
    .pairs .mark { display: inline-block; white-space: nowrap; border-radius: 20px; padding: 0 10px; font-size: 13px;
      background: var(--well); color: var(--muted); }
    .pairs .mark.good { background: var(--good-tint); color: var(--good); }
    .pairs .mark.neutral { background: var(--fair-tint); color: var(--fair); }
    .pairs .mark.bad { background: var(--bad-tint); color: var(--bad); font-weight: 600; }
    .pairs .none { color: var(--muted); font-size: 13px; }
    .controls select, .controls input[type="search"] { font: inherit; color: inherit; background: var(--well);
      border: 1px solid var(--line); border-radius: 8px; padding: 4px 8px; }
    dialog { border: 0; border-radius: 12px; background: var(--card); color: var(--text); max-width: 96vw; }
    dialog canvas { max-width: 100%; }
    .strip { display: block; width: 100%; height: 26px; border-radius: 6px; background: var(--well); }
    .plot { overflow-x: auto; margin-top: 10px; } .plot svg { max-width: 100%; height: auto; border-radius: 8px; }
    .kymographs { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
    .kymograph { width: 100%; height: 240px; image-rendering: pixelated; border-radius: 6px; background: #000; }
    .frames tr.failed th { color: var(--bad); } .frames tr.doubtful th { color: var(--fair); }

    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; vertical-align: top; padding: 8px 14px 8px 0; border-top: 1px solid var(--line);
      font-weight: 400; }
    thead th { color: var(--muted); font-size: 13px; border-top: 0; }
    tbody th { font-weight: 600; }
    .evidence th, .exposures th { white-space: nowrap; }
    .value { font-variant-numeric: tabular-nums; min-width: 110px; }
    .evidence .mark { display: inline-block; white-space: nowrap; border-radius: 20px; padding: 0 10px; font-size: 13px;
      background: var(--well); color: var(--muted); }
    .evidence .mark.good { background: var(--good-tint); color: var(--good); }
    .evidence .mark.bad { background: var(--bad-tint); color: var(--bad); font-weight: 600; }
    .mark.good::before { content: "✓ "; } .mark.bad::before { content: "✕ "; } .mark.neutral::before { content: "– "; }
    .reading { min-width: 300px; }
    .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 34px; }
    .parameters .value { white-space: nowrap; }
    .matrix { width: auto; margin-bottom: 12px; border-left: 2px solid var(--line);
      border-right: 2px solid var(--line); }
    .matrix td { border: 0; padding: 3px 14px; text-align: right; font-variant-numeric: tabular-nums; }
    details { margin-top: 10px; } summary { cursor: pointer; color: var(--accent); }
    pre { font-size: 13px; overflow-x: auto; background: var(--well); padding: 10px 12px; border-radius: 8px;
      margin: 8px 0 0; }
    footer { color: var(--muted); font-size: 13px; padding-bottom: 30px; }

    @media screen and (max-width: 760px) {
      main, footer { padding: 0 14px; }
      .verdict { grid-template-columns: auto 1fr; gap: 8px 12px; padding: 16px 14px; }
      .verdict svg { width: 32px; height: 32px; }
      .words { display: contents; }
      .words p, .confidence { grid-column: 1 / -1; margin: 0; text-align: left; }
      .thumbs, .volumes figure, [data-rank="3"] .views { grid-template-columns: minmax(0, 1fr); }
      .card { padding: 16px 14px; }
      .legend { flex-basis: 100%; }
      .kymographs { grid-template-columns: minmax(0, 1fr); }
      .options > span { display: flex; flex-wrap: wrap; gap: 6px 14px; }
      .matrix td { padding: 3px 5px; font-size: 12px; }
    }
    @media screen and (max-width: 900px) {
      .columns { grid-template-columns: minmax(0, 1fr); }
      /* A table's row becomes a block of its own: name and value, then the rest beneath. */
      .evidence thead, .exposures thead { display: none; }
      .evidence tr, .exposures tr { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px;
        padding: 10px 0; border-top: 1px solid var(--line); }
      .evidence :is(th, td), .exposures :is(th, td) { padding: 0; border: 0; min-width: 0; white-space: normal; }
      .evidence td:has(.mark) { grid-area: 1 / 2; }
      .evidence .value { grid-column: 1 / -1; }
      .evidence .reading { grid-column: 1 / -1; font-size: 14px; }
      .exposures tr { grid-template-columns: 1fr 1fr; }
      .exposures th { grid-column: 1 / -1; }
      .exposures .value::before { content: attr(data-name); display: block; color: var(--muted); font-size: 13px; }
    }
    @media print {
      :root { --page: #fff; --card: #fff; --text: #000; --muted: #444; --line: #bbb; --well: #fff; --accent: #0a58a8;
        --good: #17713f; --good-tint: #e3f4ea; --fair: #8a5a00; --fair-tint: #fdf1d8; --bad: #b3261e;
          --bad-tint: #fde8e6;
        font-size: 12px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      .controls, .keys, #copy, details:not([open]) { display: none; }
      .guide .options, .handle, .cross, .slice input { display: none !important; }
      .port { height: auto; overflow: visible; }
      .stage, canvas { max-width: 100%; height: auto !important; }
      .card { border: 0; padding: 8px 0; margin: 8px 0; }
      main, footer { padding: 0; }
      .columns { grid-template-columns: 1fr; }
      .verdict, tr, figure { break-inside: avoid; }
      h2 { break-after: avoid; }
    }
    """#
}

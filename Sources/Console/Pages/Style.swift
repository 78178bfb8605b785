extension Assets {
    /// Calm, dense, the same in light and dark. Colours stand at the top, and a test computes their contrast.
    static let styleSheet = #"""
        :root {
          --bg: #f5f6f8; --surface: #ffffff; --line: #d8dde4; --strong-line: #7a8594; --text: #1a2129; --muted: #566170;
          --accent: #1d58c7; --on-accent: #ffffff; --accent-bg: #e7effd;
          --good: #14653a; --good-bg: #e2f4e9; --warn: #7d4a00; --warn-bg: #fdf0d8; --bad: #a81f2c; --bad-bg: #fde9eb;
          --mark: #ffe49a; --on-mark: #3a2c00; --shadow: 0 1px 2px #0f172a14; --target: 24px;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --bg: #0f1317; --surface: #171c22; --line: #2b333d; --strong-line: #76828f; --text: #e6eaef; --muted: \#
        #a0abb8;
            --accent: #85b3ff; --on-accent: #0b1524; --accent-bg: #17294a;
            --good: #75d59d; --good-bg: #12301f; --warn: #f0b962; --warn-bg: #33270f; --bad: #ff979f; --bad-bg: #3b171b;
            --mark: #6b5300; --on-mark: #fff3cf; --shadow: none;
          }
        }
        *, ::before, ::after { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
          color: var(--text); background: var(--bg); font-variant-numeric: tabular-nums; }
        h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 1rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
        h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
        h3 { font-size: .9rem; margin: 1rem 0 .35rem; }
        p { margin: .35rem 0; max-width: 75ch; }
        /* What is clicked is never smaller than WCAG 2.5.8 wants, whichever font a machine has: a link in a line is \#
        a box of its own, as high
           as `line-height` says. The box of an inline link would be as high as the font's ascent and descent. */
        a, button, summary, select, label.check { min-width: var(--target); min-height: var(--target); }
        a { display: inline-block; baseline-source: first; line-height: max(var(--target), 1.5em); color: \#
        var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
        code, pre, .mono { font-family: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, "DejaVu Sans Mono", \#
        monospace; font-size: .92em; }
        pre { margin: .5rem 0; padding: .75rem; overflow: auto; max-height: 32rem; background: var(--bg); border: 1px \#
        solid var(--line);
          border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
        mark { background: var(--mark); color: var(--on-mark); border-radius: 3px; padding: 0 .15em; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        main:focus { outline: none; }
        [hidden] { display: none !important; }
        .skip { position: absolute; left: -999rem; top: 0; z-index: 9; background: var(--surface); padding: .5rem \#
        1rem; }
        .skip:focus { left: .5rem; top: .5rem; }
        .muted { color: var(--muted); }
        .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
        .vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: \#
        nowrap; }

        .top { background: var(--surface); border-bottom: 1px solid var(--line); display: flex; align-items: center; \#
        gap: .25rem 1rem;
          flex-wrap: wrap; padding: .5rem 1rem; }
        .brand { display: inline-flex; align-items: center; gap: .45rem; font-weight: 650; color: var(--text); \#
        text-decoration: none; }
        .brand svg { width: 1.5rem; height: 1.5rem; fill: none; stroke: var(--accent); stroke-width: 2; \#
        stroke-linecap: round; stroke-linejoin: round; }
        .top nav { flex: 1 0 100%; overflow-x: auto; margin: 0 -1rem -.5rem; padding: 0 .5rem; }
        .top nav ul { display: flex; gap: .1rem; list-style: none; margin: 0; padding: 0; }
        .top nav a { display: block; padding: .55rem .6rem; white-space: nowrap; color: var(--muted); \#
        text-decoration: none; border-bottom: 2px solid transparent; }
        .top nav a:hover { color: var(--text); }
        .top nav a[aria-current] { color: var(--text); font-weight: 600; border-color: var(--accent); }
        .who { margin-left: auto; display: flex; align-items: center; gap: .75rem; }
        .who form { margin: 0; display: flex; } .who a { display: block; overflow-wrap: anywhere; }
        main { padding: 1.1rem 1rem 4rem; max-width: 84rem; }
        @media (min-width: 60rem) {
          body:has(.top nav) { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); min-height: 100vh; }
          .top:has(nav) { grid-row: 1; position: sticky; top: 0; align-self: start; height: 100vh; flex-direction: \#
        column; align-items: stretch;
            flex-wrap: nowrap; border-bottom: 0; border-right: 1px solid var(--line); padding: 1rem .75rem; gap: 1rem; }
          .top:has(nav) .brand { padding: 0 .5rem; font-size: 1.05rem; }
          .top nav { flex: 1 1 auto; margin: 0; padding: 0; overflow: auto; }
          .top nav ul { flex-direction: column; }
          .top nav a { border: 0; border-radius: 6px; padding: .38rem .55rem; }
          .top nav a:hover { background: var(--bg); }
          .top nav a[aria-current] { background: var(--accent-bg); color: var(--accent); }
          .who { margin: 0; padding: 0 .5rem .75rem; border-bottom: 1px solid var(--line); justify-content: \#
        space-between; }
          main { padding: 1.6rem 2rem 4rem; }
        }

        .card { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; \#
        box-shadow: var(--shadow); margin: 0 0 1rem; }
        .card > :first-child { margin-top: 0; } .card > :last-child { margin-bottom: 0; }
        p.card { max-width: none; } pre.whole { max-height: none; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; margin: 0 \#
        0 1rem; padding: 0; list-style: none; }
        .cards .card { margin: 0; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 0 \#
        0 1rem; }
        .tiles > div { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: .6rem \#
        .8rem; }
        .tiles dt { color: var(--muted); font-size: .85rem; } .tiles dd { margin: 0; font-size: 1.35rem; font-weight: \#
        600; letter-spacing: -.01em; }
        .tiles dd small { display: block; font-size: .8rem; font-weight: 400; color: var(--muted); letter-spacing: 0; }
        .scroll { position: relative; overflow-x: auto; background: var(--surface); border: 1px solid var(--line); \#
        border-radius: 8px; box-shadow: var(--shadow); margin: 0 0 1rem; }
        table { border-collapse: collapse; width: 100%; }
        caption { text-align: left; padding: .6rem .8rem 0; font-weight: 600; }
        th, td { padding: .42rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        thead th { color: var(--muted); font-weight: 500; font-size: .85rem; white-space: nowrap; }
        tbody th { font-weight: 500; }
        tbody tr:last-child > * { border-bottom: 0; }
        tbody tr:hover > * { background: var(--bg); }
        tbody th[scope=row] { min-width: clamp(7rem, 14vw, 12rem); } tbody th[scope=row].nowrap { min-width: 0; }
        .n { text-align: right; white-space: nowrap; } .nowrap { white-space: nowrap; } td.wide { min-width: 16rem; } \#
        td.name { min-width: 10rem; }
        .zero { color: var(--muted); }
        /* A cell's edges keep its links apart, so that rows with links are not higher than others. */
        :is(td, th) a:not(.button) { margin-block: calc((1.5em - max(var(--target), 1.5em)) / 2); }
        .facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .3rem 1.25rem; \#
        margin: 0; }
        .facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .badge { display: inline-block; padding: .05rem .5rem; border-radius: 99px; font-size: .82rem; font-weight: \#
        550; white-space: nowrap;
          background: var(--bg); color: var(--muted); border: 1px solid var(--line); }
        .badge.good { background: var(--good-bg); color: var(--good); border-color: transparent; }
        .badge.warn { background: var(--warn-bg); color: var(--warn); border-color: transparent; }
        .badge.bad { background: var(--bad-bg); color: var(--bad); border-color: transparent; }
        .badge.info { background: var(--accent-bg); color: var(--accent); border-color: transparent; }
        .notice { padding: .6rem .9rem; border-radius: 8px; margin: 0 0 1rem; max-width: none; }
        .notice.good { background: var(--good-bg); } .notice.warn { background: var(--warn-bg); } .notice.bad { \#
        background: var(--bad-bg); }
        .timeline { list-style: none; margin: 0; padding: 0; }
        .timeline li { position: relative; padding: 0 0 .9rem 1.25rem; border-left: 2px solid var(--line); \#
        margin-left: .35rem; }
        .timeline li:last-child { border-color: transparent; padding-bottom: 0; }
        .timeline li::before { content: ""; position: absolute; left: -.4rem; top: .4rem; width: .65rem; height: \#
        .65rem; border-radius: 50%; background: var(--strong-line); }
        .timeline li.good::before { background: var(--good); } .timeline li.warn::before { background: var(--warn); } \#
        .timeline li.bad::before { background: var(--bad); }
        .timeline li { color: var(--text); }
        .timeline.card { padding: 1rem; }

        .tabs ul { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; margin: 0 0 1rem; padding: 0; }
        .tabs a { display: block; padding: .35rem .8rem; border-radius: 99px; text-decoration: none; border: 1px \#
        solid var(--line); background: var(--surface); }
        .top nav a, .tabs a, .button { line-height: 1.5; }
        .tabs a[aria-current] { background: var(--accent-bg); border-color: transparent; font-weight: 600; }
        .cards.wide { grid-template-columns: minmax(0, 1fr); } .cards h2 { margin: .35rem 0 .5rem; }
        figure { margin: 0 0 1rem; } figure svg { display: block; }
        .chart .seen { fill: var(--accent); } .chart .span { fill: var(--bad-bg); }
        .chart .expected { fill: none; stroke: var(--warn); stroke-width: 2; vector-effect: non-scaling-stroke; }
        .legend { display: flex; gap: 1.2rem; font-size: .85rem; }
        .legend span::before { content: ""; display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; \#
        margin-right: .4rem; vertical-align: -.1rem; }
        .legend .seen::before { background: var(--accent); } .legend .span::before { background: var(--bad-bg); \#
        border: 1px solid var(--line); }
        .legend .expected::before { height: 2px; background: var(--warn); vertical-align: .2rem; }
        .grow { flex: 1 1 16rem; }
        form.row, .row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
        .stack { display: grid; gap: .8rem; max-width: 30rem; }
        .stack > button { justify-self: start; } .narrow .stack > button { justify-self: stretch; }
        .stack.broad { max-width: 60rem; } .short { max-width: 8rem; } ul.plain { list-style: none; }
        label, .label { display: block; font-weight: 500; font-size: .9rem; margin-bottom: .2rem; }
        .check { display: flex; gap: .5rem; align-items: baseline; font-weight: 400; margin: .15rem 0; }
        fieldset { border: 1px solid var(--line); border-radius: 8px; padding: .6rem .9rem; margin: 0; } legend { \#
        font-weight: 500; font-size: .9rem; padding: 0 .3rem; }
        input, select, textarea, button { font: inherit; color: inherit; }
        input:not([type=checkbox], [type=radio]), select, textarea { width: 100%; min-height: 2.3rem; padding: .35rem \#
        .6rem; background: var(--surface);
          border: 1px solid var(--strong-line); border-radius: 6px; }
        textarea { min-height: 12rem; font-family: ui-monospace, Menlo, "DejaVu Sans Mono", monospace; font-size: \#
        .9rem; resize: vertical; }
        .hint { color: var(--muted); font-size: .85rem; margin: .2rem 0 0; }
        button, .button { display: inline-block; min-height: 2.3rem; padding: .38rem .9rem; border-radius: 6px; \#
        border: 1px solid var(--strong-line); background: var(--surface);
          color: var(--text); cursor: pointer; text-decoration: none; font-weight: 500; }
        button:hover, .button:hover { background: var(--bg); }
        button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
        button.primary:hover { filter: brightness(1.08); }
        button.danger { color: var(--bad); border-color: var(--bad); }
        button.link { border: 0; background: none; padding: 0; min-height: var(--target); line-height: var(--target); \#
        color: var(--muted); font-weight: 400; text-decoration: underline; text-underline-offset: .15em; }
        .actions { display: flex; flex-wrap: wrap; gap: .6rem; margin: 0 0 1rem; align-items: start; }
        details { border: 1px solid var(--line); border-radius: 8px; background: var(--surface); margin: 0 0 .6rem; }
        .actions details, td details { margin: 0; }
        td .row { align-items: start; }
        td button, td summary { min-height: var(--target); padding: .2rem .6rem; font-size: .9rem; }
        summary { padding: .4rem .9rem; cursor: pointer; font-weight: 500; }
        details[open] > summary { border-bottom: 1px solid var(--line); }
        details > :not(summary) { margin: .8rem .9rem; }
        .narrow { max-width: 24rem; margin: 2.5rem auto 0; }
        .secret { display: block; padding: .6rem .8rem; background: var(--bg); border: 1px dashed var(--strong-line); \#
        border-radius: 6px; overflow-wrap: anywhere; user-select: all; }
        @media (max-width: 40rem) { .facts { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts dd { \#
        margin-bottom: .5rem; } th, td { padding: .4rem .6rem; } }
        @media (prefers-reduced-motion: no-preference) { a, button, .button { transition: background .12s, color \#
        .12s; } }
        @media (forced-colors: active) { .badge { border: 1px solid; } }
        @media print { .top, .skip, .actions { display: none !important; } body { display: block !important; \#
        background: none; } }
        """#
}

extension HTMLReport {
  /// The look of the page: a narrow column of text, wider figures, system fonts, ink on white.
  static let stylesheet = """
    :root { --ink: #1b1b1b; --soft: #5f6368; --rule: #dadce0; --accent: #0072B2; }
    * { box-sizing: border-box; }
    html { background: #fff; -webkit-text-size-adjust: 100%; }
    body { margin: 0; color: var(--ink); font: 17px/1.55 system-ui, -apple-system, "Segoe UI", Roboto,
      "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
    main { max-width: 58rem; margin: 0 auto; padding: 3.5rem 1.5rem 3rem; }
    header, h2, section > p, section > pre, .table { max-width: 46rem; margin-left: auto; margin-right: auto; }
    h1 { margin: 0; font-size: 2.1rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em;
      text-wrap: balance; }
    .subtitle { margin: 0.5rem 0 0; color: var(--soft); font-size: 1.1rem; }
    h2 { margin-top: 3rem; margin-bottom: 0.8rem; font-size: 1.35rem; font-weight: 620; line-height: 1.3; }
    section > p { margin-top: 0.7rem; margin-bottom: 0.7rem; }
    .headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1.4rem 2rem;
      max-width: 46rem; margin: 2.2rem auto 0; padding: 1.5rem 0; border-top: 2px solid var(--ink);
      border-bottom: 1px solid var(--rule); }
    .name { color: var(--soft); font-size: 0.95rem; }
    .number { font-variant-numeric: tabular-nums; line-height: 1.25; }
    .number span { white-space: nowrap; }
    .value { font-size: 2.3rem; font-weight: 600; letter-spacing: -0.02em; }
    .uncertainty { font-size: 1.25rem; color: var(--soft); }
    .unit { font-size: 1.25rem; }
    .note { color: var(--soft); font-size: 0.88rem; margin-top: 0.15rem; }
    .holds, .fails { font-size: 0.88rem; margin-top: 0.15rem; font-weight: 600; }
    .holds { color: #00735a; }
    .fails { color: #b34700; }
    figure { margin: 1.8rem 0 2.2rem; break-inside: avoid; }
    figure > svg { display: block; width: 100%; height: auto; }
    figcaption { max-width: 46rem; margin: 0.7rem auto 0; color: var(--soft); font-size: 0.92rem; line-height: 1.45; }
    .table { margin-top: 1.2rem; margin-bottom: 1.6rem; overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
    caption { caption-side: top; text-align: left; color: var(--soft); font-size: 0.92rem; padding-bottom: 0.5rem; }
    th, td { padding: 0.38rem 1.6rem 0.38rem 0; vertical-align: baseline; }
    th:last-child, td:last-child { padding-right: 0; }
    th { font-weight: 600; border-bottom: 1.5px solid var(--ink); }
    td { border-bottom: 1px solid var(--rule); }
    tr { break-inside: avoid; }
    .left { text-align: left; } .center { text-align: center; } .right { text-align: right; }
    pre { padding: 0.9rem 1rem; background: #f6f7f8; font: 0.85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas,
      "Liberation Mono", monospace; overflow-x: auto; }
    footer { max-width: 46rem; margin: 3.5rem auto 0; padding-top: 0.9rem; border-top: 1px solid var(--rule);
      color: var(--soft); font-size: 0.85rem; }
    footer p { margin: 0.15rem 0; overflow-wrap: anywhere; }
    @media print {
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      h2 { break-after: avoid; }
      pre { white-space: pre-wrap; }
    }
    """
}

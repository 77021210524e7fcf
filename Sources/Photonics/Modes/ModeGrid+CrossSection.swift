extension ModeGrid {
  /// The grid of a cross-section. The right half is laid first and mirrored if the section is symmetric, so that the
  /// whole window and the half behind a mirror wall have the same lines.
  package init(_ section: CrossSection, spacing: GridSpacing, half: Bool) throws(ModeError) {
    let strip = section.strip
    let edges = strip.map {
      [$0.offsetNanometers - $0.widthNanometers / 2, $0.offsetNanometers + $0.widthNanometers / 2]
    }
    let reach = max(
      (section.guide?.widthNanometers ?? 0) / 2, edges.map { max(-$0[0], $0[1]) } ?? 0,
      spacing.focus.map { abs($0.x) }.max() ?? 0)
    let side = reach + spacing.margins.side

    var columns = GradedLines(fixed: [-side, 0, side], zones: [], coarse: spacing.coarse, growth: spacing.growth)
    var rows = columns
    let surface = section.stripBottomNanometers
    let top = surface + (strip?.heightNanometers ?? 0)
    let depth = section.guide?.depthNanometers ?? 0
    rows.fixed = [-depth - spacing.margins.below, 0, surface, top, top + spacing.margins.above]

    if let guide = section.guide {
      let half = guide.widthNanometers / 2
      columns.zones.append(.init(range: -half...half, spacing: spacing.guide))
      rows.zones.append(.init(range: -depth...0, spacing: spacing.guide))
      if guide.isSharp {
        columns.fixed += [-half, half]
        rows.fixed.append(-depth)
      }
    }
    if section.film != nil { rows.zones.append(.init(range: 0...surface, spacing: spacing.guide)) }
    if let edges {
      columns.fixed += edges
      let around = 3 * spacing.fine
      columns.zones.append(.init(range: edges[0] - around...edges[1] + around, spacing: spacing.fine))
      rows.zones.append(.init(range: surface - around...top + around, spacing: spacing.fine))
    }
    for point in spacing.focus {
      let around = 4 * spacing.fine
      columns.zones.append(.init(range: point.x - around...point.x + around, spacing: spacing.fine))
      if section.isSymmetric {
        columns.zones.append(.init(range: -point.x - around...around - point.x, spacing: spacing.fine))
      }
      rows.zones.append(.init(range: point.y - around...point.y + around, spacing: spacing.fine))
      rows.fixed[0] = min(rows.fixed[0], point.y - spacing.margins.below)
      rows.fixed[4] = max(rows.fixed[4], point.y + spacing.margins.above)
    }
    if section.isSymmetric { columns.fixed.removeAll { $0 < 0 } }
    let cells = columns.estimatedCells * rows.estimatedCells * Double(1 << min(2 * spacing.halvings, 60))
    guard cells <= Double(Self.largest) else { throw .gridTooLarge(cells: cells, allowed: Self.largest) }
    let x = columns.lines()
    self.init(
      x: section.isSymmetric && !half ? x.dropFirst().reversed().map { -$0 } + x : x, y: rows.lines())
    for _ in 0..<spacing.halvings { self = halved() }
  }

  /// The most cells a grid may have: the factors then take some gigabytes.
  private static let largest = 1_000_000
}

import Reporting

extension DevicesOutput {
  /// Writes devices.json, devices.csv and figures/*.svg into a folder.
  func write(to folder: String) throws {
    try makeFolder(folder + "/figures")
    try writeText(JSONOutput.encode(self), to: folder + "/devices.json")
    try writeText(deviceTable.csv(), to: folder + "/devices.csv")
    try writeText(g2Figure.svg(), to: folder + "/figures/g2.svg")
    try writeText(couplingFigure.svg(), to: folder + "/figures/coupling.svg")
  }

  /// The devices, one in a row.
  private var deviceTable: Table {
    var table = Table(
      [
        "device", "width (nm)", "height (nm)", "position (um)", "x", "y", "z", "rate over free space", "beta",
        "coupling",
        "Purcell factor", "detected rate (Hz)", "g2(0)", "counts per side peak",
      ].map { .init($0, .right) })
    for device in devices {
      let numbers =
        [device.widthNm, device.heightNm, device.positionUm] + (device.orientation ?? [.nan, .nan, .nan]) + [
          device.rateOverFreeSpace, device.beta, device.coupling, device.purcell, device.detectedRateHz,
          device.g2Zero ?? .nan, device.countsPerSidePeak,
        ]
      table.append(
        ["\(device.device ?? 0)"] + numbers.map { $0.isNaN ? "" : NumberFormat.significant($0, digits: 6) })
    }
    return table
  }

  /// g2(0) against what there is to tell it from.
  private var g2Figure: Figure {
    Figure(
      title: "\(NumberFormat.count(count)) devices", x: .init("counts per side peak", scale: .log), y: .init("g2(0)"),
      series: [
        .points(x: devices.map(\.countsPerSidePeak), y: devices.map { $0.g2Zero ?? .nan }, label: "devices"),
        .points(x: [design.countsPerSidePeak], y: [design.g2Zero ?? .nan], label: "design", color: .vermilion),
      ],
      marks: [
        .horizontal(at: 0.5, text: "a single emitter below"), .vertical(at: countsNeeded, text: "enough counts"),
      ])
  }

  /// The share of devices whose coupling is at most so large.
  private var couplingFigure: Figure {
    let sorted = devices.map { 100 * $0.coupling }.sorted()
    return Figure(
      title: "Light at the fibre's end of the guide", x: .init("share of the emitter's own rate", unit: "%"),
      y: .init("share of the devices with less", unit: "%"),
      series: [
        .steps(
          edges: [0] + sorted + [sorted[sorted.count - 1]],
          heights: (0...sorted.count).map { 100 * Double($0) / Double(sorted.count) })
      ], marks: [.vertical(at: 100 * design.coupling, text: "design", color: .vermilion)])
  }
}

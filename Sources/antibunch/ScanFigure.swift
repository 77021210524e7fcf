import Bench
import Glibc
import Reporting

/// The image of a scan with the outlines of what lies there and the spots that were found.
func scanFigure(_ output: ScanOutput, scan: ScanBench) -> Figure {
  let raster = scan.raster
  let half = raster.stepMicrometers / 2
  var figure = Figure(title: scan.bench.name, x: .init("x", unit: "µm"), y: .init("y", unit: "µm"))
  figure.panels[0].heatMap = scanHeatMap(output, scan: scan)
  let ends = (low: -half, high: output.yUm[raster.rows - 1] + half)
  for shape in scan.backgroundShapes {
    switch shape {
    case .uniform: break
    case .band(let center, let width):
      for x in [center - width / 2, center + width / 2] {
        figure.panels[0].series.append(.line(x: [x, x], y: [ends.low, ends.high], color: outline))
      }
    case .rectangle(let center, let width, let length):
      let (left, right) = (center.xMicrometers - width / 2, center.xMicrometers + width / 2)
      let (low, high) = (center.yMicrometers - length / 2, center.yMicrometers + length / 2)
      figure.panels[0].series.append(
        .line(x: [left, right, right, left, left], y: [low, low, high, high, low], color: outline))
    }
  }
  for (number, spot) in output.spots.enumerated() {
    // A ring around the spot, outside of its light.
    let angles = (0...40).map { Double($0) / 40 * 2 * .pi }
    figure.panels[0].series.append(
      .line(
        x: angles.map { spot.xUm + 2 * scan.seenSpot.fwhmMicrometers * cos($0) },
        y: angles.map { spot.yUm + 2 * scan.seenSpot.fwhmMicrometers * sin($0) },
        label: number == 0 ? "spot found" : nil, color: .vermilion))
  }
  figure.isToScale = true
  // Room for the title and the colour bar beside an image higher than wide.
  figure.height = 700
  figure.width = min(760, max(420, 240 + 580 * raster.widthMicrometers / raster.heightMicrometers))
  return figure
}

/// The image alone.
func scanHeatMap(_ output: ScanOutput, scan: ScanBench) -> Figure.HeatMap {
  let half = scan.raster.stepMicrometers / 2
  return Figure.HeatMap(
    x: -half...(output.xUm[scan.raster.columns - 1] + half), columns: scan.raster.columns,
    y: -half...(output.yUm[scan.raster.rows - 1] + half), rows: scan.raster.rows,
    values: output.counts.flatMap { $0.map { $0 < 0 ? .nan : Double($0) } },
    label: "counts per \(NumberFormat.duration(seconds: scan.raster.dwellSeconds))")
}

private let outline = Figure.Color.white

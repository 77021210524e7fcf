import Reporting
import Testing

@Suite struct HeatMapTests {
  static func map(_ values: [Double], colors: Figure.ColorMap = .viridis) -> Figure.HeatMap {
    .init(
      x: 0...Double(values.count), columns: values.count, y: 0...1, rows: 1, values: values, label: "z", colors: colors)
  }

  static func svg(_ map: Figure.HeatMap) -> String {
    var figure = Figure(x: .init("x"), y: .init("y"))
    figure.panels[0].heatMap = map
    return figure.svg()
  }

  @Test func coloursGoFromTheSmallestNumberToTheLargest() {
    let svg = Self.svg(Self.map([3, 1, 2]))
    let fills = svg.split(separator: "\n").compactMap { line in
      line.contains("rgb(") ? line.split(separator: "rgb(")[1].prefix { $0 != ")" } : nil
    }
    #expect(fills == ["253,231,37", "68,1,84", "33,145,140"])
  }

  @Test func zeroIsTheMiddleOfDivergingColours() {
    #expect(Self.svg(Self.map([0, 4, -1], colors: .diverging)).contains("rgb(247,247,247)"))
  }

  @Test func whatIsNoNumberStaysBlank() {
    let svg = Self.svg(Self.map([.nan, 1, .infinity]))
    #expect(svg.count(of: "rgb(") == 1)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    #expect(markupFault(svg) == nil)
  }

  @Test func manyCellsAreOnePicture() {
    let map = Figure.HeatMap(
      x: 0...1, columns: 100, y: 0...1, rows: 60, values: (0..<6000).map(Double.init), label: "z")
    let svg = Self.svg(map)
    #expect(markupFault(svg) == nil)
    #expect(svg.count(of: "<image") == 2 && !svg.contains("rgb("))
  }

  /// Chunk by chunk as the standard says, the highest row first; the checksums are those of zlib's crc32 and adler32.
  @Test func pictureIsAPortableNetworkGraphic() {
    let png = Figure.HeatMap(xEdges: [0, 1, 2], yEdges: [0, 1, 2], values: [0, 1, 2, .nan], label: "z").png()
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(
      Array(png[8..<33]) == [
        0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 2, 8, 3, 0, 0, 0, 0x45, 0x68, 0xFD, 0x16,
      ])
    // One stored block of two lines: 2 and NaN, then 0 and 1.
    let data: [UInt8] = [0x78, 1, 1, 6, 0, 0xF9, 0xFF, 0, 254, 255, 0, 0, 127]
    #expect(png.indices.contains { png[$0...].starts(with: data) })
    #expect(png.suffix(12) == [0, 0, 0, 0, 73, 69, 78, 68, 0xAE, 0x42, 0x60, 0x82])
  }

  @Test func toScaleMakesCellsSquare() throws {
    var figure = Figure(x: .init("x"), y: .init("y"))
    figure.panels[0].heatMap = .init(
      x: 0...4, columns: 4, y: 0...2, rows: 2, values: [0, 1, 2, 3, 4, 5, 6, 7], label: "z")
    figure.isToScale = true
    let cell = try #require(figure.svg().split(separator: "\n").first { $0.contains("rgb(") })
    func length(_ name: String) throws -> Double {
      try #require(Double(cell.split(separator: " \(name)=\"")[1].prefix { $0 != "\"" }))
    }
    #expect(abs(try length("width") - length("height")) < 1)
  }
}

extension String {
  fileprivate func count(of part: String) -> Int { split(separator: part, omittingEmptySubsequences: false).count - 1 }
}

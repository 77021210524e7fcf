import CLibdeflate
import FoundationEssentials

/// A picture of at most 256 colours as a PNG file (W3C, Portable Network Graphics, second edition (2003)), stored without
/// compression, so that the same picture is the same bytes everywhere.
struct IndexedImage {
  let width: Int
  let height: Int
  /// Red, green and blue of each colour.
  let palette: [(red: UInt8, green: UInt8, blue: UInt8)]
  /// The colour's number for every pixel, the top row first; the number after the last is transparent.
  let pixels: [UInt8]

  /// A heat map's colours, each pixel that of the cell in `column(x)` and `row(y)`, y from the top.
  init(_ map: Figure.HeatMap, width: Int, height: Int, column: (Int) -> Int, row: (Int) -> Int) {
    self.width = width
    self.height = height
    palette = map.colors.palette
    let (low, high) = map.ends
    let columns = (0..<width).map(column)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height)
    for y in 0..<height {
      let start = row(y) * map.columns
      for x in columns {
        pixels.append(
          UInt8(Figure.ColorMap.level(map.values[start + x], low: low, high: high) ?? Figure.ColorMap.levels))
      }
    }
    self.pixels = pixels
  }

  /// All colours from the lowest at the bottom to the highest at the top.
  init(bar colors: Figure.ColorMap) {
    width = 1
    palette = colors.palette
    height = palette.count
    pixels = (0..<palette.count).reversed().map(UInt8.init)
  }

  /// The file.
  func png() -> [UInt8] {
    var scanlines: [UInt8] = []
    scanlines.reserveCapacity((width + 1) * height)
    for y in 0..<height {
      scanlines.append(0)
      scanlines += pixels[y * width..<(y + 1) * width]
    }
    let size = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", size + [8, 3, 0, 0, 0])
      + chunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] } + [255, 255, 255])
      + chunk("tRNS", [UInt8](repeating: 255, count: palette.count) + [0])
      + chunk("IDAT", stored(scanlines)) + chunk("IEND", [])
  }

  /// The file as the address of an image within a page.
  var dataAddress: String { "data:image/png;base64," + Data(png()).base64EncodedString() }
}

private func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(name.utf8) + content
  return bigEndian(UInt32(content.count)) + body + bigEndian(libdeflate_crc32(0, body, body.count))
}

/// The bytes as a zlib stream of stored blocks (RFC 1950 and 1951).
private func stored(_ bytes: [UInt8]) -> [UInt8] {
  var stream: [UInt8] = [0x78, 0x01]
  var start = 0
  repeat {
    let count = min(65_535, bytes.count - start)
    let (low, high) = (UInt8(count & 255), UInt8(count >> 8))
    stream += [start + count == bytes.count ? 1 : 0, low, high, ~low, ~high] + bytes[start..<start + count]
    start += count
  } while start < bytes.count
  return stream + bigEndian(libdeflate_adler32(1, bytes, bytes.count))
}

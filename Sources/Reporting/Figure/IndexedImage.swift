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
  var dataAddress: String { "data:image/png;base64," + base64(png()) }
}

private func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(name.utf8) + content
  return bigEndian(UInt32(content.count)) + body + bigEndian(cyclicRedundancy(body))
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
  var (a, b): (UInt32, UInt32) = (1, 0)
  for byte in bytes {
    a = (a + UInt32(byte)) % 65_521
    b = (b + a) % 65_521
  }
  return stream + bigEndian(b << 16 | a)
}

/// The CRC-32 of a chunk (ISO 3309).
private func cyclicRedundancy(_ bytes: [UInt8]) -> UInt32 {
  var table: [UInt32] = []
  for number in 0..<256 as Range<UInt32> {
    var value = number
    for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    table.append(value)
  }
  var remainder = ~UInt32(0)
  for byte in bytes { remainder = table[Int((remainder ^ UInt32(byte)) & 255)] ^ (remainder >> 8) }
  return ~remainder
}

/// RFC 4648, section 4.
private func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
    let value = group[0] << 16 | group[1] << 8 | group[2]
    for place in 0..<4 {
      text.append(start + place <= bytes.count ? digits[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}

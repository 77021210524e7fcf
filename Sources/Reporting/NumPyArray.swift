/// Tables and columns as the bytes of a NumPy file (`numpy.load`), format version 1.0 of NEP 1.
public enum NumPyArray {
  /// Whole numbers, row by row.
  public static func bytes(rows: Int, columns: Int, _ values: [Int]) -> [UInt8] {
    header("<i8", shape: "\(rows), \(columns)") + littleEndian(values.map(Int64.init))
  }

  /// Real numbers, row by row.
  public static func bytes(rows: Int, columns: Int, _ values: [Double]) -> [UInt8] {
    header("<f8", shape: "\(rows), \(columns)") + littleEndian(values)
  }

  /// What a list of `count` values begins with: as long for any count, so that it may be written over.
  ///
  /// - Parameter type: "<i8", "<f8" or, for texts, "<U" with the number of their scalars.
  public static func header(_ type: String, count: Int) -> [UInt8] { header(type, shape: "\(count),") }

  /// Whole numbers as they follow a header of type "<i8".
  public static func littleEndian(_ values: [Int64]) -> [UInt8] {
    values.map(\.littleEndian).withUnsafeBytes { Array($0) }
  }

  /// Real numbers as they follow a header of type "<f8".
  public static func littleEndian(_ values: [Double]) -> [UInt8] {
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
  }

  /// Texts as they follow a header of type "<U": `scalars` each, padded with zeros; no text is longer.
  public static func littleEndian(_ texts: [String], scalars: Int) -> [UInt8] {
    let all = texts.flatMap { text in
      let values = text.unicodeScalars.map(\.value.littleEndian)
      return values + [UInt32](repeating: 0, count: scalars - values.count)
    }
    return all.withUnsafeBytes { Array($0) }
  }

  private static func header(_ type: String, shape: String) -> [UInt8] {
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
    // With magic string, version and length a multiple of 64 bytes that ends in a line feed.
    let length = max(128, (10 + text.utf8.count + 1 + 63) / 64 * 64) - 10
    let padding = [UInt8](repeating: 0x20, count: length - text.utf8.count - 1)
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    return start + Array(text.utf8) + padding + [0x0A]
  }
}

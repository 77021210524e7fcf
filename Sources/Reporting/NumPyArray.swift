/// A table of numbers as the bytes of a NumPy file (`numpy.load`), format version 1.0 of NEP 1.
public enum NumPyArray {
  /// Whole numbers, row by row.
  public static func bytes(rows: Int, columns: Int, _ values: [Int]) -> [UInt8] {
    header("<i8", rows, columns) + values.flatMap { littleEndian(UInt64(bitPattern: Int64($0))) }
  }

  /// Real numbers, row by row.
  public static func bytes(rows: Int, columns: Int, _ values: [Double]) -> [UInt8] {
    header("<f8", rows, columns) + values.flatMap { littleEndian($0.bitPattern) }
  }

  private static func header(_ type: String, _ rows: Int, _ columns: Int) -> [UInt8] {
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    // With magic string, version and length a multiple of 64 bytes that ends in a line feed.
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    let padding = [UInt8](repeating: 0x20, count: length - text.utf8.count - 1)
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    return start + Array(text.utf8) + padding + [0x0A]
  }

  private static func littleEndian(_ bits: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
  }
}

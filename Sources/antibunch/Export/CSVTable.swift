/// Rows of a table as CSV (RFC 4180): numbers in full, missing ones as empty cells.
enum CSVTable {
  static func heading(_ columns: [String]) -> [UInt8] { Array((columns.joined(separator: ",") + "\n").utf8) }

  /// The rows of columns of equal length.
  static func rows(_ columns: [ColumnValues]) -> [UInt8] {
    let rows = columns.first?.count ?? 0
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows * columns.count * 12)
    for row in 0..<rows {
      for (number, column) in columns.enumerated() {
        if number > 0 { bytes.append(UInt8(ascii: ",")) }
        switch column {
        case .whole(let values): bytes.append(contentsOf: "\(values[row])".utf8)
        case .real(let values): if !values[row].isNaN { bytes.append(contentsOf: "\(values[row])".utf8) }
        case .texts(let values): bytes.append(contentsOf: quoted(values[row]).utf8)
        }
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

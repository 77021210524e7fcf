extension Table {
  /// The table as comma-separated values (RFC 4180): headings first, lines ended by CR LF, fields with commas, quotes or
  /// line breaks in double quotes.
  public func csv() -> String {
    ([columns.map(\.title)] + rows)
      .map { $0.map(Self.field).joined(separator: ",") + "\r\n" }
      .joined()
  }

  private static func field(_ cell: String) -> String {
    let special = cell.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
    guard special else { return cell }
    var quoted = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

/// A table of text cells that can be written for a terminal, a page or a spreadsheet.
///
///     var table = Table([.init("quantity"), .init("value", .right)])
///     table.append("g²(0)", "0.143 ± 0.005")
///     print(table.text())
public struct Table: Sendable, Hashable {
  /// Which side of its column a cell leans to.
  public enum Alignment: Sendable, Hashable {
    /// Left for words, right for numbers, center for short signs.
    case left, center, right
  }

  /// The head of a column.
  public struct Column: Sendable, Hashable {
    /// The heading.
    public var title: String
    /// Where heading and cells stand.
    public var alignment: Alignment

    /// A column; text leans left by default, numbers should be given `.right`.
    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  /// The columns from left to right.
  public let columns: [Column]
  /// The rows from top to bottom, each as wide as `columns`.
  public private(set) var rows: [[String]] = []

  /// An empty table with these columns.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row. A short row is filled up with empty cells.
  ///
  /// - Precondition: no more cells than columns.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count <= columns.count, "a row of \(cells.count) cells in a table of \(columns.count) columns")
    rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
  }

  /// Adds a row, written cell by cell.
  public mutating func append(_ cells: String...) { append(cells) }
}

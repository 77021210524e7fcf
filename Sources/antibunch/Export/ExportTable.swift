/// What a table of an export is, column by column.
struct ExportTable: Encodable {
  /// One column.
  struct Column: Encodable {
    /// What its values are in every format.
    enum ValueType: String, Encodable {
      case int64, float64, text
    }
    /// With the unit at its end.
    var name: String
    var type: ValueType
    /// Empty for what has none.
    var unit: String
    var meaning: String
  }
  var name: String
  var meaning: String
  var columns: [Column]
  var rows = 0

  init(_ name: String, _ meaning: String, columns: [Column] = []) {
    (self.name, self.meaning, self.columns) = (name, meaning, columns)
  }
}

/// The values of a column, or a stretch of them.
enum ColumnValues {
  case whole([Int64])
  /// NaN where there is no value.
  case real([Double])
  case texts([String])

  var count: Int {
    switch self {
    case .whole(let values): values.count
    case .real(let values): values.count
    case .texts(let values): values.count
    }
  }
}

/// A table that is small enough to be held.
struct FilledTable {
  var table: ExportTable
  var values: [ColumnValues] = []

  init(_ name: String, _ meaning: String) { table = ExportTable(name, meaning) }

  mutating func add(_ name: String, unit: String = "", _ meaning: String, _ values: [Int]) {
    append(.init(name: name, type: .int64, unit: unit, meaning: meaning), .whole(values.map(Int64.init)))
  }

  /// Missing values become NaN.
  mutating func add(_ name: String, unit: String = "", _ meaning: String, _ values: [Double?]) {
    append(.init(name: name, type: .float64, unit: unit, meaning: meaning), .real(values.map { $0 ?? .nan }))
  }

  mutating func add(_ name: String, _ meaning: String, texts: [String]) {
    append(.init(name: name, type: .text, unit: "", meaning: meaning), .texts(texts))
  }

  private mutating func append(_ column: ExportTable.Column, _ values: ColumnValues) {
    table.columns.append(column)
    self.values.append(values)
  }
}

import Reporting

/// A column as a NumPy file that grows.
struct NumPyColumn {
  private let file: GrowingFile
  private var length = 0
  private var type = "<f8"

  init(path: String) throws {
    file = try GrowingFile(path)
    try file.write(NumPyArray.header(type, count: 0))
  }

  /// Texts come all at once, since the longest decides how they are stored.
  mutating func append(_ values: ColumnValues) throws {
    length += values.count
    switch values {
    case .whole(let values):
      type = "<i8"
      try file.write(NumPyArray.littleEndian(values))
    case .real(let values): try file.write(NumPyArray.littleEndian(values))
    case .texts(let values):
      let scalars = max(1, values.map(\.unicodeScalars.count).max() ?? 1)
      type = "<U\(scalars)"
      try file.write(NumPyArray.littleEndian(values, scalars: scalars))
    }
  }

  /// Says how long the column is.
  func finish() throws { try file.finish(beginning: NumPyArray.header(type, count: length)) }
}

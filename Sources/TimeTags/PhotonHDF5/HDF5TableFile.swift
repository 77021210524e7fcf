import CHDF5

/// Tables in an HDF5 file: a group per table, in it a dataset per column, each with the attributes `unit` and `meaning`.
///
/// The file is called `path` from the start; the caller keeps it where nobody takes it for whole. Without time stamps of its
/// own, so that the same calls give the same bytes.
package final class HDF5TableFile {
  private let file: HDF5OutputFile
  private var table = ""
  private var columns: [String: Column] = [:]

  /// A column of numbers of eight bytes; those of a chunk collect until it is full.
  private struct Column {
    var dataset: HDF5Handle
    var inChunks = 0
    var waiting: [UInt8] = []
  }

  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)``.
  package init(path: String) throws(TimeTagError) { file = try HDF5OutputFile(partPath: path, path: path) }

  /// Begins a table; its columns follow.
  package func begin(_ table: String, meaning: String) throws(TimeTagError) {
    self.table = "/" + table
    try file.group(self.table, title: meaning)
  }

  /// Appends whole numbers to a column of the table, which begins with the first of them.
  package func append(_ values: [Int64], to column: String) throws(TimeTagError) {
    try appendNumbers(values, to: column)
  }

  /// Appends numbers to a column of the table; NaN where there is none.
  package func append(_ values: [Double], to column: String) throws(TimeTagError) {
    try appendNumbers(values, to: column)
  }

  /// Writes a column of texts, all at once.
  package func write(_ values: [String], as column: String) throws(TimeTagError) {
    try file.texts("\(table)/\(column)", values, shape: [values.count])
  }

  /// Ends a column, and says what it is.
  package func end(_ column: String, unit: String, meaning: String) throws(TimeTagError) {
    if var open = columns.removeValue(forKey: column), !open.waiting.isEmpty { try writeChunk(of: &open, column) }
    try file.attribute("unit", unit, ofObject: "\(table)/\(column)")
    try file.attribute("meaning", meaning, ofObject: "\(table)/\(column)")
  }

  /// Closes the file.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``, for example when the disk is full.
  package func close() throws(TimeTagError) {
    try file.close()
  }

  private func appendNumbers<Number: HDF5Number>(_ values: [Number], to column: String) throws(TimeTagError) {
    var open: Column
    if let begun = columns.removeValue(forKey: column) {
      open = begun
    } else {
      open = Column(dataset: try file.growingColumn("\(table)/\(column)", of: Number.self))
    }
    for start in stride(from: 0, to: values.count, by: PhotonJournal.chunk) {
      values[start..<min(start + PhotonJournal.chunk, values.count)].withUnsafeBytes { open.waiting += $0 }
      if open.waiting.count >= Self.chunkBytes { try writeChunk(of: &open, column) }
    }
    columns[column] = open
  }

  private static let chunkBytes = PhotonJournal.chunk * 8

  /// Writes the first chunk of what waits; the last of a column is filled up with zeros.
  private func writeChunk(of column: inout Column, _ name: String) throws(TimeTagError) {
    let bytes = Array(column.waiting.prefix(Self.chunkBytes))
    let filled = bytes + [UInt8](repeating: 0, count: Self.chunkBytes - bytes.count)
    let chunk = filled.withUnsafeBytes { packed($0, size: 8) }
    let count = bytes.count / 8
    try file.append(packed: chunk, count: count, to: column.dataset, from: column.inChunks, name: "\(table)/\(name)")
    column.inChunks += count
    column.waiting.removeFirst(bytes.count)
  }
}

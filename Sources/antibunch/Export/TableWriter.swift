import TimeTags

/// What a run is exported to.
enum ExportFormat: String, CaseIterable {
  case csv, npz, hdf5, parquet, notebook
}

/// Writes tables in every format asked for, block by block.
final class TableWriter {
  /// Those written.
  private(set) var tables: [ExportTable] = []
  /// Each column of each table as a NumPy file, for what packs them afterwards.
  let columnFolder: String

  private let folder: String
  private let formats: Set<ExportFormat>
  private let hdf5: HDF5TableFile?
  private var csv: GrowingFile?
  private var columns: [NumPyColumn] = []

  /// - Parameter folder: exists, and nobody takes it for whole yet.
  init(folder: String, formats: Set<ExportFormat>) throws {
    (self.folder, self.formats) = (folder, formats)
    columnFolder = folder + "/columns"
    if formats.contains(.csv) { try makeFolder(folder + "/csv") }
    hdf5 = formats.contains(.hdf5) ? try HDF5TableFile(path: folder + "/tables.h5") : nil
  }

  /// Where the NumPy file of a column is.
  private func columnPath(_ table: ExportTable, _ column: ExportTable.Column) -> String {
    "\(columnFolder)/\(table.name)/\(column.name).npy"
  }

  /// Begins a table, whose blocks follow.
  func begin(_ table: ExportTable) throws {
    tables.append(table)
    if formats.contains(.csv) {
      csv = try GrowingFile("\(folder)/csv/\(table.name).csv")
      try csv?.write(CSVTable.heading(table.columns.map(\.name)))
    }
    try hdf5?.begin(table.name, meaning: table.meaning)
    guard !formats.isDisjoint(with: [.npz, .parquet]) else { return }
    try makeFolder("\(columnFolder)/\(table.name)")
    columns = try table.columns.map { try NumPyColumn(path: columnPath(table, $0)) }
  }

  /// Appends rows; texts only come in a single block.
  func append(_ block: [ColumnValues]) throws {
    if Interruption.isRequested { throw Failure(.interrupted, "interrupted") }
    tables[tables.count - 1].rows += block.first?.count ?? 0
    try csv?.write(CSVTable.rows(block))
    for index in columns.indices { try columns[index].append(block[index]) }
    guard let hdf5 else { return }
    for (column, values) in zip(tables[tables.count - 1].columns, block) {
      switch values {
      case .whole(let values): try hdf5.append(values, to: column.name)
      case .real(let values): try hdf5.append(values, to: column.name)
      case .texts(let values): try hdf5.write(values, as: column.name)
      }
    }
  }

  /// Ends a table to which at least one block was appended.
  func end() throws {
    let table = tables[tables.count - 1]
    try csv?.finish(beginning: [])
    csv = nil
    for column in columns { try column.finish() }
    columns = []
    for column in table.columns { try hdf5?.end(column.name, unit: column.unit, meaning: column.meaning) }
    if formats.contains(.npz) {
      try makeFolder(folder + "/npz")
      try writeNumPyArchive(
        "\(folder)/npz/\(table.name).npz", entries: table.columns.map { ($0.name, columnPath(table, $0)) })
    }
  }

  func write(_ filled: FilledTable) throws {
    try begin(filled.table)
    try append(filled.values)
    try end()
  }

  /// Closes what holds all tables.
  func finish() throws { try hdf5?.close() }
}

import ArgumentParser
import Reporting

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Makes tables and a notebook of a run or a recording: CSV, NPZ, HDF5, Parquet, Jupyter.",
    discussion: """
      Parquet is written, and the notebook executed, by Python: the one that ANTIBUNCH_PYTHON names, else that of the active \
      virtual environment or of .venv, else python3. Without it or its packages (pyarrow; nbclient, ipykernel, matplotlib) the \
      rest is written, the notebook without outputs, and the exit code is 73.
      """)

  @Argument(
    help: ArgumentHelp("The folder of a run, or a time-tag file, which is analysed first.", valueName: "run"),
    completion: .file())
  var source: String
  @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "folder"))
  var output: String
  @Option(help: ArgumentHelp("Which of csv,npz,hdf5,parquet,notebook; the notebook reads npz.", valueName: "list"))
  var formats = "csv,npz,hdf5,parquet,notebook"
  @Flag(help: "Print the description of the tables as JSON.") var json = false

  func validate() throws { _ = try chosenFormats() }

  func run() throws {
    try orFail {
      Interruption.watch()
      let formats = try chosenFormats()
      let place = ExportPlace(output)
      try place.checkReplaceable()
      let folder = isFolder(source) ? try RunFolder(source) : nil
      let recording = try OpenRecording(folder?.recording ?? source)

      try place.begin()
      var isWhole = false
      defer { if !isWhole { place.abandon() } }
      let writer = try TableWriter(folder: place.unfinished, formats: formats)
      try writer.writePhotons(of: recording)
      let results =
        try folder.map { try ExportedResults(of: $0, recording) } ?? ExportedResults(of: recording)
      for table in results.tables { try writer.write(table) }
      try writer.finish()

      let name = baseName(source)
      let missing = try writeWithPython(writer, formats, name: name, folder: place.unfinished)
      try removeFolder(writer.columnFolder)
      let description = try place.finish(
        ExportDescription(
          version: Antibunch.version, source: name, tables: writer.tables, leftOut: results.leftOut, sha256: [:]))
      isWhole = true

      if json {
        print(description, terminator: "")
      } else {
        var table = Table([.init("table"), .init("rows", .right), .init("what")])
        for one in writer.tables { table.append(one.name, NumberFormat.count(one.rows), one.meaning) }
        print(table.text())
        for sentence in results.leftOut { print("Not there: \(sentence)") }
        print("export: \(place.path)")
      }
      if !missing.isEmpty {
        throw Failure(
          .cannotCreate, "error: without \(missing.joined(separator: " and ")); the rest is in \(place.path)")
      }
    }
  }

  private func chosenFormats() throws -> Set<ExportFormat> {
    var formats: Set<ExportFormat> = []
    for name in self.formats.split(separator: ",").map(String.init) {
      guard let format = ExportFormat(rawValue: name) else {
        throw ValidationError("--formats: '\(name)' is none of csv, npz, hdf5, parquet, notebook")
      }
      formats.insert(format)
    }
    if formats.isEmpty { throw ValidationError("--formats names none of csv, npz, hdf5, parquet, notebook") }
    if formats.contains(.notebook) { formats.insert(.npz) }
    return formats
  }

  /// - Returns: what could not be made.
  private func writeWithPython(
    _ writer: TableWriter, _ formats: Set<ExportFormat>, name: String, folder: String
  ) throws -> [String] {
    var missing: [String] = []
    let python = PythonProgram()
    let scratch = writer.columnFolder
    if formats.contains(.parquet) {
      try makeFolder(folder + "/parquet")
      try writeText(JSONOutput.encode(writer.tables), to: scratch + "/tables.json")
      if try !python.run(
        PackageResources.write_parquet_py, at: scratch + "/write_parquet.py",
        arguments: [scratch, folder + "/parquet"],
        folder: scratch)
      {
        try removeFolder(folder + "/parquet")
        missing.append("Parquet")
      }
    }
    if formats.contains(.notebook) {
      let notebook = Notebook(
        String(decoding: PackageResources.notebook_cells_py, as: UTF8.self),
        tables: Set(writer.tables.filter { $0.rows > 0 }.map(\.name)))
      let path = "\(folder)/\(name).ipynb"
      try writeText(JSONOutput.encode(notebook), to: path)
      try makeFolder(scratch)
      if try !python.run(
        PackageResources.execute_notebook_py, at: scratch + "/execute_notebook.py", arguments: [path, folder],
        folder: scratch)
      {
        missing.append("the notebook's figures")
      }
    }
    return missing
  }
}

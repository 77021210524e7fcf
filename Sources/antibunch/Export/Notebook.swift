import Reporting

/// A Jupyter notebook (format 4.5) without outputs.
struct Notebook: Encodable {
  /// One cell.
  struct Cell: Encodable {
    var id: String
    var isCode: Bool
    var source: String

    enum CodingKeys: String, CodingKey {
      case id, metadata, outputs, source
      case type = "cell_type"
      case executionCount = "execution_count"
    }

    func encode(to encoder: any Encoder) throws {
      var c = encoder.container(keyedBy: CodingKeys.self)
      try c.encode(isCode ? "code" : "markdown", forKey: .type)
      try c.encode(id, forKey: .id)
      try c.encode([String: String](), forKey: .metadata)
      try c.encode(source, forKey: .source)
      if isCode {
        try c.encodeNil(forKey: .executionCount)
        try c.encode([String](), forKey: .outputs)
      }
    }
  }

  private(set) var cells: [Cell] = []
  private var metadata = ["kernelspec": ["name": "python3", "display_name": "Python 3", "language": "python"]]
  private var major = 4
  private var minor = 5

  enum CodingKeys: String, CodingKey {
    case cells, metadata
    case major = "nbformat"
    case minor = "nbformat_minor"
  }

  /// From Python text in which "# %%" begins a cell of code and "# %% [markdown]" one of words; a cell that "needs" tables
  /// is left out unless all of them are there.
  init(_ text: String, tables: Set<String>) {
    for part in ("\n" + text).split(separator: "\n# %%") {
      let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
      let words = lines[0].split(separator: " ")
      let needed = words.drop { $0 != "needs" }.dropFirst().map(String.init)
      guard tables.isSuperset(of: needed) else { continue }
      let isCode = !words.contains("[markdown]")
      let source = lines.dropFirst().map { isCode ? $0 : $0.dropFirst(2) }.joined(separator: "\n")
      cells.append(
        Cell(id: "cell-\(cells.count + 1)", isCode: isCode, source: String(source.trimmingLineFeeds)))
    }
  }
}

extension String {
  fileprivate var trimmingLineFeeds: Substring {
    let end = lastIndex { $0 != "\n" }.map(index(after:)) ?? startIndex
    return self[..<end]
  }
}

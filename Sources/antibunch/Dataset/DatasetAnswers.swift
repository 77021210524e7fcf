import Light
import Scenarios

/// Somebody's results: per case and quantity the numbers given, one unless the quantity is a list.
struct DatasetAnswers {
  var values: [String: [String: [Double]]] = [:]

  /// - Parameter path: .json or .csv.
  /// - Throws: what is wrong with the file, with line and column; unknown cases and quantities are.
  init(readingFrom path: String, for truths: [CaseTruth]) throws {
    let text = try readText(path)
    if path.hasSuffix(".csv") { try readCSV(text, file: path, truths) } else { try readJSON(text, file: path, truths) }
  }

  /// JSON is YAML, whose reader knows lines and columns.
  private mutating func readJSON(_ text: String, file: String, _ truths: [CaseTruth]) throws {
    values = try readDocument(text, file: file) { root in
      var values: [String: [String: [Double]]] = [:]
      for truth in truths {
        guard let section = root.optionalSection(truth.name) else { continue }
        for name in truth.asked {
          if name == ExpectedChangePoints.name {
            if section.has(name) { values[truth.name, default: [:]][name] = section.numbers(name) }
          } else if let value = section.optionalNumber(name) {
            values[truth.name, default: [:]][name] = [value]
          }
        }
      }
      return values
    }.value
  }

  private mutating func readCSV(_ text: String, file: String, _ truths: [CaseTruth]) throws {
    let asked = Dictionary(uniqueKeysWithValues: truths.map { ($0.name, $0.asked) })
    var faults: [Diagnostic] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map {
        String($0.filter { $0 != "\r" && $0 != " " })
      }
      if cells == [""] || number == 0 && cells.starts(with: ["case", "quantity", "value"]) { continue }
      func fail(column cell: Int, _ message: String) {
        let column = cells[..<cell].reduce(1) { $0 + $1.count + 1 }
        faults.append(Diagnostic(file: file, line: number + 1, column: column, message: message))
      }
      guard cells.count >= 3 else {
        fail(column: 0, "expected case,quantity,value, found '\(line)'")
        continue
      }
      guard let names = asked[cells[0]] else {
        fail(column: 0, "unknown case '\(cells[0])'" + hint(cells[0], Array(asked.keys)))
        continue
      }
      guard names.contains(cells[1]) else {
        fail(column: 1, "unknown quantity '\(cells[1])' of \(cells[0])" + hint(cells[1], names))
        continue
      }
      guard let value = Double(cells[2]), value.isFinite else {
        fail(column: 2, "expected a number, found '\(cells[2])'")
        continue
      }
      if cells[1] != ExpectedChangePoints.name, values[cells[0]]?[cells[1]] != nil {
        fail(column: 1, "\(cells[1]) of \(cells[0]) is given twice")
      }
      values[cells[0], default: [:]][cells[1], default: []].append(value)
    }
    if !faults.isEmpty { throw Diagnostics(faults) }
  }

  private func hint(_ name: String, _ names: [String]) -> String {
    nearestName(to: name, among: names.sorted()).map { "; did you mean '\($0)'?" } ?? ""
  }
}

import Light

/// Reads a suite; the scenarios it names are not read.
///
/// - Parameters:
///   - text: the YAML text.
///   - file: its name, for messages; scenarios are named relative to it.
///   - overrides: values laid over the document.
/// - Throws: `Diagnostics` with every fault found, each with file, line and column.
public func readDatasetSuite(_ text: String, file: String, overrides: [Override] = []) throws -> DatasetSuite {
  let (suite, resolved) = try readDocument(text, file: file, overrides: overrides) { root in
    (
      name: root.string("name"),
      falseAlarms: root.number(
        "false_alarm_probability", range: .above(0).and(.atMost(0.1)),
        default: .chosen(1e-5, "a correct analysis passes some hundred questions all but always")),
      cases: readCases(root.section("cases"), file: file)
    )
  }
  return DatasetSuite(
    name: suite.name, falseAlarmProbability: suite.falseAlarms, cases: suite.cases, resolved: resolved)
}

private func readCases(_ section: Section, file: String) -> [DatasetSuite.Case] {
  let cases = section.sections().map { readCase($0.name, $0.section, file: file) }
  if cases.isEmpty { section.fail("names no case") }
  for (name, other) in section.sections() {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isName = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
    }
    if !isName {
      other.fail("is no name of a case; write lower-case letters, digits, '-' and '/', as in antibunching/low-counts")
    }
    if cases.contains(where: { $0.name.hasPrefix(name + "/") }) {
      other.fail("is a case and, of another case, the folder")
    }
  }
  return cases
}

private func readCase(_ name: String, _ section: Section, file: String) -> DatasetSuite.Case {
  typealias Question = DatasetSuite.Question
  typealias File = DatasetSuite.File
  let scenario = section.string("scenario")
  var overrides: [Override] = []
  if let changes = section.optionalSection("set") {
    for path in changes.keys { overrides.append(Override(path, changes.string(path), label: changes.place(of: path))) }
  }
  let questions = section.choices("ask", of: Question.allCases.map(\.rawValue), atLeast: 1)
    .compactMap(Question.init(rawValue:))
  let files = section.choices(
    "files", of: File.allCases.map(\.rawValue), atLeast: 1,
    default: .chosen(File.allCases.map(\.rawValue), "the same photons in both modes, and their truth")
  ).compactMap(File.init(rawValue:))
  if Set(files).count != files.count { section.fail("names a file twice", at: "files") }
  if files == [.truth] { section.fail("needs t2 or t3", at: "files") }
  var gate: ClosedRange<Double>?
  if questions.contains(.gatedG2Zero) {
    let range = section.section("gate")
    let (start, stop) = (
      range.quantity("start", in: .nanoseconds, range: .notNegative),
      range.quantity("stop", in: .nanoseconds, range: .positive)
    )
    if start < stop { gate = start...stop } else { range.fail("must come after the start", at: "stop") }
  }
  return DatasetSuite.Case(
    name: name, about: section.string("about"), scenario: section.path(of: scenario, at: "scenario"),
    overrides: overrides, seed: UInt64(section.integer("seed", range: .between(0...9e15))), files: files,
    questions: questions, gateNanoseconds: gate,
    zeroHalfWidthNanoseconds: section.optionalQuantity("zero_half_width", in: .nanoseconds, range: .positive),
    scenarioPlace: section.place(of: "scenario"), questionsPlace: section.place(of: "ask"))
}

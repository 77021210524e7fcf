/// A small judge of well-formed XML: every tag closed in order, attributes quoted and unique, entities known, no stray
/// `<`, no control characters. Returns the first fault, or nil.
func markupFault(_ text: String) -> String? {
  var open: [String] = []
  var rest = text.unicodeScalars[...]
  if rest.starts(with: "<!DOCTYPE html>".unicodeScalars) { rest = rest.dropFirst("<!DOCTYPE html>".count) }
  var roots = 0
  while let scalar = rest.first {
    if scalar == "<" {
      guard let end = rest.firstIndex(of: ">") else { return "a tag is never ended" }
      let tag = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { return "</\(tag.dropFirst())> closes nothing" }
        continue
      }
      if open.isEmpty { roots += 1 }
      if let fault = attributeFault(tag) { return "<\(tag)>: \(fault)" }
      if !tag.hasSuffix("/") { open.append(String(tag.prefix { $0 != " " })) }
    } else if scalar == "&" {
      guard let end = rest.firstIndex(of: ";") else { return "stray &" }
      let name = String(rest[rest.index(after: rest.startIndex)..<end])
      guard ["amp", "lt", "gt", "quot", "#39"].contains(name) else { return "unknown entity \(name)" }
      rest = rest[rest.index(after: end)...]
    } else {
      if scalar.value < 0x20 && scalar != "\n" && scalar != "\t" && scalar != "\r" { return "control character" }
      rest = rest.dropFirst()
    }
  }
  if !open.isEmpty { return "<\(open.joined(separator: "><"))> left open" }
  return roots == 1 ? nil : "\(roots) roots"
}

private func attributeFault(_ tag: String) -> String? {
  var seen: Set<String> = []
  var rest = tag.drop { $0 != " " && $0 != "/" }
  while true {
    rest = rest.drop { $0 == " " }
    if rest.isEmpty || rest == "/" { return nil }
    let name = String(rest.prefix { $0 != "=" })
    guard !name.contains(" "), seen.insert(name).inserted else { return "bad or repeated attribute \(name)" }
    rest = rest.dropFirst(name.count)
    guard rest.hasPrefix("=\"") else { return "attribute \(name) without quotes" }
    let value = rest.dropFirst(2).prefix { $0 != "\"" }
    if value.contains("<") { return "< in attribute \(name)" }
    rest = rest.dropFirst(2 + value.count)
    guard rest.hasPrefix("\"") else { return "attribute \(name) is not closed" }
    rest = rest.dropFirst()
  }
}

extension HTMLReport {
  /// The whole page.
  public func html() -> String {
    var body = element("h1", [:], escaped(title)) + "\n"
    if !subtitle.isEmpty { body += element("p", ["class": "subtitle"], escaped(subtitle)) + "\n" }
    body = element("header", [:], "\n" + body) + "\n"
    if !headline.isEmpty {
      body += element("div", ["class": "headline"], "\n" + headline.map(Self.html).joined()) + "\n"
    }
    for section in sections {
      let content = element("h2", [:], escaped(section.heading)) + "\n" + section.blocks.map(Self.html).joined()
      body += element("section", [:], "\n" + content) + "\n"
    }
    if !footer.isEmpty {
      let lines = footer.map { element("p", [:], escaped($0)) + "\n" }.joined()
      body += element("footer", [:], "\n" + lines) + "\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(escaped(title))</title>
      <style>
      \(Self.stylesheet)
      </style>
      </head>
      <body>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  private static func html(_ result: Result) -> String {
    func span(_ name: String, _ text: String) -> String {
      text.isEmpty ? "" : element("span", ["class": name], escaped(text))
    }
    let uncertainty = result.uncertainty.isEmpty ? "" : "\u{2009}±\u{2009}" + result.uncertainty
    var content = element("div", ["class": "name"], escaped(result.name)) + "\n"
    content +=
      element(
        "div", ["class": "number"],
        span("value", result.value.isEmpty ? "–" : result.value) + span("uncertainty", uncertainty)
          + (result.unit.isEmpty ? "" : " ") + span("unit", result.unit)) + "\n"
    if !result.note.isEmpty { content += element("div", ["class": "note"], escaped(result.note)) + "\n" }
    if let holds = result.holds {
      content +=
        element("div", ["class": holds ? "holds" : "fails"], holds ? "✓ as expected" : "✗ not as expected") + "\n"
    }
    return element("div", ["class": "result"], "\n" + content) + "\n"
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .paragraph(let text):
      return element("p", [:], escaped(text)) + "\n"
    case .table(let table, let caption):
      return element("div", ["class": "table"], "\n" + table.html(caption: caption)) + "\n"
    case .figure(let figure, let caption):
      let words = caption.isEmpty ? "" : element("figcaption", [:], escaped(caption)) + "\n"
      return element("figure", [:], "\n" + figure.svg() + words) + "\n"
    case .preformatted(let text):
      return element("pre", [:], escaped(text)) + "\n"
    }
  }
}

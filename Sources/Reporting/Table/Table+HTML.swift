extension Table {
  /// The table as an HTML `<table>`, everything escaped. Alignment is a class (`left`, `center`, `right`) that
  /// ``HTMLReport`` styles. A caption, if not empty, becomes `<caption>`.
  public func html(caption: String = "") -> String {
    let heads = columns.map { element("th", ["scope": "col", "class": $0.alignment.name], escaped($0.title)) }
    let body = rows.map { row in
      element(
        "tr", [:], zip(row, columns).map { element("td", ["class": $1.alignment.name], escaped($0)) }.joined())
    }
    return element(
      "table", [:],
      (caption.isEmpty ? "" : element("caption", [:], escaped(caption)))
        + element("thead", [:], element("tr", [:], heads.joined()))
        + "\n" + element("tbody", [:], "\n" + body.map { $0 + "\n" }.joined())) + "\n"
  }
}

extension Table.Alignment {
  fileprivate var name: String {
    switch self {
    case .left: "left"
    case .center: "center"
    case .right: "right"
    }
  }
}

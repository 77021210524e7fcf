import Reporting
import Testing

@Suite struct HTMLReportTests {
  @Test func theExampleIsWellFormedAndSelfContained() throws {
    let html = exampleReport().html()
    #expect(markupFault(html) == nil)
    for reference in ["src=", "href=", "url(", "@import", "<script"] { #expect(!html.contains(reference)) }
    #expect(html.contains("<meta charset=\"utf-8\"/>"))
    #expect(html == exampleReport().html())
    try leave(html, as: "report.html")
  }

  @Test func everythingIsEscaped() {
    let evil = "</p><script>alert(\"&\")</script>"
    var report = HTMLReport(title: evil, subtitle: evil)
    report.headline = [.init(evil, value: evil, uncertainty: evil, unit: evil, note: evil, holds: false)]
    var table = Table([.init(evil)])
    table.append(evil)
    let figure = Figure(title: evil, x: .init(evil), y: .init(evil))
    report.sections = [
      .init(
        evil,
        [.paragraph(evil), .table(table, caption: evil), .figure(figure, caption: evil), .preformatted(evil)])
    ]
    report.footer = [evil]
    #expect(markupFault(report.html()) == nil)
    #expect(!report.html().contains("<script"))
  }

  @Test func anEmptyPageIsAPage() {
    #expect(markupFault(HTMLReport(title: "").html()) == nil)
  }
}

import Reporting
import Testing

@Suite struct TableTests {
  private var table: Table {
    var table = Table([.init("quantity"), .init("value", .right), .init("holds", .center)])
    table.append("g²(0)", "0.143 ± 0.005", "yes")
    table.append("lifetime τ", "1.2 µs", "no")
    table.append("note")
    return table
  }

  @Test func text() {
    #expect(
      table.text() == """
        quantity            value  holds
        ──────────  ─────────────  ─────
        g²(0)       0.143 ± 0.005   yes
        lifetime τ         1.2 µs   no
        note

        """)
  }

  @Test func widthsOfCharacters() {
    #expect(terminalWidth("± µ τ") == 5)
    #expect(terminalWidth("e\u{301}") == 1)
    #expect(terminalWidth("光子") == 4)
    #expect(terminalWidth("🙂") == 2)
    #expect(terminalWidth("") == 0)
  }

  @Test func csvFollowsRFC4180() {
    var table = Table([.init("a,b"), .init("c")])
    table.append("say \"hi\"", "two\r\nlines")
    table.append("plain", "1\n2")
    #expect(table.csv() == "\"a,b\",c\r\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\nplain,\"1\n2\"\r\n")
  }

  @Test func htmlIsEscapedAndWellFormed() {
    var table = table
    table.append("<b>&\"'", "", "")
    let html = table.html(caption: "a < b")
    #expect(markupFault(html) == nil)
    #expect(html.contains("&lt;b&gt;&amp;&quot;&#39;"))
    #expect(html.contains("<caption>a &lt; b</caption>"))
    #expect(markupFault(Table([]).html()) == nil)
  }

  @Test func lineBreaksDoNotBreakTheTextTable() {
    var table = Table([.init("a")])
    table.append("x\ny\tz")
    #expect(table.text() == "a\n─────\nx y z\n")
  }
}

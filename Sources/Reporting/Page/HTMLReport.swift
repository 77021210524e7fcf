/// A page that tells the result of a run: headline numbers on top, then sections of text, tables and figures.
///
/// The page holds everything it needs (style, pictures), opens without a network and prints well. All text given to it
/// is escaped. The same report gives the same bytes.
///
///     var report = HTMLReport(title: "Single photons from a quantum dot in a fibre")
///     report.headline.append(.init("g²(0)", value: "0.143", uncertainty: "0.005"))
///     report.sections.append(.init("Correlation", [.paragraph("…"), .figure(figure, caption: "…")]))
///     let page = report.html()
public struct HTMLReport: Sendable {
  /// The heading of the page.
  public var title: String
  /// A line under the heading; empty for none.
  public var subtitle: String
  /// The results that matter most, in large figures.
  public var headline: [Result] = []
  /// What follows, in order.
  public var sections: [Section] = []
  /// Small print at the end, one line each: version, seed, command.
  public var footer: [String] = []

  /// An empty page.
  public init(title: String, subtitle: String = "") {
    self.title = title
    self.subtitle = subtitle
  }

  /// One large number.
  public struct Result: Sendable, Hashable {
    /// What it is: "g²(0)".
    public var name: String
    /// The number, rounded for reading.
    public var value: String
    /// Its uncertainty, without the "±"; empty for none.
    public var uncertainty: String
    /// Its unit; empty for a pure number.
    public var unit: String
    /// A few words below: "paper: 0.15 ± 0.01"; empty for none.
    public var note: String
    /// Whether it meets what was expected; nil when nothing was.
    public var holds: Bool?

    /// A result given as text.
    public init(
      _ name: String, value: String, uncertainty: String = "", unit: String = "", note: String = "",
      holds: Bool? = nil
    ) {
      self.name = name
      self.value = value
      self.uncertainty = uncertainty
      self.unit = unit
      self.note = note
      self.holds = holds
    }

    /// A result given as numbers, rounded by ``RoundedMeasurement``.
    public init(
      _ name: String, _ value: Double, uncertainty: Double, unit: String = "", note: String = "", holds: Bool? = nil
    ) {
      let rounded = RoundedMeasurement(value, uncertainty)
      let power = rounded.exponent == 0 ? "" : "×10" + NumberFormat.superscript(rounded.exponent)
      self.init(
        name, value: rounded.value, uncertainty: rounded.uncertainty ?? "",
        unit: [power, unit].filter { !$0.isEmpty }.joined(separator: " "), note: note, holds: holds)
    }
  }

  /// A part of the page under its own heading.
  public struct Section: Sendable {
    /// The heading.
    public var heading: String
    /// What stands under it.
    public var blocks: [Block]

    /// A section.
    public init(_ heading: String, _ blocks: [Block] = []) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// A piece of a section.
  public enum Block: Sendable {
    /// Running text.
    case paragraph(String)
    /// A table with a caption above it; empty for none.
    case table(Table, caption: String)
    /// A figure with a caption below it; empty for none.
    case figure(Figure, caption: String)
    /// Text whose line breaks and blanks count: a scenario, a command.
    case preformatted(String)
  }
}

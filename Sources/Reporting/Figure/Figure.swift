/// A plot as one self-contained SVG text: panels above each other that share the horizontal axis.
///
///     var figure = Figure(
///       title: "Decay", x: .init("delay", unit: "ns"), y: .init("counts per bin", scale: .log),
///       series: [.steps(start: 0, width: 0.064, heights: counts, label: "data")])
///     figure.panels.append(Figure.Panel(y: .init("residual / σ"), series: [residuals], heightShare: 0.35))
///     let svg = figure.svg()
///
/// The same figure gives the same bytes. Series of any length are thinned to what the picture can show, extremes kept.
/// Numbers that are not finite, and numbers not above zero on a logarithmic axis, are left out.
public struct Figure: Sendable {
  /// The heading; empty for none.
  public var title: String
  /// The horizontal axis of all panels.
  public var x: Axis
  /// The panels from top to bottom.
  public var panels: [Panel]
  /// Lines behind the data at the labelled ticks.
  public var grid: Grid = .horizontal
  /// Whether a unit is equally long on both axes, as for a picture of a place. Panels then shrink to fit, and the picture
  /// becomes as high as they need.
  public var isToScale = false
  /// Width in pixels at natural size; the picture scales.
  public var width = 760.0
  /// Height in pixels at natural size.
  public var height = 420.0

  /// Which ticks carry a line across the panel.
  public enum Grid: Sendable {
    /// `horizontal`: lines at the ticks of the vertical axis. `both`: also at those of the horizontal one.
    case none, horizontal, both
  }

  /// A figure of one panel; append to ``panels`` for more.
  public init(title: String = "", x: Axis, y: Axis, series: [Series] = [], marks: [Mark] = []) {
    self.title = title
    self.x = x
    panels = [Panel(y: y, series: series, marks: marks)]
  }

  /// One plot area with its own vertical axis.
  public struct Panel: Sendable {
    /// The vertical axis.
    public var y: Axis
    /// Words in the panel's upper left corner; empty for none.
    public var title = ""
    /// Coloured cells behind everything else; nil for none.
    public var heatMap: HeatMap?
    /// What is plotted, later ones on top.
    public var series: [Series]
    /// Lines and shades that explain.
    public var marks: [Mark]
    /// Height relative to the other panels.
    public var heightShare: Double

    /// A panel.
    public init(y: Axis, series: [Series], marks: [Mark] = [], heightShare: Double = 1) {
      self.y = y
      self.series = series
      self.marks = marks
      self.heightShare = heightShare
    }
  }
}

/// A click on its way from a detector to the electronics.
///
/// A recording without truth needs the edge alone. The passes are written once and compiled for both kinds.
protocol Click: BitwiseCopyable, Sendable {
  /// The time of its electrical edge, with jitter and cable delay, in `FineTime` units.
  var edge: Int64 { get }
  /// Where it comes from; `nil` for clicks that do not carry it.
  var cause: ClickCause? { get }
  /// Whether clicks of this kind carry their cause.
  static var carriesCause: Bool { get }

  init(edge: Int64, cause: ClickCause)
}

/// Where a click comes from.
struct ClickCause: BitwiseCopyable, Sendable, Codable {
  /// When the avalanche began.
  var time: Int64
  /// When the light was emitted; of an afterpulse and a flash, when the avalanche was that brought it about.
  var emission: Int64
  /// The number of the click among the detector's clicks.
  var number: Int64
  /// For an afterpulse or crosstalk, the number of the click that caused it among its detector's clicks; −1 otherwise.
  var parent: Int64
  var origin: UInt16
  /// The detector of that click.
  var parentDetector: UInt16 = 0
}

/// A click without its cause.
struct BareClick: Click {
  var edge: Int64
  var cause: ClickCause? { nil }
  static var carriesCause: Bool { false }

  @inline(__always)
  init(edge: Int64, cause: ClickCause) { self.edge = edge }
}

/// A click with its cause.
struct TracedClick: Click {
  var edge: Int64
  private var known: ClickCause
  var cause: ClickCause? { known }
  static var carriesCause: Bool { true }

  @inline(__always)
  init(edge: Int64, cause: ClickCause) {
    self.edge = edge
    known = cause
  }
}

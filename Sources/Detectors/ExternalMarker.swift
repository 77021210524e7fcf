/// A signal from outside, such as the line clock of a scanner, that the instrument writes among its records.
public struct ExternalMarker: Sendable, Hashable {
  /// The line it comes on, 1 to ``InstrumentFamily/markerLines``; the record's bit number `line` − 1.
  public var line: Int
  /// When it comes.
  public var times: Times

  /// When markers come, in seconds since the start of the recording.
  public enum Times: Sendable, Hashable {
    /// At `first`, `first` + `period`, …
    case periodic(first: Double, period: Double)
    /// At these times, in order.
    case listed([Double])
  }

  /// A marker on a line, 1 to ``InstrumentFamily/markerLines``.
  public init(line: Int, times: Times) {
    self.line = line
    self.times = times
  }
}

/// The memory of an instrument in which records wait for the computer.
///
/// The computer reads every millisecond; more records than fit end the recording.
public struct RecordBuffer: Sendable, Hashable {
  /// How many records fit.
  public var records: Int
  /// How many records a second the computer reads at most.
  public var readoutRateHz: Double

  /// A buffer from its size in records and the rate in Hz at which it is read.
  public init(records: Int, readoutRateHz: Double) {
    self.records = records
    self.readoutRateHz = readoutRateHz
  }
}

/// How long each channel of a recording could record, in seconds. The two do not simply add up to the dead time of a channel:
/// after a record both are dead at once.
public struct LiveTimes: Sendable, Hashable {
  /// Per detector, the time it was not dead. While its efficiency recovers it counts as alive.
  public var detectorSeconds: [Double]
  /// Per detector, the time that the input of the electronics it is wired to was not dead.
  public var inputSeconds: [Double]

  /// The times of the detectors and of their inputs, in seconds.
  public init(detectorSeconds: [Double], inputSeconds: [Double]) {
    self.detectorSeconds = detectorSeconds
    self.inputSeconds = inputSeconds
  }
}

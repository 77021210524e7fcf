/// A photon, dark count, afterpulse or flash that left no record, and where it was lost.
@frozen
public struct LostEvent: Sendable, Hashable, BitwiseCopyable {
  /// When the photon was emitted, in sixteenths of a picosecond since the start; of a dark count, afterpulse or flash, when it
  /// would have begun an avalanche.
  public var time: Int64
  /// Index into the table of origins.
  public var origin: UInt16
  /// Index into the table of places.
  public var place: UInt16

  /// What was lost at a place; the time in sixteenths of a picosecond.
  @inlinable
  public init(time: Int64, origin: UInt16, place: UInt16) {
    self.time = time
    self.origin = origin
    self.place = place
  }
}

/// Where a simulated recording can lose something.
public struct LossPlaceTable: Sendable, Codable {
  /// One place.
  public struct Place: Sendable, Hashable, Codable {
    /// What class of place it is, in the order in which light meets them.
    public enum Kind: String, Sendable, CaseIterable, Codable {
      /// Not collected into the path.
      case coupling
      /// A loss on the way to the filters: guide, propagation, facet, fibre.
      case loss
      /// A filter before the beamsplitter.
      case filter
      /// A beamsplitter's port without a detector.
      case port
      /// Behind the beamsplitter, in an arm: its filters, and the loss of the beamsplitter itself.
      case arm
      /// Not detected: the efficiency of a detector that is ready.
      case efficiency
      /// In the dead time of a detector.
      case detectorDead = "detector dead"
      /// In a detector whose efficiency is still low after its dead time.
      case recovery
      /// In the dead time of the electronics.
      case electronicsDead = "electronics dead"
      /// In the buffer that overran, which ended the recording.
      case buffer
      /// Not lost, but too late: its click comes when the recording has ended (or before it begins).
      case outside
    }
    /// What class of place it is.
    public var kind: Kind
    /// What it is, for example "fibre" or "SPCM-AQRH-14, arm 1".
    public var name: String
    /// The number of the detector (0, 1, …) that it belongs to; −1 for what belongs to all.
    public var detector: Int

    /// A place; give `detector` for what belongs to one of them.
    public init(kind: Kind, name: String, detector: Int = -1) {
      self.kind = kind
      self.name = name
      self.detector = detector
    }
  }
  /// The places; ``LostEvent/place`` is an index into them.
  public var places: [Place]

  /// A table of places in the order of their numbers.
  public init(_ places: [Place] = []) { self.places = places }
}

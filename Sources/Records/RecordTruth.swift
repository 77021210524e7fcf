/// The cause of one record of a simulated recording. Never read by `Analysis`.
///
/// `origin` indexes the recording's ``OriginTable``.
@frozen
public struct RecordTruth: Sendable, Hashable {
  /// Index into the table of origins: which transition of which emitter, which background component, which dark count …
  public var origin: UInt16
  /// When the light was emitted, in sixteenths of a picosecond since the start. Of an afterpulse and of crosstalk the instant
  /// of the avalanche that brought it about, of a dark count that of its own.
  public var emissionTime: Int64
  /// When the avalanche began, in sixteenths of a picosecond: before jitter, cable delay and quantisation. Light takes no time
  /// on its way, so that a photon's is its time of emission, unless a detector still dead gave its click only at the end of
  /// the dead time (twilight).
  public var detectionTime: Int64
  /// For afterpulses and crosstalk: the number of the record that caused it, counted over photon records from 0; −1 otherwise
  /// (also when the parent click itself was lost in the electronics).
  public var parent: Int64

  /// The truth of one record; times in sixteenths of a picosecond, `parent` −1 for none.
  @inlinable
  public init(origin: UInt16, emissionTime: Int64, detectionTime: Int64, parent: Int64 = -1) {
    self.origin = origin
    self.emissionTime = emissionTime
    self.detectionTime = detectionTime
    self.parent = parent
  }
}

/// What the origins of a simulated recording mean.
public struct OriginTable: Sendable, Codable {
  /// One possible cause.
  public struct Origin: Sendable, Hashable, Codable {
    /// The kind of cause.
    public enum Kind: String, Sendable, CaseIterable, Codable {
      /// A photon of an emitter, of the background or of the laser, a dark count, an afterpulse, or light from another
      /// detector.
      case emission, background, leak, dark, afterpulse, crosstalk
    }
    /// What class of cause it is; emissions are signal, everything else is not.
    public var kind: Kind
    /// What it is, for example "nanocrystal/neutral/X→0" or "silver band 617 nm".
    public var name: String
    /// The number of the emitter (0, 1, …) for emissions; −1 otherwise.
    public var emitter: Int

    /// A cause; give `emitter` (0, 1, …) for emissions only.
    public init(kind: Kind, name: String, emitter: Int = -1) {
      self.kind = kind
      self.name = name
      self.emitter = emitter
    }
  }
  /// The causes; ``RecordTruth/origin`` is an index into them.
  public var origins: [Origin]

  /// A table of causes in the order of their numbers; at most 65,536 fit a record.
  public init(_ origins: [Origin] = []) { self.origins = origins }
}

/// A change of a hidden slow state, for the list of changes stored beside the records.
@frozen
public struct StateChange: Sendable, Hashable {
  /// When the state begins, in sixteenths of a picosecond since the start.
  public var time: Int64
  /// The number of the emitter.
  public var emitter: UInt16
  /// The state that begins (index into the emitter's list of state names).
  public var state: UInt16

  /// A change of `emitter` into `state` at `time`, in sixteenths of a picosecond.
  @inlinable
  public init(time: Int64, emitter: UInt16, state: UInt16) {
    self.time = time
    self.emitter = emitter
    self.state = state
  }
}

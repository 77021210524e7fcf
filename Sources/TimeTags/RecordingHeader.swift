/// What the header of a time-tag file says about the recording, whatever the container.
public struct RecordingHeader: Sendable {
  /// The container the recording came from or goes to, for example "PTU", "PT3", "Photon-HDF5".
  public var format: String
  /// T2 or T3.
  public var mode: MeasurementMode
  /// The record layout; `nil` for containers without PicoQuant records (Photon-HDF5).
  public var recordType: RecordType?
  /// The unit of `TimeTag.macroTime` in seconds: 4e-12 for PicoHarp T2, the sync period for T3.
  public var macroTimeUnitSeconds: Double
  /// The unit of `TimeTag.nanotime` in seconds; `nil` in T2.
  public var nanotimeUnitSeconds: Double?
  /// The sync rate in Hz as the instrument measured it (T3); in a PicoHarp T2 file this field is the rate at input 0.
  public var syncRateHz: Double?
  /// The laser's repetition rate in Hz where the file tells it (T3: the sync rate; T2 files seldom do).
  public var laserRepetitionRateHz: Double?
  /// The number of records the header announces, overflows included; `nil` when the file does not say.
  public var announcedRecords: Int?
  /// The acquisition time the header states, in seconds.
  public var acquisitionTimeSeconds: Double?
  /// Name and version of the program that wrote the file.
  public var creator: String
  /// The instrument, for example "PicoHarp 300".
  public var hardware: String
  /// The free comment of the file.
  public var comment: String
  /// True when the comment or header marks the recording as interrupted before its planned end.
  public var isPartial: Bool

  /// A header from its parts; leave out what the file does not say. T3 needs `nanotimeUnitSeconds`.
  public init(
    format: String, mode: MeasurementMode, recordType: RecordType?, macroTimeUnitSeconds: Double,
    nanotimeUnitSeconds: Double? = nil, syncRateHz: Double? = nil, laserRepetitionRateHz: Double? = nil,
    announcedRecords: Int? = nil, acquisitionTimeSeconds: Double? = nil, creator: String = "", hardware: String = "",
    comment: String = "", isPartial: Bool = false
  ) {
    self.format = format
    self.mode = mode
    self.recordType = recordType
    self.macroTimeUnitSeconds = macroTimeUnitSeconds
    self.nanotimeUnitSeconds = nanotimeUnitSeconds
    self.syncRateHz = syncRateHz
    self.laserRepetitionRateHz = laserRepetitionRateHz
    self.announcedRecords = announcedRecords
    self.acquisitionTimeSeconds = acquisitionTimeSeconds
    self.creator = creator
    self.hardware = hardware
    self.comment = comment
    self.isPartial = isPartial
  }
}

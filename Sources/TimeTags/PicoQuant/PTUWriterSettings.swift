/// What a PTU file says about itself besides its records.
public struct PTUWriterSettings: Sendable {
  /// The moment the file claims to have been made (tag `File_CreatingTime`).
  public var creationTime: CreationTime
  /// 128 bits that identify the recording (tag `File_GUID`); derive them from the seed and the scenario.
  public var identifier: (high: UInt64, low: UInt64)
  /// The sync rate in Hz: needed in T3, where one sync period is the unit of the macro time. In T2 a PicoHarp notes the
  /// rate at input 0 there, which the writer does at the end; the others that of their sync input, if it has a signal.
  public var syncRateHz: Double?
  /// The repetition rate of the laser in Hz, if it is pulsed (tag `UsrLaserRepetitionRate`).
  public var laserRepetitionRateHz: Double?
  /// The smallest time unit of the instrument in picoseconds; without it that of the record type's usual model. It is the
  /// unit of the macro time in T2.
  public var baseResolutionPicoseconds: Int?
  /// How many inputs the instrument has for detectors; without it as many as a bench for coincidences takes.
  public var detectorInputs: Int?
  /// Of so many laser pulses one reaches the clock of the sync input (tag `HWSync_Divider`).
  public var syncDivider: Int
  /// The unit of the nanotime in picoseconds: a multiple of the base resolution. In T2 it is the width of a time unit.
  public var nanotimeUnitPicoseconds: Int
  /// The program that writes (tag `CreatorSW_Name`).
  public var creatorName: String
  /// The version of that program (tag `CreatorSW_Version`).
  public var creatorVersion: String
  /// Free text (tag `File_Comment`); what Latin-1 cannot express becomes "?".
  public var comment: String

  /// Settings from their parts; in T3 a writer needs a sync rate and a nanotime unit of whole base resolutions.
  ///
  /// - Parameter identifier: 128 bits that identify the recording.
  public init(
    creationTime: CreationTime, identifier: (high: UInt64, low: UInt64), syncRateHz: Double? = nil,
    laserRepetitionRateHz: Double? = nil, baseResolutionPicoseconds: Int? = nil, detectorInputs: Int? = nil,
    syncDivider: Int = 1, nanotimeUnitPicoseconds: Int = 4, creatorName: String = "Antibunch",
    creatorVersion: String = "1.0", comment: String = ""
  ) {
    self.creationTime = creationTime
    self.identifier = identifier
    self.syncRateHz = syncRateHz
    self.laserRepetitionRateHz = laserRepetitionRateHz
    self.baseResolutionPicoseconds = baseResolutionPicoseconds
    self.detectorInputs = detectorInputs
    self.syncDivider = syncDivider
    self.nanotimeUnitPicoseconds = nanotimeUnitPicoseconds
    self.creatorName = creatorName
    self.creatorVersion = creatorVersion
    self.comment = comment
  }
}

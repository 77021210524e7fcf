/// What a Photon-HDF5 file says about itself besides its photons.
public struct PhotonHDF5Settings: Sendable, Codable {
  /// One detector of the set-up.
  public struct Detector: Sendable, Hashable, Codable {
    /// The channel of its tags.
    public var channel: UInt8
    /// Its name, for example "transmitted arm".
    public var name: String
    /// Dark counts per second; `nil` when unknown.
    public var darkCountRateHz: Double?
    /// The probability that a click is followed by an afterpulse; `nil` when unknown.
    public var afterpulsingProbability: Double?

    /// A detector by its channel; leave out what is not known of it.
    public init(
      channel: UInt8, name: String, darkCountRateHz: Double? = nil, afterpulsingProbability: Double? = nil
    ) {
      self.channel = channel
      self.name = name
      self.darkCountRateHz = darkCountRateHz
      self.afterpulsingProbability = afterpulsingProbability
    }
  }

  /// T2 (timestamps only) or T3 (timestamps count sync pulses; nanotimes beside them).
  public var mode: MeasurementMode
  /// The unit of the timestamps in seconds: 4e-12 for PicoHarp T2, the sync period in T3.
  public var macroTimeUnitSeconds: Double
  /// The unit of the nanotimes in seconds; needed in T3.
  public var nanotimeUnitSeconds: Double?
  /// The number of nanotime bins the instrument has; needed in T3. 4096 in a PicoHarp 300.
  public var nanotimeBins: Int
  /// The repetition rate of the laser in Hz; `nil` when the excitation is continuous.
  public var laserRepetitionRateHz: Double?
  /// The wavelength of the excitation in metres; `nil` when unknown.
  public var excitationWavelengthMeters: Double?
  /// The centre of the detected band in metres; `nil` when unknown.
  public var detectionWavelengthMeters: Double?
  /// The detectors; every tag's channel must be one of theirs.
  public var detectors: [Detector]
  /// The moment the file claims to have been made.
  public var creationTime: CreationTime
  /// Free text about the recording.
  public var comment: String
  /// The program that writes.
  public var software: String
  /// The version of that program.
  public var softwareVersion: String
  /// What the origins of the truth mean; `nil` for a file without truth.
  public var origins: OriginTable?
  /// For each emitter, what its states are.
  public var states: [[StateDescription]]
  /// What the places of lost photons mean; `nil` for a file without them. Needs `origins`.
  public var lossPlaces: LossPlaceTable?

  /// Settings from their parts; contradictions, such as T3 without nanotime unit, are thrown by
  /// ``PhotonHDF5Writer/init(path:settings:)``.
  public init(
    mode: MeasurementMode, macroTimeUnitSeconds: Double, nanotimeUnitSeconds: Double? = nil, nanotimeBins: Int = 4096,
    laserRepetitionRateHz: Double? = nil, excitationWavelengthMeters: Double? = nil,
    detectionWavelengthMeters: Double? = nil, detectors: [Detector], creationTime: CreationTime, comment: String = "",
    software: String = "Antibunch", softwareVersion: String = "1.0", origins: OriginTable? = nil,
    states: [[StateDescription]] = [], lossPlaces: LossPlaceTable? = nil
  ) {
    self.mode = mode
    self.macroTimeUnitSeconds = macroTimeUnitSeconds
    self.nanotimeUnitSeconds = nanotimeUnitSeconds
    self.nanotimeBins = nanotimeBins
    self.laserRepetitionRateHz = laserRepetitionRateHz
    self.excitationWavelengthMeters = excitationWavelengthMeters
    self.detectionWavelengthMeters = detectionWavelengthMeters
    self.detectors = detectors
    self.creationTime = creationTime
    self.comment = comment
    self.software = software
    self.softwareVersion = softwareVersion
    self.origins = origins
    self.states = states
    self.lossPlaces = lossPlaces
  }
}

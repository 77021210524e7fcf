/// The readings of a spectrometer's camera, all exposures added up, and the truth about them.
public struct SimulatedSpectrum: Sendable {
  /// Counts per pixel, offset included.
  public internal(set) var counts: [Int]
  /// Photoelectrons by cause: each emitter and each background component, as the bench names and orders them.
  public internal(set) var photoelectrons: [(name: String, electrons: Int)]
  /// Photoelectrons whose line spread carried them beyond the ends of the sensor.
  public internal(set) var besideSensor = 0
  /// Electrons of dark current.
  public internal(set) var darkElectrons = 0
  /// Hits of cosmic rays, and the electrons they left.
  public internal(set) var cosmicHits = 0
  /// Electrons that cosmic rays left.
  public internal(set) var cosmicElectrons = 0
  /// Readings that were cut off at the converter's largest number.
  public internal(set) var saturatedReadings = 0
  /// Exposures that were read out: fewer than asked for when the simulation was stopped.
  public internal(set) var exposures = 0
}

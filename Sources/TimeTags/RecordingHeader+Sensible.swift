extension RecordingHeader {
  /// Units of time with which records mean something, in seconds.
  static var sensibleUnits: ClosedRange<Double> { 1e-15...1000 }

  /// The header with rates and times left out that cannot be (negative, endless, not numbers, a terahertz).
  ///
  /// - Throws: ``TimeTagError/corrupt(path:reason:)`` for a unit of time that makes the records meaningless: not between a
  ///   femtosecond and 1000 seconds. 0 stands for an unknown macro time unit.
  func sensible(path: String) throws(TimeTagError) -> RecordingHeader {
    for unit in [macroTimeUnitSeconds == 0 ? nil : macroTimeUnitSeconds, nanotimeUnitSeconds] {
      if let unit, !(Self.sensibleUnits ~= unit) {
        throw .corrupt(path: path, reason: "its header gives \(unit) s as a unit of time")
      }
    }
    func rate(_ hertz: Double?) -> Double? { hertz.flatMap { $0 > 0 && $0 <= 1e12 ? $0 : nil } }
    var header = self
    header.syncRateHz = rate(syncRateHz)
    header.laserRepetitionRateHz = rate(laserRepetitionRateHz)
    header.acquisitionTimeSeconds = acquisitionTimeSeconds.flatMap { $0 >= 0 && $0 < 1e12 ? $0 : nil }
    return header
  }
}

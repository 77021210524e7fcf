/// A bright spot of a count image: a round Gaussian on its local background.
public struct Spot: Codable, Sendable, Hashable {
  /// Its centre along x, in micrometres from the first pixel.
  public var x: MeasuredValue
  /// Its centre along y, in micrometres from the first pixel.
  public var y: MeasuredValue
  /// Full width at half maximum in micrometres; an uncertainty of 0 where the fit needed it given.
  public var fwhm: MeasuredValue
  /// Counts per second in its centre above the background.
  public var countsPerSecond: MeasuredValue
  /// Counts per second of the background in its centre.
  public var backgroundCountsPerSecond: Double
  /// The largest probability, over the sides looked at, that the background there gives as many counts.
  public var falseAlarmProbability: Double
  /// Pearson's χ² per degree of freedom of the fit; well above 1 where the light was not steady. `nil` where no fit was
  /// possible and the brightest pixel stands for the centre.
  public var chi2Reduced: Double?
}

/// How spots are looked for.
public struct SpotOptions: Sendable, Hashable {
  /// The width a spot is expected to have (full width at half maximum), in micrometres.
  public var fwhmMicrometers: Double
  /// The mean number of spots found by chance in an image without any, at most.
  public var falseAlarmsPerImage: Double

  /// Options; both above 0.
  public init(fwhmMicrometers: Double, falseAlarmsPerImage: Double = 0.01) {
    self.fwhmMicrometers = fwhmMicrometers
    self.falseAlarmsPerImage = falseAlarmsPerImage
  }
}

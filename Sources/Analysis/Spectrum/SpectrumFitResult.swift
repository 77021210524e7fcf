/// What ``fitSpectrum(_:noise:options:)`` found.
public struct SpectrumFitResult: Codable, Sendable, Hashable {
  /// One line or band.
  public struct Line: Codable, Sendable, Hashable {
    /// Its maximum, in nm.
    public var centerNm: MeasuredValue
    /// Its own full width at half maximum, in nm, without the instrument's line spread; 0 where it is no wider than that.
    public var fwhmNm: MeasuredValue
    /// The width as the instrument shows it, in nm.
    public var apparentFwhmNm: Double
    /// The line's height as it appears, in counts per pixel where the response is largest.
    public var amplitude: MeasuredValue
    /// Its counts where the response is as large everywhere.
    public var area: MeasuredValue
    /// Its counts in the pixels of the spectrum, as recorded.
    public var counts: Double

    enum CodingKeys: String, CodingKey {
      case centerNm = "center_nm"
      case centerNmUncertainty = "center_nm_uncertainty"
      case fwhmNm = "fwhm_nm"
      case fwhmNmUncertainty = "fwhm_nm_uncertainty"
      case apparentFwhmNm = "apparent_fwhm_nm"
      case amplitude
      case amplitudeUncertainty = "amplitude_uncertainty"
      case area = "area_counts"
      case areaUncertainty = "area_counts_uncertainty"
      case counts
    }

    init(
      centerNm: MeasuredValue, fwhmNm: MeasuredValue, apparentFwhmNm: Double, amplitude: MeasuredValue,
      area: MeasuredValue, counts: Double
    ) {
      self.centerNm = centerNm
      self.fwhmNm = fwhmNm
      self.apparentFwhmNm = apparentFwhmNm
      self.amplitude = amplitude
      self.area = area
      self.counts = counts
    }

    /// Reads a line back from its keys.
    public init(from decoder: any Decoder) throws {
      let box = try decoder.container(keyedBy: CodingKeys.self)
      func measured(_ value: CodingKeys, _ uncertainty: CodingKeys) throws -> MeasuredValue {
        MeasuredValue(try box.decode(Double.self, forKey: value), try box.decode(Double.self, forKey: uncertainty))
      }
      centerNm = try measured(.centerNm, .centerNmUncertainty)
      fwhmNm = try measured(.fwhmNm, .fwhmNmUncertainty)
      apparentFwhmNm = try box.decode(Double.self, forKey: .apparentFwhmNm)
      amplitude = try measured(.amplitude, .amplitudeUncertainty)
      area = try measured(.area, .areaUncertainty)
      counts = try box.decode(Double.self, forKey: .counts)
    }

    /// Writes value and uncertainty under keys of their own.
    public func encode(to encoder: any Encoder) throws {
      var box = encoder.container(keyedBy: CodingKeys.self)
      func put(_ measured: MeasuredValue, _ value: CodingKeys, _ uncertainty: CodingKeys) throws {
        try box.encode(measured.value, forKey: value)
        try box.encode(measured.uncertainty, forKey: uncertainty)
      }
      try put(centerNm, .centerNm, .centerNmUncertainty)
      try put(fwhmNm, .fwhmNm, .fwhmNmUncertainty)
      try box.encode(apparentFwhmNm, forKey: .apparentFwhmNm)
      try put(amplitude, .amplitude, .amplitudeUncertainty)
      try put(area, .area, .areaUncertainty)
      try box.encode(counts, forKey: .counts)
    }
  }
  /// The lines by rising wavelength; empty where nothing stands out of the floor.
  public var lines: [Line]
  /// Counts per pixel under the lines.
  public var floor: MeasuredValue
  /// Chi-square per degree of freedom.
  public var chi2Reduced: Double
  /// The fitted counts of every pixel.
  public var fit: [Double]
  /// Pixels that the fit left out: outside the range asked for, or where the response changes within the line spread.
  public var pixelsLeftOut: Int
  /// How the number of lines came about.
  public var decision: String

  enum CodingKeys: String, CodingKey {
    case lines, floor, fit, decision
    case chi2Reduced = "chi2_reduced"
    case pixelsLeftOut = "pixels_left_out"
  }
}

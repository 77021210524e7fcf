/// A spectrum as a camera gives it: counts against wavelength.
public struct MeasuredSpectrum: Sendable, Hashable {
  /// The wavelength at the middle of each pixel, rising, in nanometres.
  public var wavelengthsNanometers: [Double]
  /// Counts of each pixel, with whatever offset they carry.
  public var counts: [Double]
  /// What a light of the same strength at all wavelengths would give per pixel, in any unit: filters, grating and sensor,
  /// as a calibrated lamp shows it; `nil` for the same everywhere.
  public var response: [Double]?

  /// A spectrum of at least two pixels.
  ///
  /// - Throws: ``AnalysisError`` when the columns differ in length, the wavelengths do not rise or a number is not finite.
  public init(wavelengthsNanometers: [Double], counts: [Double], response: [Double]? = nil) throws(AnalysisError) {
    self.wavelengthsNanometers = wavelengthsNanometers
    self.counts = counts
    self.response = response
    guard wavelengthsNanometers.count > 1 else {
      throw AnalysisError("a spectrum needs at least two pixels, found \(wavelengthsNanometers.count)")
    }
    guard counts.count == wavelengthsNanometers.count, counts.count == response?.count ?? counts.count else {
      throw AnalysisError("the columns of a spectrum must be equally long")
    }
    guard (wavelengthsNanometers + counts + (response ?? [])).allSatisfy(\.isFinite) else {
      throw AnalysisError("a spectrum's numbers must be finite")
    }
    guard zip(wavelengthsNanometers, wavelengthsNanometers.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw AnalysisError("the wavelengths of a spectrum must rise from pixel to pixel")
    }
    if let response, !response.contains(where: { $0 > 0 }) || response.contains(where: { $0 < 0 }) {
      throw AnalysisError("the response of a spectrum must not be negative, and not zero everywhere")
    }
  }

  /// Where each pixel begins and, last of all, where the last one ends: half-way between the middles.
  public var edgesNanometers: [Double] {
    let x = wavelengthsNanometers
    let inner = zip(x, x.dropFirst()).map { ($0 + $1) / 2 }
    return [2 * x[0] - inner[0]] + inner + [2 * x[x.count - 1] - inner[inner.count - 1]]
  }
}

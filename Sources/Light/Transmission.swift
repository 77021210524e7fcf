/// The share of light that something passes, against wavelength: a filter, a loss, a coupling, a port of a beamsplitter.
public enum Transmission: Sendable, Hashable {
  /// A table, linear between its points and constant outside it; with a single point the same at every wavelength.
  case table(EfficiencyCurve)
  /// A band-pass by formula.
  case bandPass(SpectralFilter)

  /// The same share, 0 to 1, at every wavelength.
  public static func constant(_ share: Double) -> Transmission { .table(EfficiencyCurve(constant: share)) }

  /// The share at one wavelength, 0 to 1.
  public func value(atNanometers wavelength: Double) -> Double {
    switch self {
    case .table(let curve): curve.value(atNanometers: wavelength)
    case .bandPass(let filter): filter.transmission(atNanometers: wavelength)
    }
  }

  /// The share where it is the same at every wavelength; `nil` where it is not.
  public var constant: Double? {
    if case .table(let curve) = self, curve.values.count == 1 { curve.values[0] } else { nil }
  }
}

extension [Transmission] {
  /// What passes all of them at one wavelength.
  public func value(atNanometers wavelength: Double) -> Double {
    reduce(1) { $0 * $1.value(atNanometers: wavelength) }
  }
}

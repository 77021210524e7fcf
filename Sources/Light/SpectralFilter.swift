private import RandomStreams

/// A band-pass filter: transmission against wavelength.
public struct SpectralFilter: Sendable, Hashable {
  /// The middle of the pass band, in nanometres.
  public var centerNanometers: Double
  /// The full width of the pass band at half of its peak transmission, in nanometres.
  public var bandwidthNanometers: Double
  /// The transmission inside the pass band, 0 to 1.
  public var transmission: Double
  /// The transmission far outside: 10^(−optical density); 0 for none.
  public var leak: Double
  /// How steep the edges are: exp(−ln 2 |2(λ − λ₀)/bandwidth|^(2·order)); `nil` for ideal, vertical edges.
  public var edgeOrder: Double?

  /// A filter around `centerNanometers`, `bandwidthNanometers` (above 0) wide; ideal edges and no leak unless told.
  public init(
    centerNanometers: Double, bandwidthNanometers: Double, transmission: Double = 1, leak: Double = 0,
    edgeOrder: Double? = nil
  ) {
    self.centerNanometers = centerNanometers
    self.bandwidthNanometers = bandwidthNanometers
    self.transmission = transmission
    self.leak = leak
    self.edgeOrder = edgeOrder
  }

  /// The lower and the upper half-transmission wavelength, in nanometres.
  public var edgesNanometers: (lower: Double, upper: Double) {
    (centerNanometers - bandwidthNanometers / 2, centerNanometers + bandwidthNanometers / 2)
  }

  /// The transmission at one wavelength, 0 to 1.
  public func transmission(atNanometers wavelength: Double) -> Double {
    let x = abs(wavelength - centerNanometers) / (bandwidthNanometers / 2)
    guard let edgeOrder else { return x <= 1 ? transmission : leak }
    if x == 0 { return transmission }
    let pass = PortableMath.exp(-0.6931471805599453 * PortableMath.power(x, 2 * edgeOrder))
    return leak + (transmission - leak) * pass
  }
}

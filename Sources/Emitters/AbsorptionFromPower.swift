import Light

extension Excitation {
  /// Photons per second and square centimetre in a spot of even brightness (top hat).
  ///
  /// - Parameters:
  ///   - averagePowerWatts: on the sample.
  ///   - spotDiameterNanometers: of the disc.
  public func photonFlux(averagePowerWatts: Double, spotDiameterNanometers: Double) -> Double {
    let radius = spotDiameterNanometers * 1e-7 / 2
    return photonFlux(averagePowerWatts: averagePowerWatts, areaSquareCentimeters: Double.pi * radius * radius)
  }

  /// Photons per second and square centimetre of a power in an area, such as a guided mode's effective area: the power
  /// divided by the intensity where the emitter is.
  public func photonFlux(averagePowerWatts: Double, areaSquareCentimeters: Double) -> Double {
    photonsPerSecond(averagePowerWatts: averagePowerWatts) / areaSquareCentimeters
  }

  /// The laser's photons per second.
  public func photonsPerSecond(averagePowerWatts: Double) -> Double {
    // One photon carries hc/λ; 1 eV is 1.602176634e-19 J exactly (SI).
    averagePowerWatts / (hcElectronvoltNanometers / wavelengthNanometers * 1.602176634e-19)
  }

  /// What an emitter absorbs in that flux: cross-section times flux, per pulse or per nanosecond.
  ///
  /// - Parameter crossSection: in cm², for a way of weight 1.
  public func absorption(crossSection: Double, photonFlux: Double) -> Emitter.Absorption {
    let rate = crossSection * photonFlux
    if let repetitionRateHz { return .meanPhotonsPerPulse(rate / repetitionRateHz) }
    return .ratePerNanosecond(rate * 1e-9)
  }
}

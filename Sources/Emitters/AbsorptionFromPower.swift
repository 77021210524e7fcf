public import Light

extension Excitation {
  /// Photons per second and square centimetre in a spot of even brightness (top hat).
  ///
  /// - Parameters:
  ///   - averagePowerWatts: on the sample.
  ///   - spotDiameterNanometers: of the disc.
  public func photonFlux(averagePowerWatts: Double, spotDiameterNanometers: Double) -> Double {
    // One photon carries hc/λ; 1 eV is 1.602176634e-19 J exactly (SI).
    let photonEnergy = hcElectronvoltNanometers / wavelengthNanometers * 1.602176634e-19
    let radius = spotDiameterNanometers * 1e-7 / 2
    return averagePowerWatts / photonEnergy / (Double.pi * radius * radius)
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

extension CrossSection {
  /// The effective index below which light leaks away sideways or downwards: the highest index that reaches infinity,
  /// or that of the film's own slab mode at this wavelength (nanometres) if that is higher.
  public func cutoffIndex(wavelengthNanometers: Double) -> Double {
    let open = max(substrateIndex, coverIndex)
    guard let film, film.index > open else { return open }
    let slab = SlabGuide(
      filmIndex: film.index, substrateIndex: substrateIndex, coverIndex: coverIndex,
      thicknessNanometers: film.thicknessNanometers, wavelengthNanometers: wavelengthNanometers)
    return slab.effectiveIndex(.te, order: 0) ?? open
  }
}

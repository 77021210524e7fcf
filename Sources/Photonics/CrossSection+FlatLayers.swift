extension CrossSection {
  /// Whether it is flat layers and no more.
  public var isFlat: Bool { strip == nil && guide == nil }

  /// The height of the highest solid surface at x, in nanometres.
  public func surface(atX x: Double) -> Double {
    guard let strip, abs(x - strip.offsetNanometers) <= strip.widthNanometers / 2 else { return stripBottomNanometers }
    return stripBottomNanometers + strip.heightNanometers
  }

  /// The total rate of a dipole above the cross-section with every part but the strip taken as a flat layer: the film, and
  /// the exchanged guide as a layer of its depth and peak index. Near a guide some wavelengths wide it is within a percent
  /// of the true rate; near a strip it is not.
  ///
  /// - Parameters:
  ///   - height: above the highest layer, in nanometres.
  ///   - wavelength: in vacuum, in nanometres.
  /// - Throws: `PlanarStackError`.
  public func flatLayerRate(
    heightNanometers height: Double, wavelengthNanometers wavelength: Double
  ) throws(PlanarStackError) -> RateOverFreeSpace {
    try PlanarDipole(
      above: flatLayers(), distanceNanometers: height, wavelengthNanometers: wavelength
    ).totalRate()
  }

  /// Every part but the strip as a flat layer: the film, and the exchanged guide as one of its depth and peak index.
  ///
  /// - Throws: `PlanarStackError`.
  public func flatLayers() throws(PlanarStackError) -> PlanarStack {
    var layers: [PlanarStack.Layer] = []
    if let film { layers.append(.init(thicknessNanometers: film.thicknessNanometers, refractiveIndex: film.index)) }
    if let guide { layers.append(.init(thicknessNanometers: guide.depthNanometers, refractiveIndex: guide.peakIndex)) }
    return try PlanarStack(indexAbove: coverIndex, layers: layers, indexBelow: substrateIndex)
  }
}

import Glibc
import Photonics
import Reporting
import Scenarios

/// What the surroundings do to the dipole of a guide file: how fast it decays, and what an objective sees of it.
struct DipoleSurroundings {
  /// All that it emits, over its rate in free space.
  var total: DipoleRate
  /// The same on the bare substrate, averaged over orientations.
  var averageOnSubstrate: Double
  /// Into the file's objective, over the rate in free space.
  var collected: DipoleRate?
  /// How the total rate was found.
  var note: String

  /// Beside a strip by the integral over k_z on the grid for maps; over flat layers exactly.
  init(_ guide: Guide, heightNanometers height: Double, at point: GridSpacing.Point) throws {
    let section = guide.crossSection
    let wavelength = guide.wavelengthNanometers
    let threads = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let dipole = StripDipole(section, wavelengthNanometers: wavelength, at: point, spacing: .coarseDipole)
    if section.strip == nil {
      let flat = try section.flatLayerRate(heightNanometers: height, wavelengthNanometers: wavelength)
      total = DipoleRate(x: flat.parallel, y: flat.perpendicular, z: flat.parallel)
      note = "the total rate is that of flat layers"
      if section.guide != nil { note += ": the exchanged guide as a layer of its depth and peak index" }
    } else {
      let bar = ProgressBar("total rate")
      defer { bar.finish() }
      total = try dipole.totalRate(threads: threads) { bar.update(fraction: $0) }
      note = "the total rate beside the strip is good to half a percent"
    }
    var bare = section
    (bare.guide, bare.film, bare.strip) = (nil, nil, nil)
    averageOnSubstrate = try bare.flatLayerRate(heightNanometers: height, wavelengthNanometers: wavelength).averaged
    if let aperture = guide.numericalAperture {
      let bar = ProgressBar("objective")
      defer { bar.finish() }
      collected = try dipole.collectedRate(numericalAperture: aperture, threads: threads) { bar.update(fraction: $0) }
    }
  }
}

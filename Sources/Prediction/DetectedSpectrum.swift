import Bench
import Detectors
import Emitters
import Light
import Optics

extension Predictor {
  /// What a detector sees, by wavelength: the density of its clicks, before dead times.
  ///
  /// - Parameters:
  ///   - d: the detector.
  ///   - wavelengths: in nanometres.
  /// - Returns: clicks per second and nanometre at each wavelength, from emitters and from background.
  public func spectrum(
    atDetector d: Int, wavelengthsNanometers wavelengths: [Double]
  ) -> (signal: [Double], background: [Double]) {
    let weights = wavelengths.map { wavelength in
      (bench.path.way(from: .filter) + bench.path.way(throughArm: d)).value(atNanometers: wavelength)
        * bench.detectors[d].efficiency.value(atNanometers: wavelength)
    }
    let toFilter = wavelengths.map { wavelength in
      bench.path.losses.map(\.transmission).value(atNanometers: wavelength)
        * bench.path.coupling.value(atNanometers: wavelength)
    }
    var signal = [Double](repeating: 0, count: wavelengths.count)
    for e in light.indices {
      for (share, (kind, state)) in zip(shares[e], zip(kinds[e].kinds, light[e])) {
        for (transition, means) in zip(kind.scheme.transitions, state.meanPerTransition) where !means.isEmpty {
          guard let line = transition.line else { continue }
          let probability = bench.detectionProbabilities(ofEmitted: line)[d]
          guard probability > 0 else { continue }
          // What is emitted, per second.
          let rate = share * means[d] / probability * unitsPerSecond
          for (i, wavelength) in wavelengths.enumerated() {
            signal[i] += rate * line.density(atNanometers: wavelength) * toFilter[i] * weights[i]
          }
        }
      }
    }
    let background = zip(wavelengths, weights).map { wavelength, weight in
      bench.background.reduce(0) {
        $0 + $1.rateHz * bench.excitation.pulseShare * $1.spectrum.density(atNanometers: wavelength)
          * bench.wayToFilter(of: $1).value(atNanometers: wavelength)
      } * weight
    }
    return (signal, background)
  }
}

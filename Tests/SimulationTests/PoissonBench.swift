import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics

/// Benches of steady Poisson light and nothing else, on which a detector's own laws are exact.
struct PoissonBench {
  /// What a detector that is always ready would count, in Hz.
  var rateHz = 1e6
  var detectors: [SinglePhotonDetector]
  var crosstalk: Crosstalk?
  var durationSeconds = 1.0

  init(_ detector: SinglePhotonDetector, count: Int = 1, rateHz: Double, durationSeconds: Double = 1) {
    detectors = Array(repeating: detector, count: count)
    self.rateHz = rateHz
    self.durationSeconds = durationSeconds
  }

  var bench: Bench {
    let share = 1 / Double(detectors.count)
    return Bench(
      name: "Poisson light", excitation: Excitation(wavelengthNanometers: 532, mode: .continuous), emitters: [],
      background: rateHz > 0
        ? [
          BackgroundComponent(
            name: "lamp", spectrum: Spectrum(centerNanometers: 610, fwhmNanometers: 20),
            rateAtFilterHz: rateHz * Double(detectors.count),
            decays: [.init(share: 1, lifetimeNanoseconds: 0)])
        ] : [],
      path: LightPath(
        coupling: .constant(1), losses: [], filters: [],
        arms: detectors.map { _ in .init(share: .constant(share)) }),
      detectors: detectors, crosstalk: crosstalk,
      electronics: TimingElectronics(
        name: "PicoHarp 300", mode: .t2, baseResolutionPicoseconds: 4, binning: 1, deadTimeNanoseconds: 0,
        jitterNanoseconds: 0), durationSeconds: durationSeconds)
  }

  /// A detector that does nothing of its own.
  static let ideal = SinglePhotonDetector(
    name: "detector", efficiency: EfficiencyCurve(constant: 1), darkCountRateHz: 0, deadTimeNanoseconds: 0,
    afterpulsing: Afterpulsing(probability: 0, meanDelayNanoseconds: 0),
    jitter: TimingJitter(fwhmNanoseconds: 0, tailShare: 0, tailNanoseconds: 0), delayNanoseconds: 0)
}

/// The greatest distance between the distribution of a sample and a law, and what it may be with a false-alarm probability
/// of 1e-6: P(distance > d) ≤ 2 exp(−2 n d²) (Massart, Ann. Probab. 18, 1269, 1990).
func distance(of sample: [Double], from law: (Double) -> Double) -> (found: Double, bound: Double) {
  let n = Double(sample.count)
  var distance = 0.0
  for (i, value) in sample.sorted().enumerated() {
    let expected = law(value)
    distance = max(distance, expected - Double(i) / n, Double(i + 1) / n - expected)
  }
  return (distance, (gsl_sf_log(2 / falseAlarm) / (2 * n)).squareRoot())
}

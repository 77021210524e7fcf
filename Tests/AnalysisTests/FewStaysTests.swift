import Analysis
import CGSL
import Glibc
import Testing

/// The law of stays where there are too few to tell an exponent with a cut-off from a higher one without.
@Suite struct FewStaysTests {
  /// 200 recordings, on and off: 400 pulls. Stated in the README: the mean is within half an uncertainty, the width within 15 % of
  /// 1. Beyond chance (4.89 standard deviations, false alarm 1e-6 two-sided) it must not lie.
  @Test(
    "the stated uncertainty covers what the unknown cut-off does",
    arguments: [(1.6, 0.1, 2.0), (1.5, 2.0, 10.0), (1.5, 1e9, 10.0)])
  func pulls(exponent: Double, cutoff: Double, seconds: Double) {
    var pulls: [Double] = []
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 31)
    for _ in 0..<200 {
      var dwells = DwellTimes()
      var left = seconds
      var isOn = gsl_rng_uniform(rng) < 0.5
      while left > 0 {
        let stay = SwitchingStream.powerLaw(OpaquePointer(rng), exponent: exponent, shortest: 2e-3, cutoff: cutoff)
        dwells.append(isOn: isOn, seconds: min(stay, left))
        left -= stay
        isOn.toggle()
      }
      for kind in [true, false] {
        guard let law = dwells.powerLaw(on: kind, resolution: 2e-3) else { continue }
        pulls.append((law.exponent - exponent) / law.exponentUncertainty)
      }
    }
    let (mean, deviation) = IntermittencyTests.DecayMoments.moments(pulls)
    let n = Double(pulls.count)
    #expect(pulls.count > 250)
    #expect(abs(mean) < 0.5 + 4.89 / n.squareRoot(), "mean pull \(mean)")
    #expect(abs(deviation - 1) < 0.15 + 4.89 / (2 * n).squareRoot(), "width of the pulls \(deviation)")
  }
}

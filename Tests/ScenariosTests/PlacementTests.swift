import Bench
import CGSL
import Emitters
import Scenarios
import Testing

/// Sites of a sample on which emitters lie at random.
@Suite("Placement, false-alarm probability 1e-6 per comparison")
struct PlacementTests {
  static let text = """
    name: test
    duration: 1 s
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
    placement:
      mean_number: 1.2
      brightness_spread: 0.5
      kinds:
        - &dot
          share: 0.9
          name: dot
          levels: [g, X]
          line: {center: 610 nm, fwhm: 28 nm}
          absorbed_photons_per_pulse: 0.1
          states: {only: {transitions: {X -> g: {lifetime: 20 ns, quantum_yield: 0.8}}}}
        - share: 0.1
          name: impurity
          levels: [g, X]
          line: {center: 600 nm, fwhm: 28 nm}
          absorbed_photons_per_pulse: 0.05
          states: {only: {transitions: {X -> g: {lifetime: 4 ns, quantum_yield: 0.8}}}}
    collection: {coupling: 0.1}
    detectors: [{preset: spcm-aqrh-14}]
    electronics: {preset: picoharp-300}
    """

  func site(_ number: Int) throws -> [Emitter] {
    try readScenario(Self.text, file: "t.yaml", overrides: [Override("placement.site", "\(number)", label: "test")])
      .bench
      .emitters
  }

  /// Numbers are Poisson, kinds binomial, brightness log-normal; 4.9 standard deviations two-sided.
  @Test func laws() throws {
    let sites = 2_000
    var numbers = [Double](repeating: 0, count: 12)
    var (all, impurities) = (0.0, 0.0)
    var logs: [Double] = []
    for number in 0..<sites {
      let emitters = try site(number)
      numbers[emitters.count] += 1
      all += Double(emitters.count)
      for emitter in emitters {
        guard case .meanPhotonsPerPulse(let mean) = emitter.absorption else { continue }
        let isImpurity = emitter.name.hasPrefix("impurity")
        if isImpurity { impurities += 1 }
        logs.append(gsl_sf_log(mean / (isImpurity ? 0.05 : 0.1)))
      }
    }
    var probability = gsl_sf_exp(-1.2)
    for k in 0..<5 {
      let mean = Double(sites) * probability
      #expect(abs(numbers[k] - mean) < 4.9 * (mean * (1 - probability)).squareRoot(), "\(k) emitters: \(numbers[k])")
      probability *= 1.2 / Double(k + 1)
    }
    #expect(abs(impurities - 0.1 * all) < 4.9 * (0.09 * all).squareRoot())
    let mean = logs.reduce(0, +) / Double(logs.count)
    let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count - 1)
    #expect(abs(mean) < 4.9 * 0.5 / Double(logs.count).squareRoot())
    #expect(abs(variance - 0.25) < 4.9 * 0.25 * (2 / Double(logs.count)).squareRoot())
  }

  @Test func aSiteIsAlwaysTheSame() throws {
    #expect(try site(17) == site(17))
    #expect(try (0..<20).contains { try site($0) != site($0 + 1) })
  }
}

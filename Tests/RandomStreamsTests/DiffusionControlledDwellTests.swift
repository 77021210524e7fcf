import CGSL
import Glibc
import RandomStreams
import Testing

@Suite("Diffusion-controlled dwell, false-alarm probability 1e-6 per comparison")
struct DiffusionControlledDwellTests {
  /// Crossover and tail rate with Γ t_c from a dwell that decays long before the crossover to seven decades of power law.
  static let laws = [(2.0, 50.0), (0.5, 1.0), (0.03, 1.0), (1e-3, 0.1), (1e-6, 0.1)]

  /// exp(x²) erfc(x), through Tricomi's function (DLMF 13.6.8).
  func scaledErfc(_ x: Double) -> Double { gsl_sf_hyperg_U(0.5, 0.5, x * x) / Double.pi.squareRoot() }

  /// 1/√π − x exp(x²) erfc(x), the same way and so without a difference (DLMF 7.18.10).
  func scaledIntegralOfErfc(_ x: Double) -> Double { gsl_sf_hyperg_U(1, 0.5, x * x) / (2 * Double.pi.squareRoot()) }

  /// The survival function, the integral of the density in closed form.
  func survival(_ t: Double, crossover: Double, tailRate: Double) -> Double {
    let a = (tailRate * crossover).squareRoot()
    let root = (t / crossover).squareRoot()
    if tailRate * t > 700 { return 0 }
    return exp(-tailRate * t) * (scaledErfc(root) - a * scaledErfc(a * root)) / (1 - a)
  }

  /// The integral of the survival function from t, over the mean.
  func residualSurvival(_ t: Double, crossover: Double, tailRate: Double) -> Double {
    let a = (tailRate * crossover).squareRoot()
    let root = (t / crossover).squareRoot()
    if tailRate * t > 700 { return 0 }
    let first = (scaledErfc(a * root) / a - scaledErfc(root)) / (1 - a * a)
    let second = (0.5 * scaledErfc(a * root) + a * root * scaledIntegralOfErfc(a * root)) / a
    return exp(-tailRate * t) * (first - second) / (1 - a) * 2 * a * (1 + a)
  }

  /// The integral of a function by GSL's adaptive quadrature.
  func integral(from start: Double, to end: Double, _ f: @escaping (Double) -> Double) -> Double {
    gsl_set_error_handler_off()
    let workspace = gsl_integration_workspace_alloc(2000)
    defer { gsl_integration_workspace_free(workspace) }
    return withoutActuallyEscaping(f) { f in
      var box = f
      return withUnsafeMutablePointer(to: &box) { pointer in
        var function = gsl_function(
          function: { $1!.assumingMemoryBound(to: ((Double) -> Double).self).pointee($0) }, params: pointer)
        var result = 0.0
        var error = 0.0
        gsl_integration_qag(&function, start, end, 0, 1e-11, 2000, Int32(GSL_INTEG_GAUSS31), workspace, &result, &error)
        return result
      }
    }
  }

  /// The closed forms above against quadrature of the density, with t = t_c y² to take its pole away.
  @Test(arguments: laws) func closedForms(crossover: Double, tailRate: Double) {
    let gamma = tailRate * crossover
    func density(_ y: Double) -> Double {
      2 * (1 + gamma.squareRoot()) * exp(-gamma * y * y) * scaledIntegralOfErfc(y)
    }
    // Forty tail times out nothing is left.
    let end = (40 / gamma).squareRoot()
    let mean = crossover * integral(from: 0, to: end) { $0 * $0 * density($0) }
    #expect(abs(DiffusionControlledDwell(crossover: crossover, tailRate: tailRate).mean / mean - 1) < 1e-9)
    for fraction in [1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5] {
      let y = fraction * end
      let t = crossover * y * y
      let beyond = integral(from: y, to: end, density)
      #expect(abs(survival(t, crossover: crossover, tailRate: tailRate) / beyond - 1) < 1e-8)
      let excess = crossover * integral(from: y, to: end) { ($0 * $0 - y * y) * density($0) }
      #expect(abs(residualSurvival(t, crossover: crossover, tailRate: tailRate) / (excess / mean) - 1) < 1e-7)
    }
  }

  @Test(arguments: laws) func dwell(crossover: Double, tailRate: Double) {
    var random = testStream(50)
    let drawn = DiffusionControlledDwell(crossover: crossover, tailRate: tailRate)
    let law = Law(above: { survival($0, crossover: crossover, tailRate: tailRate) })
    var sample = Sample.numbers()
    for _ in 0..<10_000_000 { sample.count(drawn.draw(&random)) }
    #expect(sample.comparison(with: law).agrees)
    for share in [0.1, 1e-3] { #expect(sample.comparison(with: law, inTailOf: share).agrees) }
  }

  @Test(arguments: laws) func residualDwell(crossover: Double, tailRate: Double) {
    var random = testStream(51)
    let drawn = DiffusionControlledDwell(crossover: crossover, tailRate: tailRate)
    let law = Law(above: { residualSurvival($0, crossover: crossover, tailRate: tailRate) })
    var sample = Sample.numbers()
    for _ in 0..<10_000_000 { sample.count(drawn.drawResidual(&random)) }
    #expect(sample.comparison(with: law).agrees)
    for share in [0.1, 1e-3] { #expect(sample.comparison(with: law, inTailOf: share).agrees) }
  }

  /// The definition itself: the mean of e^(−st) is (1 + √(Γ t_c)) / (1 + √((s + Γ) t_c)).
  @Test(arguments: laws) func laplaceTransform(crossover: Double, tailRate: Double) {
    var random = testStream(52)
    let drawn = DiffusionControlledDwell(crossover: crossover, tailRate: tailRate)
    let draws = 1_000_000
    let times = (0..<draws).map { _ in drawn.draw(&random) }
    func transform(_ s: Double) -> Double {
      (1 + (tailRate * crossover).squareRoot()) / (1 + ((s + tailRate) * crossover).squareRoot())
    }
    for s in [0.1 * tailRate, tailRate, 1 / crossover, 100 / crossover] {
      let mean = times.reduce(0) { $0 + exp(-s * $1) } / Double(draws)
      let deviation = ((transform(2 * s) - transform(s) * transform(s)) / Double(draws)).squareRoot()
      #expect(gsl_cdf_ugaussian_Q(abs(mean - transform(s)) / deviation) > falseAlarm / 2)
    }
  }
}

import CGSL
import Emitters

extension DwellLaw {
  /// The mean dwell in seconds. For t^(−m) e^(−t/T) above t₀ it is T Γ(2 − m, t₀/T)/Γ(1 − m, t₀/T); for diffusion-controlled
  /// transfer it is minus the logarithmic derivative of the transform at the tail's rate.
  var expectedSeconds: Double {
    switch self {
    case .exponential(let mean): mean
    case .powerLaw(let exponent, let minimum, let cutoff):
      cutoff == .infinity
        ? minimum * (exponent - 1) / (exponent - 2)
        : cutoff * gsl_sf_gamma_inc(2 - exponent, minimum / cutoff) / gsl_sf_gamma_inc(1 - exponent, minimum / cutoff)
    case .diffusionControlled(let crossover, let rate):
      crossover / (2 * (rate * crossover).squareRoot() * (1 + (rate * crossover).squareRoot()))
    }
  }

  /// The Laplace transform of the dwell's density at a real s > 0 (1/s): its mean value of e^(−s t).
  func transform(_ s: Double) -> Double {
    switch self {
    case .exponential(let mean): return 1 / (1 + s * mean)
    case .powerLaw(let exponent, let minimum, let cutoff):
      // ∫ t^(−m) e^(−t (s + 1/T)) dt is a power times an incomplete gamma function.
      func integral(_ rate: Double) -> Double {
        let x = minimum * rate
        // Beyond this the transform is below 1e-300.
        if x > 690 { return 0 }
        if x <= 0 { return gsl_sf_exp((1 - exponent) * gsl_sf_log(minimum)) / (exponent - 1) }
        return gsl_sf_exp((exponent - 1) * gsl_sf_log(rate)) * gsl_sf_gamma_inc(1 - exponent, x)
      }
      let base = cutoff == .infinity ? 0 : 1 / cutoff
      return integral(s + base) / integral(base)
    case .diffusionControlled(let crossover, let rate):
      return (1 + (rate * crossover).squareRoot()) / (1 + ((s + rate) * crossover).squareRoot())
    }
  }
}

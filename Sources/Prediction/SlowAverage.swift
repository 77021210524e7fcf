import CGSL
import Emitters

extension DwellLaw {
  /// The mean dwell in seconds, from incomplete gamma functions: for t^(−m) e^(−t/T) above t₀ it is
  /// T Γ(2 − m, t₀/T)/Γ(1 − m, t₀/T).
  var expectedSeconds: Double {
    switch self {
    case .exponential(let mean): mean
    case .powerLaw(let exponent, let minimum, let cutoff):
      cutoff == .infinity
        ? minimum * (exponent - 1) / (exponent - 2)
        : cutoff * gsl_sf_gamma_inc(2 - exponent, minimum / cutoff) / gsl_sf_gamma_inc(1 - exponent, minimum / cutoff)
    }
  }
}

extension Emitter {
  /// The share of time in each slow state.
  var stateShares: [Double] {
    guard states.count > 1 else { return [1] }
    let means = states.map { $0.dwell!.expectedSeconds }
    let total = means.reduce(0, +)
    return means.map { $0 / total }
  }
}

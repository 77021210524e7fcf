/// How long an emitter stays in a slow state.
public enum DwellLaw: Sendable, Hashable {
  /// Density e^(−t/mean)/mean.
  case exponential(meanSeconds: Double)
  /// Density ∝ t^(−exponent) e^(−t/cutoff), t ≥ minimum: truncated power law (Busov and Frantsuzov 2019).
  case powerLaw(exponent: Double, minimumSeconds: Double, cutoffSeconds: Double)
}

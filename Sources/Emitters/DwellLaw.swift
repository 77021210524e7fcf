/// How long an emitter stays in a slow state.
public enum DwellLaw: Sendable, Hashable {
  /// Density e^(−t/mean)/mean.
  case exponential(meanSeconds: Double)
  /// Density ∝ t^(−exponent) e^(−t/cutoff), t ≥ minimum: truncated power law (Busov and Frantsuzov 2019).
  case powerLaw(exponent: Double, minimumSeconds: Double, cutoffSeconds: Double)
  /// Diffusion-controlled electron transfer (Tang and Marcus, Phys. Rev. Lett. 95, 107401, 2005): the energy diffuses
  /// from a sink of finite strength back to it. The density falls as t^(−1/2) well before the crossover, as t^(−3/2) after
  /// it, and as e^(−rate t) in the end; its Laplace transform without the tail is 1/(1 + √(s crossover)).
  case diffusionControlled(crossoverSeconds: Double, tailRateHz: Double)
}

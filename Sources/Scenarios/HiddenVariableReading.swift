import Emitters
import Light

/// Recombination centres: so many of equal strength, their switching rates spread evenly in their logarithm.
func readCentres(_ section: Section) -> [RecombinationCentre] {
  let count = section.integer("count", range: .between(1...12))
  let lifetime = section.quantity("lifetime", in: .nanoseconds, range: .between(1e-3...1e9))
  let slowest = section.quantity("slowest", in: .hertz, range: .between(1e-6...1e6))
  let fastest = section.quantity("fastest", in: .hertz, range: .between(1e-6...1e6))
  if fastest < slowest {
    section.fail("of \(Quantity(fastest, .hertz)) is below slowest, \(Quantity(slowest, .hertz))", at: "fastest")
  }
  return RecombinationCentre.spread(
    count: count, ratePerNanosecond: 1 / lifetime, slowestHz: slowest, fastestHz: max(fastest, slowest))
}

/// The wandering of the lines.
func readSpectralDiffusion(_ section: Section) -> SpectralDiffusion {
  SpectralDiffusion(
    motion: section.choice(
      "motion", of: SpectralDiffusion.Motion.self,
      default: .customary(.jumps, "rapid discrete jumps (Beyler et al. 2013)")),
    sigmaMillielectronvolts: section.quantity("sigma", in: .millielectronvolts, range: .between(0...500)),
    correlationSeconds: section.quantity("correlation", in: .seconds, range: .between(1e-4...1e9)),
    positions: section.integer(
      "positions", range: .between(2...65),
      default: .chosen(17, "as good as a Gaussian to its fourth moment within 6 %")))
}

/// Photobleaching.
func readBleaching(_ section: Section) -> Bleaching {
  Bleaching(
    meanSeconds: section.quantity("after", in: .seconds, range: .between(1e-3...1e9)),
    stages: section.integer("stages", range: .between(1...64), default: .chosen(1, "an exponential survival")),
    shiftMillielectronvolts: section.quantity(
      "shift", in: .millielectronvolts, range: .between(-500...500), default: .chosen(0, "no shift on the way")))
}

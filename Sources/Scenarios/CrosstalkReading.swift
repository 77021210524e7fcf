import Detectors
import Light

/// Breakdown flashes: `{probability: 1e-5, delay: 10 ns}`, or the flash with its photons, line and reflection.
func readCrosstalk(_ section: Section, detectors: Int) -> Crosstalk {
  if detectors < 2 { section.fail("needs two detectors, found \(detectors)") }
  let delay = section.quantity("delay", in: .nanoseconds, range: .between(0...1e6))
  guard section.has("flash") else {
    return Crosstalk(
      strength: .probability(section.fraction("probability", range: .atLeast(0).and(.below(1)))),
      delayNanoseconds: delay)
  }
  if section.has("probability") {
    section.fail("cannot stand beside flash; give one of the two", at: "probability")
  }
  let flash = section.section("flash")
  let line = flash.section("line")
  return Crosstalk(
    strength: .flash(
      .init(
        photons: flash.number("photons", range: .between(0...1e6)),
        spectrum: Spectrum(
          centerNanometers: line.quantity("center", in: .nanometers, range: .above(100).and(.below(5_000))),
          fwhmNanometers: line.quantity("fwhm", in: .nanometers, range: .positive)),
        reflection: readShare(flash, "reflection"))), delayNanoseconds: delay)
}

import Bench
import Detectors
import Emitters
import Light
import Photonics
import Simulation
import TimeTags
let xline = Spectrum(centerNanometers: 610, fwhmNanometers: 28)
func demo(_ mean: Double, _ coupling: Double, _ dur: Double) -> Bench {
  let neutral = LevelScheme(levels: ["0","X","XX"], transitions: [
    .init(from: 1, to: 0, ratePerNanosecond: 1/20.09, quantumYield: 0.8, line: xline),
    .init(from: 2, to: 1, ratePerNanosecond: 1/0.3, quantumYield: 0.04, line: xline)])
  let charged = LevelScheme(levels: ["0","X","XX"], transitions: [
    .init(from: 1, to: 0, ratePerNanosecond: 1/3.39, quantumYield: 0.3, line: xline),
    .init(from: 2, to: 1, ratePerNanosecond: 1/0.2, quantumYield: 0.02, line: xline)])
  let e = Emitter(name: "nc", states: [
    .init(name: "neutral", scheme: neutral, dwell: .powerLaw(exponent: 1.5, minimumSeconds: 1e-3, cutoffSeconds: 2)),
    .init(name: "charged", scheme: charged, dwell: .powerLaw(exponent: 1.5, minimumSeconds: 1e-3, cutoffSeconds: 2))], meanAbsorbedPhotonsPerPulse: mean)
  let d = SinglePhotonDetector(name: "apd", efficiency: EfficiencyCurve(constant: 0.64), darkCountRateHz: 100, deadTimeNanoseconds: 22, afterpulsing: .init(probability: 0.005, meanDelayNanoseconds: 30), jitter: .init(fwhmNanoseconds: 0.35, tailShare: 0, tailNanoseconds: 0), delayNanoseconds: 0)
  return Bench(name: "demo", excitation: Excitation(wavelengthNanometers: 532, repetitionRateHz: 5e6), emitters: [e], background: [BackgroundComponent(name: "ag", spectrum: Spectrum(centerNanometers: 617, fwhmNanometers: 59.5), rateAtFilterHz: 1000, decays: [.init(share: 1, lifetimeNanoseconds: 2)])], path: LightPath(coupling: coupling, elements: [], filter: SpectralFilter(centerNanometers: 618, bandwidthNanometers: 50), splitting: [0.5,0.5]), detectors: [d,d], electronics: TimingElectronics(name: "ph", mode: .t2, baseResolutionPicoseconds: 4, binning: 16, deadTimeNanoseconds: 86, jitterNanoseconds: 0.012), durationSeconds: dur)
}
for engine in [Simulator.Engine.fast] {
for (mean, coupling, dur, threads) in [(0.3, 0.05, 60.0, 1), (3.0, 0.8, 6.0, 1)] {
  if engine == .reference && threads == 2 { continue }
  let clock = ContinuousClock()
  var n = 0, h: UInt64 = 0
  var perOrigin = [Int](repeating: 0, count: 64)
  let sim = Simulator(bench: demo(mean, coupling, engine == .fast ? dur : dur/10), seed: 1, engine: engine)
  let t = clock.measure {
    sim.run(threads: threads) { b in
      n += b.tags.count
      for t in b.tags { h = (h ^ UInt64(t.macroTime)) &* 0x9E3779B97F4A7C15 &+ UInt64(t.channel) }
      for t in b.truths { perOrigin[Int(t.origin)] += 1 }
      return true
    }
  }
  print(engine, mean, threads, n, t, h, perOrigin.prefix(sim.origins.origins.count))
}
}

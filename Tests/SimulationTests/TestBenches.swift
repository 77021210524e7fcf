import Bench
import Detectors
import Emitters
import Light
import Photonics
import Simulation
import TimeTags

/// Benches for tests, made of a few numbers.
struct TestBench {
  var repetitionRateHz = 5e6
  var absorbed = 0.3
  var coupling = 0.2
  var lifetimes = (exciton: 20.09, biexciton: 0.3)
  var yields = (exciton: 0.8, biexciton: 0.1)
  var charged: (exciton: Double, biexciton: Double, excitonYield: Double)? = (3.39, 0.15, 0.3)
  var dwell = DwellLaw.powerLaw(exponent: 1.5, minimumSeconds: 1e-3, cutoffSeconds: 0.1)
  var background: [BackgroundComponent] = []
  var darkCountRateHz = 0.0
  var detectorDeadTime = 0.0
  var electronicsDeadTime = 0.0
  var afterpulsing = 0.0
  var afterpulseDelay = 30.0
  var jitter = 0.0
  var mode = TimingElectronics.Mode.t2
  var durationSeconds = 4.0

  var bench: Bench {
    let line = Spectrum(centerNanometers: 610, fwhmNanometers: 28)
    func scheme(_ exciton: Double, _ biexciton: Double, _ yield: Double, _ biexcitonYield: Double) -> LevelScheme {
      LevelScheme(
        levels: ["0", "X", "XX"],
        transitions: [
          .init(from: 1, to: 0, ratePerNanosecond: 1 / exciton, quantumYield: yield, line: line),
          .init(from: 2, to: 1, ratePerNanosecond: 1 / biexciton, quantumYield: biexcitonYield, line: line),
        ])
    }
    var states = [
      Emitter.SlowState(
        name: "neutral",
        scheme: scheme(lifetimes.exciton, lifetimes.biexciton, yields.exciton, yields.biexciton),
        dwell: charged == nil ? nil : dwell)
    ]
    if let charged {
      states.append(
        .init(
          name: "charged",
          scheme: scheme(charged.exciton, charged.biexciton, charged.excitonYield, yields.biexciton / 2),
          dwell: dwell))
    }
    let detector = SinglePhotonDetector(
      name: "detector",
      efficiency: EfficiencyCurve(wavelengthsNanometers: [500, 700], values: [0.5, 0.7]),
      darkCountRateHz: darkCountRateHz, deadTimeNanoseconds: detectorDeadTime,
      afterpulsing: .init(probability: afterpulsing, meanDelayNanoseconds: afterpulseDelay),
      jitter: .init(fwhmNanoseconds: jitter, tailShare: 0, tailNanoseconds: 0), delayNanoseconds: 5)
    return Bench(
      name: "test", excitation: Excitation(wavelengthNanometers: 532, repetitionRateHz: repetitionRateHz),
      emitters: [Emitter(name: "dot", states: states, meanAbsorbedPhotonsPerPulse: absorbed)],
      background: background,
      path: LightPath(
        coupling: .constant(coupling), losses: [.init(name: "optics", transmission: 0.8)],
        filters: [
          .init(
            name: "filter", transmission: .bandPass(SpectralFilter(centerNanometers: 618, bandwidthNanometers: 50)))
        ], arms: [.init(share: .constant(0.5)), .init(share: .constant(0.5))]),
      detectors: [detector, detector],
      electronics: TimingElectronics(
        name: "PicoHarp 300", mode: mode, baseResolutionPicoseconds: 4,
        binning: TimingElectronics.smallestBinning(
          periodNanoseconds: 1e9 / repetitionRateHz, baseResolutionPicoseconds: 4) ?? 1,
        deadTimeNanoseconds: electronicsDeadTime, jitterNanoseconds: 0),
      durationSeconds: durationSeconds)
  }

  static let slowBand = BackgroundComponent(
    name: "slow band", spectrum: Spectrum(centerNanometers: 617, fwhmNanometers: 59.5), rateAtFilterHz: 40_000,
    decays: [.init(share: 0.6, lifetimeNanoseconds: 2), .init(share: 0.4, lifetimeNanoseconds: 5_000)])
}

/// Everything a simulation gives, in memory.
struct Stream {
  var tags: [TimeTag] = []
  var truths: [RecordTruth] = []
  var changes: [StateChange] = []
  var origins: OriginTable
  var losses: Simulator.Losses

  init(_ bench: Bench, seed: UInt64 = 1, engine: Simulator.Engine = .fast, threads: Int = 2, blocksPerBatch: Int = 8) {
    self.init(
      Simulator(bench: bench, seed: seed, engine: engine), threads: threads, blocksPerBatch: blocksPerBatch)
  }

  init(_ simulator: Simulator, threads: Int = 2, blocksPerBatch: Int = 8) {
    origins = simulator.origins
    var (tags, truths, changes) = ([TimeTag](), [RecordTruth](), [StateChange]())
    losses = simulator.run(threads: threads, blocksPerBatch: blocksPerBatch) { batch in
      tags += batch.tags
      truths += batch.truths
      changes += batch.stateChanges
      return true
    }
    (self.tags, self.truths, self.changes) = (tags, truths, changes)
  }

  /// Records per origin.
  var countsByOrigin: [Int] {
    var counts = [Int](repeating: 0, count: origins.origins.count)
    for truth in truths { counts[Int(truth.origin)] += 1 }
    return counts
  }

  /// Seconds spent in each state of emitter 0.
  func secondsPerState(_ states: Int, duration: Double) -> [Double] {
    var seconds = [Double](repeating: 0, count: states)
    for (i, change) in changes.enumerated() {
      let end = i + 1 < changes.count ? Double(changes[i + 1].time) : duration * 16e12
      seconds[Int(change.state)] += (end - Double(change.time)) / 16e12
    }
    return seconds
  }

  /// Coincidences of channels 0 and 1 by difference of pulse number, from the true arrival times.
  func coincidencesByPulse(period: Double, upTo range: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: 2 * range + 1)
    let pulses = zip(tags, truths).map { (Int(Double($1.detectionTime) / 16_000 / period), Int($0.channel)) }
    for (i, a) in pulses.enumerated() {
      var j = i + 1
      while j < pulses.count, pulses[j].0 - a.0 <= range {
        if pulses[j].1 != a.1 {
          let difference = a.1 < pulses[j].1 ? pulses[j].0 - a.0 : a.0 - pulses[j].0
          counts[difference + range] += 1
        }
        j += 1
      }
    }
    return counts
  }
}

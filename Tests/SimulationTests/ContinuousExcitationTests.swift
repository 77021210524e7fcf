import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

/// A three-level emitter under continuous excitation: ground, excited, shelf.
struct ShelvingBench {
  /// Rates in 1/ns.
  var k12 = 0.02
  var k21 = 0.05
  var k23 = 0.008
  var k31 = 0.005
  var coupling = 0.3
  var darkCountRateHz = 0.0
  var twoStates = false
  var durationSeconds = 2.0

  var bench: Bench {
    func scheme(_ yield: Double) -> LevelScheme {
      LevelScheme(
        levels: ["g", "e", "s"],
        transitions: [
          .init(
            from: 1, to: 0, ratePerNanosecond: k21, quantumYield: yield,
            line: Spectrum(centerNanometers: 610, fwhmNanometers: 28)),
          .init(from: 1, to: 2, ratePerNanosecond: k23, quantumYield: 0, line: nil),
          .init(from: 2, to: 0, ratePerNanosecond: k31, quantumYield: 0, line: nil),
        ], absorptions: [.init(from: 0, to: 1)])
    }
    var states = [
      Emitter.SlowState(name: "on", scheme: scheme(0.8), dwell: twoStates ? .exponential(meanSeconds: 1e-3) : nil)
    ]
    if twoStates {
      states.append(.init(name: "off", scheme: scheme(0.1), dwell: .exponential(meanSeconds: 0.5e-3)))
    }
    var test = TestBench()
    test.coupling = coupling
    test.darkCountRateHz = darkCountRateHz
    test.durationSeconds = durationSeconds
    test.background = [TestBench.slowBand]
    var bench = test.bench
    bench.excitation = Excitation(wavelengthNanometers: 532, mode: .continuous)
    bench.emitters = [Emitter(name: "centre", states: states, absorption: .ratePerNanosecond(k12))]
    return bench
  }
}

@Suite("Continuous excitation, false-alarm probability 1e-6 per comparison")
struct ContinuousExcitationTests {
  /// REFERENCE formula 7: the three-level system in closed form.
  @Test func predictionAgreesWithTheClosedForm() {
    var test = ShelvingBench()
    test.darkCountRateHz = 0
    var bench = test.bench
    bench.background = []
    let predictor = Predictor(bench: bench)
    let a0 = test.k12 + test.k21 + test.k23 + test.k31
    let b0 = test.k12 * test.k23 + test.k12 * test.k31 + test.k21 * test.k31 + test.k23 * test.k31
    let root = (a0 * a0 - 4 * b0).squareRoot()
    let (t1, t2) = (2 / (a0 + root), 2 / (a0 - root))
    let a = (1 - t2 * test.k31) / (test.k31 * (t2 - t1))
    for tau in [0, 0.1, 1, 7, 30, 100, 500, 2_000, 1e5] {
      let exact = 1 - (1 + a) * gsl_sf_exp(-min(700, tau / t1)) + a * gsl_sf_exp(-min(700, tau / t2))
      #expect(abs(predictor.g2(atDelayNanoseconds: tau)! - exact) < 1e-10)
    }
    // Excited-state population p2 = k12 k31/B gives the rate.
    let p2 = test.k12 * test.k31 / b0
    let rate =
      bench.detectionProbabilities(ofEmitted: bench.emitters[0].states[0].scheme.transitions[0].line!)[0]
      * p2 * test.k21 * 0.8 * 1e9
    #expect(abs(predictor.recordedRatesHz[0] / rate - 1) < 1e-9)
  }

  /// Photons of a saturated emitter are not Poisson; twenty stretches give the noise of the mean. A two-sided Student
  /// test with 19 degrees of freedom.
  @Test(arguments: [
    ShelvingBench(), ShelvingBench(coupling: 0.003, durationSeconds: 20),
    ShelvingBench(k12: 0.5, k31: 0.0005, coupling: 0.9, durationSeconds: 0.5), ShelvingBench(darkCountRateHz: 20_000),
  ])
  func rates(_ test: ShelvingBench) {
    let bench = test.bench
    let stream = Stream(bench)
    let predictor = Predictor(bench: bench)
    for d in 0..<2 {
      var counts = [Double](repeating: 0, count: 20)
      for tag in stream.tags where tag.channel == d {
        counts[min(19, Int(Double(tag.macroTime) * 4e-12 / bench.durationSeconds * 20))] += 1
      }
      let mean = counts.reduce(0, +) / 20
      let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
      let expected = predictor.recordedRatesHz[d] * bench.durationSeconds / 20
      let t = (mean - expected) / (variance / 20).squareRoot()
      #expect(gsl_cdf_tdist_Q(abs(t), 19) > falseAlarm / 2, "\(mean) against \(expected), t = \(t)")
    }
  }

  /// Cross-correlation against the predicted curve, bin by bin: pairs are Poisson when few per photon; shelving bunches.
  @Test func correlationFollowsThePredictedCurve() {
    let test = ShelvingBench(coupling: 0.02, durationSeconds: 20)
    let bench = test.bench
    let stream = Stream(bench)
    let bin = 2_000.0  // ps
    var counts = [Int](repeating: 0, count: 401)
    let tags = stream.tags
    for i in tags.indices {
      var j = i + 1
      while j < tags.count {
        let delay = Double(tags[j].macroTime - tags[i].macroTime) * 4
        if delay > 200.5 * bin { break }
        if tags[i].channel != tags[j].channel {
          let signed = tags[i].channel == 0 ? delay : -delay
          let index = Int((signed / bin).rounded()) + 200
          if counts.indices.contains(index) { counts[index] += 1 }
        }
        j += 1
      }
    }
    let expected = Predictor(bench: bench).correlationHistogram(
      binNanoseconds: bin * 1e-3, range: 400, durationSeconds: bench.durationSeconds
    ).coincidences
    // The curve is taken at bin centres; next to the dip it bends within a bin, so those bins are left out.
    var chiSquare = 0.0
    var cells = 0
    for i in counts.indices where abs(i - 200) > 2 {
      chiSquare += (Double(counts[i]) - expected[i]) * (Double(counts[i]) - expected[i]) / expected[i]
      cells += 1
    }
    #expect(counts.reduce(0, +) > 20_000)
    #expect(gsl_cdf_chisq_Q(chiSquare, Double(cells)) > falseAlarm / 2, "\(chiSquare) over \(cells)")
    #expect(gsl_cdf_chisq_P(chiSquare, Double(cells)) > falseAlarm / 2, "\(chiSquare) over \(cells)")
  }

  /// Fast against reference engine: intervals between clicks, in cells of equal width in their logarithm.
  @Test(arguments: [ShelvingBench(durationSeconds: 0.2), ShelvingBench(twoStates: true, durationSeconds: 0.5)])
  func enginesAgree(_ test: ShelvingBench) {
    let fast = Stream(test.bench, seed: 21)
    let reference = Stream(test.bench, seed: 21, engine: .reference)
    #expect(fast.changes == reference.changes)
    func intervals(_ stream: Stream) -> [Int] {
      var cells = [Int](repeating: 0, count: 40)
      for (a, b) in zip(stream.truths, stream.truths.dropFirst()) {
        let delay = max(1, Double(b.detectionTime - a.detectionTime) / 16_000)
        cells[min(39, Int(gsl_sf_log(delay) * 2.5))] += 1
      }
      return cells
    }
    let (a, b) = (intervals(fast), intervals(reference))
    for i in 0..<40 where a[i] + b[i] > 20 {
      let below = gsl_cdf_binomial_P(UInt32(a[i]), 0.5, UInt32(a[i] + b[i]))
      #expect(below > falseAlarm / 2 && below < 1 - falseAlarm / 2, "cell \(i): \(a[i]) and \(b[i])")
    }
  }

  @Test func threadsAndBatchesDoNotMatter() {
    let bench = ShelvingBench(twoStates: true, durationSeconds: 0.3).bench
    let first = Stream(bench, seed: 3, threads: 1, blocksPerBatch: 8)
    let other = Stream(bench, seed: 3, threads: 2, blocksPerBatch: 3)
    #expect(first.tags == other.tags)
    #expect(first.truths == other.truths)
  }
}

import Bench
import CGSL
import Detectors
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Crosstalk by breakdown flashes, false-alarm probability 1e-6 per comparison")
struct CrosstalkTests {
  /// REFERENCE formula 11: p (1/P₁ + 1/P₂) is added to g2(0), P clicks per pulse.
  @Test func offsetOfTheCentrePeak() {
    var test = TestBench(absorbed: 0.5, coupling: 0.25, charged: nil, durationSeconds: 20)
    test.yields.biexciton = 0
    var bench = test.bench
    bench.crosstalk = Crosstalk(strength: .probability(2e-3), delayNanoseconds: 10)
    let predictor = Predictor(bench: bench)
    let perPulse = predictor.meanDetectedPhotonsPerPulse / 2
    let offset = 2e-3 * 2 / perPulse
    #expect(offset > 0.15)

    var counts = Stream(bench).coincidencesByPulse(period: 200, upTo: 20)
    let centre = counts.remove(at: 20)
    let side = Double(counts.reduce(0, +)) / 40
    let sigma = (Double(centre) + side * offset * offset / 40).squareRoot()
    #expect(abs(Double(centre) - side * predictor.g2Zero!) < 4.9 * sigma)
    // One flash in a hundred comes after the next pulse.
    #expect(abs(predictor.g2Zero! / offset - 1) < 0.02)
  }

  /// Every one names the record of its parent, on another channel and a path's delay before it. Without a dead time every
  /// flash clicks that arrives in its turn: a pass that went ahead of a flash would lose it.
  @Test(arguments: [2, 3])
  func parents(detectors: Int) {
    var test = PoissonBench(PoissonBench.ideal, count: detectors, rateHz: 1e6, durationSeconds: 0.5)
    test.crosstalk = Crosstalk(strength: .probability(0.05), delayNanoseconds: 200)
    let stream = Stream(test.bench)
    var pairs: [[Int]] = Array(repeating: Array(repeating: 0, count: detectors), count: detectors)
    for (tag, truth) in zip(stream.tags, stream.truths) {
      let isCrosstalk = stream.origins.origins[Int(truth.origin)].kind == .crosstalk
      #expect(isCrosstalk == (truth.parent >= 0))
      guard isCrosstalk else { continue }
      let parent = Int(truth.parent)
      #expect(stream.tags[parent].channel != tag.channel)
      #expect(truth.detectionTime - stream.truths[parent].detectionTime == 3_200_000)
      pairs[Int(stream.tags[parent].channel)][Int(tag.channel)] += 1
    }
    for from in 0..<detectors {
      let clicks = Double(stream.tags.count { $0.channel == from })
      for to in 0..<detectors where to != from {
        let difference = Double(pairs[from][to]) - 0.05 * clicks
        #expect(abs(difference) < 4.9 * (0.05 * 0.95 * clicks).squareRoot())
      }
    }
    if detectors == 2 {
      // What flashes of flashes add is of second order.
      let predicted = Predictor(bench: test.bench).recordedRatesHz[0] / 2
      let found = Double(stream.tags.count { $0.channel == 0 })
      #expect(abs(found / predicted - 1) < 0.01)
    }
  }

  /// Flashes of flashes go to and fro: N clicks become N/(1 − p). With a dead time between one and two delays they end
  /// after one, and no detector ever clicks within its dead time.
  @Test func toAndFro() {
    var detector = PoissonBench.ideal
    detector.deadTimeNanoseconds = 5
    var test = PoissonBench(detector, count: 2, rateHz: 1_000, durationSeconds: 20)
    test.crosstalk = Crosstalk(strength: .probability(0.4), delayNanoseconds: 10)
    let open = Stream(test.bench).tags.count
    #expect(abs(Double(open) - 40_000 / 0.6) < 4.9 * (40_000 * 1.4).squareRoot() / 0.6, "\(open)")

    detector.deadTimeNanoseconds = 22
    detector.afterpulsing = Afterpulsing(probability: 0.2, delays: .exponential(meanNanoseconds: 3), start: .click)
    detector.twilight = TwilightCounts(windowNanoseconds: 4, probability: 0.5)
    test.detectors = [detector, detector]
    test.rateHz = 3e6
    test.durationSeconds = 0.3
    let stream = Stream(test.bench)
    var last = [Int64](repeating: -1_000_000, count: 2)
    var count = 0
    for (tag, truth) in zip(stream.tags, stream.truths) {
      let channel = Int(tag.channel)
      if truth.detectionTime - last[channel] < 22 * 16_000 { count += 1 }
      last[channel] = truth.detectionTime
    }
    #expect(count == 0)
    #expect(stream.tags.count > 1_000_000)
  }

  @Test func neitherThreadsNorBatchesMatter() {
    var detector = PoissonBench.ideal
    detector.deadTimeNanoseconds = 22
    detector.afterpulsing = Afterpulsing(probability: 0.05, meanDelayNanoseconds: 30)
    detector.darkCountRateHz = 1_000
    detector.jitter.fwhmNanoseconds = 0.35
    var test = PoissonBench(detector, count: 3, rateHz: 300_000, durationSeconds: 1)
    test.crosstalk = Crosstalk(strength: .probability(0.02), delayNanoseconds: 8)
    let one = Stream(test.bench, threads: 1, blocksPerBatch: 1)
    for (threads, blocks) in [(1, 7), (3, 5), (4, 64)] {
      let other = Stream(test.bench, threads: threads, blocksPerBatch: blocks)
      #expect(other.tags == one.tags && other.truths == one.truths)
    }
  }

  /// Photons × both ports × reflection × efficiency; a band-pass in an arm blocks what it blocks for light.
  @Test func filterPerArmBlocks() {
    var bench = TestBench().bench
    bench.crosstalk = Crosstalk(
      strength: .flash(
        .init(
          photons: 0.02, spectrum: Spectrum(centerNanometers: 850, fwhmNanometers: 60), reflection: .constant(0.04))),
      delayNanoseconds: 10)
    let open = bench.crosstalkProbabilities
    #expect(abs(open[0][1] / (0.02 * 0.25 * 0.04 * 0.7) - 1) < 1e-3)
    #expect(open[0][0] == 0 && open[1][1] == 0)
    bench.path.arms[1].elements = [
      .init(
        name: "618/50",
        transmission: .bandPass(SpectralFilter(centerNanometers: 618, bandwidthNanometers: 50, transmission: 0.9)))
    ]
    // It stands in the way in both directions.
    #expect(bench.crosstalkProbabilities[0][1] < 1e-6 * open[0][1])
    #expect(bench.crosstalkProbabilities[1][0] < 1e-6 * open[1][0])
  }

  /// Under continuous excitation the peaks stand a path's delay to either side of zero.
  @Test func peaksOfTheContinuousCurve() {
    var detector = PoissonBench.ideal
    detector.jitter.fwhmNanoseconds = 0.35
    var test = PoissonBench(detector, count: 2, rateHz: 100_000, durationSeconds: 10)
    test.crosstalk = Crosstalk(strength: .probability(1e-3), delayNanoseconds: 10)
    let stream = Stream(test.bench)
    let (delays, expected) = Predictor(bench: test.bench).correlationHistogram(
      binNanoseconds: 0.5, range: 15, durationSeconds: 10)
    let times = zip(stream.tags, stream.truths).map { (Double($0.0.macroTime) * 4e-3, $0.0.channel) }
    var counts = [Int](repeating: 0, count: delays.count)
    for i in times.indices {
      var j = i + 1
      while j < times.count, times[j].0 - times[i].0 < 16 {
        if times[i].1 != times[j].1 {
          let delay = (times[j].0 - times[i].0) * (times[i].1 == 0 ? 1 : -1)
          let bin = Int(((delay + 15.25) / 0.5).rounded(.down))
          if counts.indices.contains(bin) { counts[bin] += 1 }
        }
        j += 1
      }
    }
    for (i, delay) in delays.enumerated() where expected[i] > 20 {
      expectPoisson(counts[i], mean: expected[i], "\(delay) ns")
    }
    #expect(expected.max()! > 500)
  }
}

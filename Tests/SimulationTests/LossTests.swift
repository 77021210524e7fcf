import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Simulation
import Testing
import TimeTags

/// A simulation with everything that was lost.
struct Balance {
  var recorded: [Int]
  var emitted: [Int]
  /// Per origin and place.
  var lost: [[Int]]
  var events: [LostEvent] = []
  var truths: [RecordTruth] = []
  var tags: [TimeTag] = []
  var live: [Double]
  let origins: [OriginTable.Origin]
  let places: [LossPlaceTable.Place]

  /// - Parameter batches: after how many batches to stop; `nil` for the whole recording.
  init(_ bench: Bench, seed: UInt64 = 1, threads: Int = 2, blocksPerBatch: Int? = nil, batches: Int? = nil) {
    let simulator = Simulator(bench: bench, seed: seed, engine: .reference)
    let (origins, places) = (simulator.origins.origins, simulator.lossPlaces.places)
    (self.origins, self.places) = (origins, places)
    var emitted = origins.map { _ in 0 }
    var (events, truths, tags) = ([LostEvent](), [RecordTruth](), [TimeTag]())
    var taken = 0
    let losses = simulator.run(threads: threads, blocksPerBatch: blocksPerBatch, withLosses: true) { batch in
      for (i, count) in batch.emitted.enumerated() { emitted[i] += Int(count) }
      events += batch.lost
      truths += batch.truths
      tags += batch.tags
      taken += 1
      return taken != batches
    }
    events += losses.rest
    var recorded = origins.map { _ in 0 }
    for truth in truths { recorded[Int(truth.origin)] += 1 }
    var lost = origins.map { _ in places.map { _ in 0 } }
    for event in events { lost[Int(event.origin)][Int(event.place)] += 1 }
    (self.recorded, self.lost) = (recorded, lost)
    live = losses.detectorLiveSeconds
    (self.emitted, self.events, self.truths, self.tags) = (emitted, events, truths, tags)
  }

  /// How much was lost at places of a kind, of all causes or of one.
  func lost(_ kind: LossPlaceTable.Place.Kind, origin: Int? = nil) -> Int {
    (origin.map { [lost[$0]] } ?? lost).reduce(0) { sum, row in
      places.indices.reduce(sum) { places[$1].kind == kind ? $0 + row[$1] : $0 }
    }
  }

  func expectExact(_ comment: Comment? = nil) {
    for (i, origin) in origins.enumerated() {
      let lost = self.lost[i].reduce(0, +)
      #expect(emitted[i] == recorded[i] + lost, "\(origin.name), \(comment ?? "")")
    }
  }
}

/// A two-sided binomial test of a count.
func expectBinomial(_ count: Int, of n: Int, share p: Double, _ comment: Comment) {
  let below = gsl_cdf_binomial_P(UInt32(count), p, UInt32(n))
  let above = count == 0 ? 1 : gsl_cdf_binomial_Q(UInt32(count - 1), p, UInt32(n))
  #expect(below > falseAlarm / 2 && above > falseAlarm / 2, "\(comment): \(count) of \(n), expected \(p * Double(n))")
}

@Suite("What is emitted is recorded or lost, exactly; and lost where the light path says, false-alarm probability 1e-6")
struct LossTests {
  /// Everything that a bench can lose something to.
  static var crowded: Bench {
    var bench = LightPathChainTests.bench
    bench.background[1].rateHz = 1.5e6
    bench.background[2].isLaserLeak = true
    bench.path.arms[1].shares.append(.constant(0.9))  // a port without a detector
    for d in 0..<2 {
      bench.detectors[d].deadTimeNanoseconds = 30
      bench.detectors[d].darkCountRateHz = 20_000
      bench.detectors[d].afterpulsing = Afterpulsing(probability: 0.1, meanDelayNanoseconds: 60)
      bench.detectors[d].delayNanoseconds = 50_000
      bench.detectors[d].jitter = TimingJitter(fwhmNanoseconds: 0.4, tailShare: 0.2, tailNanoseconds: 30)
    }
    bench.detectors[1].recovery = .exponential(timeConstantNanoseconds: 50)
    bench.detectors[1].twilight = .init(windowNanoseconds: 20, probability: 0.5)
    bench.crosstalk = Crosstalk(strength: .probability(0.05), delayNanoseconds: 200)
    bench.electronics.deadTimeNanoseconds = 90
    bench.electronics.inputOffsetsPicoseconds = [-100_000_000, 0]  // one early, the other late
    bench.durationSeconds = 0.1
    return bench
  }

  @Test func everyCauseBalances() {
    let balance = Balance(Self.crowded, seed: 3)
    balance.expectExact()
    // Nothing balances because it is empty.
    for (i, origin) in balance.origins.enumerated() where origin.kind != .emission || !origin.name.contains("charged") {
      #expect(balance.emitted[i] > 100, "\(origin.name)")
    }
    for kind in LossPlaceTable.Place.Kind.allCases where kind != .buffer {
      #expect(balance.lost(kind) > 0, "\(kind)")
    }
    #expect(Set(balance.origins.map(\.kind)) == Set(OriginTable.Origin.Kind.allCases))
    // In order of time, from the start.
    #expect(balance.events.indices.dropFirst().allSatisfy { balance.events[$0].time >= balance.events[$0 - 1].time })
    #expect(balance.events[0].time >= 0)
  }

  @Test(arguments: [false, true])
  func plainAndT3Balance(routed: Bool) {
    var test = TestBench(
      background: [TestBench.slowBand], darkCountRateHz: 3_000, detectorDeadTime: 70, electronicsDeadTime: 95,
      afterpulsing: 0.05, jitter: 0.5, mode: routed ? .t3 : .t2, durationSeconds: 0.3)
    test.absorbed = 0.8
    Balance(test.bench, seed: 4).expectExact()
    test.repetitionRateHz = 80e6  // leftovers are carried from block to block
    test.durationSeconds = 0.02
    Balance(test.bench, seed: 5).expectExact()
  }

  @Test func stoppedAndOverrunRecordingsBalance() {
    for batches in [1, 2, 7] {
      let balance = Balance(Self.crowded, seed: 6, blocksPerBatch: 2, batches: batches)
      balance.expectExact("stopped after \(batches)")
      #expect(balance.recorded.reduce(0, +) > 0 && balance.lost(.outside) > 0)
    }
    var bench = Self.crowded
    bench.electronics.buffer = RecordBuffer(records: 5_000, readoutRateHz: 1e3)
    let balance = Balance(bench, seed: 6)
    balance.expectExact("overrun")
    #expect(balance.recorded.reduce(0, +) < 6_000 && balance.lost(.buffer) > 0)
  }

  /// Threads and the grouping of blocks change nothing, and records are those of the reference engine without losses.
  @Test func reproducible() {
    let bench = Self.crowded
    let one = Balance(bench, seed: 7, threads: 1)
    for (threads, blocks) in [(3, nil), (2, 1), (1, 13)] as [(Int, Int?)] {
      let other = Balance(bench, seed: 7, threads: threads, blocksPerBatch: blocks)
      #expect(other.events == one.events && other.emitted == one.emitted && other.truths == one.truths)
    }
    let without = Stream(bench, seed: 7, engine: .reference)
    #expect(without.truths == one.truths && without.tags == one.tags)
  }

  /// The share of each cause's photons that is lost at each place is the overlap of its line with what stands before, less
  /// what also passes the place.
  @Test func sharesFollowTheLightPath() {
    var bench = LightPathChainTests.bench
    bench.background[2].isLaserLeak = true
    bench.path.arms[1].shares.append(.constant(0.9))
    bench.durationSeconds = 0.2
    let balance = Balance(bench, seed: 8)
    balance.expectExact()
    let path = bench.path
    let transitions = bench.emitters[0].states[0].scheme.transitions
    var light = transitions.map { (line: $0.line!, before: [path.coupling] + path.losses.map(\.transmission)) }
    light += bench.background.map { ($0.spectrum, bench.wayToFilter(of: $0)) }
    // Of the laser's light that which is scattered into the path begins behind its coupling.
    light[4].before.removeFirst()
    for (origin, (line, before)) in light.enumerated() {
      var shares: [Double] = []
      /// The losses of elements one behind the other; returns what has been passed.
      func follow(_ elements: [Transmission], behind: [Transmission]) -> [Transmission] {
        var passed = behind
        for element in elements {
          shares.append(overlap(of: line, through: passed) - overlap(of: line, through: passed + [element]))
          passed.append(element)
        }
        return passed
      }
      var missing = 3 - before.count
      while missing > 0 {
        shares.append(0)
        missing -= 1
      }
      let atSplitter = follow(before + path.filters.map(\.transmission), behind: [])
      let atArms = path.arms.map { atSplitter + $0.shares }
      shares.append(
        overlap(of: line, through: atSplitter) - atArms.reduce(0) { $0 + overlap(of: line, through: $1) })
      var ends: [[Transmission]] = []
      for (arm, way) in zip(path.arms, atArms) {
        ends.append(follow(arm.elements.map(\.transmission), behind: way))
      }
      for (d, way) in ends.enumerated() { _ = follow([.table(bench.detectors[d].efficiency)], behind: way) }
      let emitted = balance.emitted[origin]
      for (place, share) in shares.enumerated() {
        expectBinomial(
          balance.lost[origin][place], of: emitted, share: max(0, share),
          "\(balance.origins[origin].name) at \(balance.places[place].name)")
      }
      // What is left over is recorded: the rates are low and nothing is dead.
      expectBinomial(
        balance.recorded[origin], of: emitted, share: 1 - shares.reduce(0, +), "\(balance.origins[origin].name)")
    }
    // As many as the rates say, where they are stated.
    for (c, component) in bench.background.enumerated() {
      let scattered = component.isLaserLeak ? 1e-2 : 1
      expectPoisson(
        balance.emitted[2 + c], mean: component.rateHz * scattered * bench.durationSeconds, "\(component.name)")
    }
  }

  /// Steady light of rate r on a dead time τ: alive for 1/(1 + rτ) of the time; paralysable for e^(−rτ).
  @Test(arguments: [DeadTimeKind.nonParalysable, .paralysable])
  func liveTime(kind: DeadTimeKind) {
    var detector = PoissonBench.ideal
    detector.deadTimeNanoseconds = 500
    detector.deadTimeKind = kind
    let bench = PoissonBench(detector, rateHz: 1e6, durationSeconds: 0.5).bench
    let balance = Balance(bench, seed: 9)
    balance.expectExact()
    let (x, seconds) = (0.5, 0.5)
    // Waits for a photon and dead times take turns; means and variances in units of 1/r. Paralysed, the dead time is a busy
    // period of fixed service by infinitely many (Takács, Introduction to the Theory of Queues, 1962).
    let e = gsl_sf_exp(x)
    let (mean, variance) = kind == .paralysable ? (e - 1, e * e - 2 * x * e - 1) : (x, 0)
    let alive = 1 / (1 + mean)
    let sigma = (seconds * 1e-6 * (mean * mean + variance) * alive * alive * alive).squareRoot()
    #expect(abs(balance.live[0] - seconds * alive) < 4.9 * sigma, "\(balance.live[0])")
    // Photons come to a live detector at their rate: the live time is known from the records.
    #expect(abs(Double(balance.recorded[0]) / balance.live[0] - 1e6) < 4.9 * (1e6 / balance.live[0]).squareRoot())
    #expect(balance.lost(.detectorDead) == balance.emitted[0] - balance.recorded[0])
  }

  /// Emission and detection differ by twilight, and by what brought an afterpulse or crosstalk about.
  @Test func emissionAndDetection() {
    let balance = Balance(Self.crowded, seed: 10)
    var twilight = 0
    for truth in balance.truths {
      let later = truth.detectionTime - truth.emissionTime
      switch balance.origins[Int(truth.origin)].kind {
      case .emission, .background, .leak, .dark:
        #expect(later >= 0 && later <= 20 * 16_000)
        if later > 0 { twilight += 1 }
      case .afterpulse:
        #expect(later >= 30 * 16_000)
        if truth.parent >= 0 {
          #expect(truth.emissionTime == balance.truths[Int(truth.parent)].detectionTime)
        }
      case .crosstalk:
        #expect(later >= 200 * 16_000 && later <= 220 * 16_000)
        if truth.parent >= 0 {
          #expect(truth.emissionTime == balance.truths[Int(truth.parent)].detectionTime)
        }
      }
    }
    #expect(twilight > 0)
  }
}

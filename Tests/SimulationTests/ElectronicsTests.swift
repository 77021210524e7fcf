import Bench
import CGSL
import Detectors
import Prediction
import Scenarios
import Simulation
import Testing
import TimeTags

/// The electronics of a preset in one of its modes, at 5 MHz.
func electronics(_ preset: String, _ mode: TimingElectronics.Mode, _ more: String = "") throws -> TimingElectronics {
  try readScenario(
    """
    name: electronics
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
    collection: {coupling: 0.1}
    beamsplitter: {first_arm: 0.5}
    detectors: [{preset: spcm-aqrh-14}, {preset: spcm-aqrh-14}]
    electronics: {preset: \(preset), mode: \(mode)\(more)}
    """, file: "electronics.yaml"
  ).bench.electronics
}

/// Two long lists are the same; says no more than that.
private func expectSame<Element: Equatable>(
  _ a: [Element], _ b: [Element], sourceLocation: SourceLocation = #_sourceLocation
) {
  let isSame = a == b
  #expect(isSame, sourceLocation: sourceLocation)
}

/// Every instrument in both modes.
private let instruments = [
  "picoharp-300", "hydraharp-400", "timeharp-260-pico", "timeharp-260-nano", "multiharp-150-p", "multiharp-150-n",
].flatMap { preset in TimingElectronics.Mode.allCases.map { (preset, $0) } }

/// What every instrument of the format family does to the same clicks; times without chance are exact.
@Suite("Electronics, false-alarm probability 1e-6 per comparison")
struct ElectronicsTests {
  /// A bench of many clicks without any jitter.
  private func busy(_ electronics: TimingElectronics, durationSeconds: Double = 0.2) -> Bench {
    var bench = TestBench(absorbed: 1, coupling: 0.9, charged: nil, durationSeconds: durationSeconds).bench
    bench.electronics = electronics
    bench.electronics.jitterNanoseconds = 0
    return bench
  }

  /// Records in picoseconds since the start.
  private func times(_ stream: Stream, _ electronics: TimingElectronics, periodPicoseconds: Int64 = 200_000) -> [Int64]
  {
    let base = Int64(electronics.baseResolutionPicoseconds)
    return stream.tags.map {
      electronics.mode == .t2
        ? $0.macroTime * base
        : $0.macroTime * periodPicoseconds + Int64($0.nanotime) * base * Int64(electronics.binning)
    }
  }

  /// Each record is the integer part of its edge's time in steps, also where a step is no power of two of our time unit.
  @Test(arguments: instruments) func recordsAreExact(_ preset: String, _ mode: TimingElectronics.Mode) throws {
    var instrument = try electronics(preset, mode)
    instrument.deadTimeNanoseconds = 0
    let stream = Stream(busy(instrument))
    #expect(stream.tags.count > 50_000)
    let width = Int64(
      16 * (mode == .t2 ? instrument.baseResolutionPicoseconds : instrument.nanotimeResolutionPicoseconds))
    let period: Int64 = 200_000 * 16
    for (tag, truth) in zip(stream.tags, stream.truths) {
      let edge = truth.detectionTime + 5_000 * 16
      let isRight =
        mode == .t2
        ? tag.macroTime == edge / width
        : tag.macroTime == edge / period
          && Int64(tag.nanotime) == Int64(instrument.firstNanotimeBin) + edge % period / width
      guard isRight else {
        Issue.record("\(tag) is not the record of an edge at \(edge)")
        return
      }
    }
    let channels: Set<UInt8> = instrument.isRouted ? [1, 2] : [0, 1]
    #expect(Set(stream.tags.map(\.channel)) == channels)
  }

  /// What real recordings show: dead time within a channel 86 to 88 ns (PicoHarp 300) and 78 to 81 ns (HydraHarp 400);
  /// across channels none, but for a routed PicoHarp.
  @Test(arguments: [
    ("picoharp-300", TimingElectronics.Mode.t2, 86.0...88.0, false), ("picoharp-300", .t3, 86.0...88.0, true),
    ("hydraharp-400", .t2, 78.0...81.0, false), ("hydraharp-400", .t3, 78.0...81.0, false),
  ])
  func smallestGaps(
    _ preset: String, _ mode: TimingElectronics.Mode, _ expected: ClosedRange<Double>, _ isShared: Bool
  ) throws {
    let instrument = try electronics(preset, mode)
    let stream = Stream(busy(instrument, durationSeconds: 1))
    let times = times(stream, instrument)
    let channels = stream.tags.map(\.channel)
    var last: [UInt8: Int64] = [:]
    var (within, across) = ([UInt8: Double](), Double.infinity)
    for (time, channel) in zip(times, channels) {
      for (other, before) in last {
        let gap = Double(time - before) / 1e3
        if other == channel {
          within[channel] = min(within[channel] ?? .infinity, gap)
        } else {
          across = min(across, gap)
        }
      }
      last[channel] = time
    }
    for gap in within.values { #expect(expected.contains(gap), "within \(gap) ns") }
    #expect(isShared ? expected.contains(across) : across < 1, "across \(across) ns")
  }

  /// With inputs that are never dead, T2 and T3 hold the same photons record for record.
  @Test(arguments: ["picoharp-300", "hydraharp-400", "multiharp-150-p"])
  func bothModesHoldTheSamePhotons(_ preset: String) throws {
    var streams: [Stream] = []
    var recorded: [[Int64]] = []
    for mode in TimingElectronics.Mode.allCases {
      let instrument = try electronics(preset, mode, ", dead_time: 0 ns")
      streams.append(Stream(busy(instrument)))
      recorded.append(times(streams.last!, instrument))
    }
    let first = (streams[0].tags[0].channel, streams[1].tags[0].channel)
    try #require(streams[0].tags.count == streams[1].tags.count)
    expectSame(streams[0].truths, streams[1].truths)
    #expect(zip(streams[0].tags, streams[1].tags).allSatisfy { $1.channel &- $0.channel == first.1 &- first.0 })
    // A nanotime bin and the offset of one.
    let bin = try electronics(preset, .t3).nanotimeResolutionPicoseconds
    #expect(zip(recorded[0], recorded[1]).allSatisfy { abs($0 - $1) <= 2 * Int64(bin) })
  }

  @Test func inputOffsetsShiftRecords() throws {
    let plain = try electronics("hydraharp-400", .t2, ", dead_time: 0 ns")
    let shifted = try electronics("hydraharp-400", .t2, ", dead_time: 0 ns, input_offsets: [0 ps, 12.345 ns]")
    func channel(_ instrument: TimingElectronics, _ channel: UInt8) -> [Int64] {
      Stream(busy(instrument)).tags.filter { $0.channel == channel }.map(\.macroTime)
    }
    expectSame(channel(plain, 0), channel(shifted, 0))
    // The last photon may leave the recording.
    let (before, after) = (channel(plain, 1), channel(shifted, 1))
    #expect(after.count >= before.count - 1)
    #expect(zip(before, after).allSatisfy { $1 - $0 == 12_345 })
  }

  /// Every pulse that the divider lets through and the input is ready for.
  @Test(arguments: [("4", 4, 0.0), ("1", 1, 0), ("1", 3, 450), ("2", 4, 450)])
  func syncEvents(_ divider: String, _ pulsesPerEvent: Int, _ deadTime: Double) throws {
    var instrument = try electronics("hydraharp-400", .t2, ", record_sync: true, sync_divider: \(divider)")
    instrument.deadTimeNanoseconds = deadTime
    let stream = Stream(busy(instrument, durationSeconds: 0.01))
    instrument.recordsSync = false
    let photons = Stream(busy(instrument, durationSeconds: 0.01)).tags
    let sync = stream.tags.filter { $0.kind == .sync }
    expectSame(stream.tags.filter { $0.kind != .sync }, photons)
    #expect(stream.truths.count == photons.count)
    let pulses = Array(stride(from: Int64(0), to: 50_000, by: pulsesPerEvent))
    expectSame(sync.map(\.macroTime), pulses.map { $0 * 200_000 })
    #expect(zip(stream.tags, stream.tags.dropFirst()).allSatisfy { $0.macroTime <= $1.macroTime })
  }

  @Test(arguments: [("picoharp-300", TimingElectronics.Mode.t2, 4.0), ("multiharp-150-n", .t3, 200_000)])
  func markers(_ preset: String, _ mode: TimingElectronics.Mode, _ unitPicoseconds: Double) throws {
    let instrument = try electronics(
      preset, mode, ", markers: [{line: 1, period: 1 ms, first: 2 ms}, {line: 3, times: [0.5 ms, 4 ms, 20 s]}]")
    let stream = Stream(busy(instrument, durationSeconds: 0.01))
    let markers = stream.tags.filter { $0.kind == .marker }
    // At 4 ms both lines: one record with both bits.
    let expected: [(ms: Double, bits: UInt8)] = [
      (0.5, 4), (2, 1), (3, 1), (4, 5), (5, 1), (6, 1), (7, 1), (8, 1), (9, 1),
    ]
    #expect(markers.map(\.channel) == expected.map(\.bits))
    #expect(markers.map(\.macroTime) == expected.map { Int64(($0.ms * 1e9 / unitPicoseconds).rounded()) })
    #expect(stream.truths.count == stream.tags.count - markers.count)
  }

  /// Markers in the sync period of a batch's border stand behind all photons of that period, wherever batches end, and a run
  /// that goes on from there has them.
  @Test func markersOfABordersSyncPeriod() throws {
    var instrument = try electronics("multiharp-150-n", .t3, ", markers: [{line: 1, period: 200 ns, first: 30 ns}]")
    instrument.deadTimeNanoseconds = 0
    var bench = busy(instrument, durationSeconds: 0.2)
    // Edges are passed on up to 165 ns before the pulse that ends a batch: just behind the marker of that period.
    for d in 0..<2 { bench.detectors[d].jitter.fwhmNanoseconds = 25 }
    let whole = Stream(bench, threads: 1, blocksPerBatch: 8)
    #expect(whole.tags.count { $0.kind == .marker } == 1_000_000)
    #expect(whole.truths.count > 100_000)
    expectSame(whole.tags, Stream(bench, threads: 3, blocksPerBatch: 2).tags)

    let simulator = Simulator(bench: bench, seed: 1)
    var tags: [TimeTag] = []
    var places: [(records: Int, checkpoint: Simulator.Checkpoint)] = []
    _ = simulator.run(blocksPerBatch: 1, isCheckpointDue: { true }) { batch in
      tags += batch.tags
      if let checkpoint = batch.checkpoint { places.append((tags.count, checkpoint)) }
      return true
    }
    expectSame(whole.tags, tags)
    #expect(places.count > 2)
    for i in stride(from: 0, to: places.count, by: 20) {
      let (records, checkpoint) = places[i]
      var rest: [TimeTag] = []
      _ = simulator.run(threads: 2, from: checkpoint) { batch in
        rest += batch.tags
        return true
      }
      expectSame(Array(whole.tags[records...]), rest)
    }
  }

  /// The recording ends at the record for which the buffer has no room, counted record by record.
  @Test(arguments: [(1, 8), (1, 1), (3, 4)]) func bufferOverruns(_ threads: Int, _ blocks: Int) throws {
    var instrument = try electronics("picoharp-300", .t2)
    // About 700 records come in a millisecond, and 400.6 are read: whole records, which add up.
    instrument.buffer = nil
    let all = Stream(busy(instrument)).tags
    instrument.buffer = RecordBuffer(records: 3_000, readoutRateHz: 400.6e3)
    var (filling, reading, fits) = (0, 1, 0)
    for tag in all {
      while Double(tag.macroTime) * 4e-12 >= Double(reading) * 1e-3 {
        filling = max(0, filling - (4_006 * reading / 10 - 4_006 * (reading - 1) / 10))
        reading += 1
      }
      guard filling < 3_000 else { break }
      filling += 1
      fits += 1
    }
    try #require(fits > 3_000 && fits < all.count / 2)
    let simulator = Simulator(bench: busy(instrument), seed: 1)
    var (tags, truths, seconds, overran) = ([TimeTag](), 0, 0.0, false)
    _ = simulator.run(threads: threads, blocksPerBatch: blocks) { batch in
      #expect(!overran, "nothing comes after the overrun")
      tags += batch.tags
      truths += batch.truths.count
      (seconds, overran) = (batch.secondsDone, batch.isOverrun)
      return true
    }
    #expect(overran)
    expectSame(tags, Array(all[..<fits]))
    #expect(truths == fits)
    #expect(seconds == Double(all[fits].macroTime) * 4e-12)
    // A computer that keeps up loses nothing.
    instrument.buffer = RecordBuffer(records: 3_000, readoutRateHz: 5e6)
    expectSame(Stream(busy(instrument)).tags, all)
  }

  /// Even light fills bins in proportion to their width, also bins of one picosecond that differ by less than our unit.
  @Test(arguments: [
    ("timeharp-260-pico", [0.5, 1.5, 1.2, 0.8]), ("picoharp-300", [0.9, 1.1, 1]), ("hydraharp-400", [0.98, 1.02]),
  ])
  func unequalBins(_ preset: String, _ pattern: [Double]) throws {
    func counts(_ widths: BinWidths?) throws -> [Double] {
      var instrument = try electronics(preset, .t2)
      instrument.binWidths = widths
      let tags = Stream(evenLight(instrument, durationSeconds: 0.2)).tags
      var counts = [Double](repeating: 0, count: pattern.count)
      for tag in tags { counts[Int(tag.macroTime) % pattern.count] += 1 }
      return counts
    }
    func probability(_ counts: [Double]) -> Double {
      let all = counts.reduce(0, +)
      let chi2 = zip(counts, pattern).reduce(0) { sum, bin in
        let mean = all * bin.1 / pattern.reduce(0, +)
        return sum + (bin.0 - mean) * (bin.0 - mean) / mean
      }
      return gsl_cdf_chisq_Q(chi2, Double(pattern.count - 1))
    }
    #expect(probability(try counts(.table(pattern))) > falseAlarm)
    #expect(probability(try counts(nil)) < falseAlarm, "equal bins must be told apart")
  }

  /// Drawn widths scatter as they are told to, the same for the same specimen.
  @Test func drawnBins() throws {
    func counts(_ specimen: UInt64?) throws -> [Double] {
      var instrument = try electronics("timeharp-260-pico", .t2)
      instrument.binWidths = specimen.map { .drawn(standardDeviation: 0.1, seed: $0) }
      var counts = [Double](repeating: 0, count: BinWidths.drawnBins)
      for tag in Stream(evenLight(instrument, durationSeconds: 0.2)).tags {
        counts[Int(tag.macroTime) % BinWidths.drawnBins] += 1
      }
      return counts
    }
    /// Variance and covariance of counts beyond Poisson's, relative to the mean.
    func excess(_ a: [Double], _ b: [Double]) -> Double {
      let means = [a, b].map { $0.reduce(0, +) / Double($0.count) }
      let sum = zip(a, b).reduce(0) { $0 + ($1.0 - means[0]) * ($1.1 - means[1]) }
      return (sum / Double(a.count) - (a == b ? means[0] : 0)) / (means[0] * means[1])
    }
    let (one, same, other, none) = (try counts(1), try counts(1), try counts(2), try counts(nil))
    expectSame(one, same)
    // About 980 counts per bin: the variance is known to (0.01 + 1/980) √(2/4096) = 0.00024; 4.9 of these.
    #expect(abs(excess(one, one) - 0.01) < 4.9 * 0.00025)
    #expect(abs(excess(one, other)) < 4.9 * 0.011 / 64)
    #expect(abs(excess(none, none)) < 4.9 * 0.0011 / 45)
  }

  private func evenLight(_ electronics: TimingElectronics, durationSeconds: Double) -> Bench {
    var test = TestBench(absorbed: 0, charged: nil, durationSeconds: durationSeconds)
    test.darkCountRateHz = 1e7
    var bench = test.bench
    bench.electronics = electronics
    bench.electronics.deadTimeNanoseconds = 0
    bench.electronics.buffer = nil
    return bench
  }

  /// All at once: the same records whatever the threads and batches.
  @Test(arguments: [(1, 1), (2, 3), (3, 8)]) func threadsAndBatchesDoNotMatter(_ threads: Int, _ blocks: Int) throws {
    var bench = ReproducibilityTests.everything
    bench.electronics = try electronics(
      "multiharp-150-n", .t2,
      ", record_sync: true, sync_divider: 16, nonlinearity: {rms: 5 %}, input_offsets: [-3 ns], "
        + "markers: [{line: 2, period: 3 ms}], buffer: {records: 100000, readout_rate: 100 kcps}")
    bench.durationSeconds = 0.5
    let first = Stream(bench, seed: 4, threads: 1, blocksPerBatch: 8)
    let other = Stream(bench, seed: 4, threads: threads, blocksPerBatch: blocks)
    #expect(first.tags.count > 100_000)
    #expect(first.tags.count < 400_000, "the buffer overruns")
    expectSame(first.tags, other.tags)
    expectSame(first.truths, other.truths)
    expectSame(first.changes, other.changes)
  }
}

import Bench
import Detectors
import Foundation
import Scenarios
import Simulation
import Testing
import TimeTags

/// A run that goes on from any checkpoint records what an uninterrupted one does. Nothing here is left to chance but the
/// places, and those come from a fixed seed.
@Suite("Going on from a checkpoint")
struct CheckpointTests {
  /// What all stages have to hand on: excitations left over, late photons, afterpulses and flashes to come, drifting dark
  /// counts, clicks held back, hidden states, markers, sync events, inputs that are dead for long and a buffer that overruns.
  static func bench(_ electronics: String, _ more: String, _ light: String) throws -> Bench {
    try readScenario(
      """
      name: everything
      duration: 0.3 s
      \(light)
      collection: {coupling: 0.3}
      filter: {center: 618 nm, bandwidth: 50 nm, edge_order: 8}
      beamsplitter: {first_arm: 0.5}
      detectors:
        - {preset: spcm-aqrh-14, afterpulsing: {probability: 5 %, mean_delay: 20 us}, dark_counts: 20 kcps,
           dark_count_drift: {law: settling, to: 5 kcps, within: 0.1 s}}
        - {preset: spcm-aqrh-14, delay: 40 us, dark_counts: 20 kcps,
           dead_time_kind: paralysable, twilight: {window: 2 ns, probability: 30 %}}
      electronics: \(electronics)
      \(more)
      """, file: "everything.yaml"
    ).bench
  }

  static let pulsed = """
    excitation: {wavelength: 532 nm, repetition_rate: 20 MHz}
    emitters:
      - name: dot
        levels: [0, X, XX]
        line: {center: 610 nm, fwhm: 28 nm}
        absorbed_photons_per_pulse: 0.3
        states:
          neutral:
            dwell: {law: power-law, exponent: 1.5, minimum: 0.1 ms, cutoff: 0.1 s}
            transitions:
              X -> 0: {lifetime: 20 ns, quantum_yield: 0.8}
              XX -> X: {lifetime: 0.3 ns, quantum_yield: 0.1}
          charged:
            dwell: {law: exponential, mean: 1 ms}
            transitions:
              X -> 0: {lifetime: 3 ns, quantum_yield: 0.3}
              XX -> X: {lifetime: 0.2 ns, quantum_yield: 0.05}
    background:
      - name: band
        line: {center: 617 nm, fwhm: 59.5 nm}
        rate_at_filter: 200 kcps
        decay: [{share: 60 %, lifetime: 2 ns}, {share: 40 %, lifetime: 50 us}]
    """
  static let continuous = """
    excitation: {wavelength: 532 nm, mode: continuous}
    emitters: [{preset: nv-nanodiamond, absorption_rate: 500 MHz}]
    """

  static let ways: [(electronics: String, more: String, light: String, engine: Simulator.Engine)] = [
    ("{preset: picoharp-300, dead_time: 10 us}", "", pulsed, .fast),
    ("{preset: picoharp-300, mode: t3}", "", pulsed, .fast),
    ("{preset: picoharp-300}", "crosstalk: {probability: 5 %, delay: 3 us}", pulsed, .fast),
    (
      "{preset: hydraharp-400, record_sync: true, sync_divider: 8, markers: [{line: 1, period: 0.7 ms}, {line: 2, times: [0.1 s]}]}",
      "", pulsed, .fast
    ),
    ("{preset: picoharp-300, buffer: {records: 20000, readout_rate: 500 kcps}}", "", pulsed, .fast),
    ("{preset: picoharp-300}", "", pulsed, .reference),
    ("{preset: picoharp-300}", "", continuous, .fast),
  ]

  struct Recorded: Equatable {
    var tags: [TimeTag] = []
    var truths: [RecordTruth] = []
    var changes: [StateChange] = []
    var lost: [Int64?] = []
    var liveSeconds: [Double] = []
    var isOverrun = false
  }

  /// Runs from a checkpoint to the end and keeps all checkpoints on the way, with what was recorded before each.
  private func record(
    _ simulator: Simulator, _ start: Recorded = Recorded(), from checkpoint: Data? = nil, threads: Int,
    blocksPerBatch: Int, withTruth: Bool, keep: (Recorded, Data) -> Void = { _, _ in }
  ) throws -> Recorded {
    var recorded = start
    let from = try checkpoint.map { try JSONDecoder().decode(Simulator.Checkpoint.self, from: $0) }
    let losses = try simulator.run(
      threads: threads, blocksPerBatch: blocksPerBatch, withTruth: withTruth, from: from, isCheckpointDue: { true }
    ) { batch in
      recorded.tags += batch.tags
      recorded.truths += batch.truths
      recorded.changes += batch.stateChanges
      recorded.isOverrun = batch.isOverrun
      if let checkpoint = batch.checkpoint { keep(recorded, try JSONEncoder().encode(checkpoint)) }
      return true
    }
    recorded.lost = [losses.detectorDead, losses.electronicsDead]
    recorded.liveSeconds = losses.detectorLiveSeconds
    return recorded
  }

  @Test(arguments: 0..<ways.count, [false, true])
  func anyPlace(_ way: Int, withTruth: Bool) throws {
    let (electronics, more, light, engine) = Self.ways[way]
    let simulator = Simulator(bench: try Self.bench(electronics, more, light), seed: 11, engine: engine)
    var places: [(before: Recorded, checkpoint: Data)] = []
    let whole = try record(simulator, threads: 3, blocksPerBatch: 1, withTruth: withTruth) { places.append(($0, $1)) }
    #expect(places.count > 5)
    #expect(whole.tags.count > 20_000)
    #expect(whole.truths.isEmpty == !withTruth)
    #expect(whole.isOverrun == electronics.contains("buffer"))
    var chance = FixedGenerator(state: UInt64(way) + 1)
    for _ in 0..<3 {
      let (before, checkpoint) = places[Int.random(in: places.indices, using: &chance)]
      let resumed = try record(
        simulator, before, from: checkpoint, threads: Int.random(in: 1...4, using: &chance),
        blocksPerBatch: Int.random(in: 1...9, using: &chance), withTruth: withTruth)
      let isSame = resumed == whole
      #expect(isSame)
    }
  }
}

/// A generator with a fixed seed (SplitMix64).
private struct FixedGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

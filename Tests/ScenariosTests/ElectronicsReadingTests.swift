import Bench
import Detectors
import Scenarios
import Testing

/// What a scenario says of its time tagger, and what the instrument refuses.
struct ElectronicsReadingTests {
  private func scenario(_ electronics: String, excitation: String = "repetition_rate: 5 MHz", detectors: Int = 2)
    -> String
  {
    """
    name: test
    excitation: {wavelength: 532 nm, \(excitation)}
    collection: {coupling: 0.1}
    \(detectors == 2 ? "beamsplitter: {first_arm: 0.5}" : "about: one")
    detectors: [\(Array(repeating: "{preset: spcm-aqrh-14}", count: detectors).joined(separator: ", "))]
    electronics: {\(electronics)}
    """
  }

  private func read(_ electronics: String, excitation: String = "repetition_rate: 5 MHz") throws -> TimingElectronics {
    try readScenario(scenario(electronics, excitation: excitation), file: "lab.yaml").bench.electronics
  }

  private func fault(_ electronics: String, excitation: String = "repetition_rate: 5 MHz", detectors: Int = 2) -> String
  {
    do {
      _ = try readScenario(scenario(electronics, excitation: excitation, detectors: detectors), file: "lab.yaml")
      return "none"
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("picoharp-300", 2, 4, 4, 64), ("hydraharp-400", 8, 8, 1, 8), ("timeharp-260-pico", 2, 2, 25, 25),
    ("timeharp-260-nano", 2, 2, 250, 250), ("multiharp-150-p", 8, 8, 5, 10), ("multiharp-150-n", 8, 8, 80, 80),
  ])
  func presets(_ preset: String, _ inT2: Int, _ inT3: Int, _ base: Int, _ bin: Int) throws {
    let t2 = try read("preset: \(preset), mode: t2")
    let t3 = try read("preset: \(preset), mode: t3")
    #expect((t2.inputs, t3.inputs) == (inT2, inT3))
    #expect(t2.baseResolutionPicoseconds == base)
    // The smallest bins that hold 200 ns.
    #expect(t3.nanotimeResolutionPicoseconds == bin)
    #expect(t3.isRouted == (preset == "picoharp-300"))
    #expect(!t2.isRouted)
    #expect(t2.firstNanotimeBin == (preset == "picoharp-300" ? 1 : 0))
    #expect((t2.syncDivider, t2.recordsSync, t2.markers, t2.binWidths) == (1, false, [], nil))
    #expect(t2.buffer != nil)
  }

  @Test func allOptions() throws {
    let read = try read(
      "preset: multiharp-150-p, mode: t2, record_sync: true, sync_divider: 4, input_offsets: [0 ps, -1 ns], "
        + "nonlinearity: {rms: 1 %, seed: 7}, buffer: none, "
        + "markers: [{line: 1, period: 1 ms}, {line: 2, times: [1 s, 2 s]}]")
    #expect(read.syncDivider == 4 && read.recordsSync)
    #expect(read.inputOffsetsPicoseconds == [0, -1000])
    #expect(read.binWidths == .drawn(standardDeviation: 0.01, seed: 7))
    #expect(read.buffer == nil)
    #expect(
      read.markers == [
        ExternalMarker(line: 1, times: .periodic(first: 0, period: 1e-3)),
        ExternalMarker(line: 2, times: .listed([1, 2])),
      ])
  }

  /// Dividers that the dead time asks for: 86.4 ns, 80 ns and 25 ns at 12.5 ns.
  @Test(arguments: [("picoharp-300", 8), ("hydraharp-400", 8), ("timeharp-260-pico", 2), ("multiharp-150-n", 1)])
  func syncDividerFollows(_ preset: String, _ divider: Int) throws {
    #expect(try read("preset: \(preset), mode: t3", excitation: "repetition_rate: 80 MHz").syncDivider == divider)
  }

  /// What is written, at which column of line 6 the fault is, and what the message says.
  @Test(arguments: [
    (
      "preset: picoharp-300, binning: 3", "lab.yaml:6:46",
      "must be a power of two from 1 to 128, the PicoHarp 300's, found 3"
    ),
    ("preset: picoharp-300, binning: 256", "lab.yaml:6:46", "from 1 to 128"),
    ("preset: picoharp-300, mode: t3, binning: 8", "lab.yaml:6:56", "4096 nanotime bins of 32 ps hold"),
    ("preset: hydraharp-400, base_resolution: 4 ps", "lab.yaml:6:55", "must be the HydraHarp 400's 1 ps, found 4 ps"),
    ("preset: multiharp-150-p, base_resolution: 6 ps", "lab.yaml:6:57", "5 ps or 10 ps or 80 ps"),
    ("preset: picoharp-300, record_sync: true", "lab.yaml:6:50", "hydraharp-400 has one"),
    ("preset: hydraharp-400, mode: t3, record_sync: true", "lab.yaml:6:61", "is for t2"),
    ("preset: hydraharp-400, sync_divider: 3", "lab.yaml:6:52", "must be one of the HydraHarp 400's 1, 2, 4, 8, 16"),
    ("preset: picoharp-300, sync_divider: 16", "lab.yaml:6:51", "1, 2, 4, 8, found 16"),
    ("preset: picoharp-300, markers: [{line: 1, period: 0 s}]", "lab.yaml:6:65", "period must be at least"),
    ("preset: picoharp-300, markers: [{line: 5, period: 1 s}]", "lab.yaml:6:54", "line must be between 1 and 4"),
    ("preset: picoharp-300, markers: [{line: 1, times: [2 s, 1 s]}]", "lab.yaml:6:64", "must rise"),
    ("preset: picoharp-300, input_offsets: [1 us]", "lab.yaml:6:53", "between"),
    ("preset: hydraharp-400, input_offsets: [1 ps, 1 ps, 1 ps]", "lab.yaml:6:53", "there are 2 detectors"),
    ("preset: hydraharp-400, inputs: 1", "lab.yaml:6:46", "are 1 in t2, too few for 2 detectors"),
    ("preset: hydraharp-400, inputs: 9", "lab.yaml:6:46", "between 1 and 8"),
    ("preset: picoharp-300, instrument: picoharp", "lab.yaml:6:49", "picoharp-300"),
    ("preset: picoharp-300, nonlinearity: {widths: [1, 0]}", "lab.yaml:6:64", "widths[1] must be between"),
    (
      "preset: picoharp-300, nonlinearity: {widths: [4, 1, 1, 1, 1]}", "lab.yaml:6:60",
      "put the end of bin 0 1.5 mean widths from where equal bins end; it must be less than one"
    ),
    ("preset: picoharp-300, buffer: {records: 0}", "lab.yaml:6:55", "records must be between"),
    ("preset: picoharp-300, first_nanotime_bin: 2", "lab.yaml:6:57", "between 0 and 1"),
  ])
  func refusals(_ electronics: String, _ place: String, _ says: String) {
    let message = fault(electronics)
    #expect(message.hasPrefix(place + ": error: "), "\(message)")
    #expect(message.contains(says), "\(message)")
    #expect(!message.contains("\n"), "\(message)")
  }

  @Test func whatTheLaserAsksFor() {
    #expect(fault("preset: hydraharp-400, record_sync: true", excitation: "mode: continuous").contains("has no sync"))
    #expect(fault("preset: hydraharp-400, mode: t3", excitation: "mode: continuous").contains("needs the sync"))
    // The coarsest nanotimes hold 4094 × 512 ps; a HydraHarp's hold a millisecond.
    #expect(
      fault("preset: picoharp-300, mode: t3", excitation: "repetition_rate: 400 kHz").contains(
        "less than the laser period of 2500 ns"))
    #expect(fault("preset: hydraharp-400, mode: t3", excitation: "repetition_rate: 10 kHz") == "none")
    // 80 MHz divided by 8 comes every 100 ns.
    let tooFast = fault("preset: picoharp-300, mode: t3, dead_time: 101 ns", excitation: "repetition_rate: 80 MHz")
    #expect(tooFast.contains("no divider of the PicoHarp 300 is enough"), "\(tooFast)")
    let divider = fault("preset: picoharp-300, mode: t3, sync_divider: 4", excitation: "repetition_rate: 80 MHz")
    #expect(divider.contains("leaves 50 ns between sync events"), "\(divider)")
    #expect(divider.contains("a divider of 8 is enough"), "\(divider)")
    // The laser may be faster than a PicoHarp's sync input, unless that is needed.
    let fastLaser = fault("preset: picoharp-300, mode: t3", excitation: "repetition_rate: 100 MHz")
    #expect(fastLaser.contains("sync input takes up to 84 MHz, less than 100 MHz"), "\(fastLaser)")
    #expect(fault("preset: picoharp-300, mode: t3", excitation: "repetition_rate: 84 MHz") == "none")
    #expect(fault("preset: picoharp-300, mode: t2", excitation: "repetition_rate: 100 MHz") == "none")
    #expect(fault("preset: multiharp-150-p, mode: t3", excitation: "repetition_rate: 1 GHz") == "none")
  }
}

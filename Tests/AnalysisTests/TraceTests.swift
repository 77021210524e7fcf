import Analysis
import Glibc
import Testing
import TimeTags

@Suite struct TraceTests {
  @Test("slices of g2(0) add up to g2, the map and the trace hold every photon", arguments: [MeasurementMode.t2, .t3])
  func pulsed(_ mode: MeasurementMode) throws {
    let stream = GateScanTests.stream
    let (header, tags) = mode == .t2 ? (SyntheticStream.header2, stream.t2) : (stream.header3, stream.t3)
    let result = try analyzeTrace(header: header) { try play(tags, blocks: 20_000, $0) }
    let g2 = try analyzeG2(header: header) { try play(tags, blocks: 65536, $0) }
    let slices = try #require(result.antibunching)
    #expect(slices.excitation == .pulsed)
    #expect(slices.timeS.count == 20)
    #expect(slices.centerCounts.reduce(0, +) == g2.centerCounts)
    #expect(abs(slices.expectedCounts.reduce(0, +) - (g2.sidePeakMean ?? 0)) < 1e-6)
    let map = try #require(result.delayMap)
    #expect(map.photons.joined().reduce(0, +) == tags.count)
    // the brightest row begins at the rising edge
    let rows = map.photons.map { $0.reduce(0, +) }
    let top = rows.indices.max { rows[$0] < rows[$1] } ?? 0
    #expect(map.delayEdgesNs[top] > -2 && map.delayEdgesNs[top] < 3)
    let inTrace = result.trace.counts.values.reduce(0) { $0 + $1.reduce(0, +) }
    #expect(inTrace <= tags.count && inTrace > tags.count * 98 / 100)
    #expect(result.notes.isEmpty)
  }

  @Test("continuous light: slices add up to g2's counts around zero")
  func continuous() throws {
    let tags = SyntheticStream.continuous(rateHz: 200_000, seconds: 5, dip: 20_000, seed: 81)
    let result = try analyzeTrace(header: SyntheticStream.header2) { try play(tags, blocks: 20_000, $0) }
    let g2 = try analyzeG2(header: SyntheticStream.header2) { try play(tags, blocks: 65536, $0) }
    let slices = try #require(result.antibunching)
    #expect(slices.excitation == .cw)
    #expect(slices.centerCounts.reduce(0, +) == g2.centerCounts)
    #expect(result.delayMap == nil)
    #expect(result.notes.contains { $0.contains("no laser pulses") })
  }

  @Test(
    "real recordings: every photon of the reference readers, g2(0) as they have it",
    .disabled(if: Recordings.areMissing, Comment(rawValue: Recordings.notice)))
  func realRecordings() throws {
    let pulsed = TestRecording("hydraharp_t3_80MHz_hbt.ptu")
    let result = try analyzeTrace(header: pulsed.header, replay: pulsed.replay)
    let slices = try #require(result.antibunching)
    #expect(slices.centerCounts.reduce(0, +) == 1)
    #expect((slices.expectedCounts.reduce(0, +) * 10).rounded() == 3701)
    #expect(try #require(result.delayMap).photons.joined().reduce(0, +) == 396_326)
    #expect(abs(result.durationS - 4.999924901922661) < 1e-3)
    for (channel, photons) in [(0, 160_953.0), (1, 235_373)] {
      #expect(abs((result.rateHzPerChannel[channel]?.value ?? 0) * result.durationS - photons) < 1)
    }
    // a single channel of T2: no g2, no map, and it says so
    let single = TestRecording("hydraharp_v20_t2.ptu")
    let other = try analyzeTrace(header: single.header, replay: single.replay)
    #expect(other.antibunching == nil)
    #expect(other.delayMap == nil)
    #expect(other.notes.count == 2)
    #expect(abs((other.rateHzPerChannel[0]?.value ?? 0) * other.durationS - 305_565) < 1)
    // steady light: no more than Poisson at long bins (1e-6); fluorescence correlation: far more
    #expect(other.fano.filter { $0.binS > 1e-3 }.allSatisfy { $0.poissonProbability > 1e-6 })
    let molecules = TestRecording("picoharp_v30_t2.ptu")
    let third = try analyzeTrace(header: molecules.header, replay: molecules.replay)
    #expect(third.fano.last { $0.bins > 1000 }.map { $0.mandelQ > 10 * $0.uncertainty } == true)
  }
}

import Analysis
import Glibc
import Testing
import TimeTags

/// What independent programs read from real recordings (`reference_values.json` beside them).
@Suite(.disabled(if: Recordings.areMissing, Comment(rawValue: Recordings.notice)))
struct RealRecordingTests {
  @Test("the 80 MHz HBT recording: empty peak at k = +2, g2(0) = 0.0027 ± 0.0027")
  func hydraHarpHBT() throws {
    let recording = TestRecording("hydraharp_t3_80MHz_hbt.ptu")
    let result = try analyzeG2(header: recording.header, replay: recording.replay)
    #expect(result.excitation == .pulsed)
    #expect(result.centerPeak == 2)
    #expect(result.centerCounts == 1)
    #expect(result.sidePeaks == 40)
    #expect(((result.sidePeakMean ?? 0) * 10).rounded() == 3701)
    #expect((result.g2Zero * 1e4).rounded() == 27)
    #expect((result.g2ZeroUncertainty * 1e4).rounded() == 27)
    #expect(result.photons == [160_953, 235_373])
    let areas = try #require(result.estimates["peak_areas"])
    #expect(areas.value < 0.02)
  }

  @Test("the PicoHarp T2 recording: 25,245 pairs within ±409.6 ns, continuous")
  func picoHarpT2() throws {
    let recording = TestRecording("picoharp_v30_t2.ptu")
    let options = CorrelationOptions(binPs: 4096, rangePs: 409_600)
    let result = try analyzeG2(header: recording.header, options: options, replay: recording.replay)
    #expect(result.excitation == .cw)
    #expect(result.coincidences.reduce(0, +) == 25_245)
    #expect(result.tauPs.count == 200)
    #expect(result.photons == [531_477, 388_700])
    // the recording does show a laser (two-photon microscopy at 79.75 MHz), but its peaks overlap
    #expect(abs((result.periodPs ?? 0) - 12_539.08) < 0.2)
    // forced to be pulsed, the phase is recovered: coherent to parts in 10⁹ over the recording
    let pulsed = try analyzeG2(
      header: recording.header, options: CorrelationOptions(excitation: .pulsed), replay: recording.replay)
    #expect(abs((pulsed.periodPs ?? 0) - 12_539.0769) < 1e-3)
  }

  @Test("inspect agrees with the reference readers")
  func inspect() throws {
    let recording = TestRecording("picoharp_v30_t2.ptu")
    var survey = RecordingSurvey(header: recording.header)
    try recording.replay { survey.consume($0) }
    let summary = survey.summary(overflows: recording.overflows)
    #expect(summary.records == 929_254)
    #expect(summary.photonsPerChannel == [0: 531_477, 1: 388_700])
    #expect(summary.overflows == 9077)
    #expect(abs(summary.durationS - 7.650390672756) < 1e-12)
    #expect(summary.resolutionPs == 4)
    #expect(summary.syncRateHz == nil)
    #expect(summary.minimumGapPsPerChannel == [0: 86_252, 1: 86_640])
    let t3 = TestRecording("hydraharp_t3_80MHz_hbt.ptu")
    var second = RecordingSurvey(header: t3.header)
    try t3.replay { second.consume($0) }
    let other = second.summary(overflows: t3.overflows)
    #expect(other.records == 561_879)
    #expect(abs(other.durationS - 4.999924901922661) < 1e-10)
    #expect(other.syncRateHz == 80_028_680)
  }

  @Test("a one-channel recording has no g2, and says so")
  func oneChannel() throws {
    let recording = TestRecording("hydraharp_v20_t2.ptu")
    #expect(throws: AnalysisError.self) { try analyzeG2(header: recording.header, replay: recording.replay) }
    let candidate = try LaserSync.findPeriod(clock: TagClock(recording.header), channels: [0], replay: recording.replay)
    #expect(candidate.map(PeriodSearch.isSignificant) != true)
  }

  @Test("a recording whose nanotimes outrun the period does no harm")
  func pathological() throws {
    let recording = TestRecording("hydraharp_t3_320MHz_pathological.ptu")
    let result = try analyzeG2(header: recording.header, replay: recording.replay)
    #expect(result.g2Zero.isFinite)
    #expect(result.coincidences.allSatisfy { $0 >= 0 })
  }
}

import Analysis
import Glibc
import Testing
import TimeTags

@Suite struct SmallThingsTests {
  @Test("ratio of counts: the uncertainty of the reference and exact intervals")
  func ratio() {
    let one = PoissonRatio(center: 1, sideTotal: 14803, sideCells: 40)
    #expect(abs(one.value - 0.0027) < 1e-5)
    #expect(abs(one.uncertainty - 0.0027) < 1e-5)
    let none = PoissonRatio(center: 0, sideTotal: 14803, sideCells: 40)
    #expect(none.value == 0)
    // scipy.stats.beta.ppf(1 - 0.15865525393145707, 0.5, 14803.5), times 40 p/(1 − p)
    #expect(abs(none.uncertainty - 0.00268463) < 1e-7)
    // a paper's case: 0.14 ± 0.05 from N = 60 per side peak (REFERENCE a.1, row 17)
    let paper = PoissonRatio(center: 8, sideTotal: 600, sideCells: 10)
    #expect(abs(paper.uncertainty - 0.1333 * (1.0 / 8 + 1.0 / 600).squareRoot()) < 1e-4)
  }

  @Test("both background corrections of the paper (REFERENCE a.1, row 14)")
  func background() {
    let raw = MeasuredValue(0.14, 0.05)
    let ten = BackgroundCorrection(raw: raw, rhoSquared: MeasuredValue(0.9, 0))
    #expect(abs(ten.centerOnly.value - 0.04) < 1e-12)
    #expect(abs(ten.centerOnly.uncertainty - 0.05) < 1e-12)
    #expect(abs(ten.rhoSquared.value - 0.0444) < 1e-4)
    #expect(abs(ten.rhoSquared.uncertainty - 0.0556) < 1e-4)
    let fibre = BackgroundCorrection(raw: MeasuredValue(0.24, 0.1), rhoSquared: MeasuredValue(0.9401 * 0.9401, 0))
    #expect(abs(fibre.rhoSquared.value - 0.14) < 1e-3)
    let unsure = BackgroundCorrection(raw: raw, rhoSquared: MeasuredValue(0.9, 0.03))
    #expect(abs(unsure.rhoSquared.uncertainty - hypot(0.05 / 0.9, 0.86 / 0.81 * 0.03)) < 1e-12)
  }

  @Test("the centre stays at 0 without a clear reason, and moves with one")
  func center() {
    var flat = [Int](repeating: 100, count: 41)
    #expect(CenterPeak.find(flat) == 0)
    flat[23] = 70  // 3 standard deviations
    #expect(CenterPeak.find(flat) == 0)
    flat[22] = 10
    #expect(CenterPeak.find(flat) == 2)
    flat[20] = 0
    #expect(CenterPeak.find(flat) == 0)
    var bump = [Int](repeating: 100, count: 41)
    bump[17] = 300
    #expect(CenterPeak.find(bump) == -3)
  }

  @Test("trace and survey of a stream countable by hand")
  func byHand() {
    let header = RecordingHeader(format: "test", mode: .t2, recordType: nil, macroTimeUnitSeconds: 1e-9)
    let tags = [
      TimeTag(macroTime: 10, channel: 0), TimeTag(macroTime: 15, channel: 1), TimeTag(macroTime: 25, channel: 0),
      TimeTag(macroTime: 25, channel: 2, kind: .marker), TimeTag(macroTime: 27, channel: 0),
      TimeTag(macroTime: 50, channel: 1),
    ]
    for block in 1...6 {
      var trace = IntensityTrace(header: header, binWidthSeconds: 10e-9)
      var survey = RecordingSurvey(header: header)
      try? play(tags, blocks: block) {
        trace.consume($0)
        survey.consume($0)
      }
      trace.finish()
      #expect(trace.counts == [0: [0, 1, 2, 0, 0, 0], 1: [0, 1, 0, 0, 0, 1]])
      let summary = survey.summary(overflows: 3)
      #expect(summary.records == 9)
      #expect(summary.markers == 1)
      #expect(summary.photonsPerChannel == [0: 3, 1: 2])
      #expect(summary.minimumGapPsPerChannel == [0: 2000, 1: 35000])
      #expect(summary.minimumGapAcrossPs == 5000)
      #expect(summary.recordType == "T2")
      #expect(abs(summary.durationS - 50e-9) < 1e-18)
    }
  }

  @Test("headers that make no sense and empty recordings are refused, not trapped on")
  func nonsense() {
    let tags = [TimeTag(macroTime: 5, nanotime: 3, channel: 1), TimeTag(macroTime: 9, nanotime: 3, channel: 2)]
    for unit in [0, -1, .infinity, .nan] as [Double] {
      for mode in [MeasurementMode.t2, .t3] {
        let header = RecordingHeader(
          format: "test", mode: mode, recordType: nil, macroTimeUnitSeconds: unit, nanotimeUnitSeconds: unit)
        #expect(throws: AnalysisError.self) { try analyzeG2(header: header) { try play(tags, blocks: 2, $0) } }
        #expect(throws: AnalysisError.self) { try analyzeLifetime(header: header) { try play(tags, blocks: 2, $0) } }
      }
    }
    #expect(throws: AnalysisError.self) { try analyzeG2(header: SyntheticStream.header2) { _ in } }
    #expect(throws: AnalysisError.self) { try analyzeLifetime(header: SyntheticStream.header2) { _ in } }
  }
}

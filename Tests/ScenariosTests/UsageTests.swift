import Light
import Scenarios
import Testing

/// A small bench as the mapping layer would read it: the example to copy.
private struct Filter: Equatable {
  let centerNm: Double
  let bandwidthNm: Double
}

private struct Diode: Equatable {
  let deadTimeNs: Double
  let darkRate: Double
  let efficiency: [Point]
}

private func readFilter(_ section: Section) -> Filter {
  Filter(
    centerNm: section.quantity("center", in: .nanometers, range: .positive),
    bandwidthNm: section.quantity(
      "bandwidth", in: .nanometers, range: .positive, default: .customary(10, "a common bandpass")))
}

private func readDiode(_ section: Section) -> Diode {
  Diode(
    deadTimeNs: section.quantity("dead_time", in: .nanoseconds, range: .notNegative),
    darkRate: section.quantity("dark_counts", in: .countsPerSecond, range: .notNegative),
    efficiency: section.table("efficiency", x: .nanometers, y: .one, yRange: .between(0...1)))
}

struct UsageTests {
  let presets = PresetLibrary([
    "detector": [
      "spcm-aqrh-14": """
      dead_time: {value: 22 ns, datasheet: "SPCM-AQRH, page 2"}
      dark_counts: {value: 100 cps, datasheet: "SPCM-AQRH, page 2"}
      efficiency: {value: {500 nm: 0.5, 650 nm: 0.65}, datasheet: "SPCM-AQRH, figure 1"}
      """
    ]
  ])

  @Test func readsASmallBench() throws {
    let text = """
      filter:
        center: {value: 618 nm, paper: "main text, line 77"}
      detectors:
        - preset: spcm-aqrh-14
        - {preset: spcm-aqrh-14, dark_counts: 0.3 kcps}
      """
    let (bench, resolved) = try readDocument(
      text, file: "lab.yaml", presets: presets, overrides: [Override("filter.bandwidth", "3 nm")]
    ) { root in
      let filter = readFilter(root.section("filter"))
      let diodes = root.list("detectors", presets: "detector", atLeast: 1).map(readDiode)
      try root.checkpoint()  // from here on no placeholders
      return (filter: filter, diodes: diodes)
    }
    #expect(bench.filter == Filter(centerNm: 618, bandwidthNm: 3))
    #expect(bench.diodes.map(\.darkRate) == [100, 300])
    #expect(resolved["filter.center"]?.provenance == Provenance(.paper, "main text, line 77"))
    #expect(
      resolved.yaml() == """
        filter:
          center: {value: 618 nm, paper: "main text, line 77"}
          bandwidth: {value: 3 nm, chosen: "--set filter.bandwidth"}  # set from outside
        detectors:
          - dead_time: {value: 22 ns, datasheet: "SPCM-AQRH, page 2"}  # preset spcm-aqrh-14
            dark_counts: {value: 100 cps, datasheet: "SPCM-AQRH, page 2"}  # preset spcm-aqrh-14
            efficiency:  # preset spcm-aqrh-14
              value:
                500 nm: 0.5
                650 nm: 0.65
              datasheet: "SPCM-AQRH, figure 1"
          - dead_time: {value: 22 ns, datasheet: "SPCM-AQRH, page 2"}  # preset spcm-aqrh-14
            dark_counts: 0.3 kcps
            efficiency:  # preset spcm-aqrh-14
              value:
                500 nm: 0.5
                650 nm: 0.65
              datasheet: "SPCM-AQRH, figure 1"

        """)
  }
}

import Bench
import Detectors
import Foundation
import Light
import Photonics
import Prediction
import Scenarios
import Simulation
import Testing

/// The benches of `Scenarios/emitters` and `Scenarios/blinking`, brighter and shorter, without dead times and jitter.
struct PresetBench: CustomStringConvertible {
  let path: String
  /// Seconds of bench time.
  let duration: Double

  var description: String { path }

  var bench: Bench {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "Scenarios/\(path).yaml")
    var bench = try! readScenario(String(contentsOf: file, encoding: .utf8), file: path).bench
    bench.durationSeconds = duration
    bench.path.coupling = 0.9
    bench.path.elements = []
    for d in bench.detectors.indices {
      bench.detectors[d].efficiency = EfficiencyCurve(constant: 0.9)
      bench.detectors[d].deadTimeNanoseconds = 0
      bench.detectors[d].afterpulsing.probability = 0
      bench.detectors[d].jitter = .init(fwhmNanoseconds: 0, tailShare: 0, tailNanoseconds: 0)
    }
    bench.electronics.deadTimeNanoseconds = 0
    bench.electronics.jitterNanoseconds = 0
    return bench
  }

  static let all = [
    PresetBench(path: "emitters/nc-cdse-cds", duration: 0.5),
    PresetBench(path: "emitters/cdse-cds-giant-shell", duration: 0.5),
    PresetBench(path: "emitters/nv-nanodiamond", duration: 0.03),
    PresetBench(path: "emitters/siv-nanodiamond", duration: 0.01),
    PresetBench(path: "emitters/gev-nanodiamond", duration: 0.03),
    PresetBench(path: "emitters/dbt-anthracene", duration: 0.02),
    PresetBench(path: "emitters/hbn-defect", duration: 0.03),
    PresetBench(path: "emitters/ingaas-dot", duration: 0.001),
    PresetBench(path: "blinking/type-a", duration: 0.3),
    PresetBench(path: "blinking/type-b", duration: 0.3),
    PresetBench(path: "blinking/recombination-centres", duration: 0.3),
    PresetBench(path: "blinking/diffusion-controlled", duration: 0.3),
  ]
}

@Suite("Both engines on every preset and blinking model, false-alarm probability 1e-6 per comparison")
struct PresetAgreementTests {
  @Test(arguments: PresetBench.all)
  func enginesAgree(_ preset: PresetBench) {
    let comparison = EngineComparison(preset.bench, seed: 5)
    #expect(comparison.fast.tags.count > 10_000, "\(comparison.fast.tags.count)")
    comparison.all()
  }
}

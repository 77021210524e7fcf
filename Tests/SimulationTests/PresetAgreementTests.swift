import Bench
import CGSL
import Detectors
import Emitters
import Foundation
import Light
import Photonics
import Prediction
import Scenarios
import Simulation
import Testing
import TimeTags

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
    bench.path.coupling = .constant(0.9)
    bench.path.losses = []
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

  /// Photons of every transition against the prediction, given the time that the drawn trajectory spends in each slow state;
  /// 40 stretches give the noise (Student). Benches whose hidden states are more than slow states are left to `BunchingTests`.
  @Test(arguments: PresetBench.all)
  func simulationFollowsPrediction(_ preset: PresetBench) {
    let bench = preset.bench
    let emitter = bench.emitters[0]
    guard emitter.hiddenStates.count == emitter.states.count else { return }
    let stream = Stream(bench, seed: 9)
    let predictor = Predictor(bench: bench)
    let stretches = 40
    let length = bench.durationSeconds / Double(stretches)
    // Seconds per stretch and state.
    var seconds = [[Double]](repeating: [Double](repeating: 0, count: emitter.states.count), count: stretches)
    for (i, change) in stream.changes.enumerated() {
      var from = Double(change.time) / 16e12
      let end = i + 1 < stream.changes.count ? Double(stream.changes[i + 1].time) / 16e12 : bench.durationSeconds
      while from < end {
        let stretch = min(stretches - 1, Int(from / length))
        let to = stretch == stretches - 1 ? end : min(end, Double(stretch + 1) * length)
        seconds[stretch][Int(change.state)] += to - from
        // Rounding must not hold time still.
        from = max(to, from + 1e-12)
      }
    }
    var counts = [[Double]](
      repeating: [Double](repeating: 0, count: stretches), count: stream.origins.origins.count)
    for truth in stream.truths {
      counts[Int(truth.origin)][min(stretches - 1, Int(Double(truth.detectionTime) / 16e12 / length))] += 1
    }
    var origin = 0
    for (s, state) in emitter.states.enumerated() {
      for _ in state.scheme.transitions {
        let rate = predictor.componentRatesHz[origin].rateHz / predictor.stateShares[0][s]
        let residuals = (0..<stretches).map { counts[origin][$0] - rate * seconds[$0][s] }
        let total = counts[origin].reduce(0, +)
        if total > 400 {
          let mean = residuals.reduce(0, +) / Double(stretches)
          let variance = residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(stretches - 1)
          let t = mean / (variance / Double(stretches)).squareRoot()
          #expect(
            gsl_cdf_tdist_Q(abs(t), Double(stretches - 1)) > falseAlarm / 2,
            "\(preset), \(predictor.componentRatesHz[origin].name): \(total) photons, t = \(t)")
        }
        origin += 1
      }
    }
  }
}

import ArgumentParser
import Bench
import Detectors
import Emitters
import Glibc
import Prediction
import Reporting
import Scenarios

/// What `predict` prints as JSON.
struct PredictionOutput: Encodable {
  struct Component: Encodable {
    var name: String
    var rateHz: Double
    enum CodingKeys: String, CodingKey {
      case name
      case rateHz = "rate_hz"
    }
  }
  var detectedRateHz: [String: Double]
  var signalFraction: Double
  @OrNull var g2Zero: Double?
  @OrNull var g2ZeroBackgroundFree: Double?
  var components: [Component]
  @OrNull var meanDetectedPhotonsPerPulse: Double?
  /// Continuous excitation: the curve at delays from a tenth of a nanosecond to a millisecond, 20 per decade.
  @OrNull var g2Curve: Curve?

  struct Curve: Encodable {
    var tauNs: [Double]
    var g2: [Double]
    enum CodingKeys: String, CodingKey {
      case tauNs = "tau_ns"
      case g2
    }
  }

  enum CodingKeys: String, CodingKey {
    case detectedRateHz = "detected_rate_hz"
    case signalFraction = "signal_fraction"
    case g2Zero = "g2_zero"
    case g2ZeroBackgroundFree = "g2_zero_background_free"
    case components
    case meanDetectedPhotonsPerPulse = "mean_detected_photons_per_pulse"
    case g2Curve = "g2_curve"
  }

  init(_ predictor: Predictor) {
    let first = predictor.bench.electronics.mode == .t3 ? 1 : 0
    detectedRateHz = Dictionary(
      uniqueKeysWithValues: predictor.recordedRatesHz.enumerated().map { ("\($0.offset + first)", $0.element) })
    signalFraction = predictor.signalFraction
    g2Zero = predictor.g2Zero
    g2ZeroBackgroundFree = predictor.g2ZeroBackgroundFree
    components = predictor.componentRatesHz.map { Component(name: $0.name, rateHz: $0.rateHz) }
    meanDetectedPhotonsPerPulse = predictor.isContinuous ? nil : predictor.meanDetectedPhotonsPerPulse
    if predictor.isContinuous, predictor.bench.detectors.count > 1 {
      let delays = [0] + (0...140).map { pow(10, Double($0) / 20 - 1) }
      g2Curve = Curve(tauNs: delays, g2: delays.compactMap { predictor.g2(atDelayNanoseconds: $0) })
    }
  }
}

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Calculates what a bench records: exact expectation values, no random numbers.")

  @OptionGroup var scenario: ScenarioOptions
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    try orFail {
      let predictor = Predictor(bench: try scenario.load().bench)
      let output = PredictionOutput(predictor)
      if json {
        print(try JSONOutput.encode(output), terminator: "")
        return
      }
      var table = Table([.init("quantity"), .init("expected", .right)])
      for (channel, rate) in output.detectedRateHz.sorted(by: { $0.key < $1.key }) {
        table.append("rate of channel \(channel)", NumberFormat.rate(rate, digits: 5))
      }
      table.append("signal fraction", NumberFormat.percent(output.signalFraction, places: 2))
      if let clicks = output.meanDetectedPhotonsPerPulse {
        table.append("clicks per laser pulse", NumberFormat.significant(clicks, digits: 4))
      }
      if let value = output.g2Zero { table.append("g2(0)", NumberFormat.fixed(value, places: 4)) }
      if let value = output.g2ZeroBackgroundFree {
        table.append("g2(0) without background", NumberFormat.fixed(value, places: 4))
      }
      print(table.text())
      var causes = Table([.init("cause"), .init("rate", .right)])
      for component in output.components {
        causes.append(component.name, NumberFormat.rate(component.rateHz, digits: 4))
      }
      print(causes.text())
    }
  }
}

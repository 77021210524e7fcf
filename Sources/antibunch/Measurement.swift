import Analysis
import Bench
import Emitters
import Prediction
import TimeTags

/// Everything the analysis measures on the recording of a run.
struct Measurement {
  var output: AnalysisOutput
  /// Counts per bin of the whole recording, per channel.
  var trace: IntensityTrace
  /// Rate and its uncertainty per channel, in Hz.
  var rates: [(channel: Int, rate: Double, uncertainty: Double)]

  /// Time bins of the intensity trace in a report.
  static let traceBins = 600.0

  /// - Parameters:
  ///   - path: the recording.
  ///   - predictor: gives the background level of the correction; on a bench it is measured on an empty spot.
  ///   - seconds: the length of the recording.
  init(of path: String, predictor: Predictor, seconds: Double) throws {
    let recording = try OpenRecording(path)
    var survey = RecordingSurvey(header: recording.header)
    var trace = IntensityTrace(header: recording.header, binWidthSeconds: max(1e-6, seconds / Self.traceBins))
    let reader = try recording.play {
      survey.consume($0)
      trace.consume($0)
    }
    trace.finish()
    self.trace = trace
    rates = trace.counts.sorted { $0.key < $1.key }.map { channel, counts in
      Self.rate(channel: channel, counts: counts, binSeconds: trace.binWidthSeconds)
    }
    var output = AnalysisOutput(
      inspect: survey.summary(overflows: reader.overflowRecords), g2: nil, lifetime: nil, notes: [])
    let period = predictor.bench.excitation.periodNanoseconds.map { $0 * 1e3 }
    let laser: RecoveredLaser?
    do {
      laser = try period.flatMap {
        try RecoveredLaser(header: recording.header, survey: survey, periodPs: $0, replay: recording.replay)
      }
    } catch is AnalysisError {
      // The measurements will say so themselves.
      laser = nil
    }
    if predictor.bench.detectors.count > 1 {
      do {
        output.g2 = try analyzeG2(
          header: recording.header, options: CorrelationOptions(for: predictor, laser: laser), replay: recording.replay)
      } catch let error as AnalysisError {
        output.notes.append("g2: \(error)")
      }
    }
    // Without pulses there is no decay.
    guard period != nil else {
      self.output = output
      return
    }
    do {
      var options = LifetimeOptions(components: 2, periodPs: period)
      options.laser = laser
      output.lifetime = try analyzeLifetime(header: recording.header, options: options, replay: recording.replay)
    } catch let error as AnalysisError {
      output.notes.append("lifetime: \(error)")
    }
    self.output = output
  }

  /// The mean rate and its standard error from twenty stretches of the recording, so that blinking counts as noise.
  static func rate(channel: Int, counts: [Int], binSeconds: Double) -> (Int, Double, Double) {
    let stretches = 20
    let perStretch = counts.count / stretches
    let mean = Double(counts.reduce(0, +)) / (Double(counts.count) * binSeconds)
    guard perStretch > 0 else { return (channel, mean, (mean / (Double(counts.count) * binSeconds)).squareRoot()) }
    let rates = (0..<stretches).map { i in
      Double(counts[(i * perStretch)..<((i + 1) * perStretch)].reduce(0, +)) / (Double(perStretch) * binSeconds)
    }
    let average = rates.reduce(0, +) / Double(stretches)
    let variance = rates.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(stretches - 1)
    return (channel, mean, (variance / Double(stretches)).squareRoot())
  }
}

extension CorrelationOptions {
  /// How g2 is measured on the recordings of a bench; the level of background is the predicted one.
  init(for predictor: Predictor, laser: RecoveredLaser?) {
    self =
      predictor.bench.excitation.periodNanoseconds.map {
        CorrelationOptions(periodPs: $0 * 1e3, binPs: $0 * 10, rangePs: $0 * 5e3)
      } ?? CorrelationOptions(excitation: .cw, binPs: 1000, rangePs: 200_000)
    self.laser = laser
    // A sensible number is left out rather than clamped where there is no signal at all.
    if let fraction = predictor.coincidenceSignalFraction, fraction > 0 {
      background = .signalFraction(fraction.squareRoot())
    }
  }
}

import Analysis
import Bench
import Emitters
import Prediction
import Simulation
import SweepStore
import TimeTags

extension SweepResult {
  /// To what standard deviation g2(0) is known after ``timeNeededSeconds``.
  static let uncertainty = 0.01

  /// What a bench's recording is expected to show.
  init(predicted predictor: Predictor) {
    func g2(_ predictor: Predictor) -> Double? {
      // As it is measured: continuous, the mean over the bins on either side of zero.
      predictor.isContinuous ? predictor.g2Zero(averagedWithin: 1) : predictor.g2Zero
    }
    self.init(
      g2Zero: g2(predictor), g2ZeroCorrected: g2(predictor.withoutBackground),
      rateHz: predictor.recordedRatesHz.reduce(0, +), signalFraction: predictor.signalFraction,
      timeNeededSeconds: predictor.secondsNeeded(forG2Uncertainty: Self.uncertainty))
  }

  /// Simulates a bench and measures its records as those of a file.
  ///
  /// - Parameters:
  ///   - light: the light that it shares with other points.
  ///   - progress: called with the share of the work that was done since the last call.
  /// - Throws: a ``Failure`` with code 130 after an interrupt.
  init(simulated bench: Bench, seed: UInt64, light: SharedLight?, threads: Int, progress: (Double) -> Void) throws {
    let simulator = Simulator(bench: bench, seed: seed, sharedLight: light)
    let recording = try MemoryRecording(simulator, threads: threads, progress: progress)
    var note = ""
    var g2: CorrelationResult?
    let predictor = Predictor(bench: bench)
    if bench.detectors.count > 1 {
      do {
        let laser = try bench.excitation.periodNanoseconds.flatMap {
          try RecoveredLaser(
            header: recording.header, survey: recording.survey, periodPs: $0 * 1e3, replay: recording.replay)
        }
        g2 = try analyzeG2(
          header: recording.header, options: CorrelationOptions(for: predictor, laser: laser), replay: recording.replay)
        note = g2?.warnings.joined(separator: " ") ?? ""
      } catch let error as AnalysisError {
        note = "\(error)"
      }
    }
    self.init(
      g2Zero: g2?.g2Zero, g2ZeroUncertainty: g2?.g2ZeroUncertainty,
      g2ZeroCorrected: g2?.backgroundCorrected?.rhoSquared.value,
      g2ZeroCorrectedUncertainty: g2?.backgroundCorrected?.rhoSquared.uncertainty,
      rateHz: recording.rate.value,
      rateHzUncertainty: max(
        recording.rate.uncertainty,
        // Blinking is the same at all detectors, and a recording sees too few of the longest dwells to tell by itself.
        bench.detectors.indices.reduce(0) {
          $0 + predictor.rateStandardDeviationHz($1, overSeconds: recording.seconds)
        }),
      signalFraction: recording.signalFraction,
      timeNeededSeconds: g2.map {
        let ratio = $0.g2ZeroUncertainty / Self.uncertainty
        return recording.seconds * ratio * ratio
      }, durationSeconds: recording.seconds, sharesPhotons: light != nil, note: note)
  }
}

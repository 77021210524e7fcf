import Analysis
import ArgumentParser

/// All that is known of a recording beside its photons.
struct ExportedResults {
  var g2: CorrelationResult?
  var lifetime: LifetimeResult?
  var trace: TraceResult?
  var blinking: BlinkingResult?
  var prediction: StoredPrediction?
  var comparison: RunComparison?
  /// Why something is missing, one sentence each.
  var leftOut: [String] = []

  /// Of a run: g2 and decay are those of its report; trace and blinking are measured on its recording.
  init(of run: RunFolder, _ recording: OpenRecording) throws {
    struct StoredAnalysis: Decodable {
      var g2: CorrelationResult?
      var lifetime: LifetimeResult?
      var notes: [String]
    }
    let analysis = try run.read("analysis.json", as: StoredAnalysis.self)
    (g2, lifetime, leftOut) = (analysis?.g2, analysis?.lifetime, analysis?.notes ?? [])
    prediction = try run.read("prediction.json", as: StoredPrediction.self)
    comparison = try run.read("comparison.json", as: RunComparison.self)
    if comparison == nil {
      leftOut.append("comparison: the run is of a version that wrote no comparison.json; run the scenario again")
    }
    do {
      trace = try analyzeTrace(header: recording.header, replay: recording.replay)
    } catch let error as AnalysisError {
      leftOut.append("trace: \(error)")
    }
    do {
      blinking = try analyzeBlinking(header: recording.header, replay: recording.replay)
    } catch let error as AnalysisError {
      leftOut.append("blinking: \(error)")
    }
  }

  /// Of any recording: what `analyze` finds.
  init(of recording: OpenRecording) throws {
    let found = try FullAnalysis(
      recording, selection: SelectionOptions.parse([]), components: 2, background: nil, periodPs: nil
    ).output
    (g2, lifetime, trace, blinking) = (found.g2, found.lifetime, found.trace, found.blinking)
    leftOut = found.leftOut.map { "\($0.what): \($0.why)" }
  }
}

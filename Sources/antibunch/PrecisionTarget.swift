import Analysis
import ArgumentParser
import Bench
import Detectors
import Emitters
import Prediction
import Reporting
import Scenarios
import TimeTags

/// How well g2(0) must be known for a recording to end: "g2_zero ± 0.01".
struct PrecisionTarget {
  /// A standard deviation.
  var uncertainty: Double

  /// - Throws: `ValidationError` that says how it is written.
  init(parsing text: String) throws {
    func fault(_ why: String) -> ValidationError {
      ValidationError("--until: \(why); write it as \"g2_zero ± 0.01\", found '\(text)'")
    }
    let separators = ["±", "+-", "+/-"]
    guard let separator = separators.first(where: { text.contains($0) }) else {
      throw fault("a quantity and its standard deviation are needed")
    }
    let parts = text.split(separator: separator, omittingEmptySubsequences: false).map {
      String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    guard parts.count == 2 else { throw fault("one quantity and one standard deviation are needed") }
    guard parts[0] == "g2_zero" else { throw fault("'\(parts[0])' cannot be waited for, only g2_zero") }
    guard let value = Double(parts[1]), value > 0, value < 1 else {
      throw fault("the standard deviation must be a number above 0 and below 1")
    }
    uncertainty = value
  }
}

/// A recording watched for its precision.
struct PrecisionWatch {
  let target: PrecisionTarget
  var running: RunningG2
  private let clock: TagClock

  /// - Parameter running: what has been counted before a checkpoint.
  init(_ target: PrecisionTarget, bench: Bench, running: RunningG2? = nil) {
    self.target = target
    let delay = bench.edgeDelayNanoseconds(ofDetector: 1) - bench.edgeDelayNanoseconds(ofDetector: 0)
    self.running =
      running
      ?? RunningG2(
        channels: (
          UInt8(bench.electronics.channel(ofDetector: 0)), UInt8(bench.electronics.channel(ofDetector: 1))
        ), periodPs: bench.excitation.periodNanoseconds.map { $0 * 1e3 }, delayPs: delay * 1e3)
    clock = TagClock(RecordingHeader(bench))
  }

  mutating func consume(_ tags: [TimeTag]) {
    tags.withUnsafeBufferPointer { running.consume($0, clock: clock) }
  }

  /// The share of the way to the target: the variance falls with the time.
  var fraction: Double {
    guard let reached = running.value, reached.uncertainty > 0 else { return 0 }
    let ratio = target.uncertainty / reached.uncertainty
    return min(1, ratio * ratio)
  }

  var isMet: Bool { fraction >= 1 }
}

/// What a watched recording came to.
struct ReachedPrecision: Encodable {
  var quantity = "g2_zero"
  var target: Double
  @OrNull var value: Double?
  @OrNull var uncertainty: Double?
  var isMet: Bool

  enum CodingKeys: String, CodingKey {
    case quantity, target, value, uncertainty
    case isMet = "is_met"
  }

  init(_ watch: PrecisionWatch) {
    target = watch.target.uncertainty
    value = watch.running.value?.value
    uncertainty = watch.running.value?.uncertainty
    isMet = watch.isMet
  }

  /// For people: how long the bench takes.
  func sentence(seconds: Double) -> String {
    guard let value, let uncertainty else {
      return "g2(0) is not known after \(NumberFormat.duration(seconds: seconds))"
    }
    let reached = "g2(0) is \(NumberFormat.measured(value, uncertainty: uncertainty))"
    let time = NumberFormat.duration(seconds: seconds)
    if isMet { return "\(reached) after \(time), which is what the bench takes for it" }
    let ratio = uncertainty / target
    return "\(reached) after \(time); ± \(target) takes the bench about "
      + NumberFormat.duration(seconds: seconds * ratio * ratio)
  }
}

/// The option of commands that may stop at a precision.
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stop when g2(0) is known to a standard deviation, for example --until \"g2_zero ± 0.01\"; --duration, or 100 h, is the limit.",
      valueName: "quantity ± deviation"))
  var until: String?

  /// - Throws: `ValidationError` that says how the option is written.
  func target() throws -> PrecisionTarget? { try until.map { try PrecisionTarget(parsing: $0) } }

  /// What is laid over a scenario whose length nobody gave: the longest there may be.
  func limit(_ scenario: ScenarioOptions) -> [Override] {
    until == nil || scenario.duration != nil ? [] : [Override("duration", "100 h", label: "--until")]
  }

  /// Refuses what no recording can tell, and says how long it will take.
  func announce(_ target: PrecisionTarget, _ scenario: Scenario) throws {
    guard scenario.bench.detectors.count > 1 else {
      throw Failure(.badData, "error: --until g2_zero needs two detectors, and the bench has one")
    }
    guard let seconds = Predictor(bench: scenario.bench).secondsNeeded(forG2Uncertainty: target.uncertainty) else {
      throw Failure(.badData, "error: --until g2_zero: no light reaches both detectors")
    }
    let time = NumberFormat.duration(seconds: seconds)
    let limit = scenario.bench.durationSeconds
    if seconds > 2 * limit {
      throw Failure(
        .badData,
        "error: --until g2_zero ± \(target.uncertainty) takes the bench about \(time), and the recording lasts "
          + "\(NumberFormat.duration(seconds: limit)) at most; a larger deviation, a longer --duration or more light is needed"
      )
    }
    standardError("g2(0) to ± \(target.uncertainty): about \(time) on the bench, by prediction")
  }
}

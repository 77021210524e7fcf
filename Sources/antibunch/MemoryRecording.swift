import Analysis
import Bench
import Detectors
import Emitters
import Simulation
import TimeTags

/// A simulated recording that is never written to a file. What memory has no room for is drawn again for every pass: the same
/// seed gives the same records.
struct MemoryRecording {
  let header: RecordingHeader
  let survey: RecordingSurvey
  let seconds: Double
  /// The share of records that the emitters caused.
  let signalFraction: Double
  /// Records per second of all detectors, and its standard error.
  let rate: (value: Double, uncertainty: Double)
  private let simulator: Simulator
  private let threads: Int
  /// `nil` where they are too many.
  private let tags: [TimeTag]?

  /// As many records are kept; some hundred megabytes.
  private static let mostKept = 1 << 23

  init(_ simulator: Simulator, threads: Int, progress: (Double) -> Void) throws {
    let bench = simulator.bench
    let header = RecordingHeader(bench)
    var survey = RecordingSurvey(header: header)
    var trace = IntensityTrace(
      header: header, binWidthSeconds: max(1e-6, bench.durationSeconds / Measurement.traceBins))
    var counts = [Int](repeating: 0, count: simulator.origins.origins.count)
    var kept: [TimeTag]? = []
    var done = 0.0
    var seconds = 0.0
    try simulator.run(threads: threads) { batch throws(Failure) in
      batch.tags.withUnsafeBufferPointer {
        survey.consume($0)
        trace.consume($0)
      }
      for truth in batch.truths { counts[Int(truth.origin)] += 1 }
      if let count = kept?.count, count + batch.tags.count > Self.mostKept { kept = nil }
      kept?.append(contentsOf: batch.tags)
      progress(batch.fraction - done)
      done = batch.fraction
      seconds = batch.secondsDone
      if Interruption.isRequested { throw Failure(.interrupted, "interrupted") }
      return true
    }
    trace.finish()
    let all = trace.counts.values.reduce(into: [Int]()) { sum, counts in
      sum = sum.isEmpty ? counts : zip(sum, counts).map(+)
    }
    self.header = header
    self.survey = survey
    self.seconds = seconds
    self.simulator = simulator
    self.threads = threads
    tags = kept
    signalFraction = trueSignalFraction(origins: simulator.origins, counts: counts)
    let (_, value, uncertainty) =
      all.isEmpty ? (0, 0, 0) : Measurement.rate(channel: 0, counts: all, binSeconds: trace.binWidthSeconds)
    rate = (value, uncertainty)
  }

  /// Plays all records once.
  func replay(_ body: (TagBlock) throws -> Void) throws {
    if let tags {
      // In blocks that stay in a processor's cache, as from a file.
      var start = 0
      while start < tags.count {
        let end = min(start + (1 << 14), tags.count)
        try tags[start..<end].withUnsafeBufferPointer(body)
        start = end
      }
      return
    }
    try simulator.run(threads: threads, withTruth: false) { (batch) throws(any Error) in
      try batch.tags.withUnsafeBufferPointer(body)
      return true
    }
  }
}

extension RecordingHeader {
  /// What a file of the bench would say of itself.
  init(_ bench: Bench) {
    let electronics = bench.electronics
    let isT3 = electronics.mode == .t3
    let laser = bench.excitation.repetitionRateHz
    self.init(
      format: "simulated", mode: isT3 ? .t3 : .t2, recordType: RecordType(electronics),
      macroTimeUnitSeconds: isT3
        ? 1e-9 * (bench.excitation.periodNanoseconds ?? 0) : Double(electronics.baseResolutionPicoseconds) * 1e-12,
      nanotimeUnitSeconds: isT3 ? Double(electronics.nanotimeResolutionPicoseconds) * 1e-12 : nil,
      syncRateHz: isT3 ? laser : nil, laserRepetitionRateHz: laser, acquisitionTimeSeconds: bench.durationSeconds,
      hardware: electronics.name)
  }
}

import Detectors
import RandomStreams

/// When a detector's dark counts come, in `FineTime` units from the start of the recording.
struct DarkCountTimes: Sendable {
  var stream: RandomStream
  /// Per unit of time, at the start and in the end.
  private let (first, last): (Double, Double)
  private let meanGap: Double
  private let drift: (law: DarkCountDrift.Law, time: Double)?

  init(_ detector: SinglePhotonDetector, stream: RandomStream) {
    self.stream = stream
    first = detector.darkCountRateHz / FineTime.perSecond
    last = (detector.darkCountDrift?.finalRateHz ?? detector.darkCountRateHz) / FineTime.perSecond
    meanGap = detector.darkCountRateHz > 0 ? FineTime.perSecond / detector.darkCountRateHz : .infinity
    drift = detector.darkCountDrift.map { ($0.law, $0.seconds * FineTime.perSecond) }
  }

  /// The first after a time; the greatest number for never.
  mutating func next(after time: Int64, _ ziggurat: borrowing Ziggurat) -> Int64 {
    guard let drift else {
      let gap = meanGap == .infinity ? .infinity : ziggurat.exponential(&stream) * meanGap
      return gap < 0x1p62 ? time &+ Int64(gap) : .max
    }
    // Candidates at a rate that is never below the true one, of which the right share is taken (Lewis and Shedler 1979,
    // Nav. Res. Logist. Q. 26, 403).
    var time = time
    while true {
      let bound = max(rate(at: time, drift), last)
      let gap = bound > 0 ? ziggurat.exponential(&stream) / bound : .infinity
      guard gap < 0x1p61 else { return .max }
      time &+= Int64(gap)
      if stream.uniform() * bound < rate(at: time, drift) { return time }
    }
  }

  private func rate(at time: Int64, _ drift: (law: DarkCountDrift.Law, time: Double)) -> Double {
    let x = Double(time) / drift.time
    return switch drift.law {
    case .linear: x < 1 ? first + (last - first) * x : last
    case .settling: last + (first - last) * PortableMath.exp(-min(x, 700))
    }
  }
}

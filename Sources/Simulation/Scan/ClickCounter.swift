import Bench
import Detectors
import Records

/// Detectors and counters: photons in, counts per pixel out.
final class ClickCounter {
  /// Counts so far, those of the pixel at hand included.
  var record: ScanRecord
  private let simulator: ScanSimulator
  private let detectors: [DetectorStage<TracedClick>]
  private var photons: ArrivalLists
  private var clicks = GrowingBuffer<TracedClick>()
  private var room = GrowingBuffer<Arrival>()
  /// Per detector: the visit in which the next click may fall, and when it begins and ends.
  private var windows: [Window]
  /// No edge comes earlier than this after its photon.
  private let earliestEdge: Int64

  private struct Window {
    var visit: Int
    var start: Int64
    var end: Int64
  }

  init(_ simulator: ScanSimulator) {
    self.simulator = simulator
    let bench = simulator.scan.bench
    record = ScanRecord(scan: simulator.scan)
    detectors = bench.detectors.indices.map { d in
      DetectorStage(
        detector: bench.detectors[d], electronicsJitter: bench.electronics.jitterNanoseconds, seed: simulator.seed,
        index: d,
        origins: DetectorOrigins(
          dark: UInt16(simulator.causes.number(ofDarkCountsAt: d)),
          afterpulse: UInt16(simulator.causes.number(ofAfterpulsesAt: d))))
    }
    photons = ArrivalLists(detectors: bench.detectors.count)
    earliestEdge = min(0, detectors.map(\.earliestEdge).min() ?? 0)
    windows = []
    windows = bench.detectors.indices.map { _ in window(0) }
  }

  /// Adds a source's photons, which are in order of time.
  func add(_ arrivals: UnsafeBufferPointer<Arrival>, detector d: Int) {
    photons.list(d).pointee.merge(arrivals, room: &room)
  }

  /// Counts the clicks of what was added: all light that comes before an instant.
  func count(until end: Int64, isLast: Bool) {
    let limit = isLast ? end : end &+ earliestEdge
    for d in detectors.indices {
      detectors[d].take([photons[d].all], ends: [end], limit: limit, into: &clicks)
      photons.list(d).pointee.removeAll()
      guard simulator.scan.countedDetectors.contains(d) else { continue }
      // Behind the last click stands one that is none.
      for click in clicks.all.dropLast() { count(click, detector: d) }
    }
    while record.visited < simulator.scan.raster.pixelCount, window(record.visited).end <= limit {
      // Counted, if only nothing.
      count(0, inVisit: record.visited, isSignal: true)
      record.visited += 1
    }
    record.lostInDeadTime = detectors.reduce(0) { $0 + $1.lostInDeadTime }
  }

  /// The counts of complete pixels.
  func finish() -> ScanRecord {
    var record = record
    for visit in record.visited..<simulator.scan.raster.pixelCount {
      let i = simulator.scan.raster.index(of: simulator.scan.raster.pixel(ofVisit: visit))
      record.counts[i] = -1
      record.signalCounts[i] = -1
    }
    return record
  }

  private func count(_ click: TracedClick, detector d: Int) {
    while click.edge >= windows[d].end {
      if windows[d].visit + 1 == simulator.scan.raster.pixelCount { return }
      windows[d] = window(windows[d].visit + 1)
    }
    guard click.edge >= windows[d].start, let cause = click.cause else { return }
    var isSignal = false
    switch simulator.causes[Int(cause.origin)] {
    case .emitter(let e):
      record.countsPerEmitter[e] += 1
      isSignal = true
    case .background(let c): record.countsPerBackground[c] += 1
    case .dark: record.darkCounts += 1
    case .afterpulse: record.afterpulses += 1
    }
    count(1, inVisit: windows[d].visit, isSignal: isSignal)
  }

  private func count(_ number: Int, inVisit visit: Int, isSignal: Bool) {
    let i = simulator.scan.raster.index(of: simulator.scan.raster.pixel(ofVisit: visit))
    record.counts[i] = max(0, record.counts[i]) + number
    record.signalCounts[i] = max(0, record.signalCounts[i]) + (isSignal ? number : 0)
  }

  private func window(_ visit: Int) -> Window {
    let steps = simulator.steps(ofVisit: visit)
    return Window(
      visit: visit, start: simulator.clock.time(ofPulse: steps.lowerBound),
      end: simulator.clock.time(ofPulse: steps.upperBound))
  }
}

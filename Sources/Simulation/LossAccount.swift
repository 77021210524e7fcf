import Records

/// What came into being in a stretch of a stage's work, and what of it was lost there: the two sides of the balance, written
/// down apart from each other.
final class LossAccount {
  /// Photons emitted, dark counts, afterpulses and flashes, per origin.
  private(set) var emitted: [Int64]
  private(set) var lost = GrowingBuffer<LostEvent>()
  /// What is still on its way at the end: if the recording ends here, it is too late for it.
  var inFlight = GrowingBuffer<LostEvent>()

  /// From this origin on causes are born in detectors.
  private let firstOfDetectors: Int

  init(_ origins: Origins) {
    emitted = Array(repeating: 0, count: origins.table.origins.count)
    firstOfDetectors = origins.dark.first ?? .max
  }

  func removeAll() {
    for i in emitted.indices { emitted[i] = 0 }
    lost.removeAll()
    inFlight.removeAll()
  }

  /// Something comes into being. What did so before the recording began is no part of it.
  func emit(_ origin: UInt16, at time: Int64) {
    if time >= 0 { emitted[Int(origin)] += 1 }
  }

  /// It ends here.
  func lose(_ origin: UInt16, at time: Int64, place: Int) {
    if time >= 0 { lost.append(LostEvent(time: time, origin: origin, place: UInt16(place))) }
  }

  /// A click ends here, or what was to be a record.
  func lose(_ cause: ClickCause, place: Int) {
    lose(cause.origin, at: time(cause.origin, emission: cause.emission, detection: cause.time), place: place)
  }

  /// A record ends here.
  func lose(_ truth: RecordTruth, place: Int) {
    lose(
      truth.origin, at: time(truth.origin, emission: truth.emissionTime, detection: truth.detectionTime), place: place)
  }

  /// A click that is held back.
  func hold(_ cause: ClickCause, place: Int) {
    let time = time(cause.origin, emission: cause.emission, detection: cause.time)
    inFlight.append(LostEvent(time: time, origin: cause.origin, place: UInt16(place)))
  }

  /// Of light the emission, of what a detector does itself the avalanche.
  private func time(_ origin: UInt16, emission: Int64, detection: Int64) -> Int64 {
    Int(origin) < firstOfDetectors ? emission : detection
  }
}

/// The losses of all stages, brought into order of time and handed over batch by batch.
///
/// What is lost in the electronics may have been emitted before what was lost in a filter a batch ago; it waits here until
/// nothing earlier can come. So the list does not depend on how blocks are grouped into batches.
struct LossCollector {
  private var waiting: [LostEvent] = []
  /// What would be too late if the recording ended with the last batch.
  private var inFlight: [LostEvent] = []

  /// Takes over what a batch's stages wrote down.
  mutating func take(_ work: BatchInWork, electronics: LossAccount, into batch: inout Simulator.Batch) {
    for i in batch.emitted.indices { batch.emitted[i] = 0 }
    inFlight.removeAll(keepingCapacity: true)
    for account in work.accounts + [electronics] {
      for (origin, count) in account.emitted.enumerated() { batch.emitted[origin] += count }
      waiting.append(contentsOf: account.lost.all)
      inFlight.append(contentsOf: account.inFlight.all)
    }
    waiting.sort(by: isEarlier)
    let next = inFlight.reduce(work.ends.last!) { min($0, $1.time) }
    let split = waiting.partitionPoint { $0.time >= next }
    batch.lost.removeAll(keepingCapacity: true)
    batch.lost.append(contentsOf: waiting[..<split])
    waiting.removeFirst(split)
  }

  /// After the last batch: what waited, and what was on its way.
  func rest() -> [LostEvent] { (waiting + inFlight).sorted(by: isEarlier) }
}

private func isEarlier(_ a: LostEvent, _ b: LostEvent) -> Bool {
  (a.time, a.place, a.origin) < (b.time, b.place, b.origin)
}

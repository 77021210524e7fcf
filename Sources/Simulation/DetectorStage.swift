import Detectors
import RandomStreams
import Records

/// One detector: a causal pass over the photons in order of time, adding what the detector itself does.
///
/// Dark counts are born here. An afterpulse may itself be lost in a later dead time, and may have an afterpulse of its own.
/// Flashes of other detectors come in by ``schedule(_:emission:parent:of:)``.
final class DetectorStage<C: Click> {
  private let diode: Diode
  private let plain = PlainDeadTime()
  /// For detectors that are not plain, and where flashes must be seen.
  private let recovering: RecoveringDetector?
  private let afterpulseDelay: AfterpulseDelay
  private let afterpulsesFromClick: Bool
  private let darkOrigin: UInt16
  private let afterpulseOrigin: UInt16
  private let crosstalkOrigin: UInt16
  private let index: UInt16
  /// Where losses are written down; `nil` where they are not.
  private let places: LossPlaces?
  /// The earliest edge that a photon may have, measured from its arrival.
  let earliestEdge: Int64

  // One thread at a time works on a stage, and no closure holds its state: the checks of a class's variables would be two
  // in a hundred of all instructions.
  @exclusivity(unchecked) private var state: Diode.State
  @exclusivity(unchecked) private var darkCounts: DarkCountTimes
  @exclusivity(unchecked) private var flashStream: RandomStream
  @exclusivity(unchecked) private var nextDark: Int64 = 0
  /// Afterpulses and flashes to come, the next one last.
  @exclusivity(unchecked) private var pending: [ComingClick] = []
  /// The earlier of the next dark count and the next of those.
  private var nextOwn: Int64 { min(nextDark, pending.last?.time ?? .max) }
  /// The photons of the block in work, and how many of them are done.
  @exclusivity(unchecked) private var photons = UnsafeBufferPointer<Arrival>(start: nil, count: 0)
  @exclusivity(unchecked) private var done = 0
  /// Photons of earlier blocks that arrive later.
  @exclusivity(unchecked) private var spill = GrowingBuffer<Arrival>()
  @exclusivity(unchecked) private var room = GrowingBuffer<Arrival>()
  /// Of the batch in work.
  @exclusivity(unchecked) private var account: LossAccount?
  /// Clicks with edges beyond the last batch's limit.
  @exclusivity(unchecked) private var held = GrowingBuffer<C>()
  /// Clicks that the dead time, or an efficiency still low after it, swallowed.
  var lostInDeadTime: Int64 { state.lost }

  /// - Parameters:
  ///   - electronicsJitter: standard deviation in nanoseconds.
  ///   - flash: the probability that a click makes another detector click; `nil` where detectors do not see each other.
  ///   - places: of losses, if they are written down.
  init(
    detector: SinglePhotonDetector, electronicsJitter: Double, seed: UInt64, index: Int, origins: DetectorOrigins,
    flash: Double? = nil, places: LossPlaces? = nil
  ) {
    self.index = UInt16(index)
    self.places = places
    darkOrigin = origins.dark
    afterpulseOrigin = origins.afterpulse
    crosstalkOrigin = origins.crosstalk
    diode = Diode(detector, electronicsJitter: electronicsJitter, flash: flash ?? 0)
    recovering = detector.isPlain && flash == nil ? nil : RecoveringDetector(detector)
    afterpulseDelay = AfterpulseDelay(detector.afterpulsing.delays)
    afterpulsesFromClick = detector.afterpulsing.start == .click
    let entity = UInt32(index)
    state = diode.start(RandomStream(seed: seed, purpose: .detector, entity: entity, block: 0))
    flashStream = RandomStream(seed: seed, purpose: .crosstalk, entity: entity, block: 0)
    if flash != nil { state.untilFlash = diode.flashLaw.draw(diode.ziggurat, &flashStream) }
    darkCounts = DarkCountTimes(
      detector, stream: RandomStream(seed: seed, purpose: .darkCounts, entity: entity, block: 0))
    let earliestShift =
      min(0, detector.jitter.response?.nanoseconds[0] ?? 0) + min(0, detector.jitter.walk?.shiftNanoseconds ?? 0)
    // No normal deviate of this generator reaches 16 standard deviations (probability below 1e-57 each).
    earliestEdge = diode.delay &- Int64((16 * diode.sigma - earliestShift * FineTime.perNanosecond).rounded(.up))
    nextDark = darkCounts.next(after: 0, diode.ziggurat)
  }

  /// Turns the photons of consecutive blocks into clicks.
  ///
  /// - Parameters:
  ///   - blocks: the photons of each block, sorted by time.
  ///   - ends: the end of each block. Photons may arrive later; no later block's photon arrives earlier.
  ///   - limit: clicks with edges from here on are held back for the next call.
  ///   - output: on return the clicks sorted by edge, and one with the latest possible edge behind them.
  ///   - account: where losses are written down; only by stages whose clicks carry their causes.
  func take(
    _ blocks: [UnsafeBufferPointer<Arrival>], ends: [Int64], limit: Int64, into output: inout GrowingBuffer<C>,
    account: LossAccount? = nil
  ) {
    begin(&output, account: account)
    for (photons, end) in zip(blocks, ends) {
      open(photons, end: end)
      advance(before: end, into: &output)
      close()
    }
    finish(limit: limit, &output)
  }

  /// Before the first block of a batch.
  func begin(_ output: inout GrowingBuffer<C>, account: LossAccount?) {
    output.removeAll()
    output.append(held.all)
    self.account = account
    account?.removeAll()
  }

  /// What passes from one batch to the next.
  var progress: DetectorState {
    get {
      DetectorState(
        diode: state, darkCounts: darkCounts.stream, flashes: flashStream, nextDark: nextDark, pending: pending,
        spill: Array(spill.all), held: held.all.map { HeldClick(edge: $0.edge, cause: $0.cause) })
    }
    set {
      state = newValue.diode
      darkCounts.stream = newValue.darkCounts
      flashStream = newValue.flashes
      nextDark = newValue.nextDark
      pending = newValue.pending
      spill.replaceAll(with: newValue.spill)
      held.replaceAll(
        with: newValue.held.map {
          C(edge: $0.edge, cause: $0.cause ?? ClickCause(time: 0, emission: 0, number: 0, parent: -1, origin: 0))
        })
    }
  }

  /// Makes ready the photons of a block, and those of earlier blocks that arrive in it.
  func open(_ block: UnsafeBufferPointer<Arrival>, end: Int64) {
    done = 0
    let isFresh = spill.count == 0
    if !isFresh { spill.merge(block, room: &room) }
    let all = isFresh ? block : spill.all
    let split = all.partitionPoint { $0.time >= end }
    room.removeAll()
    room.append(UnsafeBufferPointer(rebasing: all[split...]))
    photons = UnsafeBufferPointer(rebasing: all[..<split])
  }

  /// After a block.
  func close() {
    swap(&spill, &room)
  }

  /// After the last block of a batch.
  func finish(limit: Int64, _ output: inout GrowingBuffer<C>) {
    let split = output.all.partitionPoint { $0.edge >= limit }
    held.removeAll()
    held.append(UnsafeBufferPointer(rebasing: output.all[split...]))
    output.setCount(split)
    output.append(C(edge: .max, cause: ClickCause(time: 0, emission: 0, number: 0, parent: -1, origin: 0)))
    guard let account, let places else { return }
    for click in held.all { if let cause = click.cause { account.hold(cause, place: places.outside) } }
    for photon in spill.all {
      account.inFlight.append(LostEvent(time: photon.time, origin: photon.origin, place: UInt16(places.outside)))
    }
  }

  /// How much of the time up to an instant the detector was dead; all events before it must be taken, and none after it.
  func deadTime(until time: Int64) -> Int64 {
    state.clicks &* diode.deadTime &+ state.prolonged &- max(0, state.deadUntil &- time)
  }

  /// When something next happens here: no click comes earlier.
  var nextEvent: Int64 { min(nextOwn, done < photons.count ? photons[done].time : .max) }

  /// Takes photons, with what the detector does itself between them, up to a time, or up to a click that makes another
  /// detector click.
  ///
  /// - Returns: that click.
  @discardableResult
  func advance(before bound: Int64, into output: inout GrowingBuffer<C>) -> (time: Int64, number: Int64)? {
    while true {
      let own = nextOwn
      if let recovering {
        takePhotons(before: min(own, bound), recovering, into: &output)
      } else {
        takePhotons(before: min(own, bound), plain, into: &output)
      }
      if state.isPending {
        if let flash = takeConsequences() { return flash }
        continue
      }
      guard own < bound else { return nil }
      takeOwn(into: &output)
      if let flash = takeConsequences() { return flash }
    }
  }

  /// The hot loop, on local state: photons up to a time, or up to one whose click has consequences.
  @inline(never)
  private func takePhotons<Rule: DeadTimeRule>(before bound: Int64, _ rule: Rule, into output: inout GrowingBuffer<C>) {
    guard done < photons.count, let first = photons.baseAddress else { return }
    output.reserve(photons.count - done)
    let list = output.elements
    var count = output.count
    let diode = diode
    var state = state
    let account = C.carriesCause ? account : nil
    var i = done
    let end = photons.count
    while i < end && first[i].time < bound && (Rule.isPlain ? state.untilAfterpulse >= 0 : !state.isPending) {
      let photon = first[i]
      let lost = state.lost
      diode.click(
        photon.time, cause: ClickCause(time: 0, emission: photon.time, number: 0, parent: -1, origin: photon.origin),
        rule, &state, list, &count)
      if C.carriesCause, let account, state.lost != lost { writeDown(photon.origin, photon.time, state, account) }
      i &+= 1
    }
    output.setCount(count)
    self.state = state
    done = i
  }

  /// Takes the next dark count, afterpulse or flash, whichever is first.
  private func takeOwn(into output: inout GrowingBuffer<C>) {
    output.reserve(1)
    var count = output.count
    var (time, cause) = (
      nextDark, ClickCause(time: 0, emission: nextDark, number: 0, parent: -1, origin: darkOrigin)
    )
    if let next = pending.last, next.time < nextDark {
      pending.removeLast()
      (time, cause) = (next.time, next.cause)
    } else {
      nextDark = darkCounts.next(after: time, diode.ziggurat)
    }
    let lost = state.lost
    if let recovering {
      diode.click(time, cause: cause, recovering, &state, output.elements, &count)
    } else {
      diode.click(time, cause: cause, plain, &state, output.elements, &count)
    }
    output.setCount(count)
    guard let account else { return }
    account.emit(cause.origin, at: time)
    if state.lost != lost { writeDown(cause.origin, time, state, account) }
  }

  /// What the last event was lost in: the dead time, or the low efficiency after it.
  @inline(never)
  private func writeDown(_ origin: UInt16, _ time: Int64, _ state: Diode.State, _ account: LossAccount) {
    guard let places else { return }
    let place = time < state.deadUntil ? places.detectorDead : places.recovery
    account.lose(origin, at: time, place: place[Int(index)])
  }

  /// Draws what the last click brings about: an afterpulse here, and the click of another detector, which is returned.
  private func takeConsequences() -> (time: Int64, number: Int64)? {
    if state.untilAfterpulse < 0 {
      state.untilAfterpulse = diode.afterpulseLaw.draw(diode.ziggurat, &state.stream)
      let click = state.deadUntil &- diode.deadTime
      let from = afterpulsesFromClick ? click : state.deadUntil
      let delay = afterpulseDelay.draw(diode.ziggurat, &state.stream)
      schedule(
        from &+ Int64(delay),
        ClickCause(
          time: 0, emission: click, number: 0, parent: state.clicks &- 1, origin: afterpulseOrigin,
          parentDetector: index))
    }
    guard state.untilFlash < 0 else { return nil }
    state.untilFlash = diode.flashLaw.draw(diode.ziggurat, &flashStream)
    return (state.lastClick, state.clicks &- 1)
  }

  /// Light of another detector's avalanche arrives.
  func schedule(_ time: Int64, emission: Int64, parent: Int64, of detector: Int) {
    schedule(
      time,
      ClickCause(
        time: 0, emission: emission, number: 0, parent: parent, origin: crosstalkOrigin,
        parentDetector: UInt16(detector)))
  }

  private func schedule(_ time: Int64, _ cause: ClickCause) {
    let place = pending.lastIndex { $0.time > time }.map { $0 + 1 } ?? 0
    pending.insert(ComingClick(time: time, cause: cause), at: place)
  }

  /// A uniform number from the stream of this detector's flashes.
  func flashUniform() -> Double { flashStream.uniform() }
}

import Detectors
import RandomStreams

/// One avalanche diode: a causal pass over the photons in order of time, adding what the detector itself does.
///
/// Dead time is non-paralysable. Dark counts are born here. An afterpulse comes after the dead time of its parent, may
/// itself be lost in a later dead time, and may have an afterpulse of its own.
final class DetectorStage<C: Click> {
  private let diode: Diode
  private let afterpulseDelay: Double
  private let darkOrigin: UInt16
  private let afterpulseOrigin: UInt16
  private let darkMean: Double

  // One thread at a time works on a stage, and no closure holds its state: the checks of a class's variables would be two
  // in a hundred of all instructions.
  @exclusivity(unchecked) private var state: Diode.State
  @exclusivity(unchecked) private var darkStream: RandomStream
  @exclusivity(unchecked) private var nextDark: Int64 = 0
  /// Afterpulses to come, the next one last.
  @exclusivity(unchecked) private var pending: [(time: Int64, parent: Int64)] = []
  /// The earlier of the next dark count and the next afterpulse.
  private var nextOwn: Int64 { min(nextDark, pending.last?.time ?? .max) }
  /// Photons of earlier blocks that arrive later.
  @exclusivity(unchecked) private var spill = GrowingBuffer<Arrival>()
  @exclusivity(unchecked) private var room = GrowingBuffer<Arrival>()
  /// Clicks with edges beyond the last batch's limit.
  @exclusivity(unchecked) private var held = GrowingBuffer<C>()
  /// Clicks that the dead time swallowed.
  var lostInDeadTime: Int64 { state.lost }

  /// - Parameters:
  ///   - electronicsJitter: standard deviation in nanoseconds; added in quadrature, since two independent Gaussian
  ///     deviations are one.
  init(
    detector: SinglePhotonDetector, electronicsJitter: Double, seed: UInt64, index: UInt32, darkOrigin: UInt16,
    afterpulseOrigin: UInt16
  ) {
    self.darkOrigin = darkOrigin
    self.afterpulseOrigin = afterpulseOrigin
    let own = detector.jitter.sigmaNanoseconds
    let tail = detector.jitter.tailNanoseconds
    diode = Diode(
      deadTime: FineTime.fromNanoseconds(detector.deadTimeNanoseconds),
      delay: FineTime.fromNanoseconds(detector.delayNanoseconds),
      sigma: (own * own + electronicsJitter * electronicsJitter).squareRoot() * FineTime.perNanosecond,
      tailMean: tail * FineTime.perNanosecond,
      tailLaw: GeometricLaw(success: tail > 0 ? detector.jitter.tailShare : 0),
      afterpulseLaw: GeometricLaw(success: detector.afterpulsing.probability))
    state = diode.start(RandomStream(seed: seed, purpose: .detector, entity: index, block: 0))
    afterpulseDelay = detector.afterpulsing.meanDelayNanoseconds * FineTime.perNanosecond
    darkStream = RandomStream(seed: seed, purpose: .darkCounts, entity: index, block: 0)
    darkMean = detector.darkCountRateHz > 0 ? FineTime.perSecond / detector.darkCountRateHz : .infinity
    nextDark = darkAfter(0)
  }

  /// The earliest edge that a photon may have, measured from its arrival.
  var earliestEdge: Int64 {
    // No normal deviate of this generator reaches 16 standard deviations (probability below 1e-57 each).
    diode.delay &- Int64(16 * diode.sigma)
  }

  private func darkAfter(_ time: Int64) -> Int64 {
    let gap = darkMean == .infinity ? .infinity : diode.ziggurat.exponential(&darkStream) * darkMean
    return gap < 0x1p62 ? time &+ Int64(gap) : .max
  }

  /// Turns the photons of consecutive blocks into clicks.
  ///
  /// - Parameters:
  ///   - blocks: the photons of each block, sorted by time.
  ///   - ends: the end of each block. Photons may arrive later; no later block's photon arrives earlier.
  ///   - limit: clicks with edges from here on are held back for the next call.
  ///   - output: on return the clicks sorted by edge, and one with the latest possible edge behind them.
  func take(
    _ blocks: [UnsafeBufferPointer<Arrival>], ends: [Int64], limit: Int64, into output: inout GrowingBuffer<C>
  ) {
    output.removeAll()
    output.append(held.all)
    for (photons, end) in zip(blocks, ends) {
      if spill.count == 0 {
        let split = photons.partitionPoint { $0.time >= end }
        take(photons[..<split], until: end, into: &output)
        spill.append(UnsafeBufferPointer(rebasing: photons[split...]))
      } else {
        spill.merge(photons, room: &room)
        let split = spill.all.partitionPoint { $0.time >= end }
        take(spill.all[..<split], until: end, into: &output)
        room.removeAll()
        room.append(UnsafeBufferPointer(rebasing: spill.all[split...]))
        swap(&spill, &room)
      }
    }
    let split = output.all.partitionPoint { $0.edge >= limit }
    held.removeAll()
    held.append(UnsafeBufferPointer(rebasing: output.all[split...]))
    output.setCount(split)
    output.append(C(edge: .max, cause: ClickCause(time: 0, number: 0, parent: -1, origin: 0)))
  }

  /// Photons with what the detector does itself between them.
  private func take(
    _ photons: Slice<UnsafeBufferPointer<Arrival>>, until end: Int64, into output: inout GrowingBuffer<C>
  ) {
    let photons = UnsafeBufferPointer(rebasing: photons)
    var done = 0
    while true {
      done += take(photons, from: done, before: nextOwn, into: &output)
      let isOwn = nextOwn < end && (done == photons.count || nextOwn <= photons[done].time)
      if isOwn { takeOwn(into: &output) } else if done == photons.count { return }
    }
  }

  /// The hot loop, on local state: photons up to a time, or up to one whose click has an afterpulse.
  ///
  /// - Returns: how many.
  @inline(never)
  private func take(
    _ photons: UnsafeBufferPointer<Arrival>, from start: Int, before bound: Int64, into output: inout GrowingBuffer<C>
  ) -> Int {
    guard start < photons.count, let first = photons.baseAddress else { return 0 }
    output.reserve(photons.count - start)
    let list = output.elements
    var count = output.count
    let diode = diode
    var state = state
    var i = start
    while i < photons.count && first[i].time < bound && state.untilAfterpulse >= 0 {
      diode.click(first[i].time, origin: first[i].origin, parent: -1, &state, list, &count)
      i &+= 1
    }
    output.setCount(count)
    self.state = state
    if state.untilAfterpulse < 0 { scheduleAfterpulse() }
    return i &- start
  }

  /// Takes the next dark count or afterpulse, whichever is first.
  private func takeOwn(into output: inout GrowingBuffer<C>) {
    output.reserve(1)
    var count = output.count
    if let next = pending.last, next.time < nextDark {
      pending.removeLast()
      diode.click(next.time, origin: afterpulseOrigin, parent: next.parent, &state, output.elements, &count)
    } else {
      let time = nextDark
      nextDark = darkAfter(time)
      diode.click(time, origin: darkOrigin, parent: -1, &state, output.elements, &count)
    }
    output.setCount(count)
    if state.untilAfterpulse < 0 { scheduleAfterpulse() }
  }

  /// Gives the last click an afterpulse.
  private func scheduleAfterpulse() {
    state.untilAfterpulse = diode.afterpulseLaw.draw(diode.ziggurat, &state.stream)
    let time = state.deadUntil &+ Int64(diode.ziggurat.exponential(&state.stream) * afterpulseDelay)
    let place = pending.lastIndex { $0.time > time }.map { $0 + 1 } ?? 0
    pending.insert((time, state.clicks &- 1), at: place)
  }
}

/// How one event becomes a click: dead time and jitter.
private struct Diode: Sendable {
  let deadTime: Int64
  let delay: Int64
  let sigma: Double
  let tailMean: Double
  let tailLaw: GeometricLaw
  let afterpulseLaw: GeometricLaw
  let ziggurat = Ziggurat()

  struct State: Sendable {
    var stream: RandomStream
    var deadUntil = Int64.min
    /// Clicks so far.
    var clicks: Int64 = 0
    /// Events lost in dead times so far.
    var lost: Int64 = 0
    /// Clicks before the next one that has an afterpulse (−1: the last one has), and before the next one that diffusion
    /// delays. Independent trials have geometric gaps, so one draw serves many clicks.
    var untilAfterpulse: Int64
    var untilTail: Int64
  }

  func start(_ stream: RandomStream) -> State {
    var stream = stream
    let untilAfterpulse = afterpulseLaw.draw(ziggurat, &stream)
    let untilTail = tailLaw.draw(ziggurat, &stream)
    return State(stream: stream, untilAfterpulse: untilAfterpulse, untilTail: untilTail)
  }

  /// One event at a time not before that of the last; its click goes where its edge belongs in the list.
  @inline(__always)
  func click<C: Click>(
    _ time: Int64, origin: UInt16, parent: Int64, _ state: inout State, _ list: UnsafeMutablePointer<C>,
    _ count: inout Int
  ) {
    guard time >= state.deadUntil else {
      state.lost &+= 1
      return
    }
    state.deadUntil = time &+ deadTime
    var shift = ziggurat.normal(&state.stream) * sigma
    if state.untilTail == 0 {
      shift += ziggurat.exponential(&state.stream) * tailMean
      state.untilTail = tailLaw.draw(ziggurat, &state.stream) &+ 1
    }
    state.untilTail &-= 1
    let edge = time &+ delay &+ Int64(nearestFast: shift)
    // Jitter may swap neighbours.
    var i = count
    while i > 0 && list[i &- 1].edge > edge {
      list[i] = list[i &- 1]
      i &-= 1
    }
    list[i] = C(edge: edge, cause: ClickCause(time: time, number: state.clicks, parent: parent, origin: origin))
    count &+= 1
    state.clicks &+= 1
    state.untilAfterpulse &-= 1
  }
}

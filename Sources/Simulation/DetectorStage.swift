import Detectors
import RandomStreams

/// A click on its way from the detector to the electronics.
struct Click: Sendable {
  /// The time of its electrical edge, with jitter and cable delay, in `FineTime` units.
  var edge: Int64
  /// When the photon was absorbed (or the dark count or afterpulse was born).
  var time: Int64
  /// The number of the click among the detector's clicks.
  var number: Int64
  /// For an afterpulse, the number of the click that caused it; −1 otherwise.
  var parent: Int64
  var origin: UInt16
}

/// One avalanche diode: a causal pass over the photons in order of time, adding what the detector itself does.
///
/// Dead time is non-paralysable. Dark counts are born here. An afterpulse comes after the dead time of its parent, may
/// itself be lost in a later dead time, and may have an afterpulse of its own.
struct DetectorStage: Sendable {
  private let deadTime: Int64
  private let delay: Int64
  private let sigma: Double
  private let tailMean: Double
  private let tailShare: Double
  private let afterpulseDelay: Double
  private let afterpulseLaw: GeometricLaw
  private let darkOrigin: UInt16
  private let afterpulseOrigin: UInt16
  private let darkMean: Double
  private let ziggurat = Ziggurat()

  private var stream: RandomStream
  private var darkStream: RandomStream
  private var nextDark: Int64
  private var deadUntil = Int64.min
  private var clicks: Int64 = 0
  /// Clicks left until the next one that has an afterpulse.
  private var untilAfterpulse: Int64
  private var pending: [(time: Int64, parent: Int64)] = []
  private var nextPending = Int64.max
  /// The earlier of the next dark count and the next afterpulse.
  private var nextOwn: Int64 { min(nextDark, nextPending) }
  /// Clicks sorted by edge, not yet released.
  private(set) var output: [Click] = []
  private(set) var lostInDeadTime: Int64 = 0

  /// - Parameters:
  ///   - electronicsJitter: standard deviation in nanoseconds; added in quadrature, since two independent Gaussian
  ///     deviations are one.
  init(
    detector: SinglePhotonDetector, electronicsJitter: Double, seed: UInt64, index: UInt32, darkOrigin: UInt16,
    afterpulseOrigin: UInt16
  ) {
    self.darkOrigin = darkOrigin
    self.afterpulseOrigin = afterpulseOrigin
    deadTime = FineTime.fromNanoseconds(detector.deadTimeNanoseconds)
    delay = FineTime.fromNanoseconds(detector.delayNanoseconds)
    let own = detector.jitter.sigmaNanoseconds
    sigma = (own * own + electronicsJitter * electronicsJitter).squareRoot() * FineTime.perNanosecond
    tailMean = detector.jitter.tailNanoseconds * FineTime.perNanosecond
    tailShare = tailMean > 0 ? detector.jitter.tailShare : 0
    afterpulseDelay = detector.afterpulsing.meanDelayNanoseconds * FineTime.perNanosecond
    afterpulseLaw = GeometricLaw(success: detector.afterpulsing.probability)
    stream = RandomStream(seed: seed, purpose: .detector, entity: index, block: 0)
    darkStream = RandomStream(seed: seed, purpose: .darkCounts, entity: index, block: 0)
    untilAfterpulse = afterpulseLaw.draw(ziggurat, &stream)
    darkMean = detector.darkCountRateHz > 0 ? FineTime.perSecond / detector.darkCountRateHz : .infinity
    nextDark = 0
    nextDark = darkAfter(0)
  }

  private mutating func darkAfter(_ time: Int64) -> Int64 {
    let gap = darkMean == .infinity ? .infinity : ziggurat.exponential(&darkStream) * darkMean
    return gap < 0x1p62 ? time &+ Int64(gap) : .max
  }

  /// Takes the photons of consecutive stretches of time.
  ///
  /// - Parameter pieces: photons sorted by time, and the time before which they all lie and up to which everything is
  ///   known.
  /// - Returns: edges before this time are final; later photons cannot come before them.
  mutating func take(_ pieces: [(arrivals: ArraySlice<Arrival>, end: Int64)]) -> Int64 {
    let photons = pieces.reduce(0) { $0 + $1.arrivals.count }
    var clicks = GrowingBuffer<Click>(capacity: output.count + photons + photons / 16 + 64)
    for click in output { clicks.append(click) }
    for (arrivals, end) in pieces {
      arrivals.withUnsafeBufferPointer { take($0.baseAddress, count: $0.count, until: end, clicks: &clicks) }
    }
    output = clicks.array
    // No normal deviate of this generator reaches 16 standard deviations (probability below 1e-57 each).
    return (pieces.last?.end ?? 0) &+ delay &- Int64(16 * sigma)
  }

  /// The hot loop, on local state.
  @inline(never)
  private mutating func take(
    _ arrivals: UnsafePointer<Arrival>?, count: Int, until end: Int64, clicks: inout GrowingBuffer<Click>
  ) {
    var s = self
    // The original gives up its list so that the copy's storage is its own.
    pending = []
    for i in 0..<count {
      let arrival = arrivals![i]
      while s.nextOwn <= arrival.time { s.takeOwn(&clicks) }
      s.click(arrival.time, origin: arrival.origin, parent: -1, clicks: &clicks)
    }
    while s.nextOwn < end { s.takeOwn(&clicks) }
    self = s
  }

  /// Takes the next dark count or afterpulse, whichever is first.
  @inline(never)
  private mutating func takeOwn(_ clicks: inout GrowingBuffer<Click>) {
    if nextPending < nextDark {
      let i = pending.indices.min { pending[$0].time < pending[$1].time }!
      let (time, parent) = pending.remove(at: i)
      nextPending = pending.map(\.time).min() ?? .max
      click(time, origin: afterpulseOrigin, parent: parent, clicks: &clicks)
    } else {
      let time = nextDark
      nextDark = darkAfter(time)
      click(time, origin: darkOrigin, parent: -1, clicks: &clicks)
    }
  }

  @inline(__always)
  private mutating func click(
    _ time: Int64, origin: UInt16, parent: Int64, clicks list: inout GrowingBuffer<Click>
  ) {
    guard time >= deadUntil else {
      lostInDeadTime &+= 1
      return
    }
    deadUntil = time &+ deadTime
    if untilAfterpulse == 0 { scheduleAfterpulse() } else { untilAfterpulse &-= 1 }
    var shift = ziggurat.normal(&stream) * sigma
    if tailShare > 0, stream.uniform() < tailShare { shift += ziggurat.exponential(&stream) * tailMean }
    list.append(
      Click(
        edge: time &+ delay &+ Int64(nearestFast: shift), time: time, number: clicks, parent: parent, origin: origin))
    clicks &+= 1
    // Jitter may swap neighbours.
    var i = list.count &- 1
    while i > 0 && list.elements[i &- 1].edge > list.elements[i].edge {
      let later = list.elements[i &- 1]
      list.elements[i &- 1] = list.elements[i]
      list.elements[i] = later
      i &-= 1
    }
  }

  @inline(never)
  private mutating func scheduleAfterpulse() {
    untilAfterpulse = afterpulseLaw.draw(ziggurat, &stream)
    let time = deadUntil &+ Int64(ziggurat.exponential(&stream) * afterpulseDelay)
    pending.append((time, clicks))
    nextPending = min(nextPending, time)
  }

  /// Forgets the first clicks of `output`, which the electronics have taken.
  mutating func release(_ count: Int) {
    output.removeFirst(count)
  }
}

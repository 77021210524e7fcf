import Emitters
import RandomStreams

/// Background photons of one component that reach one detector: a Poisson process over the laser pulses, each photon
/// delayed by the component's decay.
struct BackgroundSource: Sendable {
  /// Mean number of detected photons per laser pulse, or per step of continuous excitation.
  var meanPerStep: Double
  /// The decay after a pulse; `nil` under continuous excitation, where light comes at any time.
  let decays: [BackgroundComponent.Decay]?
  let burst: Excitation.Burst?
  /// Slices of the pulse: length in nanoseconds and share of the light; empty where the pulse takes no time.
  private let slices: [PulseShape.Slice]
  private let sliceLaw: DiscreteLaw
  let origin: UInt16
  let entity: UInt32
  private let decayLaw: DiscreteLaw

  init(
    meanPerStep: Double, decays: [BackgroundComponent.Decay]?, shape: PulseShape?, burst: Excitation.Burst?,
    origin: UInt16, entity: UInt32
  ) {
    self.meanPerStep = meanPerStep
    self.decays = decays
    self.burst = burst
    slices = shape?.slices ?? []
    sliceLaw = DiscreteLaw(weights: shape?.slices.map(\.energy) ?? [1])
    self.origin = origin
    self.entity = entity
    decayLaw = DiscreteLaw(weights: decays?.map(\.share) ?? [1])
  }

  /// Pulses before the start of a recording whose light can still arrive in it (all but e⁻⁴⁰).
  func warmUpPulses(periodFineTime: Double) -> Int64 {
    let extent = decays?.map(\.law.extentNanoseconds).max() ?? 0
    return Int64(extent * FineTime.perNanosecond / periodFineTime) + 1
  }

  /// Appends the photons excited by pulses `start ..< end`, sorted by time; the last ones may arrive after pulse `end`.
  func draw(
    from start: Int64, to end: Int64, clock: PulseClock, stream: inout RandomStream, ziggurat: Ziggurat,
    into arrivals: inout GrowingBuffer<Arrival>
  ) {
    guard meanPerStep > 0 else { return }
    let first = arrivals.count
    // A Poisson process in units of pulses that pass: several photons may belong to one pulse.
    var position = 0.0
    var base = burst?.passing(before: start) ?? start
    let end = burst?.passing(before: end) ?? end
    while true {
      position += ziggurat.exponential(&stream) / meanPerStep
      if position >= 0x1p53 { break }
      let step = Int64(position)
      base += step
      position -= Double(step)
      if base >= end { break }
      guard let decays else {
        let within = Int64(position * clock.periodFineTime)
        arrivals.append(Arrival(time: clock.time(ofPulse: base) + within, origin: origin))
        continue
      }
      let decay = decays.count == 1 ? 0 : decayLaw.draw(&stream)
      var delay = Self.delay(decays[decay].law, &stream, ziggurat)
      if !slices.isEmpty { delay += timeInPulse(&stream) }
      let pulse = burst?.step(ofPassing: base) ?? base
      arrivals.append(
        Arrival(time: clock.time(ofPulse: pulse) + Int64(delay * FineTime.perNanosecond), origin: origin))
    }
    guard let decays else { return }
    // How many photons a decay may overtake.
    let displacement =
      meanPerStep * (decays.map(\.law.extentNanoseconds).max() ?? 0) / 40
      * FineTime.perNanosecond / clock.periodFineTime
    var added = UnsafeMutableBufferPointer(start: arrivals.elements + first, count: arrivals.count - first)
    if displacement < 32 {
      added.sortNearlySorted()
    } else {
      added.sort { $0.time < $1.time }
    }
  }

  /// When in the pulse a photon was excited, in nanoseconds from its beginning.
  private func timeInPulse(_ stream: inout RandomStream) -> Double {
    let slice = sliceLaw.draw(&stream)
    return slices[..<slice].reduce(0) { $0 + $1.nanoseconds } + stream.uniform() * slices[slice].nanoseconds
  }

  /// A delay after the pulse, in nanoseconds; the power law by inversion of its cumulative distribution.
  private static func delay(
    _ law: BackgroundComponent.Decay.Law, _ stream: inout RandomStream, _ ziggurat: Ziggurat
  ) -> Double {
    switch law {
    case .exponential(let lifetime): return lifetime > 0 ? ziggurat.exponential(&stream) * lifetime : 0
    case .powerLaw(let exponent, let start, let end):
      let power = 1 - exponent
      let u = stream.uniform()
      if abs(power) < 1e-9 { return start * PortableMath.power(end / start, u) }
      let ratio = PortableMath.power(end / start, power)
      return start * PortableMath.power(1 + u * (ratio - 1), 1 / power)
    }
  }
}

import Bench
import Emitters
import Light
import Optics
import RandomStreams

/// Background of one component in the reference engine: every photon, where its rate is stated, draws a wavelength and goes
/// its way to a detector. What loses the same share at every wavelength before the filter is taken from the rate at once: a
/// Poisson process falls apart into what passes and what does not, independent of each other, and who wants to see the latter
/// draws it for itself (``drawLost(from:to:clock:stream:ziggurat:account:)``).
struct ReferenceBackground: Sendable {
  /// All photons that pass what is taken from the rate, wherever they end.
  let source: BackgroundSource
  /// Those that do not. Of laser light only what is scattered into the path belongs to the bench.
  private let lost: BackgroundSource
  private let spectrum: Spectrum
  private let travel: PhotonTravel
  /// What the lost ones meet, all elements before the filter in order.
  private let way: [(element: Transmission, place: Int)]
  /// Among the elements of the same share at every wavelength, which one a lost photon is the first to fail at.
  private let failure: DiscreteLaw

  init(
    bench: Bench, component: BackgroundComponent, places: LossPlaces, stepsPerSecond: Double, origin: UInt16,
    entity: UInt32
  ) {
    let before = Array(zip(bench.wayToFilter(of: component), [places.coupling] + places.losses))
    let constant = before.reduce(1) { $0 * ($1.0.constant ?? 1) }
    func source(_ rateHz: Double) -> BackgroundSource {
      BackgroundSource(
        meanPerStep: rateHz / stepsPerSecond,
        decays: bench.excitation.repetitionRateHz == nil ? nil : component.decays, shape: bench.excitation.pulseShape,
        burst: bench.excitation.burst, origin: origin, entity: entity)
    }
    self.source = source(component.rateHz * constant)
    spectrum = component.spectrum
    travel = PhotonTravel(
      bench: bench, places: places,
      before: before.filter { $0.0.constant == nil } + places.way(bench.path, from: .filter))

    var rate = component.rateHz
    var way = before
    if component.isLaserLeak, let coupling = way.first?.0.constant {
      rate *= coupling
      way.removeFirst()
    }
    var passed = 1.0
    let failures = way.map { element, _ in
      let share = element.constant ?? 1
      defer { passed *= share }
      return passed * (1 - share)
    }
    self.way = way
    lost = source(rate * failures.reduce(0, +))
    failure = DiscreteLaw(weights: failures.contains { $0 > 0 } ? failures : [1])
  }

  /// Appends the photons excited by pulses `start ..< end` that reach a detector, in order of time.
  func draw(
    from start: Int64, to end: Int64, clock: PulseClock, stream: inout RandomStream, ziggurat: Ziggurat,
    into arrivals: inout ArrivalLists, account: LossAccount?
  ) {
    var all = GrowingBuffer<Arrival>()
    source.draw(from: start, to: end, clock: clock, stream: &stream, ziggurat: ziggurat, into: &all)
    for photon in all.all {
      account?.emit(photon.origin, at: photon.time)
      switch travel.end(of: spectrum, &stream, ziggurat) {
      case .detector(let d): arrivals.append(photon, detector: d)
      case .lost(let place): account?.lose(photon.origin, at: photon.time, place: place)
      }
    }
  }

  /// Writes down the photons that fail at an element of the same share at every wavelength, or at another one before it.
  func drawLost(
    from start: Int64, to end: Int64, clock: PulseClock, stream: inout RandomStream, ziggurat: Ziggurat,
    account: LossAccount
  ) {
    var all = GrowingBuffer<Arrival>()
    lost.draw(from: start, to: end, clock: clock, stream: &stream, ziggurat: ziggurat, into: &all)
    for photon in all.all {
      account.emit(photon.origin, at: photon.time)
      let last = failure.draw(&stream)
      let wavelength = spectrum.draw(&stream, ziggurat)
      let earlier = way[..<last].first {
        $0.element.constant == nil && stream.uniform() >= $0.element.value(atNanometers: wavelength)
      }
      account.lose(photon.origin, at: photon.time, place: (earlier ?? way[last]).place)
    }
  }
}

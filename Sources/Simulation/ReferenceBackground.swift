import Bench
import Emitters
import Light
import Photonics
import RandomStreams

/// Background of one component in the reference engine: every photon, where its rate is stated, draws a wavelength and goes
/// its way to a detector. Only what loses the same share at every wavelength before the filter is taken from the rate at once.
struct ReferenceBackground: Sendable {
  /// All photons, wherever they end.
  let source: BackgroundSource
  private let spectrum: Spectrum
  private let travel: PhotonTravel

  init(bench: Bench, component: BackgroundComponent, stepsPerSecond: Double, origin: UInt16, entity: UInt32) {
    let before = bench.wayToFilter(of: component)
    let constant = before.reduce(1) { $0 * ($1.constant ?? 1) }
    source = BackgroundSource(
      meanPerStep: component.rateHz * constant / stepsPerSecond,
      decays: bench.excitation.repetitionRateHz == nil ? nil : component.decays, shape: bench.excitation.pulseShape,
      burst: bench.excitation.burst, origin: origin, entity: entity)
    spectrum = component.spectrum
    travel = PhotonTravel(bench: bench, before: before.filter { $0.constant == nil } + bench.path.way(from: .filter))
  }

  /// Appends the photons excited by pulses `start ..< end` that reach a detector, in order of time.
  func draw(
    from start: Int64, to end: Int64, clock: PulseClock, stream: inout RandomStream, ziggurat: Ziggurat,
    into arrivals: inout ArrivalLists
  ) {
    var all = GrowingBuffer<Arrival>()
    source.draw(from: start, to: end, clock: clock, stream: &stream, ziggurat: ziggurat, into: &all)
    for photon in all.all {
      if let detector = travel.detector(of: spectrum, &stream, ziggurat) {
        arrivals.append(photon, detector: detector)
      }
    }
  }
}

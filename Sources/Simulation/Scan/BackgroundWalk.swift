import Bench
import Emitters
import RandomStreams

/// Light of one background component at one detector in the stretches at hand.
final class BackgroundWalk {
  private let simulator: ScanSimulator
  private let component: Int
  let detector: Int
  /// Photons per step with the spot at the middle of the component's shape.
  private let mean: Double
  private var source: BackgroundSource
  /// In order of time.
  var arrivals = GrowingBuffer<Arrival>()

  init(_ simulator: ScanSimulator, component c: Int, detector: Int) {
    self.simulator = simulator
    component = c
    self.detector = detector
    let bench = simulator.scan.bench
    let light = bench.background[c]
    mean = light.rateHz * bench.detectionShares(of: light)[detector] / simulator.stepsPerSecond
    source = BackgroundSource(
      meanPerStep: 0, decays: bench.excitation.repetitionRateHz == nil ? nil : light.decays,
      shape: bench.excitation.pulseShape, burst: bench.excitation.burst,
      origin: UInt16(simulator.causes.number(ofBackground: c)), entity: UInt32(c * bench.detectors.count + detector))
  }

  /// Mean number of photons per step with the spot at a place.
  func meanPerStep(from place: SamplePlace) -> Double {
    mean * simulator.scan.backgroundShare(component: component, from: place)
  }

  /// Draws the photons of some stretches in place of the last ones.
  func draw(_ work: ArraySlice<PixelView.Stretch>) {
    arrivals.removeAll()
    for stretch in work {
      source.meanPerStep = meanPerStep(from: stretch.view.place)
      var stream = RandomStream(
        seed: simulator.seed, purpose: .background, entity: source.entity, block: stretch.block)
      source.draw(
        from: stretch.steps.lowerBound, to: stretch.steps.upperBound, clock: simulator.clock, stream: &stream,
        ziggurat: Ziggurat(), into: &arrivals)
    }
    // Light that comes late may have been overtaken by that of the next stretch.
    var all = UnsafeMutableBufferPointer(start: arrivals.elements, count: arrivals.count)
    if zip(all, all.dropFirst()).contains(where: { $0.time > $1.time }) { all.sort { $0.time < $1.time } }
  }
}

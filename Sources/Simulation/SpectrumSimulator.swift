public import Bench
public import Detectors
import Emitters
import Light
import Optics
import RandomStreams
import Records

/// Draws the spectrum that a camera records, photon by photon.
///
/// The engine draws every photoelectron with its time and cause, blinking and wandering lines included. Each then draws
/// its wavelength from the line of its transition in the hidden state of its moment: from the line as it is, again and
/// again until path and sensor let one through, which is the law of the wavelengths of detected photons. It falls on the
/// sensor around its place with the line spread. After each exposure the camera adds dark current, cosmic rays and read
/// noise, and digitises.
public struct SpectrumSimulator: Sendable {
  private let simulator: Simulator
  private let spectrometer: Spectrometer
  private let bench: Bench
  /// Per origin: the source it belongs to, emitters first; −1 for what is no light.
  private let sourceOfOrigin: [Int]
  /// Per origin of an emitter: the emitter, its slow state and the transition.
  private let transitionOfOrigin: [(emitter: Int, base: Int, transition: Int)]
  /// Per emitter and hidden state: the slow state, and the lines of its transitions.
  private let lines: [[(base: Int, lines: [Spectrum?])]]

  /// Per source: what its light meets.
  private let passages: [Passage]

  /// Prepares the engine's tables.
  ///
  /// - Parameters:
  ///   - bench: the table; its detectors and electronics play no part.
  ///   - spectrometer: where the light goes.
  ///   - seed: equal seeds give equal spectra.
  ///   - engine: `fast` unless you want to check it.
  public init(bench: Bench, spectrometer: Spectrometer, seed: UInt64, engine: Simulator.Engine = .fast) {
    let bench = bench.seen(by: spectrometer)
    self.bench = bench
    self.spectrometer = spectrometer
    let simulator = Simulator(bench: bench, seed: seed, engine: engine)
    self.simulator = simulator
    let origins = simulator.originNumbers
    let count = origins.table.origins.count
    var sources = [Int](repeating: -1, count: count)
    var transitions = [(emitter: Int, base: Int, transition: Int)](repeating: (0, 0, 0), count: count)
    for (e, states) in origins.emission.enumerated() {
      for (s, state) in states.enumerated() {
        for (k, origin) in state.enumerated() {
          sources[origin] = e
          transitions[origin] = (e, s, k)
        }
      }
    }
    for (c, origin) in origins.background.enumerated() { sources[origin] = bench.emitters.count + c }
    let sensor = [Transmission.table(bench.detectors[0].efficiency)]
    passages =
      bench.emitters.map { _ in Passage(bench.path.way(from: .emitter) + sensor) }
      + bench.background.map { Passage(bench.wayToFilter(of: $0) + bench.path.way(from: .filter) + sensor) }
    sourceOfOrigin = sources
    transitionOfOrigin = transitions
    lines = bench.emitters.map { $0.hiddenStates.map { ($0.base, $0.scheme.transitions.map(\.line)) } }
  }

  /// Takes the spectrum.
  ///
  /// - Parameters:
  ///   - threads: how many threads may draw photons; does not change a count.
  ///   - goOn: is told how much is done, from 0 to 1; `false` stops after the exposures that are complete.
  public func run(threads: Int = 1, goOn: (Double) -> Bool = { _ in true }) -> SimulatedSpectrum {
    var spectrum = SimulatedSpectrum(
      counts: [Int](repeating: 0, count: spectrometer.pixels),
      photoelectrons: (bench.emitters.map(\.name) + bench.background.map(\.name)).map { ($0, 0) })
    var readout = Readout(spectrometer: spectrometer, seed: simulator.seed)
    var stream = RandomStream(seed: simulator.seed, purpose: .spectrum, entity: 0, block: 0)
    let ziggurat = Ziggurat()
    var electrons = [Int](repeating: 0, count: spectrometer.pixels)
    // Hidden states of the emitters now, and their changes to come.
    var states = [Int](repeating: 0, count: bench.emitters.count)
    var changes = bench.emitters.map { _ in [StateChange]() }
    var nextChange = [Int](repeating: 0, count: bench.emitters.count)
    let start = spectrometer.axisNanometers.lowerBound
    let sigma = spectrometer.lineSpreadSigmaNanometers
    func endOfExposure(_ number: Int) -> Int64 {
      FineTime.fromSeconds(spectrometer.integrationSeconds * Double(number + 1))
    }
    var end = endOfExposure(0)
    var isStopped = false
    simulator.run(threads: threads) { batch in
      for change in batch.stateChanges { changes[Int(change.emitter)].append(change) }
      for truth in batch.truths {
        while truth.detectionTime >= end {
          readout.read(&electrons, into: &spectrum)
          end = endOfExposure(spectrum.exposures)
        }
        let origin = Int(truth.origin)
        let source = sourceOfOrigin[origin]
        var line = source >= bench.emitters.count ? bench.background[source - bench.emitters.count].spectrum : nil
        if line == nil {
          let (e, base, k) = transitionOfOrigin[origin]
          while nextChange[e] < changes[e].count, changes[e][nextChange[e]].time <= truth.detectionTime {
            states[e] = Int(changes[e][nextChange[e]].state)
            nextChange[e] += 1
          }
          let hidden = lines[e][states[e]]
          // A photon and a change of charge in the same instant may come in either order.
          line = hidden.base == base ? hidden.lines[k] : bench.emitters[e].states[base].scheme.transitions[k].line
        }
        guard let line else { continue }
        let place = passages[source].wavelength(of: line, &stream, ziggurat) + sigma * ziggurat.normal(&stream)
        let pixel = Int(((place - start) / spectrometer.nanometersPerPixel).rounded(.down))
        spectrum.photoelectrons[source].electrons += 1
        if electrons.indices.contains(pixel) {
          electrons[pixel] += 1
        } else {
          spectrum.besideSensor += 1
        }
      }
      for e in changes.indices where nextChange[e] > 4_096 {
        changes[e].removeFirst(nextChange[e])
        nextChange[e] = 0
      }
      isStopped = !goOn(batch.fraction)
      return !isStopped
    }
    while !isStopped, spectrum.exposures < spectrometer.accumulations { readout.read(&electrons, into: &spectrum) }
    return spectrum
  }
}

/// Everything on the way of a source's light whose share depends on wavelength.
private struct Passage: Sendable {
  private let elements: [(transmission: Transmission, largest: Double)]

  init(_ elements: [Transmission]) {
    self.elements = elements.filter { $0.constant == nil }.map { element in
      switch element {
      case .table(let curve): (element, curve.values.max() ?? 1)
      case .bandPass(let filter): (element, max(filter.transmission, filter.leak))
      }
    }
  }

  /// The wavelength of a photon of this line, given that it became a photoelectron.
  func wavelength(of line: Spectrum, _ stream: inout RandomStream, _ ziggurat: Ziggurat) -> Double {
    while true {
      let wavelength = line.draw(&stream, ziggurat)
      var share = 1.0
      for element in elements { share *= element.transmission.value(atNanometers: wavelength) / element.largest }
      if stream.uniform() < share { return wavelength }
    }
  }
}

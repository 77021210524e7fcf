import Bench
import Detectors
import Emitters
import Light
import Photonics
import RandomStreams

/// The reference engine: every laser pulse, every absorbed photon, every jump and every emitted photon, one by one.
///
/// Written to be obviously right, not fast. It shares with the fast engine neither the conditional tables nor the
/// spectral overlap integrals: each emitted photon draws its wavelength and meets the filter and the detector with it.
struct ReferenceEmission: PhotonSource {
  let bench: Bench
  let emitter: Emitter
  let origin: [[Int]]
  let clock: PulseClock

  var largestMeanPerPulse: Double { 1 }

  func draw(
    _ segments: [FastEmission.Segment], level: inout Int, stream: inout RandomStream,
    ziggurat: Ziggurat, arrivals: inout ArrivalLists
  ) {
    for segment in segments {
      var pulse = segment.start
      let scheme = emitter.states[segment.state].scheme
      while pulse < segment.end {
        for _ in 0..<absorbedPhotons(&stream) { level = scheme.levelAfterAbsorption(from: level) }
        var time = 0.0
        while true {
          let ways = scheme.transitions.indices.filter { scheme.transitions[$0].from == level }
          if ways.isEmpty { break }
          let rate = ways.reduce(0) { $0 + scheme.transitions[$1].ratePerNanosecond } / FineTime.perNanosecond
          time += -PortableMath.log(stream.uniformAboveZero()) / rate
          if time >= clock.periodFineTime { break }
          var choice = stream.uniform() * rate * FineTime.perNanosecond
          var way = ways.last!
          for candidate in ways {
            choice -= scheme.transitions[candidate].ratePerNanosecond
            if choice < 0 {
              way = candidate
              break
            }
          }
          let transition = scheme.transitions[way]
          if let line = transition.line, stream.uniform() < transition.quantumYield,
            let detector = travel(line, &stream, ziggurat)
          {
            arrivals.append(
              Arrival(time: clock.time(ofPulse: pulse) + Int64(time), origin: UInt16(origin[segment.state][way])),
              detector: detector)
          }
          level = transition.to
        }
        pulse += 1
      }
    }
  }

  var warmUpPulses: Int64 { warmUp(of: emitter, period: clock.periodFineTime) }

  /// A Poisson number by multiplication of uniforms (Knuth, "The Art of Computer Programming", vol. 2, 3.4.1).
  private func absorbedPhotons(_ stream: inout RandomStream) -> Int {
    let limit = PortableMath.exp(-emitter.meanAbsorbedPhotonsPerPulse)
    var product = stream.uniformAboveZero()
    var n = 0
    while product > limit {
      product *= stream.uniformAboveZero()
      n += 1
    }
    return n
  }

  /// An emitted photon's way to a detector; `nil` if it is lost.
  private func travel(_ line: Spectrum, _ stream: inout RandomStream, _ ziggurat: Ziggurat) -> Int? {
    guard stream.uniform() < bench.path.coupling else { return nil }
    for element in bench.path.elements where stream.uniform() >= element.transmission { return nil }
    let wavelength =
      switch line.shape {
      case .gaussian: line.centerNanometers + line.fwhmNanometers / 2.3548200450309493 * ziggurat.normal(&stream)
      case .lorentzian: lorentzianWavelength(line, &stream, ziggurat)
      }
    if let filter = bench.path.filter, stream.uniform() >= filter.transmission(atNanometers: wavelength) { return nil }
    var port = stream.uniform()
    for (d, split) in bench.path.splitting.enumerated() {
      if port < split {
        return stream.uniform() < bench.detectors[d].efficiency.value(atNanometers: wavelength) ? d : nil
      }
      port -= split
    }
    return nil
  }

  /// The quotient of two normal variates has a Lorentzian law of half width 1.
  private func lorentzianWavelength(_ line: Spectrum, _ stream: inout RandomStream, _ ziggurat: Ziggurat) -> Double {
    line.centerNanometers + line.fwhmNanometers / 2 * ziggurat.normal(&stream) / ziggurat.normal(&stream)
  }
}

extension FastEmission: PhotonSource {
  var largestMeanPerPulse: Double { tables.states.map(\.interestingProbability).max() ?? 0 }
  var warmUpPulses: Int64 { tables.warmUpPulses }
}

/// Pulses after which all but e⁻⁴⁰ of any excitation is gone, at most a million.
func warmUp(of emitter: Emitter, period: Double) -> Int64 {
  let slowest = emitter.states.flatMap(\.scheme.transitions).map(\.ratePerNanosecond).min() ?? 1
  return 1 + Int64(min(1e6, 40 / slowest * FineTime.perNanosecond / period))
}

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

  /// A photon per pulse, or one per thousand steps: only sets the length of blocks.
  var meanPerStepBound: Double {
    if case .meanPhotonsPerPulse = emitter.absorption { 1 } else { 1e-3 }
  }

  func draw(
    _ segments: [FastEmission.Segment], level: inout Int, stream: inout RandomStream,
    ziggurat: Ziggurat, arrivals: inout ArrivalLists
  ) {
    for segment in segments {
      let scheme = emitter.states[segment.state].scheme
      switch emitter.absorption {
      case .meanPhotonsPerPulse(let mean):
        for pulse in segment.start..<segment.end {
          absorb(scheme, mean, &level, &stream)
          follow(
            scheme, origin[segment.state], absorption: 0, from: clock.time(ofPulse: pulse),
            until: clock.periodFineTime, &level, &stream, ziggurat, &arrivals)
        }
      case .ratePerNanosecond(let rate):
        let start = clock.time(ofPulse: segment.start)
        follow(
          scheme, origin[segment.state], absorption: rate, from: start,
          until: Double(clock.time(ofPulse: segment.end) - start), &level, &stream, ziggurat, &arrivals)
      }
    }
  }

  /// Jumps of the levels until a time after `start`.
  private func follow(
    _ scheme: LevelScheme, _ origin: [Int], absorption: Double, from start: Int64, until end: Double,
    _ level: inout Int, _ stream: inout RandomStream, _ ziggurat: Ziggurat, _ arrivals: inout ArrivalLists
  ) {
    var time = 0.0
    while true {
      let down = scheme.transitions.indices.filter { scheme.transitions[$0].from == level }
      let up = scheme.absorptions.filter { $0.from == level }
      let rateDown = down.reduce(0) { $0 + scheme.transitions[$1].ratePerNanosecond }
      let rateUp = up.reduce(0) { $0 + $1.weight } * absorption
      let rate = rateDown + rateUp
      if rate <= 0 { return }
      time += -PortableMath.log(stream.uniformAboveZero()) / rate * FineTime.perNanosecond
      if time >= end { return }
      var choice = stream.uniform() * rate
      if choice < rateUp {
        var way = up.last!
        for candidate in up {
          choice -= candidate.weight * absorption
          if choice < 0 {
            way = candidate
            break
          }
        }
        level = way.to
        continue
      }
      choice -= rateUp
      var way = down.last!
      for candidate in down {
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
        arrivals.append(Arrival(time: start + Int64(time), origin: UInt16(origin[way])), detector: detector)
      }
      level = transition.to
    }
  }

  var warmUpSteps: Int64 { warmUp(of: emitter, step: clock.periodFineTime) }

  /// One laser pulse: photon by photon, each level waiting for its next photon in units of the pulse's mean number.
  private func absorb(_ scheme: LevelScheme, _ mean: Double, _ level: inout Int, _ stream: inout RandomStream) {
    var left = mean
    while true {
      let ways = scheme.absorptions.filter { $0.from == level && $0.weight > 0 }
      let weight = ways.reduce(0) { $0 + $1.weight }
      if weight == 0 { return }
      left -= -PortableMath.log(stream.uniformAboveZero()) / weight
      if left < 0 { return }
      var choice = stream.uniform() * weight
      var way = ways.last!
      for candidate in ways {
        choice -= candidate.weight
        if choice < 0 {
          way = candidate
          break
        }
      }
      level = way.to
    }
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
  var meanPerStepBound: Double { tables.states.map(\.meanBound).max() ?? 0 }
  var warmUpSteps: Int64 { tables.warmUpSteps }
}

/// Steps after which all but e⁻⁴⁰ of any excitation is gone, at most a million.
func warmUp(of emitter: Emitter, step: Double) -> Int64 {
  let slowest = emitter.states.flatMap(\.scheme.transitions).map(\.ratePerNanosecond).min() ?? 1
  return 1 + Int64(min(1e6, 40 / slowest * FineTime.perNanosecond / step))
}

import Analysis
import CGSL
import Glibc
import TimeTags

/// Streams made for tests: a pulsed single-photon source with pairs, background, cable delay and a drifting laser.
struct SyntheticStream {
  var t2: [TimeTag] = []
  var t3: [TimeTag] = []
  /// The true pulse numbers by channel.
  var pulses: ([Int64], [Int64]) = ([], [])
  var periodPs = 0.0

  static let header2 = RecordingHeader(
    format: "test", mode: .t2, recordType: .picoHarp300T2, macroTimeUnitSeconds: 4e-12)
  var header3: RecordingHeader {
    RecordingHeader(
      format: "test", mode: .t3, recordType: .hydraHarpV2T3, macroTimeUnitSeconds: periodPs * 1e-12,
      nanotimeUnitSeconds: 16e-12)
  }

  /// - Parameters:
  ///   - rate: probability of a photon per pulse; `pairs`: probability that a second photon follows it.
  ///   - background: flat photons per pulse; `delayPs`: cable delay of channel 1; `drift`: relative per second.
  init(
    periodPs: Double, pulses count: Int, rate: Double, pairs: Double, background: Double = 0, lifetimePs: Double,
    delayPs: Double, drift: Double = 0, seed: UInt
  ) {
    self.periodPs = periodPs
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var events: [(time: Double, pulse: Int64, delay: Double, channel: UInt8)] = []
    func emit(_ pulse: Int64, _ delay: Double) {
      let channel: UInt8 = gsl_rng_uniform(rng) < 0.5 ? 0 : 1
      let jittered = delay + gsl_ran_gaussian_ziggurat(rng, 150) + 5000
      let n = Double(pulse)
      let start = n * periodPs * (1 + drift * n * periodPs * 1e-12 / 2)
      events.append((start + jittered + (channel == 1 ? delayPs : 0), pulse, jittered, channel))
    }
    var pulse = 0
    while true {
      pulse += Int(gsl_ran_geometric(rng, rate + background))
      if pulse >= count { break }
      if gsl_rng_uniform(rng) < background / (rate + background) {
        emit(Int64(pulse), gsl_rng_uniform(rng) * periodPs)
      } else {
        emit(Int64(pulse), gsl_ran_exponential(rng, lifetimePs))
        if gsl_rng_uniform(rng) < pairs { emit(Int64(pulse), gsl_ran_exponential(rng, lifetimePs)) }
      }
    }
    events.sort { $0.time < $1.time }
    for event in events {
      t2.append(TimeTag(macroTime: Int64(max(event.time, 0) / 4), channel: event.channel))
      if event.channel == 0 { pulses.0.append(event.pulse) } else { pulses.1.append(event.pulse) }
      // as an instrument does it: the sync before the photon, and the time since
      let late = event.delay + (event.channel == 1 ? delayPs : 0)
      let extra = (late / periodPs).rounded(.down)
      t3.append(
        TimeTag(
          macroTime: event.pulse + Int64(extra), nanotime: UInt16((late - extra * periodPs) / 16),
          channel: event.channel))
    }
    t3.sort { ($0.macroTime, $0.nanotime) < ($1.macroTime, $1.nanotime) }
    pulses.0.sort()
    pulses.1.sort()
  }

  /// The true coincidences by pulse difference −K … K.
  func trueAreas(_ k: Int) -> [Int] {
    var h = PairHistogram(firstEdge: -Int64(k), binWidth: 1, binCount: 2 * k + 1)
    pulses.0.withUnsafeBufferPointer { a in
      pulses.1.withUnsafeBufferPointer { h.consume(first: a, second: $0, watermark: .max) }
    }
    return h.counts
  }

  /// Independent photons in two channels without any laser, with an antibunching dip of `dip` picoseconds made by
  /// dropping photons of channel 1 that follow one of channel 0.
  static func continuous(rateHz: Double, seconds: Double, dip: Double, seed: UInt) -> [TimeTag] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var tags: [TimeTag] = []
    var time = 0.0
    var last = -Double.infinity
    while true {
      time += gsl_ran_exponential(rng, 1e12 / rateHz)
      if time > seconds * 1e12 { break }
      if time - last < gsl_ran_exponential(rng, dip) { continue }
      last = time
      tags.append(TimeTag(macroTime: Int64(time / 4), channel: gsl_rng_uniform(rng) < 0.5 ? 0 : 1))
    }
    return tags
  }
}

import CGSL
import Glibc
import TimeTags

/// A T2 stream of a blinking emitter: bright with a lifetime of 20 ns, charged with 3 ns and 0.4 times the light.
struct BlinkingStream {
  /// How long a state lasts.
  enum Dwell: Sendable {
    case exponential(meanSeconds: Double)
    /// p(t) ∝ t^−1.5 between the limits.
    case powerLaw(shortest: Double, longest: Double)
  }

  /// What the laser does beside its nominal 5 MHz: added to the pulse times, in picoseconds, over t in seconds.
  enum Drift: Sendable {
    case none
    /// 4 a u(1 − u), u = t over the duration.
    case quadratic(amplitudePs: Double)
    case sine(amplitudePs: Double, periodSeconds: Double)

    func callAsFunction(_ seconds: Double, of duration: Double) -> Double {
      switch self {
      case .none: 0
      case .quadratic(let amplitude): 4 * amplitude * seconds / duration * (1 - seconds / duration)
      case .sine(let amplitude, let period): amplitude * sin(2 * .pi * seconds / period)
      }
    }
  }

  static let lifetimes = (bright: 20_000.0, charged: 3000.0)
  let periodPs: Double
  let duration: Double
  let drift: Drift
  private(set) var tags: [TimeTag] = []

  /// - Parameters:
  ///   - offset: of the laser's frequency from 5 MHz, relative.
  ///   - rateHz: photons per second of the bright state in both channels together.
  init(offset: Double, drift: Drift, dwell: Dwell, rateHz: Double = 12_000, duration: Double = 60, seed: UInt) {
    periodPs = 200_000 / (1 + offset)
    self.duration = duration
    self.drift = drift
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    func stay() -> Double {
      switch dwell {
      case .exponential(let mean): return gsl_ran_exponential(rng, mean)
      case .powerLaw(let shortest, let longest):
        // the inverse of the distribution of t^−1.5
        let (a, b) = (1 / shortest.squareRoot(), 1 / longest.squareRoot())
        let x = a - gsl_rng_uniform(rng) * (a - b)
        return 1 / (x * x)
      }
    }
    var events: [(time: Double, channel: UInt8)] = []
    var isBright = true
    var begin = 0.0
    while begin < duration {
      let end = min(begin + stay(), duration)
      let rate = rateHz * (isBright ? 1 : 0.4)
      var time = begin
      while true {
        time += gsl_ran_exponential(rng, 1 / rate)
        if time >= end { break }
        let delay = gsl_ran_exponential(rng, isBright ? Self.lifetimes.bright : Self.lifetimes.charged)
        let jitter = gsl_ran_gaussian_ziggurat(rng, 150)
        let channel: UInt8 = gsl_rng_uniform(rng) < 0.5 ? 0 : 1
        let pulse = Int64(time * 1e12 / periodPs)
        events.append((pulseTime(pulse) + delay + jitter + 5000 + (channel == 1 ? 700 : 0), channel))
      }
      isBright.toggle()
      begin = end
    }
    for _ in 0..<(events.count / 19) {
      events.append((gsl_rng_uniform(rng) * duration * 1e12, gsl_rng_uniform(rng) < 0.5 ? 0 : 1))
    }
    events.sort { $0.time < $1.time }
    tags = events.map { TimeTag(macroTime: Int64($0.time / 4), channel: $0.channel) }
  }

  /// When a pulse left the laser, in picoseconds.
  func pulseTime(_ pulse: Int64) -> Double {
    let time = Double(pulse) * periodPs
    return time + drift(time * 1e-12, of: duration)
  }
}

import Detectors
import RandomStreams

/// Draws delays of afterpulses, in `FineTime` units.
enum AfterpulseDelay: Sendable {
  case exponential(mean: Double)
  case exponentials(DiscreteLaw, means: [Double])
  /// An exponential whose mean is uniform in its logarithm: its law is (e^(−t/longest) − e^(−t/shortest)) / t.
  case powerLike(shortest: Double, logarithmOfRatio: Double)
  case table(TabulatedLaw)

  init(_ law: Afterpulsing.DelayLaw) {
    let unit = FineTime.perNanosecond
    switch law {
    case .exponential(let mean): self = .exponential(mean: mean * unit)
    case .exponentials(let components):
      self = .exponentials(
        DiscreteLaw(weights: components.map(\.share)), means: components.map { $0.meanNanoseconds * unit })
    case .powerLike(let shortest, let longest):
      self = .powerLike(shortest: shortest * unit, logarithmOfRatio: PortableMath.log(longest / shortest))
    case .table(let table):
      self = .table(TabulatedLaw(x: table.nanoseconds.map { $0 * unit }, densities: table.densities))
    }
  }

  func draw(_ ziggurat: borrowing Ziggurat, _ stream: inout RandomStream) -> Double {
    switch self {
    case .exponential(let mean): return ziggurat.exponential(&stream) * mean
    case .exponentials(let law, let means):
      let mean = means[law.draw(&stream)]
      return ziggurat.exponential(&stream) * mean
    case .powerLike(let shortest, let logarithmOfRatio):
      let mean = shortest * PortableMath.exp(logarithmOfRatio * stream.uniform())
      return ziggurat.exponential(&stream) * mean
    case .table(let law): return law.draw(&stream)
    }
  }
}

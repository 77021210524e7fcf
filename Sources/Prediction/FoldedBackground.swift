import Bench
import Emitters

extension Predictor {
  /// The share of a background component's photons in each cell of the period, light of all earlier pulses included.
  ///
  /// A pulse that takes time is a sum of 16 instantaneous ones in each of its slices.
  func foldedShares(_ component: Int, edges: [Double]) -> [Double] {
    let decays = bench.background[component].decays
    var starts: [(time: Double, share: Double)] = [(0, 1)]
    if let shape = bench.excitation.pulseShape {
      starts = []
      var start = 0.0
      for slice in shape.slices {
        for part in 0..<16 {
          starts.append((start + (Double(part) + 0.5) / 16 * slice.nanoseconds, slice.energy / 16))
        }
        start += slice.nanoseconds
      }
    }
    // Before each edge, summed over pulses.
    let before = edges.map { edge in
      starts.reduce(0) { sum, start in
        sum + start.share * decays.reduce(0) { $0 + $1.share * foldedShare($1.law, before: edge - start.time) }
      }
    }
    return zip(before, before.dropFirst()).map { $1 - $0 }
  }

  /// The sum over all earlier pulses of the share that is emitted between that pulse's own time 0 … and a time of this
  /// period, up to a constant. What is left after 2000 periods is even over a period.
  private func foldedShare(_ law: BackgroundComponent.Decay.Law, before time: Double) -> Double {
    let last = 2000
    let periods = min(last, Int(law.extentNanoseconds / period) + 2)
    let sum = (0..<periods).reduce(0) { $0 + law.shareBefore(time + Double($1) * period) }
    return periods < last ? sum : sum + time / period * (1 - law.shareBefore(Double(last) * period))
  }
}

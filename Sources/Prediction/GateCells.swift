import Bench
import CGSL
import Detectors
import Emitters

/// The laser period cut into cells, within which a gate lets a photon pass with one probability each: exactly 0 or 1 if gates act
/// on the times of arrival, and in between where detectors smear the times that gates act on.
struct GateCells: Sendable {
  /// From 0 to the period, rising; every edge of a gate is among them.
  let edgesNanoseconds: [Double]
  /// Per detector and cell: the mean over the cell of the probability that a photon is recorded before each of the delays.
  private let shareBefore: [[Double: [Double]]]

  var count: Int { edgesNanoseconds.count - 1 }

  /// - Parameters:
  ///   - delays: where gates start and stop, after the pulse.
  ///   - responses: per detector, by how much (ns) recorded times differ from times of arrival; `nil` for not at all.
  init(delays: Set<Double>, responses: [[(offset: Double, weight: Double)]]?, period: Double) {
    var edges = delays.filter { $0 > 0 && $0 < period }
    edges.formUnion([0, period])
    if responses != nil {
      // Steps that are fine against the fastest detectors' jitter, then by 3 % of the time.
      var time = 0.0
      while time < period {
        edges.insert(time)
        time += max(0.02, 0.03 * (time - 5))
      }
    }
    let sorted = edges.sorted()
    edgesNanoseconds = sorted
    shareBefore = (responses ?? [[(0, 1)]]).map { response in
      let integral = Self.integral(response)
      var shares: [Double: [Double]] = [:]
      for delay in delays {
        let at = sorted.map { integral(delay - $0) }
        shares[delay] = sorted.indices.dropLast().map { i in
          (at[i] - at[i + 1]) / (sorted[i + 1] - sorted[i])
        }
      }
      return shares
    }
  }

  /// ∫ of the cumulative response up to x: Σ w max(0, x − o), of rising offsets at equal steps.
  private static func integral(_ response: [(offset: Double, weight: Double)]) -> (Double) -> Double {
    var sums = [(weight: 0.0, moment: 0.0)]
    for (offset, weight) in response {
      sums.append((sums[sums.count - 1].weight + weight, sums[sums.count - 1].moment + weight * offset))
    }
    let first = response[0].offset
    let step = response.count > 1 ? response[1].offset - first : 1
    return { x in
      let passed = sums[Int(max(0, min(Double(response.count), ((x - first) / step).rounded(.up))))]
      return x * passed.weight - passed.moment
    }
  }

  /// The mean probability that a photon of each cell is recorded within a gate by a detector.
  func weights(_ gate: GatedPrediction.Gate, detector: Int) -> [Double] {
    let shares = shareBefore[min(detector, shareBefore.count - 1)]
    return zip(shares[gate.start]!, shares[gate.stop]!).map { $1 - $0 + (gate.stop < gate.start ? 1 : 0) }
  }

  /// Means over all emitters of one kind of light, photons weighted by a gate's.
  struct Light: Sendable {
    private let emission: PulsedEmission
    private let start: [Double]
    /// By first detector: per cell what happens in it, events being those at the other detector.
    private let passages: [[PulsePeriod.Passage]]

    init(_ emission: PulsedEmission, cells: GateCells) {
      self.emission = emission
      start = emission.afterPulse[0]
      passages = [(0, 1), (1, 0)].map { a, b in
        zip(cells.edgesNanoseconds, cells.edgesNanoseconds.dropFirst()).map {
          emission.lit.passage(from: $0, to: $1, first: emission.detected[a], rates: emission.detected[b].rowSums)
        }
      }
    }

    /// Mean photons of a pulse at detector 0 or 1.
    func mean(_ detector: Int, _ weights: [Double]) -> Double {
      dot(start, later(passages[1 - detector], weights)[0])
    }

    /// Mean products of the photon numbers at detector `a` after one pulse and the other after the k-th from it, for k from 0 to
    /// `count`; for k = 0 of those pairs of which `a` is first.
    func pairs(firstAt a: Int, _ weights: [[Double]], upTo count: Int) -> [Double] {
      let cells = passages[a]
      let columns = later(cells, weights[1 - a])
      var inPulse = 0.0
      var levels = start
      // After a photon at `a` has passed the gate.
      var marked = [Double](repeating: 0, count: start.count)
      for (i, cell) in cells.enumerated() {
        let jumped = cell.afterJump.leftMultiplied(by: levels).map { $0 * weights[a][i] }
        inPulse += weights[a][i] * weights[1 - a][i] * dot(levels, cell.pairs) + dot(jumped, columns[i + 1])
        marked = zip(cell.propagator.leftMultiplied(by: marked), jumped).map(+)
        levels = cell.propagator.leftMultiplied(by: levels)
      }
      marked = emission.lit.dephasing.leftMultiplied(by: marked)
      let step = emission.lit.propagator
      return [inPulse]
        + (0..<count).map { _ in
          let excited = emission.lit.pulse.leftMultiplied(by: marked)
          marked = step.leftMultiplied(by: excited)
          return dot(excited, columns[0])
        }
    }

    /// Per cell and entry at its beginning: the mean number of photons from there to the period's end; zero behind the last.
    private func later(_ cells: [PulsePeriod.Passage], _ weights: [Double]) -> [[Double]] {
      var columns = [[Double](repeating: 0, count: start.count)]
      for (cell, weight) in zip(cells, weights).reversed() {
        let rest = (cell.propagator * Matrix(column: columns[columns.count - 1])).elements
        columns.append(zip(cell.count, rest).map { weight * $0 + $1 })
      }
      return columns.reversed()
    }
  }
}

import Glibc
import TimeTags

/// A T2 stream in one pass: a folded decay per block of time and channel, against a clock that is nearly right.
///
/// A better clock is then tried by shifting blocks, without playing the stream again. At most 512 blocks × 4096 bins ×
/// 4 channels of 4 bytes: 34 MB for any stream.
struct BlockFolds {
  static let largestBlockCount = 512
  static let largestChannelCount = 4

  /// The clock of the fold.
  let pulses: PulseClock
  let bins: Int
  private let blocks: Int
  /// Counts by channel, then block and bin.
  private var counts: [[Int32]]
  private var photons: [Double]
  /// The mean time of the photons per block, in ticks.
  private var times: [Double]

  /// Folds the stream.
  ///
  /// - Parameters:
  ///   - span: the first and last times in ticks.
  init(pulses: PulseClock, clock: TagClock, channels: [UInt8], span: (Int64, Int64), blocks: Int, replay: Replay) throws
  {
    let channels = channels.prefix(Self.largestChannelCount)
    // 25 ps, where the period is not too long for that
    let bins = min(max(Int(pulses.periodPicoseconds / 25), 64), 4096)
    let length = (span.1 &- span.0) / Int64(blocks) &+ 1
    var counts = [[Int32]](repeating: [Int32](repeating: 0, count: blocks * bins), count: channels.count)
    var photons = [Double](repeating: 0, count: blocks)
    var times = [Double](repeating: 0, count: blocks)
    var places = [Int](repeating: -1, count: 256)
    for (i, channel) in channels.enumerated() { places[Int(channel)] = i }
    var cursor = 0
    try replay { tags in
      for tag in tags where tag.kind == .photon && places[Int(tag.channel)] >= 0 {
        let time = clock.ticks(macroTime: tag.macroTime, nanotime: 0)
        let block = min(max(Int((time &- span.0) / length), 0), blocks - 1)
        let phase = pulses.phase(time, cursor: &cursor)
        let bin = min(Int((phase - phase.rounded(.down)) * Double(bins)), bins - 1)
        counts[places[Int(tag.channel)]][block * bins + bin] += 1
        photons[block] += 1
        times[block] += Double(time &- span.0)
      }
    }
    for block in 0..<blocks where photons[block] > 0 {
      times[block] = times[block] / photons[block] + Double(span.0)
    }
    (self.pulses, self.bins, self.blocks) = (pulses, bins, blocks)
    (self.counts, self.photons, self.times) = (counts, photons, times)
  }

  /// The laser's phase over the stream: the smooth phase that best joins the blocks' edges. The decay's shape and the
  /// phases are improved in turns, until no block moves by a fifth of a bin.
  ///
  /// - Parameters:
  ///   - reach: how far the clock of the fold may be off, in periods.
  /// - Returns: nil when the blocks determine nothing.
  func smoothPhase(turns: Int, reach: Double, from start: Double, to end: Double) -> SmoothPhase? {
    var model: SmoothPhase?
    for _ in 0..<turns {
      let points = edgePhases(shapes(model), reach: max(Int(reach * Double(bins)), 1))
      guard let next = SmoothPhase.best(points, from: start, to: end) else { break }
      let moved = points.reduce(0) { max($0, abs(next($1.time) - (model?($1.time) ?? .infinity))) }
      model = next
      if moved * Double(bins) < 0.2 { break }
    }
    return model
  }

  /// The decay of each channel over all blocks, each shifted by what the model adds to the clock of the fold.
  private func shapes(_ model: SmoothPhase?) -> [FallingDecay] {
    let shifts = (0..<blocks).map { block -> Int in
      guard let model, photons[block] > 0 else { return 0 }
      var cursor = 0
      let shift = (model(times[block]) - pulses.correction(times[block], &cursor)) * Double(bins)
      return ((Int(shift.rounded()) % bins) + bins) % bins
    }
    return counts.map { counts in
      var sum = [Double](repeating: 0, count: bins)
      for block in 0..<blocks where photons[block] > 0 {
        var to = bins - shifts[block]
        for bin in 0..<bins {
          if to >= bins { to -= bins }
          sum[to] += Double(counts[block * bins + bin])
          to += 1
        }
      }
      return FallingDecay(sum)
    }
  }

  /// The phase θ of every block from the likelihood of its photons under the falling decays, within `reach`
  /// bins of the clock of the fold: mean and standard deviation, all phases being equally likely beforehand.
  ///
  /// A wide search joins bins in twos, fours or eights: its cost goes with the square of their number.
  private func edgePhases(_ shapes: [FallingDecay], reach: Int) -> [PhasePoint] {
    let allBins = self.bins
    let joined = [8, 4, 2, 1].first { allBins % $0 == 0 && 2 * reach / $0 >= 256 || $0 == 1 }!
    let bins = allBins / joined
    let span = max(reach / joined, 1)
    let width = 2 * span + 1
    // reversed and doubled, so that a photon adds a contiguous piece: table[k] = h(−k)
    let tables = shapes.map { shape in
      let coarse = (0..<bins).map { group in
        (0..<joined).reduce(Float(0)) { sum, part in
          let bin = group * joined + part
          return sum + shape.logarithms[((bin - shape.start) % allBins + allBins) % allBins]
        } / Float(joined)
      }
      return (0..<(2 * bins)).map { coarse[(2 * bins - $0) % bins] }
    }
    var points: [PhasePoint] = []
    var likelihood = [Float](repeating: 0, count: width)
    for block in 0..<blocks where photons[block] > 0 {
      for i in 0..<width { likelihood[i] = 0 }
      for (counts, table) in zip(counts, tables) {
        for bin in 0..<bins {
          let place = block * allBins + bin * joined
          let number = Float(counts[place..<(place + joined)].reduce(0, +))
          guard number > 0 else { continue }
          // h(bin − shift) for the shifts −span … span
          let from = ((-span - bin) % bins + bins) % bins
          table.withUnsafeBufferPointer { table in
            likelihood.withUnsafeMutableBufferPointer { likelihood in
              for i in 0..<width { likelihood[i] += number * table[from + i] }
            }
          }
        }
      }
      let most = likelihood.max() ?? 0
      var (weight, first, second) = (0.0, 0.0, 0.0)
      for i in 0..<width where likelihood[i] > most - 40 {
        let probability = exp(Double(likelihood[i] - most))
        let shift = Double(i - span)
        weight += probability
        first += probability * shift
        second += probability * shift * shift
      }
      let mean = first / weight
      // not better than half a bin
      let variance = max(second / weight - mean * mean, 0) + 0.25
      var cursor = 0
      points.append(
        PhasePoint(
          time: times[block], phase: pulses.correction(times[block], &cursor) + mean / Double(bins),
          deviation: variance.squareRoot() / Double(bins)))
    }
    return points
  }
}

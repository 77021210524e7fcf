import Bench

/// One pixel's turn: where the spot is, and the tables of the emitters it sees.
final class PixelView {
  let visit: Int
  let place: SamplePlace
  private let simulator: ScanSimulator
  /// By emitter.
  private(set) var emission: [Int: FastEmission] = [:]

  init(_ simulator: ScanSimulator, visit: Int) {
    self.simulator = simulator
    self.visit = visit
    place = simulator.scan.raster.place(of: simulator.scan.raster.pixel(ofVisit: visit))
  }

  /// Makes the tables.
  func prepare() {
    let scan = simulator.scan
    for e in scan.bench.emitters.indices where scan.isVisible(emitter: e, from: place) {
      emission[e] = simulator.emission(e, from: place)
    }
  }

  /// Part of the dwell.
  struct Stretch {
    let view: PixelView
    /// The address of its random streams.
    var block: UInt64
    var steps: Range<Int64>
    /// About how many photons it holds.
    var meanPhotons: Double
  }

  /// Cuts the dwell so that a part holds no more than so many photons, about.
  ///
  /// - Parameter background: mean number of background photons per step.
  func stretches(background: Double, photons: Double) -> [Stretch] {
    let steps = simulator.steps(ofVisit: visit)
    // In order of the emitters: sums must not depend on a dictionary's.
    let perStep = emission.keys.sorted().reduce(background) { $0 + emission[$1]!.meanPerStepBound }
    let parts = max(1, Int64((perStep * Double(steps.count) / photons).rounded(.up)))
    let length = (Int64(steps.count) + parts - 1) / parts
    return (0..<parts).map { part in
      let start = min(steps.upperBound, steps.lowerBound + part * length)
      let end = min(steps.upperBound, start + length)
      return Stretch(
        view: self, block: UInt64(visit) << 24 | UInt64(part), steps: start..<end,
        meanPhotons: perStep * Double(end - start))
    }
  }
}

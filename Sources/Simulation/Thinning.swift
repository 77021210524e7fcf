import RandomStreams

/// Which photons of a ``SharedLight`` one of the benches keeps.
struct Thinning: Sendable {
  /// One cause of photons.
  struct Cause: Sendable {
    /// What the records call it.
    var origin: UInt16
    /// Per detector, the share of its photons that this bench lets through.
    var shares: [Double]
  }

  /// By the number that the photons carry.
  private(set) var causes: [Cause] = []
  /// Tells apart what is thinned.
  let entity: UInt32

  init(entity: UInt32) { self.entity = entity }

  /// The shares of a bench's detection probabilities (or rates) in those of the envelope.
  ///
  /// - Returns: the number that photons of this cause carry.
  mutating func add(origin: Int, own: [Double], envelope: [Double]) -> Int {
    // Without any light in the envelope none arrives.
    causes.append(
      Cause(origin: UInt16(origin), shares: zip(own, envelope).map { $1 > 0 ? min(1, $0 / $1) : 0 }))
    return causes.count - 1
  }

  /// Keeps this bench's photons at one detector. The uniform numbers do not depend on the bench.
  func thin(_ arrivals: inout GrowingBuffer<Arrival>, detector: Int, detectors: Int, seed: UInt64, block: Int64) {
    var marks = RandomStream(
      seed: seed, purpose: .sharedLight, entity: entity * UInt32(detectors) + UInt32(detector), block: UInt64(block))
    let photons = UnsafeMutableBufferPointer(start: arrivals.elements, count: arrivals.count)
    var kept = 0
    for photon in photons {
      let cause = causes[Int(photon.origin)]
      guard marks.uniform() < cause.shares[detector] else { continue }
      photons[kept] = Arrival(time: photon.time, origin: cause.origin)
      kept += 1
    }
    arrivals.setCount(kept)
  }
}

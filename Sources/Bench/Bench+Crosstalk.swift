import Detectors
import Light
import Optics
import RandomStreams

/// What breakdown flashes do on this bench.
extension Bench {
  /// The probability that a click of one detector (row) makes another, ready one (column) click; 0 on the diagonal.
  ///
  /// The photons of a flash that are detected have a Poisson law, and one or more of them make a click. A flash passes the
  /// arms and beamsplitters of both detectors, but no filter before the beamsplitter, in front of which it is thrown back.
  public var crosstalkProbabilities: [[Double]] {
    detectors.indices.map { from in
      detectors.indices.map { to in
        guard from != to, let crosstalk else { return 0 }
        switch crosstalk.strength {
        case .probability(let probability): return probability
        case .flash(let flash):
          let way =
            path.way(throughArm: from) + [flash.reflection] + path.way(throughArm: to)
            + [.table(detectors[to].efficiency)]
          return -PortableMath.expMinusOne(-flash.photons * overlap(of: flash.spectrum, through: way))
        }
      }
    }
  }
}

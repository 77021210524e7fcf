import Bench
import Detectors
import Light
import Optics
import RandomStreams

/// The way of one photon of the reference engine: it draws a wavelength and with it meets element after element, then the
/// beamsplitters, then those of its arm and the detector. At each it passes or is lost.
struct PhotonTravel: Sendable {
  /// Where a photon's way ends.
  enum End {
    case detector(Int)
    /// Lost at a place; see ``LossPlaces``.
    case lost(Int)
  }

  /// What stands before the beamsplitter.
  private let before: [(element: Transmission, place: Int)]
  /// Per arm, the shares of the beamsplitters on the way to it.
  private let ports: [[Transmission]]
  /// Per arm, what stands behind, the detector last.
  private let behind: [[(element: Transmission, place: Int)]]
  /// The place of a port without a detector.
  private let openPort: Int

  /// - Parameter before: what the photon meets before the beamsplitter.
  init(bench: Bench, places: LossPlaces, before: [(element: Transmission, place: Int)]) {
    self.before = before
    openPort = places.port
    ports = bench.path.arms.map(\.shares)
    behind = bench.detectors.indices.map { d in
      zip(bench.path.arms[d].elements, places.arms[d]).map { ($0.transmission, $1) }
        + [(.table(bench.detectors[d].efficiency), places.efficiency[d])]
    }
  }

  /// Where a photon of a line ends.
  func end(of line: Spectrum, _ stream: inout RandomStream, _ ziggurat: Ziggurat) -> End {
    let wavelength = line.draw(&stream, ziggurat)
    for (element, place) in before where stream.uniform() >= element.value(atNanometers: wavelength) {
      return .lost(place)
    }
    var port = stream.uniform()
    for (arm, share) in ports.enumerated() {
      let share = share.value(atNanometers: wavelength)
      if port < share {
        for (element, place) in behind[arm] where stream.uniform() >= element.value(atNanometers: wavelength) {
          return .lost(place)
        }
        return .detector(arm)
      }
      port -= share
    }
    return .lost(openPort)
  }
}

import Bench
import Detectors
import Light
import Photonics
import RandomStreams

/// The way of one photon of the reference engine: it draws a wavelength and with it meets element after element, then the
/// beamsplitters, then those of its arm and the detector. At each it passes or is lost.
struct PhotonTravel: Sendable {
  /// What stands before the beamsplitter.
  private let before: [Transmission]
  /// Per arm, the shares of the beamsplitters on the way to it.
  private let ports: [[Transmission]]
  /// Per arm, what stands behind, the detector last.
  private let behind: [[Transmission]]

  /// - Parameter before: what the photon meets before the beamsplitter.
  init(bench: Bench, before: [Transmission]) {
    self.before = before
    ports = bench.path.arms.map(\.shares)
    behind = zip(bench.path.arms, bench.detectors).map { arm, detector in
      arm.elements.map(\.transmission) + [.table(detector.efficiency)]
    }
  }

  /// The detector that a photon of a line ends in; `nil` if it is lost.
  func detector(of line: Spectrum, _ stream: inout RandomStream, _ ziggurat: Ziggurat) -> Int? {
    let wavelength = line.draw(&stream, ziggurat)
    for element in before where stream.uniform() >= element.value(atNanometers: wavelength) { return nil }
    var port = stream.uniform()
    for (arm, share) in ports.enumerated() {
      let share = share.value(atNanometers: wavelength)
      if port < share {
        for element in behind[arm] where stream.uniform() >= element.value(atNanometers: wavelength) { return nil }
        return arm
      }
      port -= share
    }
    return nil
  }
}

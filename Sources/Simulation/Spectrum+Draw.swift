import Light
import RandomStreams

extension Spectrum {
  /// The wavelength of one photon, in nanometres; of a Lorentzian line by the quotient of two normal variates, which has a
  /// Lorentzian law of half width 1.
  func draw(_ stream: inout RandomStream, _ ziggurat: Ziggurat) -> Double {
    switch shape {
    case .gaussian: centerNanometers + fwhmNanometers / 2.3548200450309493 * ziggurat.normal(&stream)
    case .lorentzian: centerNanometers + fwhmNanometers / 2 * ziggurat.normal(&stream) / ziggurat.normal(&stream)
    }
  }
}

import Bench
import Detectors

extension Simulator {
  /// Per detector, the time that its input was not dead, in seconds: every record stops it for the dead time. A router's single
  /// input is everybody's.
  ///
  /// - Parameters:
  ///   - photons: how many records each channel has.
  ///   - seconds: how long was recorded.
  public func inputLiveSeconds(photonsPerChannel photons: [Int], seconds: Double) -> [Double] {
    let electronics = bench.electronics
    return bench.detectors.indices.map { d in
      let records = electronics.isRouted ? photons.reduce(0, +) : photons[electronics.channel(ofDetector: d)]
      return max(0, seconds - Double(records) * electronics.deadTimeNanoseconds * 1e-9)
    }
  }
}

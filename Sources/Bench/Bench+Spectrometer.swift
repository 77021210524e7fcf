public import Detectors
import Light
import Optics

extension Bench {
  /// The same table with all light sent into a spectrometer in place of the beamsplitter: its sensor is the only detector,
  /// and the recording lasts as long as its exposures.
  public func seen(by spectrometer: Spectrometer) -> Bench {
    var bench = self
    bench.detectors = [spectrometer.sensor]
    bench.path.arms = [.init(share: .constant(1))]
    bench.crosstalk = nil
    bench.electronics = .ideal
    bench.durationSeconds = spectrometer.exposureSeconds
    return bench
  }
}

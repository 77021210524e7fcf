public import Detectors
public import Emitters
public import Light
public import Photonics

/// Everything on the optical table, from the laser to the time tagger: the one description that `Simulation` draws
/// from and `Prediction` calculates with.
public struct Bench: Sendable, Hashable {
  /// Title of the scenario, as reports and file comments quote it.
  public var name: String
  /// The pulsed laser: sets the period that pulses, nanotimes and side peaks are counted in.
  public var excitation: Excitation
  /// The light sources of interest, each independent of the others; the order numbers them from 0.
  public var emitters: [Emitter]
  /// Light that is not theirs, as it arrives at the filter; may be empty.
  public var background: [BackgroundComponent]
  /// From the emitters through losses and filter to the arms of the beamsplitter.
  public var path: LightPath
  /// One detector per arm of the beamsplitter.
  public var detectors: [SinglePhotonDetector]
  /// The time tagger that turns clicks into records.
  public var electronics: TimingElectronics
  /// How long the recording lasts, in seconds.
  public var durationSeconds: Double

  /// A bench from its parts, unchecked; `detectors` and `path.splitting` go together, one share per detector.
  public init(
    name: String, excitation: Excitation, emitters: [Emitter], background: [BackgroundComponent], path: LightPath,
    detectors: [SinglePhotonDetector], electronics: TimingElectronics, durationSeconds: Double
  ) {
    self.name = name
    self.excitation = excitation
    self.emitters = emitters
    self.background = background
    self.path = path
    self.detectors = detectors
    self.electronics = electronics
    self.durationSeconds = durationSeconds
  }

  /// The share of photons of a spectrum that, once at the filter, end as a click of each detector that is ready:
  /// filter transmission, beamsplitter and detection efficiency at their wavelengths.
  public func detectionShares(of spectrum: Spectrum) -> [Double] {
    zip(detectors, path.splitting).map { detector, split in
      split * overlap(of: spectrum, filters: path.filter.map { [$0] } ?? [], efficiency: detector.efficiency)
    }
  }

  /// The probability, for each detector, that a photon of this line that the emitter emits ends as a click.
  public func detectionProbabilities(ofEmitted line: Spectrum) -> [Double] {
    detectionShares(of: line).map { $0 * path.transmissionToFilter }
  }

  /// By how much later than a photon's arrival detector number `d` has its edge recorded, in nanoseconds: its cable and
  /// the offset of its input.
  public func edgeDelayNanoseconds(ofDetector d: Int) -> Double {
    let offsets = electronics.inputOffsetsPicoseconds
    return detectors[d].delayNanoseconds + (offsets.indices.contains(d) ? offsets[d] * 1e-3 : 0)
  }
}

public import Detectors
public import Emitters
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
  /// Light that is not theirs; may be empty.
  public var background: [BackgroundComponent]
  /// From the emitters through losses and filter to the arms of the beamsplitter.
  public var path: LightPath
  /// One detector per arm of the beamsplitter; none where all light goes to the spectrometer.
  public var detectors: [SinglePhotonDetector]
  /// The time tagger that turns clicks into records.
  public var electronics: TimingElectronics
  /// How long the recording lasts, in seconds.
  public var durationSeconds: Double
  /// The spectrometer that can take the detectors' place; `nil` where there is none.
  public var spectrometer: Spectrometer?

  /// A bench from its parts, unchecked; `detectors` and `path.arms` go together, one arm per detector.
  public init(
    name: String, excitation: Excitation, emitters: [Emitter], background: [BackgroundComponent], path: LightPath,
    detectors: [SinglePhotonDetector], electronics: TimingElectronics, durationSeconds: Double,
    spectrometer: Spectrometer? = nil
  ) {
    self.name = name
    self.excitation = excitation
    self.emitters = emitters
    self.background = background
    self.path = path
    self.detectors = detectors
    self.electronics = electronics
    self.durationSeconds = durationSeconds
    self.spectrometer = spectrometer
  }
}

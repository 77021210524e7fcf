public import Detectors
public import Emitters
public import Optics

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
  /// Light from one detector to the others; `nil` for none.
  public var crosstalk: Crosstalk?
  /// The time tagger that turns clicks into records.
  public var electronics: TimingElectronics
  /// How long the recording lasts, in seconds.
  public var durationSeconds: Double
  /// The spectrometer that can take the detectors' place; `nil` where there is none.
  public var spectrometer: Spectrometer?

  /// A bench from its parts, unchecked; `detectors` and `path.arms` go together, one arm per detector.
  public init(
    name: String, excitation: Excitation, emitters: [Emitter], background: [BackgroundComponent], path: LightPath,
    detectors: [SinglePhotonDetector], crosstalk: Crosstalk? = nil, electronics: TimingElectronics,
    durationSeconds: Double, spectrometer: Spectrometer? = nil
  ) {
    self.name = name
    self.excitation = excitation
    self.emitters = emitters
    self.background = background
    self.path = path
    self.detectors = detectors
    self.crosstalk = crosstalk
    self.electronics = electronics
    self.durationSeconds = durationSeconds
    self.spectrometer = spectrometer
  }

  /// By how much later than a photon's arrival detector number `d` has its edge recorded, in nanoseconds: its cable and
  /// the offset of its input.
  public func edgeDelayNanoseconds(ofDetector d: Int) -> Double {
    let offsets = electronics.inputOffsetsPicoseconds
    return detectors[d].delayNanoseconds + (offsets.indices.contains(d) ? offsets[d] * 1e-3 : 0)
  }
}

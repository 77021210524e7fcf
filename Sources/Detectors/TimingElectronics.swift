/// A time-correlated single-photon counting instrument: a model of one of the ``InstrumentFamily``s in one mode.
///
/// - **T2**: one detector per input; tags in steps of the base resolution; dead time per input and none across inputs.
///   All but the PicoHarp may also record the laser's sync.
/// - **T3**: the number of the laser pulse and the time after it. The PicoHarp has the sync on input 0 and all detectors
///   through a router on input 1, with one dead time for all; the others have a sync input and one input per detector.
public struct TimingElectronics: Sendable, Hashable {
  /// The measurement mode of a recording.
  public enum Mode: String, Sendable, CaseIterable {
    /// `t2`: every click with its absolute time. `t3`: with the number of its laser pulse and the delay after it.
    case t2, t3
  }
  /// The model, for example "PicoHarp 300".
  public var name: String
  /// What its records look like.
  public var family: InstrumentFamily
  /// Which of the two record streams it writes.
  public var mode: Mode
  /// How many detectors this model has independent inputs for; ``inputs`` is what it takes in its mode.
  public var detectorInputs: Int
  /// T2 step, in picoseconds.
  public var baseResolutionPicoseconds: Int
  /// Width of a T3 nanotime bin as a multiple of the base resolution: one of the family's ``InstrumentFamily/binnings``.
  public var binning: Int
  /// The number of the T3 nanotime bin that begins with the laser pulse. 1 acts as an offset of one bin, so that no
  /// record has nanotime 0.
  public var firstNanotimeBin: Int
  /// Dead time per input, in nanoseconds.
  public var deadTimeNanoseconds: Double
  /// Timing jitter of the instrument (standard deviation), in nanoseconds.
  public var jitterNanoseconds: Double
  /// By how much later than it comes each detector's signal is recorded, in picoseconds; detectors beyond the list have
  /// no offset.
  public var inputOffsetsPicoseconds: [Double]
  /// Of so many laser pulses one reaches the clock of the sync input. T3 numbers count all pulses nevertheless.
  public var syncDivider: Int
  /// Whether T2 records hold every ``syncDivider``-th laser pulse.
  public var recordsSync: Bool
  /// Where records wait for the computer; `nil` for one without end.
  public var buffer: RecordBuffer?
  /// The widths of the time bins (T2: of the base resolution's steps); `nil` for equal ones.
  public var binWidths: BinWidths?
  /// Signals from outside.
  public var markers: [ExternalMarker]

  /// An instrument in one mode, unchecked; without a family a PicoHarp 300.
  public init(
    name: String, family: InstrumentFamily = .picoHarp300, mode: Mode, detectorInputs: Int? = nil,
    baseResolutionPicoseconds: Int, binning: Int, firstNanotimeBin: Int = 1, deadTimeNanoseconds: Double,
    jitterNanoseconds: Double, inputOffsetsPicoseconds: [Double] = [], syncDivider: Int = 1, recordsSync: Bool = false,
    buffer: RecordBuffer? = nil, binWidths: BinWidths? = nil, markers: [ExternalMarker] = []
  ) {
    self.name = name
    self.family = family
    self.mode = mode
    self.detectorInputs = detectorInputs ?? family.mostDetectors(.t2)
    self.baseResolutionPicoseconds = baseResolutionPicoseconds
    self.binning = binning
    self.firstNanotimeBin = firstNanotimeBin
    self.deadTimeNanoseconds = deadTimeNanoseconds
    self.jitterNanoseconds = jitterNanoseconds
    self.inputOffsetsPicoseconds = inputOffsetsPicoseconds
    self.syncDivider = syncDivider
    self.recordsSync = recordsSync
    self.buffer = buffer
    self.binWidths = binWidths
    self.markers = markers
  }

  /// How many detectors it takes in its mode: one per input, or four through a PicoHarp's router in T3.
  public var inputs: Int { isRouted ? family.mostDetectors(.t3) : detectorInputs }

  /// Whether all detectors share one input, and so one dead time.
  public var isRouted: Bool { family.isRouted(mode) }

  /// The channel in the records of detector number `d`, counted from 0.
  public func channel(ofDetector d: Int) -> Int { family.firstChannel(mode) + d }

  /// Width of a T3 nanotime bin, in picoseconds.
  public var nanotimeResolutionPicoseconds: Int { baseResolutionPicoseconds * binning }

  /// The smallest binning whose nanotime bins hold one laser period; `nil` if even the coarsest does not.
  public static func smallestBinning(
    periodNanoseconds: Double, baseResolutionPicoseconds: Int, family: InstrumentFamily = .picoHarp300
  ) -> Int? {
    // One bin is spare for an offset of one bin, and one for bins of unequal width.
    family.binnings.first {
      periodNanoseconds * 1e3 < Double($0 * baseResolutionPicoseconds * (family.nanotimeBins - 2))
    }
  }

  /// Electronics that lose and blur nothing, in steps of 4 ps: for light that no time tagger records.
  public static let ideal = TimingElectronics(
    name: "ideal", mode: .t2, baseResolutionPicoseconds: 4, binning: 1, deadTimeNanoseconds: 0, jitterNanoseconds: 0)
}

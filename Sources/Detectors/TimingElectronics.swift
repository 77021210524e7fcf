/// A time-correlated single-photon counting instrument with one dead time per input: the PicoHarp 300.
///
/// - **T2**: two inputs alike, one detector each; tags in steps of the base resolution; dead time per input and none
///   across inputs.
/// - **T3**: the laser's sync on input 0 and all detectors through a router on input 1: one dead time for all.
public struct TimingElectronics: Sendable, Hashable {
  /// The measurement mode of a recording.
  public enum Mode: String, Sendable, CaseIterable {
    /// `t2`: every click with its absolute time. `t3`: with the number of its laser pulse and the delay after it.
    case t2, t3
  }
  /// The instrument, for example "PicoHarp 300".
  public var name: String
  /// Which of the two record streams it writes.
  public var mode: Mode
  /// T2 step, in picoseconds.
  public var baseResolutionPicoseconds: Int
  /// Width of a T3 nanotime bin as a multiple of the base resolution: 1, 2, 4, … 128.
  public var binning: Int
  /// Dead time per input, in nanoseconds.
  public var deadTimeNanoseconds: Double
  /// Timing jitter of the instrument (standard deviation), in nanoseconds.
  public var jitterNanoseconds: Double

  /// An instrument in one mode, unchecked; `Simulation` stops unless its time step (T2: base resolution, T3: times
  /// binning) is a power of two of sixteenths of a picosecond.
  public init(
    name: String, mode: Mode, baseResolutionPicoseconds: Int, binning: Int, deadTimeNanoseconds: Double,
    jitterNanoseconds: Double
  ) {
    self.name = name
    self.mode = mode
    self.baseResolutionPicoseconds = baseResolutionPicoseconds
    self.binning = binning
    self.deadTimeNanoseconds = deadTimeNanoseconds
    self.jitterNanoseconds = jitterNanoseconds
  }

  /// How many detectors it takes in its mode: two inputs in T2, four through a router in T3.
  public var inputs: Int { mode == .t2 ? 2 : 4 }

  /// Width of a T3 nanotime bin, in picoseconds.
  public var nanotimeResolutionPicoseconds: Int { baseResolutionPicoseconds * binning }

  /// Number of T3 nanotime bins (12 bits).
  public static let nanotimeBins = 4096

  /// The smallest binning whose 4,096 bins hold one laser period; `nil` if even the coarsest does not.
  public static func smallestBinning(periodNanoseconds: Double, baseResolutionPicoseconds: Int) -> Int? {
    // One bin is spare because nanotimes count from 1, see `Simulation`.
    [1, 2, 4, 8, 16, 32, 64, 128].first {
      periodNanoseconds * 1e3 < Double($0 * baseResolutionPicoseconds * (nanotimeBins - 2))
    }
  }
}

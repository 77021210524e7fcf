/// Differential nonlinearity: time bins of unequal width, the same in every recording of one instrument.
public enum BinWidths: Sendable, Hashable {
  /// The widths of successive bins in any unit, since only their ratios to the mean count; over and over from bin 0. No
  /// boundary is a mean width or more from where equal bins would have it.
  case table([Double])
  /// Independent normal deviations of the width with this standard deviation, relative to the mean width, for each of
  /// 4,096 bins; the seed stands for the specimen of the instrument.
  case drawn(standardDeviation: Double, seed: UInt64)

  /// The bins after which a drawn pattern begins again.
  public static let drawnBins = 4_096
}

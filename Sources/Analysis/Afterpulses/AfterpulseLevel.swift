import Glibc

/// How many of the counts of a detector are afterpulses, as the caller knows it or as the recording shows it.
///
/// An afterpulse copies a click at a later time. Between two detectors it pairs the photon of one pulse with that of another, so the
/// centre of an antibunched source fills up as by uncorrelated background: with the shares f₁ and f₂ of the counts that are
/// afterpulses in a later pulse g_raw = 1 − (1 − f₁)(1 − f₂)(1 − g), where near side peaks are alike. One within the pulse of
/// its click changes centre and side peaks by the same factor and drops out to first order. Under continuous excitation all
/// count, which holds for afterpulses that come later than the dip is wide.
public enum AfterpulseLevel: Sendable, Hashable {
  /// The share of clicks that have an afterpulse, and the mean delay of these (exponential, from the click on) in nanoseconds;
  /// without a delay all come in later pulses.
  case given(share: Double, decayNs: Double?)
  /// From the pairs of each channel with itself: those within 5 µs above those from 5 to 10 µs, without the delays at which the
  /// detector is blind. Light whose own brightness changes within microseconds is taken for afterpulses.
  case measured

  /// - Throws: ``AnalysisError`` for a share or a delay that cannot be.
  func check() throws(AnalysisError) {
    guard case .given(let share, let decay) = self else { return }
    guard share >= 0, share < 0.5, decay.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw AnalysisError(
        "Afterpulses need a share from 0 to below 0.5 of the clicks and a mean delay above 0, found \(share)"
          + (decay.map { " and \($0) ns." } ?? "."))
    }
  }

  /// The product (1 − f₁)(1 − f₂), which acts as ρ₁ρ₂ of a background does.
  static func product(_ shares: [MeasuredValue]) -> MeasuredValue {
    let kept = shares.map { 1 - $0.value }
    return MeasuredValue(
      kept[0] * kept[1], hypot(shares[0].uncertainty * kept[1], shares[1].uncertainty * kept[0]))
  }
}

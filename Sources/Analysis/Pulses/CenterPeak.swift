/// Finds the peak of zero delay among the coincidence peaks of a pulsed source.
///
/// A cable delay of some periods moves it away from k = 0. The search is careful: k = 0 holds unless another peak
/// within reach departs from all the others by more than 5 standard deviations after counting the trials, and by more
/// than k = 0 itself does. Dips (antibunching) come before bumps (bunching).
public enum CenterPeak {
  /// The pulse difference of the centre.
  ///
  /// - Parameters:
  ///   - areas: coincidences for k = −K … K.
  ///   - reach: the largest |k| considered.
  public static func find(_ areas: [Int], reach: Int = 8) -> Int {
    let k0 = areas.count / 2
    let reach = min(reach, k0 / 2)
    let total = areas.reduce(0, +)
    func significance(_ k: Int) -> Double {
      let center = areas[k0 + k]
      return PoissonRatio(center: center, sideTotal: total - center, sideCells: Double(areas.count - 1)).significance
    }
    let candidates = (-reach...max(reach, 0)).map { (k: $0, z: significance($0)) }
    // 5 standard deviations two-sided (5.7e−7), divided by 17 trials, is 5.55 standard deviations
    let threshold = 5.55
    let atZero = significance(0)
    if let dip = candidates.min(by: { $0.z < $1.z }), dip.z < -threshold { return dip.z < atZero ? dip.k : 0 }
    if let bump = candidates.max(by: { $0.z < $1.z }), bump.z > threshold { return bump.z > atZero ? bump.k : 0 }
    return 0
  }
}

import Detectors
public import Emitters
public import Light
import Optics

/// With what probability light ends as a click: every element of the path at the light's own wavelengths.
extension Bench {
  /// The share of photons of a spectrum that, once at the first filter, end as a click of each detector that is ready.
  public func detectionShares(of spectrum: Spectrum) -> [Double] {
    detectionShares(of: spectrum, before: [])
  }

  /// The probability, for each detector, that a photon of this line that the emitter emits ends as a click.
  public func detectionProbabilities(ofEmitted line: Spectrum) -> [Double] {
    detectionShares(of: line, before: [path.coupling] + path.losses.map(\.transmission))
  }

  /// The share of a component's photons, where its rate is stated, that end as a click of each detector that is ready.
  public func detectionShares(of component: BackgroundComponent) -> [Double] {
    detectionShares(of: component.spectrum, before: wayToFilter(of: component))
  }

  /// What a component's light passes from where its rate is stated to the first filter.
  public func wayToFilter(of component: BackgroundComponent) -> [Transmission] {
    switch component.place {
    case .filter: []
    case .sample(let coupling): [coupling] + path.losses.map(\.transmission)
    }
  }

  /// - Parameter before: what the light passes before the first filter.
  private func detectionShares(of spectrum: Spectrum, before: [Transmission]) -> [Double] {
    // What is the same at every wavelength stays out of the integral.
    let factor = before.reduce(1) { $0 * ($1.constant ?? 1) }
    let varying = before.filter { $0.constant == nil } + path.way(from: .filter)
    return detectors.indices.map { d in
      let arm = path.way(throughArm: d)
      let share = arm.reduce(1) { $0 * ($1.constant ?? 1) }
      let elements = [.table(detectors[d].efficiency)] + varying + arm.filter { $0.constant == nil }
      return share * overlap(of: spectrum, through: elements) * factor
    }
  }
}

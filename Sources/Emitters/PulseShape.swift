import RandomStreams

/// The course of a laser pulse in time. It begins with the sync signal.
public struct PulseShape: Sendable, Hashable {
  /// The form of the intensity.
  public enum Form: String, Sendable, CaseIterable {
    /// Constant for the pulse's width.
    case rectangular
    /// Gaussian, cut off 1.5 full widths at half maximum from its middle on either side.
    case gaussian
  }
  /// A stretch of constant intensity.
  public struct Slice: Sendable, Hashable {
    /// How long it lasts, in nanoseconds.
    public var nanoseconds: Double
    /// The share of the pulse's energy in it.
    public var energy: Double
    /// The share of the pulse's area (of the field, for coherent driving) in it.
    public var area: Double
  }
  /// The form of the intensity.
  public var form: Form
  /// The full width at half maximum, in nanoseconds, above 0.
  public var fwhmNanoseconds: Double

  /// A pulse of a form and a width in nanoseconds.
  public init(form: Form, fwhmNanoseconds: Double) {
    self.form = form
    self.fwhmNanoseconds = fwhmNanoseconds
  }

  /// The whole length of the pulse, in nanoseconds.
  public var lengthNanoseconds: Double { form == .rectangular ? fwhmNanoseconds : 3 * fwhmNanoseconds }

  /// The pulse as stretches of constant intensity: one for a rectangle, 24 for a Gaussian.
  public var slices: [Slice] {
    guard form == .gaussian else { return [Slice(nanoseconds: fwhmNanoseconds, energy: 1, area: 1)] }
    let count = 24
    let intensities = (0..<count).map { i in
      let x = 3 * (Double(i) + 0.5) / Double(count) - 1.5  // in full widths from the middle
      return PortableMath.exp(-2.772588722239781 * x * x)
    }
    let energy = intensities.reduce(0, +)
    let area = intensities.reduce(0) { $0 + $1.squareRoot() }
    return intensities.map {
      Slice(nanoseconds: lengthNanoseconds / Double(count), energy: $0 / energy, area: $0.squareRoot() / area)
    }
  }
}

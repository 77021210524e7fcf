public import Photonics
public import Scenarios

/// What one device does to its emitter's light.
public struct DeviceNumbers: Sendable, Hashable {
  /// Into the guide at both ends of the strip, over the dipole's rate in free space.
  public var rateOverFreeSpace: Double
  /// The same as a share of the emitter's own rate.
  public var beta: Double
  /// The share at the end where the fibre is.
  public var coupling: Double
  /// The emitter's rate over that of the same emitter on the bare substrate.
  public var purcellFactor: Double
}

extension Guide {
  /// A device's numbers for the way its emitter is turned.
  ///
  /// - Parameters:
  ///   - device: a device of these tolerances; its strip and place must be this guide's.
  ///   - orientation: what its direction means.
  ///   - transfer: of this guide.
  ///   - total: the dipole's total rate beside it.
  ///   - substrate: that on the bare substrate.
  /// - Throws: `Diagnostic` without the strip's length.
  public func numbers(
    of device: FabricatedDevice, orientation: Tolerances.Orientation, transfer: StripTransfer, total: DipoleRate,
    substrate: DipoleRate
  ) throws(Diagnostic) -> DeviceNumbers {
    let place = try neededStripPlace()
    let ways = (forward: place.length - place.position, backward: place.position)
    let near = transfer.oneEnd(lengthNanometers: ways.forward)
    let far = transfer.oneEnd(lengthNanometers: ways.backward)
    func both(_ rate: (DipoleRate, StripTransfer.End?) -> Double) -> DeviceNumbers {
      let (fibre, other) = (rate(near, .forward), rate(far, .backward))
      let (own, bare) = (rate(total, nil), rate(substrate, nil))
      return DeviceNumbers(
        rateOverFreeSpace: fibre + other, beta: (fibre + other) / own, coupling: fibre / own, purcellFactor: own / bare)
    }
    guard let direction = device.direction else { return both { rate, _ in rate.average } }
    /// Of a linear dipole; into an end with the interference of its components.
    func line(_ rate: DipoleRate, _ end: StripTransfer.End?) -> Double {
      guard let end else { return rate.along(direction) }
      return transfer.rate(
        along: direction, end: end, lengthNanometers: end == .forward ? ways.forward : ways.backward)
    }
    switch orientation {
    case .averaged: return both { rate, _ in rate.average }
    case .random: return both(line)
    // The trace less the axis, halved: two dipoles across it.
    case .randomPlane: return both { (3 * $0.average - line($0, $1)) / 2 }
    }
  }
}

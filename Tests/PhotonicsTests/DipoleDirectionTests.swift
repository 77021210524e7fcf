import Glibc
import Photonics
import Testing

/// A dipole in any direction beside a strip, in closed form for two modes.
@Suite("Direction of a dipole")
struct DipoleDirectionTests {
  static let transfer = StripTransfer(
    wavelengthNanometers: 600,
    supermodes: [
      .init(
        effectiveIndex: 1.56, groupIndex: 1.9, polarization: .tm, stripConfinement: 0.5, amplitudes: [0, 0.3, 0.1]),
      .init(
        effectiveIndex: 1.54, groupIndex: 1.8, polarization: .tm, stripConfinement: 0.5, amplitudes: [0, 0.3, -0.1]),
      .init(
        effectiveIndex: 1.53, groupIndex: 1.8, polarization: .te, stripConfinement: 0.5, amplitudes: [0.2, 0, 0]),
    ], guideIndices: [1.55, 1.52],
    overlaps: [[(1.0 / 2).squareRoot(), -(1.0 / 2).squareRoot(), 0], [0, 0, 0.9]])

  @Test("along an axis it is that axis' rate, at either end", arguments: [0, 2e-5])
  func axes(loss: Double) {
    var transfer = Self.transfer
    for k in transfer.supermodes.indices { transfer.supermodes[k].lossPerNanometer = loss }
    for length in stride(from: 0.0, to: 40_000, by: 1234) {
      let rate = transfer.oneEnd(lengthNanometers: length)
      for end in [StripTransfer.End.forward, .backward] {
        for (direction, axis) in [
          (DipoleDirection(x: 2, y: 0, z: 0), rate.x), (DipoleDirection(x: 0, y: -1, z: 0), rate.y),
          (DipoleDirection(x: 0, y: 0, z: 3), rate.z),
        ] {
          let found = transfer.rate(along: direction, end: end, lengthNanometers: length)
          #expect(abs(found - axis) < 1e-14)
          #expect(abs(rate.along(direction) - axis) < 1e-14)
        }
      }
    }
  }

  /// With σ = −1 forward, +1 backward and δ the difference of the phases, the modes send (0.3 + 0.1iσ) e^{iδ}/2 and
  /// −(0.3 − 0.1iσ)/2; the square of their sum is (0.1 − 0.08 cos δ + 0.06 σ sin δ)/2.
  @Test("a tilted dipole sends different shares to the two ends")
  func tilted() {
    let direction = DipoleDirection(x: 0, y: 1, z: 1)
    for length in stride(from: 0.0, to: 40_000, by: 1234) {
      let delta = 2 * Double.pi / 600 * 0.02 * length
      for (end, sign) in [(StripTransfer.End.forward, -1.0), (.backward, 1)] {
        let expected = (0.1 - 0.08 * cos(delta) + sign * 0.06 * sin(delta)) / 2
        let found = Self.transfer.rate(along: direction, end: end, lengthNanometers: length)
        #expect(abs(found - expected) < 1e-14, "\(end) at \(length) nm: \(found), \(expected)")
      }
    }
  }

  @Test("a table of rates is exact at its sizes and for a quadratic between them")
  func table() {
    func rate(_ w: Double, _ h: Double) -> DipoleRate {
      let (u, v) = ((w - 200) / 20, (h - 170) / 10)
      return DipoleRate(x: 2 + 0.1 * u - 0.3 * u * u * v, y: 3 + u * v * v, z: 1 + v)
    }
    let widths = [180.0, 200, 220]
    let heights = [160.0, 170, 180]
    let table = DipoleRateTable(
      widthsNanometers: widths, heightsNanometers: heights,
      rates: heights.flatMap { h in widths.map { rate($0, h) } })
    for w in widths {
      for h in heights { #expect(table.rate(widthNanometers: w, heightNanometers: h) == rate(w, h)) }
    }
    let (found, expected) = (table.rate(widthNanometers: 187.3, heightNanometers: 183.1), rate(187.3, 183.1))
    #expect(abs(found.x - expected.x) < 1e-12 && abs(found.y - expected.y) < 1e-12 && abs(found.z - expected.z) < 1e-12)
    let one = DipoleRateTable(widthsNanometers: [190], heightsNanometers: [175], rates: [rate(190, 175)])
    #expect(one.rate(widthNanometers: 300, heightNanometers: 10) == rate(190, 175))
  }
}

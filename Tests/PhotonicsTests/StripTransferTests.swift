import Glibc
import Photonics
import Testing

/// Light that passes from the strip into the guide. References: an independent solver on its own grid (finite differences
/// in Python) with the same expansion, half disc, dipole 5 nm above the middle.
@Suite("Transfer from a strip to the guide")
struct StripTransferTests {
  @Test("the published strip: beat, both ends against length, mean along the strip")
  func published() throws {
    let transfer = try Solved.transfer.get()
    let pair = try #require(transfer.supermodePair)
    #expect(abs(transfer.supermodes[pair.0].effectiveIndex - 1.5587) < 1e-4)
    #expect(abs(transfer.supermodes[pair.1].effectiveIndex - 1.5404) < 2e-4)
    #expect(abs(try #require(transfer.beatHalfLengthNanometers) - 16_700) < 150)
    #expect(abs(transfer.guided.average - 0.265) < 0.006)
    let reference = [
      (0, 0.067), (5, 0.107), (10, 0.195), (12.5, 0.233), (15, 0.257), (17.5, 0.260), (20, 0.243), (25, 0.166),
      (32.5, 0.070), (42.5, 0.178), (50, 0.263),
    ]
    for (length, rate) in reference {
      let found = 2 * transfer.oneEnd(lengthNanometers: length * 1000).average
      #expect(abs(found - rate) < 0.006, "\(length) um: \(found)")
    }
    let both = transfer.bothEnds(stripLengthNanometers: 35_000, positionNanometers: 17_500)
    for (found, rate) in [(both.x, 0.0292), (both.y, 0.4553), (both.z, 0.2964)] {
      #expect(abs(found / rate - 1) < 0.05)
    }
    #expect(abs(transfer.meanOverPosition(stripLengthNanometers: 35_000).average - 0.160) < 0.004)
  }

  @Test("among neighbours in width and height the published size takes most light into the guide", .thorough)
  func best() throws {
    var spacing = Guides.coarse
    spacing.fine = 10
    var rates: [Double] = []
    for (width, height) in [(190.0, 175.0), (180, 175), (200, 175), (190, 150), (190, 200)] {
      var section = Guides.hybrid
      section.strip?.widthNanometers = width
      section.strip?.heightNanometers = height
      let transfer = try StripTransfer(
        section, wavelengthNanometers: 610, spacing: spacing, dipole: .init(x: 0, y: height + 10))
      rates.append(2 * transfer.oneEnd(lengthNanometers: 17_500).average)
    }
    #expect(rates.dropFirst().allSatisfy { $0 < rates[0] - 0.01 }, "\(rates)")
  }

  /// Two modes, one mode of the guide: everything in closed form.
  static let pair = StripTransfer(
    wavelengthNanometers: 600,
    supermodes: [
      .init(
        effectiveIndex: 1.56, groupIndex: 1.9, polarization: .tm, stripConfinement: 0.5, amplitudes: [0, 0.3, 0.1]),
      .init(
        effectiveIndex: 1.54, groupIndex: 1.8, polarization: .tm, stripConfinement: 0.5, amplitudes: [0.2, 0.3, -0.1]),
    ], guideIndices: [1.55], overlaps: [[(1.0 / 2).squareRoot(), -(1.0 / 2).squareRoot()]])

  /// The same with a loss of each mode.
  static func pair(losing loss: [Double]) -> StripTransfer {
    var pair = pair
    for (k, loss) in loss.enumerated() { pair.supermodes[k].lossPerNanometer = loss }
    return pair
  }

  @Test("two modes beat: nothing in the guide at first, all of it after half a beat")
  func coupler() throws {
    let half = 600 / 0.04
    #expect(abs(try #require(Self.pair.beatHalfLengthNanometers) - half) < 1e-6)
    #expect(abs(Self.pair.oneEnd(lengthNanometers: 0).y) < 1e-15)
    #expect(abs(Self.pair.oneEnd(lengthNanometers: half).y - 0.18) < 1e-12)
    #expect(abs(Self.pair.guided.y - 2 * 0.18) < 1e-12)
    for length in stride(from: 0, to: 2 * half, by: 777) {
      let phase = sin(.pi / 2 * length / half)
      #expect(abs(Self.pair.oneEnd(lengthNanometers: length).y - 0.18 * phase * phase) < 1e-12)
      // A single mode does not beat
      #expect(abs(Self.pair.oneEnd(lengthNanometers: length).x - 0.02) < 1e-12)
      // Loss takes its share on the way
      let lossy = Self.pair(losing: [1e-5, 1e-5]).oneEnd(lengthNanometers: length).y
      #expect(abs(lossy - 0.18 * phase * phase * exp(-1e-5 * length)) < 1e-12)
    }
    // Off the middle each end has its own way: sin² of 45° and of 90°.
    let both = Self.pair.bothEnds(stripLengthNanometers: 1.5 * half, positionNanometers: 0.5 * half)
    #expect(abs(both.y - 0.18 * 1.5) < 1e-12)
    let best = Self.pair.best(upTo: 2 * half)
    // Averaged over orientations: 0.04 across, 0.36 upright, 0 along the strip.
    #expect(abs(best.lengthNanometers - half) < 0.03 * half && abs(best.bothEnds - 0.4 / 3) < 1e-3)
  }

  @Test(
    "the mean along the strip in closed form is the sum over many places",
    arguments: [[0.0, 0], [2e-5, 2e-5], [1e-5, 4e-5]])
  func mean(loss: [Double]) {
    let transfer = Self.pair(losing: loss)
    let length = 41_000.0
    let count = 4000
    var sum = DipoleRate(x: 0, y: 0, z: 0)
    for k in 0..<count {
      sum =
        sum
        + transfer.bothEnds(
          stripLengthNanometers: length, positionNanometers: length * (Double(k) + 0.5) / Double(count))
    }
    let mean = transfer.meanOverPosition(stripLengthNanometers: length)
    #expect(abs(mean.x - sum.x / Double(count)) < 1e-7)
    #expect(abs(mean.y - sum.y / Double(count)) < 1e-7)
    #expect(abs(mean.z - sum.z / Double(count)) < 1e-7)
  }

  @Test func aGuideWithoutStripHasNoTransfer() {
    #expect(throws: ModeError.noStrip) {
      try StripTransfer(Guides.halfDisc, wavelengthNanometers: 610, dipole: .init(x: 0, y: 10))
    }
  }
}

import Photonics
import Testing

/// What must hold for any mode, whatever the geometry.
@Suite("Physics of a mode")
struct ModePhysicsTests {
  static let spacing = GridSpacing(
    fine: 12, guide: 80, coarse: 120, margins: .init(side: 2000, below: 2000, above: 800))

  @Test("modes carry power 1 and are orthogonal to each other")
  func orthogonality() throws {
    let modes = try ModeSolver(Guides.hybrid, wavelengthNanometers: 610, spacing: Self.spacing).modes(8)
    for (i, a) in modes.enumerated() {
      for (j, b) in modes.enumerated() {
        let overlap = try #require(a.field.overlap(with: b.field))
        #expect(abs(overlap - (i == j ? 1 : 0)) < 1e-6)
      }
    }
  }

  @Test("solves at the same time give the bytes of solves one after another")
  func concurrency() async throws {
    let indices = [1.9, 2.0, 2.1, 2.2]
    func solve(_ index: Double) throws -> [GuidedMode] {
      var section = Guides.strip
      section.strip?.index = index
      return try ModeSolver(section, wavelengthNanometers: 610, spacing: Self.spacing, symmetry: .electricWall).modes(1)
    }
    let serial = try indices.map(solve)
    let concurrent = try await withThrowingTaskGroup(of: (Int, [GuidedMode]).self) { group in
      for (k, index) in indices.enumerated() { group.addTask { (k, try solve(index)) } }
      return try await group.reduce(into: [Int: [GuidedMode]]()) { $0[$1.0] = $1.1 }
    }
    for (k, modes) in serial.enumerated() { #expect(concurrent[k] == modes) }
  }

  @Test("half a window with its mirror is the whole window")
  func mirror() throws {
    var solver = ModeSolver(Guides.hybrid, wavelengthNanometers: 610, spacing: Self.spacing)
    let halves = try solver.modes(4)
    solver.symmetry = .wholeWindow
    let whole = try solver.modes(4)
    for (a, b) in zip(halves, whole) {
      #expect(abs(a.effectiveIndex - b.effectiveIndex) < 1e-9)
      #expect(abs(a.groupIndex - b.groupIndex) < 1e-6)
      #expect(abs(abs(try #require(a.field.overlap(with: b.field))) - 1) < 1e-6)
    }
  }

  @Test("the group index from the energy is that of a sweep of the wavelength on the same grid")
  func groupIndex() throws {
    for symmetry in [ModeSolver.Symmetry.electricWall, .magneticWall] {
      var solver = ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: Self.spacing, symmetry: symmetry)
      let mode = try solver.mode()
      let step = 0.5
      solver.wavelengthNanometers = 610 + step
      let red = try solver.modes(1, .near(mode.effectiveIndex))[0].effectiveIndex
      solver.wavelengthNanometers = 610 - step
      let blue = try solver.modes(1, .near(mode.effectiveIndex))[0].effectiveIndex
      #expect(abs(mode.groupIndex - (mode.effectiveIndex - 610 * (red - blue) / (2 * step))) < 1e-5)
    }
  }

  @Test("a strip off the middle: no mirror, a slightly lower index; far off, the two guides part")
  func offset() throws {
    var section = Guides.hybrid
    section.strip?.offsetNanometers = 200
    let near = try ModeSolver(section, wavelengthNanometers: 610, spacing: Self.spacing).mode()
    let middle = try ModeSolver(Guides.hybrid, wavelengthNanometers: 610, spacing: Self.spacing).mode()
    #expect(near.symmetry == .wholeWindow)
    #expect(near.effectiveIndex < middle.effectiveIndex + 1e-4)
    #expect(near.effectiveIndex > middle.effectiveIndex - 5e-3)
  }

  /// A tall strip's modes lie close together, and on a grid of half as many lines far from where they are.
  @Test("the highest mode is found among many")
  func highest() throws {
    let section = CrossSection(
      substrateIndex: 1, strip: .init(widthNanometers: 190, heightNanometers: 3000, index: 2.2))
    let spacing = GridSpacing(fine: 16, coarse: 60, margins: .init(side: 1000, below: 1000, above: 1000))
    let solver = ModeSolver(section, wavelengthNanometers: 610, spacing: spacing, symmetry: .magneticWall)
    let one = try solver.mode().effectiveIndex
    let all = try solver.modes(4, .near(2.2)).map(\.effectiveIndex)
    #expect(abs(one - all[0]) < 1e-9 && all[0] - all[1] < 0.01)
  }

  @Test("searches near and below an index")
  func searches() throws {
    let solver = ModeSolver(
      Guides.hybrid, wavelengthNanometers: 610, spacing: Self.spacing, symmetry: .magneticWall)
    let all = try solver.modes(4).map(\.effectiveIndex)
    let near = try solver.modes(1, .near(all[2] + 1e-4)).map(\.effectiveIndex)
    #expect(abs(near[0] - all[2]) < 1e-8)
    let below = try solver.modes(2, .below(all[1] - 1e-4)).map(\.effectiveIndex)
    #expect(below.count == 2 && abs(below[0] - all[2]) < 1e-8 && abs(below[1] - all[3]) < 1e-8)
    #expect(try solver.modes(9, .below(all[3] - 1e-4)).isEmpty)
  }

  @Test("smooth profiles guide less than a sharp one of the same size", arguments: ExchangedGuide.Profile.allCases)
  func profiles(profile: ExchangedGuide.Profile) throws {
    let guide = ExchangedGuide(profile: profile, widthNanometers: 2500, depthNanometers: 1250, peakIndex: 1.57)
    let section = CrossSection(substrateIndex: 1.5, guide: guide)
    let mode = try ModeSolver(section, wavelengthNanometers: 610, spacing: Self.spacing, symmetry: .electricWall).mode()
    #expect(mode.polarization == .te && mode.guideConfinement > 0.5)
    let box = CrossSection(
      substrateIndex: 1.5,
      guide: ExchangedGuide(profile: .rectangle, widthNanometers: 2500, depthNanometers: 1250, peakIndex: 1.57))
    let sharp = try ModeSolver(box, wavelengthNanometers: 610, spacing: Self.spacing, symmetry: .electricWall).mode()
    #expect(mode.effectiveIndex <= sharp.effectiveIndex + 1e-9)
  }
}

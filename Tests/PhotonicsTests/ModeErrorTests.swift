import Photonics
import Testing

@Suite("Mode errors")
struct ModeErrorTests {
  static let spacing = GridSpacing(fine: 12, guide: 80, coarse: 120)

  /// The error of a closure, which must throw one.
  func error(_ body: () throws(ModeError) -> Void) -> ModeError? {
    do { try body() } catch { return error }
    return nil
  }

  @Test func cutOff() throws {
    let solver = ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: Self.spacing)
    let found = error { () throws(ModeError) in _ = try solver.mode(2) }
    #expect(found == .noSuchMode(number: 2, found: 2, cutoffIndex: 1.5))
    #expect(found?.description == "mode 2 is cut off: 2 modes have an effective index above 1.5")
    let glass = CrossSection(substrateIndex: 1.5, strip: .init(widthNanometers: 50, heightNanometers: 50, index: 2.2))
    let none = error { () throws(ModeError) in
      _ = try ModeSolver(glass, wavelengthNanometers: 610, spacing: Self.spacing).mode()
    }
    #expect(none?.description == "mode 0 is cut off: no modes have an effective index above 1.5")
  }

  @Test func indexBelowOne() {
    var section = Guides.strip
    section.strip?.index = 0.9
    let solver = ModeSolver(section, wavelengthNanometers: 610)
    let found = error { () throws(ModeError) in _ = try solver.modes(1) }
    #expect(found == .indexBelowOne(part: "the strip", index: 0.9))
    #expect(found?.description == "the refractive index of the strip is 0.9; it must be a number of at least 1")
    section = CrossSection(substrateIndex: .nan)
    #expect(error { () throws(ModeError) in try section.validate() } != nil)
  }

  @Test func sizesThatAreNone() {
    var section = Guides.strip
    section.strip?.widthNanometers = 0
    #expect(
      error { () throws(ModeError) in try section.validate() } == .notPositive(what: "the strip's width", nanometers: 0)
    )
    let solver = ModeSolver(Guides.strip, wavelengthNanometers: -610)
    #expect(
      error { () throws(ModeError) in _ = try solver.mode() }?.description
        == "the wavelength is -610.0 nm; it must be above zero")
  }

  @Test func gridsThatCannotBe() {
    for spacing in [GridSpacing(fine: 1e-6), GridSpacing(halvings: 5), GridSpacing(fine: 1e-300)] {
      let found = error { () throws(ModeError) in
        _ = try ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: spacing).mode()
      }
      guard case .gridTooLarge? = found else {
        Issue.record("\(String(describing: found))")
        continue
      }
    }
    let shrinking = ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: GridSpacing(growth: -1))
    #expect(
      error { () throws(ModeError) in _ = try shrinking.mode() }
        == .notSensible(what: "the growth of the cells", value: -1))
  }

  @Test func windowTooSmall() {
    let spacing = GridSpacing(fine: 12, margins: .init(side: 150, below: 150, above: 150))
    let solver = ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: spacing)
    let found = error { () throws(ModeError) in _ = try solver.mode() }
    guard case .windowTooSmall(_, let wall, 0.05)? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(wall > 0.05)
    #expect(found!.description.hasPrefix("the window is too small for the mode of effective index 1."))
  }

  @Test func mirrorWithoutSymmetry() {
    var section = Guides.strip
    section.strip?.offsetNanometers = 30
    let solver = ModeSolver(section, wavelengthNanometers: 610, symmetry: .electricWall)
    #expect(error { () throws(ModeError) in _ = try solver.mode() } == .notSymmetric(offsetNanometers: 30))
  }

  @Test func dipolesThatCannotBe() throws {
    let mode = try ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: Self.spacing).mode()
    #expect(
      error { () throws(ModeError) in _ = try mode.dipoleRate(at: .init(x: 0, y: 203)) }?.description
        .hasPrefix("the dipole at (0.0, 203.0) nm is closer to an interface than one cell of the grid, 1") == true)
    #expect(
      error { () throws(ModeError) in _ = try mode.dipoleRate(at: .init(x: 0, y: 1e5)) }
        == .dipoleOutsideWindow(x: 0, y: 1e5))
    // Inside the strip's middle and well above it are fine
    #expect(try mode.dipoleRate(at: .init(x: 0, y: 100)).x > mode.dipoleRate(at: .init(x: 0, y: 260)).x)
  }
}

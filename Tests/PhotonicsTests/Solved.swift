import Photonics

/// Solutions that several tests look at, each calculated once; on the coarsest grids that keep within their tolerances.
enum Solved {
  /// Where the device's dipole sits in these: 5 nm above the strip, a cell.
  static let dipole = GridSpacing.Point(x: 0, y: 180)

  /// Both modes of the strip on glass.
  static let strip = Result { () throws(ModeError) in
    let spacing = GridSpacing(growth: 0.15, margins: .init(side: 1500, below: 1500, above: 1000))
    return try ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: spacing).modes(2)
  }
  /// The published device with its strip and without.
  static let hybrid = Result { () throws(ModeError) in
    try StripModes(Guides.hybrid, wavelengthNanometers: 610, spacing: Guides.coarse, focus: dipole)
  }
  static let transfer = Result { () throws(ModeError) in try StripTransfer(hybrid.get(), dipole: dipole) }
  /// The silicon wire's mode on one grid of 5 nm that grows slowly.
  static let wire = Result { () throws(ModeError) in
    let spacing = GridSpacing(fine: 5, growth: 0.05, margins: .init(side: 1000, below: 800, above: 800))
    return try ModeSolver(Guides.wire, wavelengthNanometers: 1550, spacing: spacing, symmetry: .electricWall)
      .modes(1, .near(2.41))[0]
  }
  /// The loss of the narrow strip's one mode for walls of 1 nm with correlation lengths of 20, 50 and 100 nm, per micrometre.
  static let roughNarrowStrip = Result { () throws(ModeError) in
    let mode = try ModeSolver(
      Guides.narrowStrip, wavelengthNanometers: 610, spacing: Guides.coarse, symmetry: .magneticWall
    ).mode()
    return try [mode].scatteringLossesPerMicrometre(
      WallRoughness.ofOneNanometer, spacing: StripDipoleTests.rough, points: 5, threads: 2)[0]
  }

  /// Total rates 5 nm above the device and glass, 10 nm above the strip on glass, 25 nm above the narrow strip on a half space
  /// of 1.57.
  static let deviceRate = Result { try StripDipoleTests.rate(Guides.hybrid, 5) }
  static let glassRate = Result {
    try StripDipoleTests.rate(CrossSection(substrateIndex: 1.5), 5, .dipole, points: 10)
  }
  static let stripRate = Result { try StripDipoleTests.rate(Guides.strip, 10) }
  static let narrowStripRate = Result {
    var section = Guides.narrowStrip
    section.substrateIndex = 1.57
    return try StripDipoleTests.rate(section, 25)
  }
}

extension WallRoughness {
  /// Correlation lengths of 20, 50 and 100 nm.
  static let ofOneNanometer = [20.0, 50, 100].map {
    WallRoughness(deviationNanometers: 1, correlationLengthNanometers: $0)
  }
}

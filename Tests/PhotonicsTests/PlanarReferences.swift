import Photonics

/// The stacks of the device and their reference rates at 610 nm.
///
/// The reference values were computed once in double precision by an independent program: the same Sommerfeld integral on
/// a contour with up to 1600 points, stable to 1e-10 over the number of points and the depth of the contour.
enum Planar {
  static let air = 1.0
  static let glass = 1.5
  static let exchanged = 1.57
  static let titania = PlanarStack.Layer(thicknessNanometers: 175, refractiveIndex: 2.2)
  static let guide = PlanarStack.Layer(thicknessNanometers: 2000, refractiveIndex: 1.57)

  /// A dipole above layers on a substrate, at 610 nm.
  static func dipole(
    _ distance: Double, above index: Double = air, _ layers: [PlanarStack.Layer] = [], on substrate: Double
  ) throws -> PlanarDipole {
    try PlanarDipole(
      above: PlanarStack(indexAbove: index, layers: layers, indexBelow: substrate), distanceNanometers: distance,
      wavelengthNanometers: 610)
  }

  /// Total rates over the free-space rate, to 1e-8.
  struct Total: Sendable {
    let layers: [PlanarStack.Layer]
    let substrate: Double
    let distance: Double
    let perpendicular: Double
    let parallel: Double
  }

  static let totals: [Total] =
    [
      (0, 2.3035744657586874, 1.3880945631647101), (5, 2.2098145107391227, 1.336477333691549),
      (10, 2.122658076133985, 1.2898548190177905), (25, 1.8958719032074822, 1.1767117313895499),
      (100, 1.259876527086349, 1.0005691097831682),
    ].map { Total(layers: [], substrate: glass, distance: $0, perpendicular: $1, parallel: $2) }
    + [
      (0, 2.478148192860854, 1.4564176891294807), (5, 2.367416268343808, 1.3941988758517572),
      (10, 2.2650307049068465, 1.338256077100883), (25, 2.001239547942242, 1.203597494097332),
      (100, 1.2842320280503488, 0.9984251403424088),
    ].map { Total(layers: [], substrate: exchanged, distance: $0, perpendicular: $1, parallel: $2) }
    + [
      (0, 3.841454748854087, 2.238124130359114), (5, 3.5401542667691865, 2.038998680830862),
      (10, 3.2748930877477918, 1.8659013144461014), (25, 2.6517375241374626, 1.4721146965899048),
      (100, 1.3978774251779995, 0.9209519341962549),
    ].map { Total(layers: [titania], substrate: glass, distance: $0, perpendicular: $1, parallel: $2) }
    + [
      (0, 3.8412884297073955, 2.223491107085412), (5, 3.542113756586485, 2.025731739038603),
      (10, 3.278587130523821, 1.8539783436359045), (25, 2.6586663355916436, 1.4640504118910433),
      (100, 1.4011493612220662, 0.9259265888419654),
    ].map { Total(layers: [titania, guide], substrate: glass, distance: $0, perpendicular: $1, parallel: $2) }
}

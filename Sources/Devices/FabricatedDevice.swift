public import Photonics
import RandomStreams
public import Scenarios

/// One device as it came out: its sizes, and how its emitter lies.
public struct FabricatedDevice: Sendable, Hashable {
  /// From 0 on.
  public var number: Int
  /// Of the strip, in nanometres.
  public var widthNanometers: Double
  /// Of the strip, in nanometres.
  public var heightNanometers: Double
  /// The emitter's distance from the strip's far end, in nanometres; the fibre is at the other.
  public var positionNanometers: Double
  /// Of a linear dipole, or of the axis across which two lie; `nil` for an average over all.
  public var direction: DipoleDirection?
}

extension Tolerances {
  /// Draws a device. Its number is the address of its random stream: the same device of the same sample always comes out alike,
  /// and what spreads does not change what else is drawn.
  ///
  /// Deviations of width and height are rounded to a tenth of a nanometre, finer than anybody measures them.
  ///
  /// - Throws: `ModeError.noStrip`; `Diagnostic` if the guide gives no length of the strip.
  public func device(_ number: Int, of guide: Guide) throws -> FabricatedDevice {
    guard let strip = guide.crossSection.strip else { throw ModeError.noStrip }
    let place = try guide.neededStripPlace()
    var stream = RandomStream(seed: UInt64(sample), purpose: .fabrication, entity: 0, block: UInt64(number))
    let ziggurat = Ziggurat()
    func deviation(_ spread: Double) -> Double { (ziggurat.normal(&stream) * spread * 10).rounded() / 10 }
    let width = strip.widthNanometers + deviation(widthSpreadNanometers)
    let height = strip.heightNanometers + deviation(heightSpreadNanometers)
    let position = stream.uniform() * place.length
    let direction = DipoleDirection(
      x: ziggurat.normal(&stream), y: ziggurat.normal(&stream), z: ziggurat.normal(&stream))
    return FabricatedDevice(
      number: number, widthNanometers: width, heightNanometers: height,
      positionNanometers: self.position == .uniform ? position : place.position,
      direction: orientation == .averaged ? nil : direction)
  }
}

extension Guide {
  /// The guide with a device's strip and its emitter's place.
  public func fabricated(_ device: FabricatedDevice) -> Guide {
    var copy = self
    copy.crossSection.strip?.widthNanometers = device.widthNanometers
    copy.crossSection.strip?.heightNanometers = device.heightNanometers
    copy.dipolePositionNanometers = device.positionNanometers
    return copy
  }
}

/// Exponential and normal variates by the ziggurat method (Marsaglia and Tsang, J. Stat. Softw. 5, 8, 2000; 256
/// layers), with integer comparison on the fast path, so that the fast path is exact arithmetic on every machine.
///
/// The tables are written once and live as long as the program; plain pointers spare the hot loops bounds checks on an
/// index that is an eight-bit number by construction.
@usableFromInline
struct ZigguratTables: @unchecked Sendable {
  /// Right edge of layer i, scaled by 2⁻⁵³ so that a 53-bit integer times it is the variate.
  @usableFromInline let width: UnsafePointer<Double>
  /// Integers below this are inside the next narrower layer: accepted at once.
  @usableFromInline let accept: UnsafePointer<UInt64>
  /// The density at the right edge of layer i.
  @usableFromInline let density: UnsafePointer<Double>
  /// The start of the tail.
  @usableFromInline let tail: Double

  /// - Parameters:
  ///   - tail: the right edge of the base layer.
  ///   - tailArea: the area under the density beyond it.
  ///   - inverse: the inverse of the density.
  init(tail: Double, tailArea: Double, density f: (Double) -> Double, inverse: (Double) -> Double) {
    let area = tail * f(tail) + tailArea
    var edges = [Double](repeating: 0, count: 257)
    edges[0] = area / f(tail)
    edges[1] = tail
    for i in 2..<256 { edges[i] = inverse(f(edges[i - 1]) + area / edges[i - 1]) }
    edges[256] = 0
    self.tail = tail
    width = Self.immortal((0..<256).map { edges[$0] * 0x1p-53 })
    accept = Self.immortal((0..<256).map { UInt64(edges[$0 + 1] / edges[$0] * 0x1p53) })
    density = Self.immortal((0...256).map { f(edges[$0]) })
  }

  private static func immortal<Number>(_ numbers: [Number]) -> UnsafePointer<Number> {
    let memory = UnsafeMutableBufferPointer<Number>.allocate(capacity: numbers.count)
    _ = memory.initialize(from: numbers)
    return UnsafePointer(memory.baseAddress!)
  }
}

@usableFromInline
let exponentialZiggurat = ZigguratTables(
  tail: 7.69711747013104972, tailArea: PortableMath.exp(-7.69711747013104972),
  density: { PortableMath.exp(-$0) }, inverse: { -PortableMath.log($0) })

@usableFromInline
let normalZiggurat = ZigguratTables(
  tail: 3.6541528853610088, tailArea: normalTailArea(from: 3.6541528853610088),
  density: { PortableMath.exp(-0.5 * $0 * $0) }, inverse: { (-2 * PortableMath.log($0)).squareRoot() })

/// ∫ e^(−x²/2) dx above `tail`, by Simpson's rule; the integrand is gone ten units further out.
private func normalTailArea(from tail: Double) -> Double {
  let intervals = 20_000
  let step = 10.0 / Double(intervals)
  var sum = 0.0
  for i in 0...intervals {
    let x = tail + Double(i) * step
    sum += (i == 0 || i == intervals ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0)) * PortableMath.exp(-0.5 * x * x)
  }
  return sum * step / 3
}

/// The variates of the hot path. Take one value per loop and keep it in a local variable.
public struct Ziggurat: Sendable {
  @usableFromInline let exponentialTables: ZigguratTables
  @usableFromInline let normalTables: ZigguratTables

  /// The variates from tables that are made once per process; cheap to make again.
  public init() {
    exponentialTables = exponentialZiggurat
    normalTables = normalZiggurat
  }

  /// An exponential variate of mean 1: density e^(−x), x ≥ 0.
  @inlinable @inline(__always)
  public func exponential(_ stream: inout RandomStream) -> Double {
    let word = stream.next()
    let layer = Int(truncatingIfNeeded: word & 0xFF)
    let integer = word &>> 11
    let x = Double(integer) * exponentialTables.width[layer]
    if integer < exponentialTables.accept[layer] { return x }
    let slow = exponentialSlow(layer, x, stream)
    stream = slow.stream
    return slow.x
  }

  /// The rare rest. It takes and returns the stream by value: an `inout` would pin the generator's state of every loop
  /// that draws exponentials in memory.
  @usableFromInline @inline(never)
  func exponentialSlow(
    _ firstLayer: Int, _ firstX: Double, _ start: RandomStream
  ) -> (x: Double, stream: RandomStream) {
    var stream = start
    var layer = firstLayer
    var x = firstX
    var offset = 0.0
    while true {
      if layer == 0 {
        // The tail is the same law again, shifted.
        offset += exponentialTables.tail
      } else {
        let low = exponentialTables.density[layer]
        let high = exponentialTables.density[layer + 1]
        if low + stream.uniform() * (high - low) < PortableMath.exp(-x) { return (offset + x, stream) }
      }
      let word = stream.next()
      layer = Int(truncatingIfNeeded: word & 0xFF)
      let integer = word &>> 11
      x = Double(integer) * exponentialTables.width[layer]
      if integer < exponentialTables.accept[layer] { return (offset + x, stream) }
    }
  }

  /// A normal variate of mean 0 and standard deviation 1.
  @inlinable @inline(__always)
  public func normal(_ stream: inout RandomStream) -> Double {
    let word = stream.next()
    let layer = Int(truncatingIfNeeded: word & 0xFF)
    let integer = word &>> 11
    let x = Double(integer) * normalTables.width[layer]
    // Bit 8 is the sign; bits 11 and up are the integer.
    let signed = Double(bitPattern: x.bitPattern | (word & 0x100) &<< 55)
    if integer < normalTables.accept[layer] { return signed }
    let slow = normalSlow(layer, signed, stream)
    stream = slow.stream
    return slow.x
  }

  /// The rare rest; by value for the same reason as the exponential's.
  @usableFromInline @inline(never)
  func normalSlow(_ firstLayer: Int, _ firstX: Double, _ start: RandomStream) -> (x: Double, stream: RandomStream) {
    var stream = start
    var layer = firstLayer
    var x = firstX
    while true {
      if layer == 0 {
        // Marsaglia's tail: exponentials under the normal tail.
        let tail = normalTables.tail
        while true {
          let a = -PortableMath.log(stream.uniformAboveZero()) / tail
          let b = -PortableMath.log(stream.uniformAboveZero())
          if b + b > a * a { return (x.sign == .minus ? -(tail + a) : tail + a, stream) }
        }
      }
      let low = normalTables.density[layer]
      let high = normalTables.density[layer + 1]
      if low + stream.uniform() * (high - low) < PortableMath.exp(-0.5 * x * x) { return (x, stream) }
      let word = stream.next()
      layer = Int(truncatingIfNeeded: word & 0xFF)
      let integer = word &>> 11
      let magnitude = Double(integer) * normalTables.width[layer]
      x = Double(bitPattern: magnitude.bitPattern | (word & 0x100) &<< 55)
      if integer < normalTables.accept[layer] { return (x, stream) }
    }
  }
}

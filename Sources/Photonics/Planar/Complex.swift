import Glibc

/// A complex number: just what waves need.
package struct Complex: Sendable, Hashable {
  var real: Double
  var imaginary: Double

  init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  package static let one = Complex(1)

  /// |z|².
  var squaredMagnitude: Double { real * real + imaginary * imaginary }

  package static prefix func - (z: Complex) -> Complex { Complex(-z.real, -z.imaginary) }
  static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }
  static func * (a: Double, b: Complex) -> Complex { Complex(a * b.real, a * b.imaginary) }

  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  package static func / (a: Complex, b: Complex) -> Complex {
    let scale = 1 / b.squaredMagnitude
    return Complex(
      (a.real * b.real + a.imaginary * b.imaginary) * scale, (a.imaginary * b.real - a.real * b.imaginary) * scale)
  }

  /// e^(iz).
  static func exponentialOfI(times z: Complex) -> Complex {
    let size = exp(-z.imaginary)
    return Complex(size * cos(z.real), size * sin(z.real))
  }

  /// The square root with a positive imaginary part, or the positive root of a positive number: the wave that decays or
  /// travels away. It is continuous for arguments in the upper half plane, without cancellation.
  var outgoingRoot: Complex {
    let size = hypot(real, imaginary)
    let root: Complex
    if real >= 0 {
      let x = ((size + real) / 2).squareRoot()
      root = Complex(x, x == 0 ? 0 : imaginary / (2 * x))
    } else {
      let y = ((size - real) / 2).squareRoot()
      root = Complex(imaginary / (2 * y), y)
    }
    return root.imaginary < 0 ? -root : root
  }
}

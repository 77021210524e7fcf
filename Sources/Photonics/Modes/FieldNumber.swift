/// What the wave operator computes with: real numbers between conducting walls, complex ones before absorbing layers.
package protocol FieldNumber: Sendable {
  static var one: Self { get }
  static prefix func - (a: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static func / (a: Self, b: Double) -> Self
  static func * (a: Self, b: Double) -> Self
}

extension Double: FieldNumber {
  package static var one: Double { 1 }
}

extension Complex: FieldNumber {
  package static func * (a: Complex, b: Double) -> Complex { b * a }
  package static func / (a: Complex, b: Double) -> Complex { Complex(a.real / b, a.imaginary / b) }
}

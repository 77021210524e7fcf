import Synchronization

/// A number that several threads count up.
final class Count: Sendable {
  private let number = Atomic<Int>(0)

  var value: Int { number.load(ordering: .relaxed) }

  /// - Returns: the number after it.
  func increment() -> Int { number.wrappingAdd(1, ordering: .relaxed).newValue }
}

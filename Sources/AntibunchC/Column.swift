import Glibc

/// Values of one type in a row, in memory of its own that others may look at without copying.
class Column {
  /// Where the values are; `nil` without any.
  fileprivate(set) var address: UnsafeMutableRawPointer?
  /// How many there are.
  fileprivate(set) var count = 0
  /// The type of one value as NumPy writes it.
  let type: StaticString

  fileprivate init(type: StaticString) { self.type = type }

  deinit { free(address) }
}

/// A column that grows.
final class ColumnOf<Value: ColumnValue>: Column {
  private var capacity = 0

  init(_ values: [Value] = []) {
    super.init(type: Value.columnType)
    append(values) { $0 }
  }

  /// Appends what `value` makes of each of some items.
  func append<Item>(_ items: [Item], _ value: (Item) -> Value) {
    let needed = count + items.count
    if needed > capacity {
      capacity = max(needed, 2 * capacity)
      guard let grown = realloc(address, capacity * MemoryLayout<Value>.stride) else {
        fatalError("no memory for \(capacity) values")
      }
      address = grown
    }
    guard var next = address?.assumingMemoryBound(to: Value.self) else { return }
    next += count
    for item in items {
      next.initialize(to: value(item))
      next += 1
    }
    count = needed
  }

  /// Gives back the memory that it did not grow into.
  func trim() {
    guard count > 0, count < capacity, let smaller = realloc(address, count * MemoryLayout<Value>.stride) else {
      return
    }
    address = smaller
    capacity = count
  }
}

/// A type that columns hold.
protocol ColumnValue: BitwiseCopyable {
  static var columnType: StaticString { get }
}

extension UInt8: ColumnValue { static var columnType: StaticString { "|u1" } }
extension UInt16: ColumnValue { static var columnType: StaticString { "<u2" } }
extension Int32: ColumnValue { static var columnType: StaticString { "<i4" } }
extension Int64: ColumnValue { static var columnType: StaticString { "<i8" } }
extension Double: ColumnValue { static var columnType: StaticString { "<f8" } }

extension ColumnOf<UInt8> {
  /// Texts in UTF-8, a zero byte behind each.
  convenience init(texts: some Sequence<String>) { self.init(texts.flatMap { Array($0.utf8) + [0] }) }

  /// How often each value occurs.
  var frequencies: [Int] {
    var frequencies = [Int](repeating: 0, count: 256)
    for value in UnsafeRawBufferPointer(start: address, count: count) { frequencies[Int(value)] += 1 }
    return frequencies
  }
}

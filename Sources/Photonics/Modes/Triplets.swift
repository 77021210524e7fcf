/// A square sparse matrix as a list of entries; entries at the same place add up.
package struct Triplets<Value: FieldNumber> {
  /// The number of rows.
  let size: Int
  private(set) var rows: [Int32] = []
  private(set) var columns: [Int32] = []
  private(set) var values: [Value] = []

  init(size: Int, reserving capacity: Int = 0) {
    self.size = size
    rows.reserveCapacity(capacity)
    columns.reserveCapacity(capacity)
    values.reserveCapacity(capacity)
  }

  /// Adds `value` to an entry.
  mutating func add(_ row: Int, _ column: Int, _ value: Value) {
    rows.append(Int32(truncatingIfNeeded: row))
    columns.append(Int32(truncatingIfNeeded: column))
    values.append(value)
  }
}

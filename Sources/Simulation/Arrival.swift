/// A photon that a ready detector would turn into a click.
struct Arrival: Sendable {
  /// When it is absorbed in the detector, in `FineTime` units.
  var time: Int64
  /// Its cause: an index into the table of origins.
  var origin: UInt16
}

extension Array where Element == Arrival {
  /// Restores the order of a nearly sorted list in place.
  mutating func sortNearlySorted(from start: Int) {
    withUnsafeMutableBufferPointer { list in
      var i = start + 1
      while i < list.count {
        let item = list[i]
        var j = i
        while j > start && list[j - 1].time > item.time {
          list[j] = list[j - 1]
          j -= 1
        }
        list[j] = item
        i += 1
      }
    }
  }
}

/// Merges two sorted lists; of equal times the first list's come first.
func merged(_ a: [Arrival], _ b: [Arrival]) -> [Arrival] {
  if a.isEmpty { return b }
  if b.isEmpty { return a }
  return [Arrival](unsafeUninitializedCapacity: a.count + b.count) { out, count in
    var (i, j) = (0, 0)
    for k in 0..<(a.count + b.count) {
      if j == b.count || (i < a.count && a[i].time <= b[j].time) {
        out.initializeElement(at: k, to: a[i])
        i += 1
      } else {
        out.initializeElement(at: k, to: b[j])
        j += 1
      }
    }
    count = a.count + b.count
  }
}

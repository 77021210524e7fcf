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
///
/// Runs of one list between two elements of the other are copied whole, so merging a short list into a long one costs
/// little more than copying the long one.
func merged(_ a: [Arrival], _ b: [Arrival]) -> [Arrival] {
  if a.isEmpty { return b }
  if b.isEmpty { return a }
  var result: [Arrival] = []
  result.reserveCapacity(a.count + b.count)
  var (i, j) = (0, 0)
  while i < a.count && j < b.count {
    let nextB = b[j].time
    let endA = i + a[i...].prefixCount { $0.time <= nextB }
    result.append(contentsOf: a[i..<endA])
    i = endA
    guard i < a.count else { break }
    let nextA = a[i].time
    let endB = j + b[j...].prefixCount { $0.time < nextA }
    result.append(contentsOf: b[j..<endB])
    j = endB
  }
  result.append(contentsOf: a[i...])
  result.append(contentsOf: b[j...])
  return result
}

extension ArraySlice {
  /// The length of the leading run that satisfies a condition which is true before and false after some place: doubling
  /// steps, then bisection.
  func prefixCount(_ holds: (Element) -> Bool) -> Int {
    var step = 1
    while step <= count && holds(self[startIndex + step - 1]) { step *= 2 }
    let low = startIndex + step / 2
    let high = Swift.min(endIndex, startIndex + step)
    return self[low..<high].partitionPoint { !holds($0) } - startIndex
  }
}

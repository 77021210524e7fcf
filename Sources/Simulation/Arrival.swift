/// A photon that a ready detector would turn into a click.
struct Arrival: Sendable, BitwiseCopyable, Codable {
  /// When it is absorbed in the detector, in `FineTime` units.
  var time: Int64
  /// Its cause: an index into the table of origins.
  var origin: UInt16
}

extension UnsafeMutableBufferPointer where Element == Arrival {
  /// Restores the order of a nearly sorted list in place.
  func sortNearlySorted() {
    var i = 1
    while i < count {
      let item = self[i]
      var j = i
      while j > 0 && self[j - 1].time > item.time {
        self[j] = self[j - 1]
        j -= 1
      }
      self[j] = item
      i += 1
    }
  }
}

extension GrowingBuffer where Element == Arrival {
  /// Merges another sorted list into this one; of equal times this list's come first.
  ///
  /// Runs of one list between two elements of the other are copied whole, so merging a short list into a long one costs
  /// little more than copying the long one.
  ///
  /// - Parameter room: for the result; the two change places.
  mutating func merge(_ other: UnsafeBufferPointer<Arrival>, room: inout GrowingBuffer<Arrival>) {
    if other.isEmpty { return }
    room.removeAll()
    room.reserve(count + other.count)
    var a = all[...]
    var b = other[...]
    while let nextA = a.first, let nextB = b.first {
      if nextA.time <= nextB.time {
        room.append(UnsafeBufferPointer(rebasing: a.removePrefix { $0.time <= nextB.time }))
      } else {
        room.append(UnsafeBufferPointer(rebasing: b.removePrefix { $0.time < nextA.time }))
      }
    }
    room.append(UnsafeBufferPointer(rebasing: a))
    room.append(UnsafeBufferPointer(rebasing: b))
    swap(&self, &room)
  }
}

extension Slice where Base == UnsafeBufferPointer<Arrival> {
  /// Removes and returns the leading run that satisfies a condition which is true before and false after some place:
  /// doubling steps, then bisection.
  fileprivate mutating func removePrefix(while holds: (Arrival) -> Bool) -> Self {
    var step = 1
    while step <= count && holds(self[startIndex + step - 1]) { step *= 2 }
    let low = startIndex + step / 2
    let high = Swift.min(endIndex, startIndex + step)
    let end = self[low..<high].partitionPoint { !holds($0) }
    defer { self = self[end...] }
    return self[..<end]
  }
}

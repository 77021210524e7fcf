/// Appends, and restores the order where late events (a T3 stream sorted by pulse only) break it.
func append(sorting new: UnsafeBufferPointer<Int64>, to array: inout [Int64]) {
  let old = array.count
  array.append(contentsOf: new)
  array.withUnsafeMutableBufferPointer { times in
    // the sign bit gathers every step backwards; without branches the loop vectorizes
    var disorder: Int64 = 0
    var i = max(old, 1)
    while i < times.count {
      disorder |= times[i] &- times[i &- 1]
      i &+= 1
    }
    guard disorder < 0 else { return }
    restoreOrder(times, from: max(old, 1))
  }
}

/// Sorts times of which few are late, by insertion; those before `start` are in order.
func restoreOrder(_ times: UnsafeMutableBufferPointer<Int64>, from start: Int = 1) {
  var i = start
  while i < times.count {
    let value = times[i]
    var j = i
    while j > 0, times[j &- 1] > value {
      times[j] = times[j &- 1]
      j &-= 1
    }
    times[j] = value
    i &+= 1
  }
}

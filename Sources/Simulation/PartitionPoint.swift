extension RandomAccessCollection {
  /// The first index whose element satisfies a condition that is false before and true after some place.
  func partitionPoint(_ isAfter: (Element) -> Bool) -> Index {
    var low = startIndex
    var n = count
    while n > 0 {
      let half = n / 2
      let middle = index(low, offsetBy: half)
      if isAfter(self[middle]) {
        n = half
      } else {
        low = index(after: middle)
        n -= half + 1
      }
    }
    return low
  }
}

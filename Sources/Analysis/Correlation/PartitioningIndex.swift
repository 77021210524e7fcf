extension RandomAccessCollection where Index == Int {
  /// The first index whose element fulfils a condition that all later ones fulfil too; the end if none does.
  func partitioningIndex(where condition: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

import Threads

/// All windows of one width, each a quarter of it behind the one before.
///
/// A window that holds a change found before, in a narrower one or in this layer, is passed over.
package struct WindowLayer {
  private let times: UnsafeBufferPointer<Int64>
  /// The number of the first photon of each cell, and of the first behind them.
  private let index: UnsafeBufferPointer<Int32>
  private let start: Int64
  private let cell: Int64
  /// Cells in a window, and between the beginnings of two.
  private let width: Int
  private let step: Int
  private let threshold: Double
  private let screen: WindowScreen
  /// Changes of narrower windows, rising.
  private let found: [Int64]

  /// A change, and the first cell of the window that told it.
  private struct Hit {
    var time: Int64
    var left: Int
  }

  /// - Parameters:
  ///   - times: of the photons, in ticks; cells of `cell` ticks begin at `start`.
  ///   - index: the number of the first photon of each cell, and of the first behind them.
  ///   - width: cells in a window, 8 or a doubling of it.
  ///   - threshold: the logarithm of the ratio that a change must exceed.
  ///   - found: changes of narrower windows, rising.
  package init(
    times: UnsafeBufferPointer<Int64>, index: UnsafeBufferPointer<Int32>, start: Int64, cell: Int64, width: Int,
    threshold: Double, found: [Int64]
  ) {
    self.times = times
    self.index = index
    self.start = start
    self.cell = cell
    self.width = width
    self.threshold = threshold
    self.found = found
    step = width / 4
    screen = WindowScreen(cells: width, threshold: threshold)
  }

  /// The changes found, rising.
  ///
  /// A change decides which windows are looked at next, so that the layer is one long chain. Threads take pieces of it as if nothing
  /// reached into them. Where a change of the piece before does, windows are looked at one by one until one is met that
  /// the piece has looked at too; from there on both are the same.
  package func changes(threads: Int) -> [Int64] {
    let windows = (index.count - 1 - width) / step + 1
    let pieces = threads > 1 ? max(min(windows / 256, 8 * threads), 1) : 1
    let borders = (0...pieces).map { windows * $0 / pieces * step }
    var hits = [[Hit]](repeating: [], count: pieces)
    hits.withUnsafeMutableBufferPointer { hits in
      // each piece has its own place
      nonisolated(unsafe) let hits = hits
      concurrently(pieces, threads: threads) { piece in
        var left = borders[piece]
        while let hit = firstHit(from: left, until: borders[piece + 1]) {
          hits[piece].append(hit)
          left = after(hit)
        }
      }
    }
    var changes: [Int64] = []
    var left = 0
    for (piece, hits) in hits.enumerated() {
      left = max(left, borders[piece])
      var passed = 0
      while true {
        while passed < hits.count, hits[passed].left < left { passed += 1 }
        if passed == 0 || after(hits[passed - 1]) <= left {
          changes += hits[passed...].map(\.time)
          if passed < hits.count { left = after(hits[hits.count - 1]) }
          break
        }
        guard let hit = firstHit(from: left, until: borders[piece + 1]) else { break }
        changes.append(hit.time)
        left = after(hit)
      }
    }
    return changes
  }

  /// The first window that begins at or after `time`.
  private func first(after time: Int64) -> Int {
    let cells = Int((time - start + cell - 1) / cell)
    return (cells + step - 1) / step * step
  }

  private func after(_ hit: Hit) -> Int { max(first(after: hit.time), hit.left + step) }

  /// The first change in the windows that begin at the cells `left` ..< `border`.
  private func firstHit(from left: Int, until border: Int) -> Hit? {
    guard left < border else { return nil }
    var left = left
    let begin = start &+ Int64(left) &* cell
    return found.withUnsafeBufferPointer { found in
      var next = found.partitioningIndex { $0 > begin }
      while left < border {
        let begin = start &+ Int64(left) &* cell
        let finish = begin &+ Int64(width) &* cell
        while next < found.count, found[next] <= begin { next &+= 1 }
        if next < found.count, found[next] < finish {
          left = max(first(after: found[next]), left + step)
          continue
        }
        if screen.isPromising(index, from: left) {
          let window = PhotonWindow(
            times: times, first: Int(index[left]), last: Int(index[left + width]), start: begin, end: finish)
          if let change = window.strongestChange(above: threshold) { return Hit(time: change.time, left: left) }
        }
        left &+= step
      }
      return nil
    }
  }
}

import Glibc

/// Says of nearly all windows without a change that they have none, from the photons per cell alone.
///
/// A window is parted into blocks of cells. A change inside a block has at most the photons before the block's end before it, and
/// at least those before its beginning, so χ² ≥ n D (``logLikelihoodRatio(_:of:share:)``) is bounded for all its photons at once.
/// Blocks are as long as the scatter of the counts allows, about the root of their distance from the nearer end, so a window takes a
/// number of steps like the root of its photons.
package struct WindowScreen {
  /// Cells in a window.
  private let cells: Int
  /// The beginnings of the blocks in cells, and the end of the last.
  private let edges: [Int32]
  /// The same as shares of the window.
  private let shares: [Double]
  /// The threshold times the smallest share × (1 − share) in a block; that of the first and the last block depends on the photons.
  private let spreads: [Double]
  private let threshold: Double

  /// - Parameters:
  ///   - cells: in a window, 8 or more and even.
  ///   - threshold: the logarithm of the ratio that a change must exceed.
  package init(cells: Int, threshold: Double) {
    self.cells = cells
    self.threshold = threshold
    var half = [0]
    while let last = half.last, last < cells / 2 {
      half.append(min(last + max(Int(0.7 * Double(last).squareRoot()), 1), cells / 2))
    }
    edges = (half + half.dropLast().reversed().map { cells - $0 }).map(Int32.init)
    let shares = edges.map { Double($0) / Double(cells) }
    self.shares = shares
    spreads = zip(shares, shares.dropFirst()).map { threshold * min($0 * (1 - $0), $1 * (1 - $1)) }
  }

  /// Whether a window may hold a change.
  ///
  /// - Parameters:
  ///   - index: the number of photons before each cell.
  ///   - left: the window's first cell.
  @inline(__always)
  package func isPromising(_ index: UnsafeBufferPointer<Int32>, from left: Int) -> Bool {
    let first = index[left]
    let photons = index[left &+ cells] &- first
    // fewer photons than cells leave no expected photon in an end block
    guard Int(photons) > cells else { return photons >= 3 }
    let n = Double(photons)
    var promising = 0
    var before = 0.0
    var expected = 1.0
    let last = spreads.count &- 1
    edges.withUnsafeBufferPointer { edges in
      shares.withUnsafeBufferPointer { shares in
        spreads.withUnsafeBufferPointer { spreads in
          for block in 0...last {
            let after = Double(index[left &+ Int(edges[block &+ 1])] &- first)
            // changes that leave less than one expected photon on either side do not count
            let expectedAfter = block == last ? n - 1 : n * shares[block &+ 1]
            let largest = max(after - expected, expectedAfter - before)
            let spread = block == 0 || block == last ? threshold * (1 - 1 / n) : n * spreads[block]
            promising &+= largest * largest > spread ? 1 : 0
            (before, expected) = (after, expectedAfter)
          }
        }
      }
    }
    return promising > 0
  }
}

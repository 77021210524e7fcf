import Threads

/// Finds the instants at which the rate of a photon stream changes.
///
/// 1. Windows on a grid in time, from sixteen mean photon gaps up, doubling, each a quarter of its width after the one before
///    (seeded intervals: Kovács, Bühlmann, Li & Munk, Biometrika 110, 249 (2023)). The narrowest window with a significant
///    change tells it, and wider windows that hold it are left out (narrowest over threshold: Baranowski, Chen & Fryzlewicz,
///    J. R. Stat. Soc. B 81, 649 (2019)). A short dark time within a long bright one is found so; halving the whole record
///    again and again (Watkins & Yang 2005) misses it.
/// 2. What lies between two found changes is halved further as Watkins and Yang do.
/// 3. Each change is sought again between its neighbours, and dropped if it is no longer significant there.
///
/// Significance: a recording of steady light gives at most `falseAlarms` changes on average. Each width gets an equal
/// part, shared by its windows, so that slow weak changes need not pay for the many short windows.
///
/// Windows are looked at, and stretches halved, on several threads; what is found does not depend on how many.
struct ChangePointSearch {
  /// The unit of the grid in ticks: two mean photon gaps.
  let cell: Int64
  /// The critical logarithm of the ratio by width: 8, 16, 32 … cells.
  let thresholds: [Double]
  private let threads: Int

  /// - Parameters:
  ///   - photons: of the whole recording.
  ///   - ticks: its length, above 0.
  ///   - falseAlarms: the mean number of changes found in steady light, above 0 and below 1.
  ///   - threads: how many look for changes.
  init(photons: Int, ticks: Int64, falseAlarms: Double, threads: Int) {
    self.threads = threads
    cell = max(Int64(2 * Double(ticks) / Double(max(photons, 1))), 1)
    var widths: [Double] = []
    var width = 8.0
    while widths.isEmpty || width * Double(cell) <= Double(ticks) {
      widths.append(width)
      width *= 2
    }
    let cells = Double(ticks) / Double(cell)
    thresholds = widths.map { width in
      criticalLogRatio(
        probability: min(falseAlarms / Double(widths.count) * width / (4 * max(cells, width / 4)), 0.05),
        photons: max(2 * width, 8))
    }
  }

  /// The critical value for a stretch of any length: that of the longest width within it.
  @inline(__always)
  func threshold(ticks: Int64) -> Double {
    let cells = UInt64(max(ticks / (8 * cell), 1))
    return thresholds[min(63 - cells.leadingZeroBitCount, thresholds.count - 1)]
  }

  /// The changes within [start, end), rising, in ticks: the first tick of the new rate.
  func changes(in times: UnsafeBufferPointer<Int64>, from start: Int64, to end: Int64) -> [Int64] {
    var found = seeded(times, from: start, to: end)
    found = halved(times, found, from: start, to: end)
    return settled(times, found, from: start, to: end)
  }

  /// Step 1.
  private func seeded(_ times: UnsafeBufferPointer<Int64>, from start: Int64, to end: Int64) -> [Int64] {
    let cells = Int((end - start) / cell)
    guard cells >= 8 else { return [] }
    let index = firstPhotons(times, from: start, cells: cells)
    var found: [Int64] = []
    var width = 8
    var layer = 0
    while width <= cells {
      let threshold = thresholds[min(layer, thresholds.count - 1)]
      let fresh = index.withUnsafeBufferPointer { index in
        WindowLayer(
          times: times, index: index, start: start, cell: cell, width: width, threshold: threshold, found: found
        ).changes(threads: threads)
      }
      if !fresh.isEmpty {
        found += fresh
        found.sort()
      }
      width *= 2
      layer += 1
    }
    return found
  }

  /// The number of the first photon of each cell, and of the first behind them.
  private func firstPhotons(_ times: UnsafeBufferPointer<Int64>, from start: Int64, cells: Int) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: cells + 1) { index, count in
      let part = 1 << 15
      // the parts touch nothing in common
      nonisolated(unsafe) let index = index
      concurrently(cells / part + 1, threads: threads) { number in
        let first = number * part
        var photon = first == 0 ? 0 : times.partitioningIndex { $0 >= start &+ Int64(first) &* cell }
        for i in first...min(first + part - 1, cells) {
          let edge = start &+ Int64(i) &* cell
          // how many photons a cell has is chance, which a processor guesses wrong: a few are taken without asking
          if photon &+ 5 <= times.count {
            for _ in 0..<4 { photon &+= times[photon] < edge ? 1 : 0 }
          }
          while photon < times.count, times[photon] < edge { photon &+= 1 }
          index[i] = Int32(photon)
        }
      }
      count = cells + 1
    }
  }

  /// Step 2.
  private func halved(_ times: UnsafeBufferPointer<Int64>, _ found: [Int64], from start: Int64, to end: Int64)
    -> [Int64]
  {
    let edges = [start] + found + [end]
    let part = 64
    var results = [[Int64]](repeating: [], count: found.count / part + 1)
    results.withUnsafeMutableBufferPointer { results in
      // each part has its own place
      nonisolated(unsafe) let results = results
      concurrently(results.count, threads: threads) { number in
        for i in (number * part)..<min((number + 1) * part, found.count + 1) {
          var pending = [(start: edges[i], end: edges[i + 1])]
          while let stretch = pending.popLast() {
            guard let change = strongestChange(times, from: stretch.start, to: stretch.end) else { continue }
            results[number].append(change)
            pending.append((stretch.start, change))
            pending.append((change, stretch.end))
          }
        }
      }
    }
    return (results.joined() + found).sorted()
  }

  /// Step 3, until nothing moves.
  private func settled(_ times: UnsafeBufferPointer<Int64>, _ changes: [Int64], from start: Int64, to end: Int64)
    -> [Int64]
  {
    var changes = changes
    var isDue = [Bool](repeating: true, count: changes.count)
    for _ in 0..<20 where isDue.contains(true) {
      var kept: [Int64] = []
      var keptDue: [Bool] = []
      for (i, change) in changes.enumerated() {
        guard isDue[i] else {
          kept.append(change)
          keptDue.append(false)
          continue
        }
        let left = kept.last ?? start
        let right = i + 1 < changes.count ? changes[i + 1] : end
        guard let better = strongestChange(times, from: left, to: right, guess: change) else {
          if !keptDue.isEmpty { keptDue[keptDue.count - 1] = true }
          if i + 1 < changes.count { isDue[i + 1] = true }
          continue
        }
        if better != change {
          if !keptDue.isEmpty { keptDue[keptDue.count - 1] = true }
          if i + 1 < changes.count { isDue[i + 1] = true }
        }
        kept.append(better)
        keptDue.append(false)
      }
      changes = kept
      isDue = keptDue
    }
    return changes
  }

  /// The strongest significant change between two instants; `guess` is a place that may be it, which saves work.
  private func strongestChange(
    _ times: UnsafeBufferPointer<Int64>, from start: Int64, to end: Int64, guess: Int64? = nil
  ) -> Int64? {
    guard end > start else { return nil }
    let first = times.partitioningIndex { $0 >= start }
    let last = times.partitioningIndex { $0 >= end }
    let window = PhotonWindow(times: times, first: first, last: last, start: start, end: end)
    let critical = threshold(ticks: end - start)
    if let guess {
      let known = window.ratio(at: guess)
      // the guess itself must remain reachable
      if known > critical { return window.strongestChange(above: known * (1 + 1e-12))?.time ?? guess }
    }
    return window.strongestChange(above: critical)?.time
  }
}

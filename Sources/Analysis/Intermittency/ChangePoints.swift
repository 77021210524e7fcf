import TimeTags

/// The changes of rate in a stream of photons, found block by block in bounded memory.
///
/// At most a million photons (or four million cells of two mean photon gaps) are held; the search goes on from the last change,
/// or from the middle where the second half holds none. All channels given count together. Records a few
/// nanoseconds out of order (T3 channels with different delays) are taken as simultaneous.
package struct ChangePoints: Sendable {
  /// A change of rate.
  package struct Change: Sendable, Hashable {
    /// The first tick of the new rate.
    package var ticks: Int64
    /// Photons before it.
    package var photons: Int
  }
  /// The changes found so far, rising; all of them after ``finish()``.
  package private(set) var changes: [Change] = []
  /// Photons taken so far.
  package private(set) var photons = 0

  private let clock: TagClock
  private let channels: [Bool]
  private let end: Int64
  private let search: ChangePointSearch
  private let capacity: Int
  private let longest: Int64
  private var times: [Int64] = []
  private var begin: Int64

  /// An empty search.
  ///
  /// - Parameters:
  ///   - channels: whose photons count.
  ///   - photons: how many there will be in these channels.
  ///   - start: of the recording, in ticks; `end` its end.
  ///   - falseAlarms: the mean number of changes that steady light would give in the whole recording, in (0, 1).
  ///   - capacity: photons held at once.
  ///   - threads: how many look for changes; the result does not depend on it.
  package init(
    clock: TagClock, channels: [UInt8], photons: Int, start: Int64 = 0, end: Int64, falseAlarms: Double,
    capacity: Int = 1 << 20, threads: Int = 1
  ) {
    self.clock = clock
    var chosen = [Bool](repeating: false, count: 256)
    for channel in channels { chosen[Int(channel)] = true }
    self.channels = chosen
    self.end = end
    self.capacity = capacity
    begin = start
    search = ChangePointSearch(
      photons: photons, ticks: max(end - start, 1), falseAlarms: falseAlarms, threads: threads)
    let (product, overflows) = search.cell.multipliedReportingOverflow(by: 1 << 22)
    longest = overflows ? .max : product
    times.reserveCapacity(min(photons, capacity) + 1)
  }

  /// The logarithm of the likelihood ratio that a change in the shortest windows must exceed.
  package var largestCriticalLogRatio: Double { search.thresholds[0] }

  /// Takes the next block of records.
  package mutating func consume(_ tags: TagBlock) {
    var latest = times.last ?? begin
    for tag in tags where tag.kind == .photon && channels[Int(tag.channel)] {
      latest = max(clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime), latest)
      if times.count >= capacity || (times.count > 0 && latest &- begin > longest) {
        settle(until: latest, isLast: false)
      }
      times.append(latest)
    }
  }

  /// Looks for changes in the rest.
  package mutating func finish() { settle(until: max(end, (times.last ?? 0) + 1), isLast: true) }

  private mutating func settle(until finish: Int64, isLast: Bool) {
    let found = times.withUnsafeBufferPointer { search.changes(in: $0, from: begin, to: finish) }
    var done = 0
    for change in found {
      done = times.partitioningIndex { $0 >= change }
      changes.append(Change(ticks: change, photons: photons + done))
    }
    if isLast {
      done = times.count
    } else {
      let middle = times.count / 2
      if done < middle {
        done = middle
        begin = times[middle]
      } else if let last = found.last {
        begin = last
      }
    }
    photons += done
    times.removeFirst(done)
  }
}

/// Growing lists of arrivals, one per detector, for hot loops: plain memory, no reference counting.
struct ArrivalLists: ~Copyable {
  private let detectors: Int
  private var storage: UnsafeMutablePointer<UnsafeMutablePointer<Arrival>>
  private var counts: UnsafeMutablePointer<Int>
  private var capacity: Int

  init(detectors: Int, capacity: Int = 16_384) {
    self.detectors = detectors
    self.capacity = capacity
    storage = .allocate(capacity: detectors)
    counts = .allocate(capacity: detectors)
    for d in 0..<detectors {
      storage[d] = .allocate(capacity: capacity)
      counts[d] = 0
    }
  }

  deinit {
    for d in 0..<detectors { storage[d].deallocate() }
    storage.deallocate()
    counts.deallocate()
  }

  /// Appends one arrival at a detector.
  @inline(__always)
  mutating func append(_ arrival: Arrival, detector: Int) {
    let count = counts[detector]
    if count == capacity { grow() }
    storage[detector][count] = arrival
    counts[detector] = count &+ 1
  }

  @inline(never)
  private mutating func grow() {
    for d in 0..<detectors {
      let larger = UnsafeMutablePointer<Arrival>.allocate(capacity: 2 * capacity)
      larger.moveInitialize(from: storage[d], count: counts[d])
      storage[d].deallocate()
      storage[d] = larger
    }
    capacity *= 2
  }

  /// What one detector has received.
  func list(_ detector: Int) -> [Arrival] {
    Array(UnsafeBufferPointer(start: storage[detector], count: counts[detector]))
  }
}

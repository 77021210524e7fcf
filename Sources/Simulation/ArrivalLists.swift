/// Growing lists of arrivals, one per detector, for hot loops.
struct ArrivalLists: ~Copyable {
  private let detectors: Int
  private let lists: UnsafeMutablePointer<GrowingBuffer<Arrival>>

  init(detectors: Int, capacity: Int = 1_024) {
    self.detectors = detectors
    lists = .allocate(capacity: detectors)
    for d in 0..<detectors { (lists + d).initialize(to: GrowingBuffer(capacity: capacity)) }
  }

  deinit {
    lists.deinitialize(count: detectors)
    lists.deallocate()
  }

  /// Appends one arrival at a detector.
  @inline(__always)
  mutating func append(_ arrival: Arrival, detector: Int) { lists[detector].append(arrival) }

  /// What one detector has received.
  func list(_ detector: Int) -> [Arrival] { lists[detector].array }
}

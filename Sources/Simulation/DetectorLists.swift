/// Growing lists of one kind of element, one per detector, for hot loops.
struct DetectorLists<Element: BitwiseCopyable>: ~Copyable {
  private let detectors: Int
  private let lists: UnsafeMutablePointer<GrowingBuffer<Element>>

  init(detectors: Int) {
    self.detectors = detectors
    lists = .allocate(capacity: detectors)
    for d in 0..<detectors { (lists + d).initialize(to: GrowingBuffer()) }
  }

  deinit {
    lists.deinitialize(count: detectors)
    lists.deallocate()
  }

  /// Appends one element at a detector.
  @inline(__always)
  mutating func append(_ element: Element, detector: Int) { lists[detector].append(element) }

  /// One detector's list.
  subscript(_ detector: Int) -> GrowingBuffer<Element> {
    @inline(__always) _read { yield lists[detector] }
    @inline(__always) nonmutating _modify { yield &lists[detector] }
  }

  func removeAll() {
    for d in 0..<detectors { lists[d].removeAll() }
  }
}

typealias ArrivalLists = DetectorLists<Arrival>

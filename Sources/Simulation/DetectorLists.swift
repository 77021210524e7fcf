/// Growing lists of one kind of element, one per detector, for hot loops.
struct DetectorLists<Element: BitwiseCopyable>: ~Copyable {
  private let detectors: Int
  private let lists: UnsafeMutablePointer<GrowingBuffer<Element>>

  init(detectors: Int) {
    self.detectors = detectors
    // Whole cache lines, so that threads that fill different lists do not wait for each other.
    let line = 128
    let bytes = (detectors * MemoryLayout<GrowingBuffer<Element>>.stride + line - 1) / line * line
    lists = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: line)
      .bindMemory(to: GrowingBuffer<Element>.self, capacity: detectors)
    for d in 0..<detectors { (lists + d).initialize(to: GrowingBuffer()) }
  }

  deinit {
    lists.deinitialize(count: detectors)
    UnsafeMutableRawPointer(lists).deallocate()
  }

  /// Appends one element at a detector.
  @inline(__always)
  mutating func append(_ element: Element, detector: Int) { list(detector).pointee.append(element) }

  /// One detector's list, to be read.
  subscript(_ detector: Int) -> GrowingBuffer<Element> {
    @inline(__always) _read { yield lists[detector] }
  }

  /// One detector's list, to be changed, also while others change those of other detectors. (A pointer, because Swift 6.3 under
  /// the thread sanitizer makes invalid code of a nonmutating accessor that changes.)
  @inline(__always)
  func list(_ detector: Int) -> UnsafeMutablePointer<GrowingBuffer<Element>> { lists + detector }

  func removeAll() {
    for d in 0..<detectors { list(d).pointee.removeAll() }
  }
}

typealias ArrivalLists = DetectorLists<Arrival>

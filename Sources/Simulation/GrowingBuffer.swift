/// A list for hot loops: plain memory that grows, no reference counting, no bounds checks. Emptied, it keeps its memory.
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var elements: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 1_024) {
    self.capacity = max(1, capacity)
    elements = .allocate(capacity: self.capacity)
  }

  deinit { elements.deallocate() }

  /// What it holds, until it is next changed.
  var all: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: elements, count: count) }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { reserve(1) }
    elements[count] = element
    count &+= 1
  }

  mutating func append(_ others: UnsafeBufferPointer<Element>) {
    guard let start = others.baseAddress else { return }
    reserve(others.count)
    (elements + count).update(from: start, count: others.count)
    count += others.count
  }

  /// Makes room for more elements.
  @inline(never)
  mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(2 * capacity, count + more)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    larger.moveInitialize(from: elements, count: count)
    elements.deallocate()
    elements = larger
  }

  /// Takes over what a loop wrote behind the end, or forgets the last elements; the room must be reserved.
  @inline(__always)
  mutating func setCount(_ newCount: Int) { count = newCount }

  mutating func removeAll() { count = 0 }

  /// Holds these elements and no others.
  mutating func replaceAll(with others: [Element]) {
    removeAll()
    others.withUnsafeBufferPointer { append($0) }
  }
}

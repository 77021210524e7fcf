import Glibc
import ResultCache
import Testing

@Suite struct ResultCacheTests {
  struct Input: Encodable {
    var width: Double
  }

  /// A folder of its own for each test.
  static func cache() throws -> ResultCache {
    var name = Array("/tmp/antibunch-cache-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&name))
    return ResultCache(folder: String(cString: made) + "/deep/er")
  }

  static func entries(_ cache: ResultCache) -> [String] {
    guard let folder = opendir(cache.folder) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(cache.folder + "/" + name) }
    }
    return names
  }

  @Test func calculatesOnceForEachInputAndVersion() throws {
    let cache = try Self.cache()
    var calls = 0
    func value(_ kind: String = "rate", _ version: Int = 1, _ width: Double = 0.1) -> [Double] {
      cache.value(kind, version: version, for: Input(width: width)) {
        calls += 1
        return [width, .pi, 1.0 / 3]
      }
    }
    #expect(value() == [0.1, .pi, 1.0 / 3])
    #expect(value() == [0.1, .pi, 1.0 / 3])
    #expect(calls == 1)
    _ = value("other")
    _ = value("rate", 2)
    _ = value("rate", 1, 0.1.nextUp)
    #expect(calls == 4)
    #expect(Self.entries(cache).count == 4)
  }

  /// Every byte of an entry in turn is changed: never is anything but the true value returned.
  @Test func damagedEntriesAreCalculatedAgain() throws {
    let cache = try Self.cache()
    func value() -> [Double] { cache.value("rate", version: 1, for: Input(width: 2)) { [1.5, 2.5] } }
    _ = value()
    let path = try #require(Self.entries(cache).first)
    var whole: [UInt8] = []
    do {
      let file = try #require(fopen(path, "rb"))
      defer { fclose(file) }
      var buffer = [UInt8](repeating: 0, count: 4096)
      whole = Array(buffer[..<fread(&buffer, 1, buffer.count, file)])
    }
    func write(_ bytes: [UInt8]) throws {
      let file = try #require(fopen(path, "wb"))
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
    var recalculated = 0
    func check() {
      let result: [Double] = cache.value("rate", version: 1, for: Input(width: 2)) {
        recalculated += 1
        return [1.5, 2.5]
      }
      #expect(result == [1.5, 2.5])
    }
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 1
      try write(bytes)
      check()
      try write(Array(whole[..<place]))
      check()
    }
    #expect(recalculated == 2 * whole.count)
    try write(whole)
    check()
    #expect(recalculated == 2 * whole.count)
  }

  @Test func aFolderThatCannotBeKeepsNothing() throws {
    let cache = ResultCache(folder: "/proc/nothing/here")
    var calls = 0
    for _ in 0..<2 {
      let value: Double = cache.value("rate", version: 1, for: Input(width: 1)) {
        calls += 1
        return 4
      }
      #expect(value == 4)
    }
    #expect(calls == 2)
  }

  @Test func failuresAreNotKept() throws {
    struct Broken: Error {}
    let cache = try Self.cache()
    #expect(throws: Broken.self) {
      let _: Double = try cache.value("rate", version: 1, for: Input(width: 1)) { throw Broken() }
    }
    #expect(Self.entries(cache).isEmpty)
  }
}

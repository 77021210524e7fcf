import Glibc
import TimeTags

// One fuzz target for all readers. FUZZ_FORMAT (ptu, pt3, ht3, h5, spc, csv) is the ending of the file's name: what the
// input is taken for where its content does not say.

/// A file in memory whose content is replaced for every input.
private struct Input {
  let path: String
  private let descriptor: Int32

  init(named name: String) {
    path = name
    descriptor = open(name, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { fatalError("cannot create \(name)") }
    atexit { unlink(input.path) }
  }

  func replace(_ bytes: UnsafeRawBufferPointer) {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count else {
      fatalError("cannot write \(path)")
    }
  }
}

private let input: Input = {
  let format = getenv("FUZZ_FORMAT").map { String(cString: $0) } ?? "ptu"
  return Input(named: "/dev/shm/antibunch-fuzz-\(getpid()).\(format)")
}()

nonisolated(unsafe) private var tags: [TimeTag] = []

/// Reads the input to its end, strictly and as far as it goes; every outcome but a ``TimeTagError`` is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  input.replace(UnsafeRawBufferPointer(start: data, count: size))
  for allowTruncated in [false, true] {
    do throws(TimeTagError) {
      let reader = try RecordingReader(path: input.path, allowTruncated: allowTruncated)
      var count = 0
      while try reader.read(into: &tags, maximum: 1 << 8) > 0 { count += tags.count }
      // No more tags than records, no more records than the file can hold.
      guard count <= reader.recordsRead else { fatalError("\(count) tags of \(reader.recordsRead) records") }
      for warning in reader.warnings where warning.isEmpty { fatalError("an empty warning") }
      guard reader.ptuHeader?.tags.allSatisfy({ $0.value.description.utf8.count < 1 << 26 }) ?? true else {
        fatalError("a tag is longer than its file")
      }
      if !allowTruncated { return 0 }
    } catch {
      guard !error.description.isEmpty, [65, 66, 74].contains(error.exitCode) else { fatalError("\(error)") }
    }
  }
  return 0
}

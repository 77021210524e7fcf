import Glibc

/// The text of a file.
func readText(_ path: String) throws -> String {
  guard let file = fopen(path, "rb") else {
    throw Failure(.noInput, "error: \(path) cannot be opened: \(systemMessage())")
  }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  guard ferror(file) == 0 else { throw Failure(.inputOutput, "error: \(path) cannot be read: \(systemMessage())") }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw Failure(.badData, "error: \(path) is not a text file in UTF-8")
  }
  return text
}

/// Writes a file at once: under another name first, so that a half-written file never looks whole.
func writeText(_ text: String, to path: String) throws { try writeBytes(Array(text.utf8), to: path) }

/// The same for any bytes.
func writeBytes(_ bytes: [UInt8], to path: String) throws {
  let part = path + ".part"
  guard let file = fopen(part, "wb") else {
    throw Failure(.cannotCreate, "error: \(path) cannot be created: \(systemMessage())")
  }
  let written = fwrite(bytes, 1, bytes.count, file) == bytes.count
  guard fclose(file) == 0, written, rename(part, path) == 0 else {
    let message = systemMessage()
    unlink(part)
    throw Failure(.inputOutput, "error: \(path) cannot be written: \(message)")
  }
}

/// Makes a folder and those above it.
func makeFolder(_ path: String) throws {
  var made = path.hasPrefix("/") ? "/" : ""
  for part in path.split(separator: "/") {
    made += part
    if mkdir(made, 0o777) != 0 && errno != EEXIST {
      throw Failure(.cannotCreate, "error: the folder \(path) cannot be created: \(systemMessage())")
    }
    made += "/"
  }
  guard isFolder(path) else { throw Failure(.cannotCreate, "error: \(path) is not a folder") }
  guard access(path, W_OK) == 0 else {
    throw Failure(.cannotCreate, "error: nothing can be written to the folder \(path): \(systemMessage())")
  }
}

/// A new folder of our own for what is needed for a moment.
func temporaryFolder() throws -> String {
  let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  // The system writes six characters of its own in place of the last six.
  var name = Array("\(base)/antibunch-\(String(repeating: "X", count: 6))".utf8CString)
  guard mkdtemp(&name) != nil else {
    throw Failure(.cannotCreate, "error: no folder can be created in \(base): \(systemMessage())")
  }
  return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Removes a folder of ours with everything in it; nothing if there is none. A link in it is removed, not what it points to.
func removeFolder(_ path: String) throws {
  var information = stat()
  guard lstat(path, &information) == 0 else { return }
  if information.st_mode & S_IFMT == S_IFDIR {
    for name in namesInFolder(path) { try removeFolder("\(path)/\(name)") }
  }
  guard remove(path) == 0 else { throw Failure(.cannotCreate, "error: \(path) cannot be removed: \(systemMessage())") }
}

/// What is in a folder; nothing if it cannot be read.
func namesInFolder(_ path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

/// What the system says of the last failure.
func systemMessage() -> String { String(cString: strerror(errno)) }

/// The last part of a path without its extension.
func baseName(_ path: String) -> String {
  let last = path.split(separator: "/").last.map(String.init) ?? path
  guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return last }
  return String(last[..<dot])
}

/// A path from the root on, without links.
func wholePath(_ path: String) throws -> String {
  guard let whole = realpath(path, nil) else {
    throw Failure(.noInput, "error: \(path) cannot be opened: \(systemMessage())")
  }
  defer { free(whole) }
  return String(cString: whole)
}

/// Whether there is something at a path that can be read.
func isFile(_ path: String) -> Bool { access(path, R_OK) == 0 }

/// Whether there is a folder at a path.
func isFolder(_ path: String) -> Bool {
  var information = stat()
  return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
}

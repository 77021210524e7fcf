import CLibzip

/// Packs NumPy files into an archive for `numpy.load`: a zip file whose entries are stored as they are.
///
/// The same files give the same bytes: the entries carry the oldest time that a zip file knows.
///
/// - Parameters:
///   - path: the archive.
///   - entries: names without ".npy", and the files.
func writeNumPyArchive(_ path: String, entries: [(name: String, file: String)]) throws {
  var code: Int32 = 0
  guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
    var error = zip_error_t()
    zip_error_init_with_code(&error, code)
    defer { zip_error_fini(&error) }
    throw Failure(.cannotCreate, "error: \(path) cannot be created: \(String(cString: zip_error_strerror(&error)))")
  }
  func fail() -> Failure {
    let reason = String(cString: zip_strerror(archive))
    zip_discard(archive)
    return Interruption.isRequested
      ? Failure(.interrupted, "interrupted") : Failure(.inputOutput, "error: \(path) cannot be written: \(reason)")
  }
  for entry in entries {
    guard let source = zip_source_file(archive, entry.file, 0, -1) else { throw fail() }
    let index = zip_file_add(archive, entry.name + ".npy", source, 0)
    guard index >= 0 else {
      zip_source_free(source)
      throw fail()
    }
    // 1 January 1980, midnight
    guard zip_set_file_compression(archive, zip_uint64_t(index), czip_store(), 0) == 0,
      zip_file_set_dostime(archive, zip_uint64_t(index), 0, 0x21, 0) == 0
    else { throw fail() }
  }
  zip_register_cancel_callback_with_state(archive, { _, _ in Interruption.isRequested ? 1 : 0 }, nil, nil)
  guard zip_close(archive) == 0 else { throw fail() }
}

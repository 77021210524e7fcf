import CHDF5

/// An HDF5 identifier that is closed when released.
final class HDF5Handle {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  /// Takes over `id`.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)`` when `id` is the mark of a failed call.
  init(_ id: hid_t, path: String, doing action: String, close: @escaping (hid_t) -> herr_t) throws(TimeTagError) {
    guard id >= 0 else {
      HDF5.forgetFailure()
      throw .inputOutput(path: path, reason: "HDF5 failed at \(action)")
    }
    self.id = id
    self.close = close
  }

  deinit { _ = close(id) }
}

/// Things every use of HDF5 needs.
enum HDF5 {
  /// Keeps HDF5 from printing its own error traces; errors are reported once, by us. Comes before any other call.
  static func silence() {
    // At exit it would try once more to write what did not fit on the disk, and crash. We close what we open.
    _ = H5dont_atexit()
    _ = H5Eset_auto2(0, nil, nil)
  }

  /// - Throws: ``TimeTagError/inputOutput(path:reason:)`` when `status` is the mark of a failed call.
  static func check(_ status: herr_t, path: String, doing action: String) throws(TimeTagError) {
    guard status >= 0 else {
      forgetFailure()
      throw .inputOutput(path: path, reason: "HDF5 failed at \(action)")
    }
  }

  /// Clears HDF5's memory of a failed call, which is one per thread: what it holds there would keep the library from closing
  /// while another thread exits ("infinite loop closing library").
  static func forgetFailure() { _ = H5Eclear2(hid_t(H5E_DEFAULT)) }
}

/// A Swift number that HDF5 can store: its type in memory and in the file.
protocol HDF5Number: BitwiseCopyable {
  static var memoryType: hid_t { get }
  static var fileType: hid_t { get }
}

extension UInt8: HDF5Number {
  static var memoryType: hid_t { ch5_H5T_NATIVE_UINT8() }
  static var fileType: hid_t { ch5_H5T_STD_U8LE() }
}
extension Int16: HDF5Number {
  static var memoryType: hid_t { ch5_H5T_NATIVE_INT16() }
  static var fileType: hid_t { ch5_H5T_STD_I16LE() }
}
extension UInt16: HDF5Number {
  static var memoryType: hid_t { ch5_H5T_NATIVE_UINT16() }
  static var fileType: hid_t { ch5_H5T_STD_U16LE() }
}
extension Int32: HDF5Number {
  static var memoryType: hid_t { ch5_H5T_NATIVE_INT32() }
  static var fileType: hid_t { ch5_H5T_STD_I32LE() }
}
extension Int64: HDF5Number {
  static var memoryType: hid_t { ch5_H5T_NATIVE_INT64() }
  static var fileType: hid_t { ch5_H5T_STD_I64LE() }
}
extension Double: HDF5Number {
  static var memoryType: hid_t { ch5_H5T_NATIVE_DOUBLE() }
  static var fileType: hid_t { ch5_H5T_IEEE_F64LE() }
}

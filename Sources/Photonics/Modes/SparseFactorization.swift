internal import CUMFPACK

/// The LU factors of a sparse matrix less a multiple of the identity, by UMFPACK's multifrontal method (T. A. Davis, ACM
/// Trans. Math. Softw. 30, 196 (2004)). The BLAS below it is held to one thread.
///
/// A class because it owns C memory; confined to the solve that made it.
package final class SparseFactorization {
  /// The number of rows.
  let size: Int
  // UMFPACK reads the matrix again with every solve.
  private let starts, indices: UnsafeMutablePointer<Int32>
  private let values: UnsafeMutablePointer<Double>
  private let control, info: UnsafeMutablePointer<Double>
  private let integers: UnsafeMutablePointer<Int32>
  private let work: UnsafeMutablePointer<Double>
  private var numeric: UnsafeMutableRawPointer?

  static let blasLimited: Void = cumfpack_limit_blas_to_one_thread()

  /// Factorizes `matrix` − `shift` · 1.
  package init(_ matrix: Triplets<Double>, shift: Double) throws(ModeError) {
    _ = Self.blasLimited
    size = matrix.size
    var shifted = matrix
    for row in 0..<matrix.size { shifted.add(row, row, -shift) }
    let entries = shifted.values.count
    starts = .allocate(capacity: size + 1)
    indices = .allocate(capacity: entries)
    values = .allocate(capacity: entries)
    control = .allocate(capacity: Int(UMFPACK_CONTROL))
    info = .allocate(capacity: Int(UMFPACK_INFO))
    integers = .allocate(capacity: size)
    work = .allocate(capacity: 5 * size)
    umfpack_di_defaults(control)
    control[Int(UMFPACK_IRSTEP)] = 0

    let n = Int32(size)
    var status = shifted.rows.withUnsafeBufferPointer { rows in
      shifted.columns.withUnsafeBufferPointer { columns in
        shifted.values.withUnsafeBufferPointer { entry in
          umfpack_di_triplet_to_col(
            n, n, Int32(entries), rows.baseAddress, columns.baseAddress, entry.baseAddress, starts, indices, values, nil
          )
        }
      }
    }
    if status == 0 {
      var symbolic: UnsafeMutableRawPointer?
      status = umfpack_di_symbolic(n, n, starts, indices, values, &symbolic, control, info)
      if status == 0 {
        var factors: UnsafeMutableRawPointer?
        status = umfpack_di_numeric(starts, indices, values, symbolic, &factors, control, info)
        numeric = factors
      }
      umfpack_di_free_symbolic(&symbolic)
    }
    guard status == 0 else { throw .factorizationFailed(status: Int(status)) }
  }

  deinit {
    if numeric != nil { umfpack_di_free_numeric(&numeric) }
    starts.deallocate()
    indices.deallocate()
    values.deallocate()
    control.deallocate()
    info.deallocate()
    integers.deallocate()
    work.deallocate()
  }

  /// Solves for one right side; both have `size` elements.
  func solve(_ right: UnsafePointer<Double>, into solution: UnsafeMutablePointer<Double>) throws(ModeError) {
    let status = umfpack_di_wsolve(
      Int32(UMFPACK_A), starts, indices, values, solution, right, numeric, control, info, integers, work)
    guard status == 0 else { throw .factorizationFailed(status: Int(status)) }
  }
}

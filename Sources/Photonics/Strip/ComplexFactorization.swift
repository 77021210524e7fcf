internal import CUMFPACK

/// A square sparse complex matrix by columns, with its diagonal marked and its elimination planned: what all shifts have
/// in common.
struct ComplexColumns: Sendable {
  let size: Int
  fileprivate let starts, indices: [Int32]
  fileprivate let values: [Complex]
  /// Where the diagonal's entries are among the values.
  fileprivate let diagonal: [Int]
  fileprivate let plan: EliminationPlan

  init(_ matrix: Triplets<Complex>) throws(ModeError) {
    let n = matrix.size
    let entries = matrix.values.count
    var starts = [Int32](repeating: 0, count: n + 1)
    var indices = [Int32](repeating: 0, count: entries)
    var values = [Complex](repeating: Complex(0), count: entries)
    // Packed complex numbers: the second array of each pair is absent.
    let status = starts.withUnsafeMutableBufferPointer { start in
      indices.withUnsafeMutableBufferPointer { index in
        values.withUnsafeMutableBufferPointer { value in
          matrix.rows.withUnsafeBufferPointer { rows in
            matrix.columns.withUnsafeBufferPointer { columns in
              matrix.values.withUnsafeBufferPointer { entry in
                umfpack_zi_triplet_to_col(
                  Int32(n), Int32(n), Int32(entries), rows.baseAddress, columns.baseAddress, entry.doubles, nil,
                  start.baseAddress, index.baseAddress, UnsafeMutablePointer(mutating: value.doubles), nil, nil)
              }
            }
          }
        }
      }
    }
    guard status == 0 else { throw .factorizationFailed(status: Int(status)) }
    let used = Int(starts[n])
    self.size = n
    self.starts = starts
    self.indices = Array(indices.prefix(used))
    self.values = Array(values.prefix(used))
    diagonal = (0..<n).flatMap { column in
      (Int(starts[column])..<Int(starts[column + 1])).filter { Int(indices[$0]) == column }
    }
    plan = try EliminationPlan(size: n, starts: starts, indices: self.indices, values: self.values)
  }
}

/// UMFPACK's symbolic analysis; read only, so that threads may share it.
private final class EliminationPlan: @unchecked Sendable {
  let symbolic: UnsafeMutableRawPointer?

  init(size: Int, starts: [Int32], indices: [Int32], values: [Complex]) throws(ModeError) {
    let n = Int32(size)
    var symbolic: UnsafeMutableRawPointer?
    let status = starts.withUnsafeBufferPointer { starts in
      indices.withUnsafeBufferPointer { indices in
        values.withUnsafeBufferPointer { entry in
          umfpack_zi_symbolic(n, n, starts.baseAddress, indices.baseAddress, entry.doubles, nil, &symbolic, nil, nil)
        }
      }
    }
    self.symbolic = symbolic
    guard status == 0 else { throw .factorizationFailed(status: Int(status)) }
  }

  deinit {
    var symbolic = symbolic
    umfpack_zi_free_symbolic(&symbolic)
  }
}

/// The LU factors of a complex sparse matrix less a multiple of the identity, by UMFPACK; one thread.
///
/// A class because it owns C memory; confined to the solve that made it.
final class ComplexFactorization {
  private let matrix: ComplexColumns
  private let values: [Complex]
  private let control, info, work: UnsafeMutablePointer<Double>
  private let integers: UnsafeMutablePointer<Int32>
  private var numeric: UnsafeMutableRawPointer?

  /// Factorizes `matrix` − `shift` · 1.
  init(_ matrix: ComplexColumns, shift: Complex) throws(ModeError) {
    _ = SparseFactorization.blasLimited
    self.matrix = matrix
    var shifted = matrix.values
    for k in matrix.diagonal { shifted[k] = shifted[k] - shift }
    values = shifted
    control = .allocate(capacity: Int(UMFPACK_CONTROL))
    info = .allocate(capacity: Int(UMFPACK_INFO))
    work = .allocate(capacity: 10 * matrix.size)
    integers = .allocate(capacity: matrix.size)
    umfpack_zi_defaults(control)
    control[Int(UMFPACK_IRSTEP)] = 0
    var factors: UnsafeMutableRawPointer?
    var status: Int32 = 0
    matrix.starts.withUnsafeBufferPointer { starts in
      matrix.indices.withUnsafeBufferPointer { indices in
        values.withUnsafeBufferPointer { entry in
          status = umfpack_zi_numeric(
            starts.baseAddress, indices.baseAddress, entry.doubles, nil, matrix.plan.symbolic, &factors, control, info)
        }
      }
    }
    numeric = factors
    guard status == 0 else { throw .factorizationFailed(status: Int(status)) }
  }

  deinit {
    if numeric != nil { umfpack_zi_free_numeric(&numeric) }
    control.deallocate()
    info.deallocate()
    work.deallocate()
    integers.deallocate()
  }

  /// The solution for one right side.
  func solve(_ right: [Complex]) throws(ModeError) -> [Complex] {
    var solution = [Complex](repeating: Complex(0), count: matrix.size)
    let status = matrix.starts.withUnsafeBufferPointer { starts in
      matrix.indices.withUnsafeBufferPointer { indices in
        values.withUnsafeBufferPointer { entry in
          right.withUnsafeBufferPointer { right in
            solution.withUnsafeMutableBufferPointer { solution in
              umfpack_zi_wsolve(
                Int32(UMFPACK_A), starts.baseAddress, indices.baseAddress, entry.doubles, nil,
                UnsafeMutablePointer(mutating: solution.doubles), nil, right.doubles, nil, numeric, control, info,
                integers, work)
            }
          }
        }
      }
    }
    guard status == 0 else { throw .factorizationFailed(status: Int(status)) }
    return solution
  }
}

extension UnsafeBufferPointer<Complex> {
  /// The same memory as pairs of real and imaginary part.
  fileprivate var doubles: UnsafePointer<Double>? {
    UnsafeRawPointer(baseAddress)?.assumingMemoryBound(to: Double.self)
  }
}

extension UnsafeMutableBufferPointer<Complex> {
  /// The same memory as pairs of real and imaginary part.
  fileprivate var doubles: UnsafePointer<Double>? { UnsafeBufferPointer(self).doubles }
}

internal import CARPACK
internal import Synchronization

/// The eigenvalues of a real sparse matrix nearest to a shift, by ARPACK's implicitly restarted Arnoldi method on
/// (A − σ)⁻¹ (Lehoucq, Sorensen and Yang, ARPACK Users' Guide (1998), mode 3).
package struct ShiftInvert {
  /// An eigenvalue and its vector.
  package struct Pair {
    package var value: Double
    package var vector: [Double]
  }

  /// Restarts before it gives up.
  static let restarts = 300

  /// ARPACK keeps its state in Fortran's saved variables: one search at a time.
  private static let arpack = Mutex<Void>(())

  /// The `count` real eigenvalues nearest to the shift that `factors` were made with, the highest first. Complex pairs,
  /// which a lossless guide has only far below its guided modes, are left out.
  /// `tolerance` is how small a residual must be against the eigenvalue of the inverse: an n² a distance δ from the
  /// shift is then good to about δ · tolerance.
  package static func nearest(
    _ count: Int, to shift: Double, _ factors: SparseFactorization, tolerance: Double = 1e-9
  ) throws(ModeError) -> [Pair] {
    let result: Result<[Pair], ModeError> = arpack.withLock { _ in
      do throws(ModeError) { return .success(try search(count, shift, factors, tolerance)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func search(
    _ count: Int, _ shift: Double, _ factors: SparseFactorization, _ tolerance: Double
  ) throws(ModeError) -> [Pair] {
    let n = factors.size
    let wanted = min(count, n - 3)
    let basis = min(max(2 * wanted + 4, 16), n)
    let workLength = 3 * basis * basis + 6 * basis
    let residual = UnsafeMutablePointer<Double>.allocate(capacity: n)
    let vectors = UnsafeMutablePointer<Double>.allocate(capacity: n * basis)
    let space = UnsafeMutablePointer<Double>.allocate(capacity: 3 * n)
    let work = UnsafeMutablePointer<Double>.allocate(capacity: workLength)
    let real = UnsafeMutablePointer<Double>.allocate(capacity: wanted + 1)
    let imaginary = UnsafeMutablePointer<Double>.allocate(capacity: wanted + 1)
    let extra = UnsafeMutablePointer<Double>.allocate(capacity: 3 * basis)
    let parameters = UnsafeMutablePointer<Int32>.allocate(capacity: 11)
    let pointers = UnsafeMutablePointer<Int32>.allocate(capacity: 14)
    let select = UnsafeMutablePointer<Int32>.allocate(capacity: basis)
    let flags = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
    defer {
      for buffer in [residual, vectors, space, work, real, imaginary, extra] { buffer.deallocate() }
      for buffer in [parameters, pointers, select, flags] { buffer.deallocate() }
    }
    // The same start always: the same bytes out.
    var state: UInt64 = 1
    for k in 0..<n {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      residual[k] = Double(state >> 11) * 0x1p-53 - 0.5
    }
    vectors.initialize(repeating: 0, count: n * basis)
    space.initialize(repeating: 0, count: 3 * n)
    work.initialize(repeating: 0, count: workLength)
    parameters.initialize(repeating: 0, count: 11)
    pointers.initialize(repeating: 0, count: 14)
    select.initialize(repeating: 0, count: basis)
    parameters[0] = 1
    parameters[2] = Int32(restarts)
    parameters[3] = 1
    parameters[6] = 3
    flags[0] = 0  // what ARPACK asks for
    flags[1] = 1  // in: a start vector is given; out: status
    repeat {
      dnaupd_c(
        flags, "I", Int32(n), "LM", Int32(wanted), tolerance, residual, Int32(basis), vectors, Int32(n), parameters,
        pointers, space, work, Int32(workLength), flags + 1)
      if flags[0] == 1 || flags[0] == -1 {
        try factors.solve(space + Int(pointers[0]) - 1, into: space + Int(pointers[1]) - 1)
      }
    } while flags[0] != 99
    let converged = Int(parameters[4])
    guard flags[1] == 0, converged >= wanted else { throw .notConverged(found: max(0, converged), wanted: count) }
    dneupd_c(
      1, "A", select, real, imaginary, vectors, Int32(n), shift, 0, extra, "I", Int32(n), "LM", Int32(wanted),
      tolerance,
      residual, Int32(basis), vectors, Int32(n), parameters, pointers, space, work, Int32(workLength), flags + 1)
    guard flags[1] == 0 else { throw .notConverged(found: 0, wanted: count) }
    return (0..<wanted).filter { imaginary[$0] == 0 }
      .map { Pair(value: real[$0], vector: Array(UnsafeBufferPointer(start: vectors + $0 * n, count: n))) }
      .sorted { $0.value > $1.value }
  }
}

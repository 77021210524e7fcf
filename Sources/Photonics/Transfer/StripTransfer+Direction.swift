internal import Glibc

extension StripTransfer {
  /// The two ends of a strip, as the dipole sees them.
  public enum End: Sendable, Hashable {
    /// Towards which z counts.
    case forward
    /// Against it.
    case backward
  }

  /// `oneEnd` for a dipole in any direction.
  ///
  /// A mode's field along the strip is a quarter of a period behind its transverse field, with opposite signs in the two
  /// directions. A tilted dipole launches their sum, p·(e_x, e_y, ∓i e_z): each mode's power adds up as if x, y and z were
  /// dipoles apart, but modes that beat do so with another phase, so the two ends may get different shares. Over all directions
  /// that evens out.
  ///
  /// - Parameters:
  ///   - direction: of the dipole.
  ///   - end: whether the strip's end lies forward or backward of the dipole.
  ///   - length: from the dipole to that end, in nanometres.
  public func rate(along direction: DipoleDirection, end: End, lengthNanometers length: Double) -> Double {
    let k0 = 2 * Double.pi / wavelengthNanometers
    let sign: Double = end == .forward ? -1 : 1
    return overlaps.reduce(0) { sum, overlap in
      var (real, imaginary) = (0.0, 0.0)
      for (k, mode) in supermodes.enumerated() {
        let a = mode.amplitudes
        let transverse = direction.x * a[0] + direction.y * a[1]
        let along = sign * direction.z * a[2]
        let size = overlap[k] * exp(-mode.lossPerNanometer * length / 2)
        let (c, s) = (cos(k0 * mode.effectiveIndex * length), sin(k0 * mode.effectiveIndex * length))
        real += size * (transverse * c - along * s)
        imaginary += size * (transverse * s + along * c)
      }
      return sum + real * real + imaginary * imaginary
    }
  }
}

import Detectors
import RandomStreams

/// How an instrument cuts time into bins, in exact integer arithmetic.
protocol TimeSteps: Sendable {
  /// The bin of a time that is not negative, in `FineTime` units.
  func bin(of time: Int64) -> Int64
}

/// Equal bins whose width is a power of two of the unit: the PicoHarp's 4 ps times a power of two.
struct PowerOfTwoSteps: TimeSteps {
  let shift: Int64

  @inline(__always)
  func bin(of time: Int64) -> Int64 { time &>> shift }
}

/// Equal bins of any width.
struct EqualSteps: TimeSteps {
  let width: Int64

  @inline(__always)
  func bin(of time: Int64) -> Int64 { time / width }
}

/// Bins of unequal width, in a pattern that begins again and again.
struct UnequalSteps: TimeSteps {
  /// Mean width in units.
  private let width: Int64
  /// Where each bin of the pattern begins, and last its end, in units of 2⁻¹⁶ of a mean width.
  private let boundaries: [Int64]
  private let bins: Int64

  /// - Parameters:
  ///   - width: mean width in units.
  ///   - widths: the pattern.
  init(width: Int64, widths: BinWidths) {
    let pattern: [Double]
    switch widths {
    case .table(let table): pattern = table
    case .drawn(let deviation, let seed):
      var stream = RandomStream(seed: seed, purpose: .binWidths, entity: 0, block: 0)
      let ziggurat = Ziggurat()
      // A bin cannot be narrower than nothing; beyond five deviations of a tenth this has no chance to matter.
      pattern = (0..<BinWidths.drawnBins).map { _ in max(0.01, 1 + deviation * ziggurat.normal(&stream)) }
    }
    self.width = width
    bins = Int64(pattern.count)
    let mean = pattern.reduce(0, +) / Double(pattern.count)
    var sum = 0.0
    var boundaries: [Int64] = [0]
    for width in pattern.dropLast() {
      sum += width / mean
      boundaries.append(Int64((sum * 0x1p16).rounded()))
    }
    self.boundaries = boundaries + [bins &<< 16]
  }

  func bin(of time: Int64) -> Int64 {
    let cycle = width &* bins
    let start = time / cycle
    let within = time &- start &* cycle
    // Between two units lie boundaries, too: a fraction that looks random decides, the same for the same time.
    let fraction = Int64(bitPattern: (UInt64(bitPattern: time) &* 0x9E37_79B9_7F4A_7C15) &>> 48)
    let place = (within &<< 16 &+ fraction) / width
    var bin = within / width
    boundaries.withUnsafeBufferPointer { boundaries in
      while boundaries[Int(bin)] > place { bin &-= 1 }
      while boundaries[Int(bin) + 1] <= place { bin &+= 1 }
    }
    return start &* bins &+ bin
  }
}

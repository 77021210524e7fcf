/// How the spot is led over the sample: line after line along x, resting for a dwell time at every pixel.
///
/// Pixels stand at the multiples of the step from 0 to the end of the field, both ends included.
public struct RasterScan: Sendable, Hashable {
  /// The direction of the lines.
  public enum Order: String, Sendable, CaseIterable {
    /// All lines from left to right, with a fly-back between them.
    case unidirectional
    /// Every other line from right to left.
    case serpentine
  }

  /// A place of the raster.
  public struct Pixel: Sendable, Hashable {
    /// Counted along x from 0.
    public var column: Int
    /// Counted along y from 0.
    public var row: Int

    /// The pixel in a column and a row.
    public init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }
  }
  /// Extent of the field along x, in micrometres.
  public var widthMicrometers: Double
  /// Extent of the field along y, in micrometres.
  public var heightMicrometers: Double
  /// Distance of neighbouring pixels, in micrometres.
  public var stepMicrometers: Double
  /// How long the spot rests and photons are counted at a pixel, in seconds.
  public var dwellSeconds: Double
  /// The direction of the lines.
  public var order: Order
  /// The time from a line's end to the start of the next, in seconds; the laser is off and nothing is counted.
  public var flyBackSeconds: Double

  /// A raster, unchecked: lengths in micrometres, times in seconds, the step not larger than the field.
  public init(
    widthMicrometers: Double, heightMicrometers: Double, stepMicrometers: Double, dwellSeconds: Double,
    order: Order = .unidirectional, flyBackSeconds: Double = 0
  ) {
    self.widthMicrometers = widthMicrometers
    self.heightMicrometers = heightMicrometers
    self.stepMicrometers = stepMicrometers
    self.dwellSeconds = dwellSeconds
    self.order = order
    self.flyBackSeconds = flyBackSeconds
  }

  /// Pixels in a line; a field that is a whole number of steps but for rounding has a pixel at its end.
  public var columns: Int { Int(widthMicrometers / stepMicrometers + 1e-9) + 1 }
  /// Lines.
  public var rows: Int { Int(heightMicrometers / stepMicrometers + 1e-9) + 1 }
  /// Pixels of the whole image.
  public var pixelCount: Int { columns * rows }

  /// The place of a pixel, in micrometres from the field's corner.
  public func place(of pixel: Pixel) -> SamplePlace {
    SamplePlace(
      xMicrometers: Double(pixel.column) * stepMicrometers, yMicrometers: Double(pixel.row) * stepMicrometers)
  }

  /// Whether a place lies in the field.
  public func contains(_ place: SamplePlace) -> Bool {
    (0...widthMicrometers).contains(place.xMicrometers) && (0...heightMicrometers).contains(place.yMicrometers)
  }

  /// The pixel that is visited at a number, counted from 0.
  public func pixel(ofVisit number: Int) -> Pixel {
    let (row, place) = number.quotientAndRemainder(dividingBy: columns)
    return Pixel(column: order == .serpentine && row % 2 == 1 ? columns - 1 - place : place, row: row)
  }

  /// When the counting at the pixel of a visit begins, in seconds.
  public func startSeconds(ofVisit number: Int) -> Double {
    Double(number) * dwellSeconds + Double(number / columns) * flyBackSeconds
  }

  /// The time from the first to the last count, in seconds.
  public var durationSeconds: Double { startSeconds(ofVisit: pixelCount - 1) + dwellSeconds }

  /// Where a pixel stands in an image that is stored line by line.
  public func index(of pixel: Pixel) -> Int { pixel.row * columns + pixel.column }
}

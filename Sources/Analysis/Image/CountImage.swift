/// A raster image of counts, from a scan or a camera.
public struct CountImage: Sendable, Hashable {
  /// Pixels in a line.
  public var columns: Int
  /// Counts, line by line; negative where nothing was measured.
  public var counts: [Int]
  /// Distance of neighbouring pixels, the same along x and y, in micrometres.
  public var stepMicrometers: Double
  /// How long each pixel was counted, in seconds.
  public var dwellSeconds: Double

  /// Lines.
  public var rows: Int { counts.count / columns }

  /// An image; the number of counts is a multiple of `columns`, the rest above 0.
  public init(columns: Int, counts: [Int], stepMicrometers: Double, dwellSeconds: Double) {
    self.columns = columns
    self.counts = counts
    self.stepMicrometers = stepMicrometers
    self.dwellSeconds = dwellSeconds
  }

  /// The counts at a pixel; `nil` outside the image and where nothing was measured.
  public subscript(column: Int, row: Int) -> Int? {
    guard column >= 0, column < columns, row >= 0, row < rows else { return nil }
    let value = counts[row * columns + column]
    return value < 0 ? nil : value
  }
}

import Reporting
import Testing

@Suite struct ThinningTests {
  @Test func extremesAndEndsSurvive() {
    var noise = Noise(state: 5)
    var points = (0..<100_000).map { PixelPoint(x: Double($0) * 0.0066, y: 200 + noise.normal()) }
    points[31_415].y = -50
    points[27_182].y = 500
    let kept = thinned(points, columnWidth: 1)
    #expect(kept.count <= 4 * 661)
    #expect(kept.map(\.y).min() == -50)
    #expect(kept.map(\.y).max() == 500)
    #expect(kept.first == points.first && kept.last == points.last)
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test func everyColumnKeepsItsExtremes() {
    var noise = Noise(state: 6)
    let points = (0..<5000).map { PixelPoint(x: Double($0) * 0.02, y: noise.normal()) }
    let kept = thinned(points, columnWidth: 1)
    for column in 0..<100 {
      let before = points.filter { Int($0.x) == column }.map(\.y)
      let after = kept.filter { Int($0.x) == column }.map(\.y)
      #expect(before.min() == after.min() && before.max() == after.max())
    }
  }

  @Test func sparseLinesAreLeftAlone() {
    let points = (0..<50).map { PixelPoint(x: Double($0) * 3, y: Double($0 % 7)) }
    #expect(thinned(points, columnWidth: 1) == points)
    #expect(thinned([], columnWidth: 1).isEmpty)
  }

  @Test func pathsAreShort() {
    let corner = [PixelPoint(x: 1, y: 2), PixelPoint(x: 1, y: 5.25), PixelPoint(x: 3, y: 5.25), PixelPoint(x: 4, y: 6)]
    #expect(pathData(corner) == "M1,2V5.3H3L4,6")
    #expect(pathData([PixelPoint(x: 1, y: 1), PixelPoint(x: 1, y: 1)]) == "M1,1")
    #expect(coordinate(-0.04) == "0" && coordinate(-12.34) == "-12.3" && coordinate(1e30) == "99999")
  }
}

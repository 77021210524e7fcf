import Bench
import Emitters
import Prediction
import Reporting
import Scenarios

/// g2(0) of many sites of a sample on which emitters lie at random.
struct SitesOutput: Encodable {
  struct Site: Encodable {
    var site: Int
    var emitters: Int
    var rateHz: Double
    @OrNull var g2Zero: Double?
    @OrNull var g2ZeroBackgroundFree: Double?
    enum CodingKeys: String, CodingKey {
      case site, emitters
      case rateHz = "rate_hz"
      case g2Zero = "g2_zero"
      case g2ZeroBackgroundFree = "g2_zero_background_free"
    }
  }
  var sites: [Site] = []
  /// Of the sites that hold an emitter, those that hold one.
  @OrNull var singleShare: Double?
  /// Of the sites that hold an emitter, those with g2(0) without background below one half.
  @OrNull var belowHalfShare: Double?

  enum CodingKeys: String, CodingKey {
    case sites
    case singleShare = "single_share"
    case belowHalfShare = "below_half_share"
  }

  /// - Parameter scenario: reads the scenario at a site.
  init(count: Int, scenario: (Int) throws -> Scenario) throws {
    for number in 0..<count {
      let bench = try scenario(number).bench
      let predictor = Predictor(bench: bench)
      sites.append(
        Site(
          site: number, emitters: bench.emitters.count, rateHz: predictor.recordedRatesHz.reduce(0, +),
          g2Zero: predictor.g2Zero, g2ZeroBackgroundFree: bench.emitters.isEmpty ? nil : predictor.g2ZeroBackgroundFree)
      )
    }
    let occupied = sites.filter { $0.emitters > 0 }
    guard !occupied.isEmpty else { return }
    singleShare = Double(occupied.count { $0.emitters == 1 }) / Double(occupied.count)
    belowHalfShare = Double(occupied.count { ($0.g2ZeroBackgroundFree ?? 1) < 0.5 }) / Double(occupied.count)
  }

  /// By number of emitters: how many sites, and how g2(0) is distributed over them.
  var table: Table {
    var table = Table([
      .init("emitters"), .init("sites", .right), .init("mean rate", .right), .init("g2(0): least", .right),
      .init("median", .right), .init("most", .right), .init("median without background", .right),
    ])
    for (number, group) in Dictionary(grouping: sites, by: \.emitters).sorted(by: { $0.key < $1.key }) {
      func text(_ values: [Double], _ share: Double) -> String {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return "–" }
        return NumberFormat.fixed(sorted[Int(share * Double(sorted.count - 1) + 0.5)], places: 3)
      }
      let raw = group.compactMap(\.g2Zero)
      table.append(
        "\(number)", NumberFormat.count(group.count),
        NumberFormat.rate(group.reduce(0) { $0 + $1.rateHz } / Double(group.count), digits: 4), text(raw, 0),
        text(raw, 0.5),
        text(raw, 1), text(group.compactMap(\.g2ZeroBackgroundFree), 0.5))
    }
    return table
  }
}

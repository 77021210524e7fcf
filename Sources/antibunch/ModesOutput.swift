import Photonics
import Reporting
import Scenarios

/// What `modes` prints as JSON.
struct ModesOutput: Encodable {
  struct Orientations: Encodable {
    var x: Double
    var y: Double
    var z: Double
    var average: Double
  }
  struct Mode: Encodable {
    var polarization: String
    var effectiveIndex: Double
    var groupIndex: Double
    var effectiveAreaUm2: Double
    var stripConfinement: Double
    var guideConfinement: Double
    /// The dipole's rate into the mode, both directions, over its rate in free space.
    @OrNull var rateOverFreeSpace: Orientations? = nil
    /// The same over the dipole's own total rate; null where that is not calculated.
    @OrNull var beta: Orientations? = nil
    enum CodingKeys: String, CodingKey {
      case polarization, beta
      case effectiveIndex = "effective_index"
      case groupIndex = "group_index"
      case effectiveAreaUm2 = "effective_area_um2"
      case stripConfinement = "strip_confinement"
      case guideConfinement = "guide_confinement"
      case rateOverFreeSpace = "rate_over_free_space"
    }
  }
  struct Purcell: Encodable {
    /// Total rate of the dipole, averaged over orientations, over its rate in free space.
    var overFreeSpace: Double
    /// The same over that of a dipole on the bare substrate.
    var overSubstrate: Double
    /// The same for each orientation.
    var overSubstrateByOrientation: Orientations
    /// `overSubstrate` with the guide as a flat layer of its depth and peak index; null beside a strip.
    @OrNull var flatLayersOverSubstrate: Double?
    enum CodingKeys: String, CodingKey {
      case flatLayersOverSubstrate = "flat_layers_over_substrate"
      case overFreeSpace = "over_free_space"
      case overSubstrate = "over_substrate"
      case overSubstrateByOrientation = "over_substrate_by_orientation"
    }
  }
  struct Coupling: Encodable {
    /// Into all guided modes found, both directions, averaged over orientations, over the rate in free space.
    var rateOverFreeSpace: Double
    /// The same as a share of the dipole's own total rate; null where that is not calculated.
    @OrNull var beta: Double?
    enum CodingKeys: String, CodingKey {
      case beta
      case rateOverFreeSpace = "rate_over_free_space"
    }
  }
  var modes: [Mode]
  @OrNull var purcell: Purcell? = nil
  @OrNull var coupling: Coupling? = nil
  /// What leaks from a guide without a strip, but close along it; null beside a strip.
  @OrNull var nearlyGuided: NearlyGuided? = nil
  /// By the objective; null without one.
  @OrNull var collection: Collection? = nil
  /// From the strip into the guide; null without a strip of known length.
  @OrNull var transfer: Transfer? = nil
  /// The light in the guide in either unit, beside what was published; null without a dipole.
  @OrNull var normalisation: Normalisation? = nil
  /// The file's variants.
  var variants: [Variant] = []
  /// Values over the axes of a map; null without `--map`.
  @OrNull var map: DeviceMap.Output? = nil
  var notes: [String]

  enum CodingKeys: String, CodingKey {
    case modes, purcell, coupling, collection, transfer, normalisation, variants, map, notes
    case nearlyGuided = "nearly_guided"
  }
}

extension ModesOutput {
  struct NearlyGuided: Encodable {
    /// How far below cutoff the effective indices reach.
    var indices: Double
    /// Both directions, averaged over orientations, over the rate in free space.
    var rateOverFreeSpace: Double
    /// The same on the substrate without the guide: what has nothing to do with it.
    var onBareSubstrate: Double
    enum CodingKeys: String, CodingKey {
      case indices
      case rateOverFreeSpace = "rate_over_free_space"
      case onBareSubstrate = "on_bare_substrate"
    }
  }

  struct Transfer: Encodable {
    struct Supermode: Encodable {
      var effectiveIndex: Double
      var stripConfinement: Double
      var lossDecibelsPerCentimeter: Double
      enum CodingKeys: String, CodingKey {
        case effectiveIndex = "effective_index"
        case stripConfinement = "strip_confinement"
        case lossDecibelsPerCentimeter = "loss_db_per_cm"
      }
    }
    var stripLengthUm: Double
    var dipolePositionUm: Double
    /// All modes of the strip's section.
    var supermodes: [Supermode]
    /// Rates into the guide's modes over the rate in free space: at both ends, and at the far end alone.
    var bothEnds: Orientations
    var oneEnd: Orientations
    /// Both ends, averaged over dipoles anywhere along the strip.
    var meanOverPosition: Orientations
    /// The way after which two beating modes have exchanged strip and guide; null if there are none.
    @OrNull var beatHalfLengthUm: Double?
    /// The way to the end at which most light reaches the guide.
    var best: Best
    struct Best: Encodable {
      var lengthUm: Double
      var bothEnds: Double
      enum CodingKeys: String, CodingKey {
        case lengthUm = "length_um"
        case bothEnds = "both_ends"
      }
    }
    enum CodingKeys: String, CodingKey {
      case best, supermodes
      case stripLengthUm = "strip_length_um"
      case dipolePositionUm = "dipole_position_um"
      case bothEnds = "both_ends"
      case oneEnd = "one_end"
      case meanOverPosition = "mean_over_position"
      case beatHalfLengthUm = "beat_half_length_um"
    }
  }

  struct Collection: Encodable {
    var numericalAperture: Double
    var rateOverFreeSpace: Orientations
    var shareOfOwnRate: Orientations
    enum CodingKeys: String, CodingKey {
      case numericalAperture = "numerical_aperture"
      case rateOverFreeSpace = "rate_over_free_space"
      case shareOfOwnRate = "share_of_own_rate"
    }
  }

  struct Normalisation: Encodable {
    /// Into the guide, both directions, over the dipole's rate in free space.
    var rateOverFreeSpace: Double
    /// The same over the dipole's own total rate.
    @OrNull var shareOfOwnRate: Double?
    /// What the file says was published, and where.
    @OrNull var publishedCoupling: Double?
    @OrNull var publishedPlace: String?
    /// The unit in which the published number is nearer to this model, "rate_over_free_space" or "share_of_own_rate": an
    /// inference.
    @OrNull var publishedIsNearerTo: String?
    enum CodingKeys: String, CodingKey {
      case rateOverFreeSpace = "rate_over_free_space"
      case shareOfOwnRate = "share_of_own_rate"
      case publishedCoupling = "published_coupling"
      case publishedPlace = "published_place"
      case publishedIsNearerTo = "published_is_nearer_to"
    }
  }

  struct Variant: Encodable {
    var name: String
    var bothEnds: Double
    var meanOverPosition: Double
    /// `bothEnds` over that of the file as it stands.
    var relative: Double
    /// What the two modes lose that share strip and guide.
    var lossDecibelsPerCentimeter: [Double]
    enum CodingKeys: String, CodingKey {
      case name, relative
      case lossDecibelsPerCentimeter = "loss_db_per_cm"
      case bothEnds = "both_ends"
      case meanOverPosition = "mean_over_position"
    }
  }
}

extension ModesOutput.Orientations {
  init(_ rate: DipoleRate) { self.init(x: rate.x, y: rate.y, z: rate.z, average: rate.average) }
  init(_ ratio: (x: Double, y: Double, z: Double, average: Double)) {
    self.init(x: ratio.x, y: ratio.y, z: ratio.z, average: ratio.average)
  }
}

extension ModesOutput.Mode {
  init(_ mode: GuidedMode, rate: DipoleRate?, total: DipoleRate?) {
    polarization = mode.polarization.rawValue
    effectiveIndex = mode.effectiveIndex
    groupIndex = mode.groupIndex
    effectiveAreaUm2 = mode.effectiveAreaSquareNanometers * 1e-6
    stripConfinement = mode.stripConfinement
    guideConfinement = mode.guideConfinement
    guard let rate else { return }
    rateOverFreeSpace = .init(rate)
    guard let total else { return }
    // Averaged over emitters of all orientations: the ratio of the averages.
    beta = .init(
      x: rate.x / total.x, y: rate.y / total.y, z: rate.z / total.z, average: rate.average / total.average)
  }
}

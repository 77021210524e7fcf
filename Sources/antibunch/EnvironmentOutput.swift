import Emitters
import Reporting
import Scenarios

/// Whose coupling and Purcell factor a bench has, as `predict` and `run` print it.
struct DeviceOutput: Encodable {
  var source: String
  var coupling: Double
  /// What the coupling is a share of, and at how many ends of the guide.
  var couplingMeaning: String
  var purcell: Double
  enum CodingKeys: String, CodingKey {
    case source, coupling, purcell
    case couplingMeaning = "coupling_meaning"
  }

  init(_ device: Device) {
    source = device.source.rawValue
    coupling = device.coupling
    couplingMeaning =
      switch device.source {
      case .model: "share of the emitter's own rate, at the fibre's end of the guide"
      case .paperFDTD: "as published, taken for a share; unit and number of ends are not stated there"
      case .measured: "the measured increase times a published coupling, taken for a share"
      }
    purcell = device.purcellFactor
  }

  func append(to table: inout Table) {
    table.append("coupling, \(source)", NumberFormat.percent(coupling, places: 2))
    table.append("  (\(couplingMeaning))", "")
    table.append("Purcell factor, \(source)", NumberFormat.significant(purcell, digits: 4))
  }
}

/// What the environment changes, as `predict` and `run` print it.
struct EnvironmentOutput: Encodable {
  struct Emitter: Encodable {
    var name: String
    /// Lifetimes of the level that shines, per slow state.
    var lifetimesReferenceNs: [Double?]
    var lifetimesNs: [Double?]
    /// The ratio of their means with equal weights.
    @OrNull var lifetimeRatioEqualWeight: Double?
    enum CodingKeys: String, CodingKey {
      case name
      case lifetimesReferenceNs = "lifetimes_reference_ns"
      case lifetimesNs = "lifetimes_ns"
      case lifetimeRatioEqualWeight = "lifetime_ratio_equal_weight"
    }
  }
  var reference: String
  /// By how much radiative rates are higher.
  var purcellRadiative: Double
  var emitters: [Emitter]

  enum CodingKeys: String, CodingKey {
    case reference
    case purcellRadiative = "purcell_radiative"
    case emitters
  }

  init(_ environment: Environment, _ emitters: [Emitters.Emitter]) {
    reference = environment.reference
    purcellRadiative = environment.purcellFactor
    self.emitters = emitters.map {
      Emitter(
        name: $0.name, lifetimesReferenceNs: environment.atReference($0).brightLifetimesNanoseconds,
        lifetimesNs: $0.brightLifetimesNanoseconds, lifetimeRatioEqualWeight: environment.lifetimeRatio($0))
    }
  }

  func append(to table: inout Table) {
    table.append("radiative rates over those \(reference)", NumberFormat.significant(purcellRadiative, digits: 4))
    for emitter in emitters {
      guard let ratio = emitter.lifetimeRatioEqualWeight else { continue }
      table.append(
        "\(emitter.name): mean lifetime \(reference) over here, equal weights", NumberFormat.fixed(ratio, places: 4))
      for (there, here) in zip(emitter.lifetimesReferenceNs, emitter.lifetimesNs) {
        guard let there, let here else { continue }
        table.append(
          "\(emitter.name): lifetime",
          "\(NumberFormat.significant(there, digits: 4)) → \(NumberFormat.significant(here, digits: 4)) ns")
      }
    }
  }
}

import Glibc
import Reporting
import Scenarios

/// Coupling and Purcell factors of the paper's simulations, held against the mode solver.
struct PaperDevice {
  var rows: [PaperRow] = []

  init(_ scenarios: PaperScenarios) throws {
    func solve(_ name: String) throws -> ModesOutput {
      let path = scenarios.path("guides/" + name)
      return ModesOutput(
        try DeviceSolution(
          GuideFile(text: readText(path), file: path), count: 8, modesOnly: false, threads: scenarios.threads))
    }
    let strip = try solve("tio2-strip.yaml")
    let bare = try solve("ion-exchanged.yaml")
    guard let into = strip.normalisation, let share = into.shareOfOwnRate, let bareCoupling = bare.coupling,
      let near = bare.nearlyGuided
    else { throw Failure(.fault, "error: the paper's guides have no coupling") }
    let simulated = "main text, The photonic platform: finite-difference time-domain simulation"
    let bareRate = bareCoupling.rateOverFreeSpace + near.rateOverFreeSpace
    rows = [
      try PaperRow(
        "light of the dipole on the strip that goes into the guide", place: simulated, paper: .init(0.259),
        kind: .predicted, ours: .init(into.rateOverFreeSpace), scenario: "guides/tio2-strip.yaml",
        note:
          "over the rate in free space, the normalisation that our number agrees in; as a share of what this dipole sends "
          + "out it is \(NumberFormat.percent(share, places: 1))"),
      try PaperRow(
        "the same on the bare guide", place: "main text, The photonic platform: 1.6 %; around 2 % in the Abstract",
        paper: .init(0.016), kind: .predicted, ours: .init(bareRate), scenario: "guides/ion-exchanged.yaml",
        note: "guided and nearly guided light; in its modes alone "
          + "\(NumberFormat.percent(bareCoupling.rateOverFreeSpace, places: 2)) of the free-space rate"),
      try PaperRow(
        "increase by the strip, simulated", place: "main text, The photonic platform and Discussion: 12 to 13",
        paper: .init(12.5, 0.5), kind: .predicted, ours: .init(into.rateOverFreeSpace / bareRate),
        scenario: "guides/tio2-strip.yaml, guides/ion-exchanged.yaml",
        note: "25.9 % over 1.6 % is 16.2; 12 to 13 comes from the rounded 2 %"),
      try PaperRow(
        "increase by the strip, measured",
        place: "main text, The photonic platform: 2.8 at the most; supplement S3: 1.5",
        paper: .init(2.8),
        kind: .putIn(.init(path: "collection.coupling", resolved: try scenarios.read("fibre-hbt.yaml").resolved)),
        ours: nil, scenario: "fibre-hbt.yaml",
        note:
          "2.8 appears nowhere in the supplement, whose 1.5 at the fibre is not reconcilable with it; the home scenario's "
          + "coupling of 4.5 % is 2.8 times 1.6 %"),
    ]
    if let purcell = strip.purcell, let barePurcell = bare.purcell {
      rows += [
        try PaperRow(
          "Purcell factor of the strip, simulated", place: "main text, Optical characterisation; supplement S4, table",
          paper: .init(1.45), kind: .predicted, ours: .init(purcell.overSubstrate), scenario: "guides/tio2-strip.yaml",
          note:
            "the paper blames orientation for 1.45 against the measured 1.19; a quantum yield below 1 explains part of it"
        ),
        try PaperRow(
          "Purcell factor of the bare guide, simulated", place: "main text, Optical characterisation",
          paper: .init(1.11),
          kind: .predicted, ours: .init(barePurcell.overSubstrate), scenario: "guides/ion-exchanged.yaml"),
      ]
    }
  }
}

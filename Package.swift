// swift-tools-version: 6.2
import PackageDescription

/// One module per step of the photon's journey; `Sources/README.md` draws them.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Swift's own libraries inside the program: it starts a quarter sooner, and runs where no Swift is installed. Sanitizers
/// understand Dispatch only as a shared library.
let linking: [LinkerSetting] =
  Context.environment["ANTIBUNCH_SHARED_SWIFT"] != nil
  ? []
  : [
    .unsafeFlags(["-static-stdlib"]),
    .linkedLibrary("CoreFoundation"), .linkedLibrary("_FoundationICU"), .linkedLibrary("_FoundationCShims"),
    .linkedLibrary("_FoundationCollections"),
  ]

let package = Package(
  name: "antibunch",
  products: [
    .executable(name: "antibunch", targets: ["antibunch"]),
    // For C, and the Python package in `notebooks-export`
    .library(name: "AntibunchC", type: .dynamic, targets: ["AntibunchC"]),
    // What `Benchmarks`, a package of its own, measures
    .library(
      name: "AntibunchModules",
      targets: ["RandomStreams", "Photonics", "Bench", "TimeTags", "Simulation", "Analysis", "Scenarios"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // C libraries of the operating system
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CARPACK", pkgConfig: "arpack", providers: [.apt(["libarpack2-dev"])]),
    .systemLibrary(name: "CUMFPACK", providers: [.apt(["libsuitesparse-dev"])]),
    .systemLibrary(name: "CHDF5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CLibzip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CLibdeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

    // C of our own: loops for the vectors of the processor at hand
    .target(name: "CVectors", exclude: ["README.md", "counts.inc", "lanes.inc"]),

    // Chance, and nothing of physics
    .target(name: "RandomStreams", exclude: ["README.md"], swiftSettings: strict),
    .target(name: "Threads", exclude: ["README.md"], swiftSettings: strict),

    // The photon's journey
    .target(name: "Light", dependencies: ["RandomStreams"], exclude: ["README.md"], swiftSettings: strict),
    .target(name: "Emitters", dependencies: ["Light", "RandomStreams"], exclude: ["README.md"], swiftSettings: strict),
    .target(name: "Optics", dependencies: ["Light"], exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "Photonics", dependencies: ["Optics", "Light", "CARPACK", "CUMFPACK", "CGSL"],
      exclude: ["README.md", "Planar/README.md", "Strip/README.md"], swiftSettings: strict),
    .target(name: "Detectors", dependencies: ["Light"], exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "Bench", dependencies: ["Light", "Emitters", "Optics", "Detectors", "RandomStreams"],
      exclude: ["README.md"],
      swiftSettings: strict),
    .target(name: "ResultCache", dependencies: ["COpenSSL"], exclude: ["README.md"], swiftSettings: strict),
    .target(name: "Records", exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "TimeTags", dependencies: ["Records", "CVectors", "CHDF5", "CLibdeflate"], exclude: ["README.md"],
      swiftSettings: strict
    ),

    // Two independent ways from a bench to numbers
    .target(
      name: "Simulation",
      dependencies: ["Bench", "Light", "Emitters", "Optics", "Detectors", "RandomStreams", "Records", "Threads"],
      exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "Prediction", dependencies: ["Bench", "Light", "Emitters", "Optics", "Detectors", "CGSL"],
      exclude: ["README.md"], swiftSettings: strict),

    // Time tags in, numbers out: cannot see Simulation
    .target(
      name: "Analysis", dependencies: ["TimeTags", "Threads", "CVectors", "CGSL"], exclude: ["README.md"],
      swiftSettings: strict),

    // People
    .target(
      name: "Scenarios",
      dependencies: [
        "Bench", "Light", "Emitters", "Optics", "Detectors", "RandomStreams", "CYAML",
      ],
      exclude: ["README.md"], resources: [.embedInCode("Presets")], swiftSettings: strict),
    .target(
      name: "Devices", dependencies: ["Scenarios", "Photonics", "RandomStreams", "ResultCache"], exclude: ["README.md"],
      swiftSettings: strict),
    .target(
      name: "AntibunchC", dependencies: ["Scenarios", "Simulation", "Records", "Bench", "Detectors", "Emitters"],
      exclude: ["README.md", "antibunch.h", "exports.map"], swiftSettings: strict),
    .target(name: "Reporting", dependencies: ["CLibdeflate"], exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "SweepStore", dependencies: [.product(name: "GRDB", package: "GRDB.swift")], exclude: ["README.md"],
      swiftSettings: strict),
    .executableTarget(
      name: "antibunch",
      dependencies: [
        "Scenarios", "Devices", "Simulation", "Prediction", "Analysis", "Reporting", "TimeTags", "Bench", "Light",
        "Emitters", "Photonics", "Detectors", "COpenSSL", "CGSL", "CLibzip", "ResultCache",
        "SweepStore",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], exclude: ["Reproduce/README.md", "Dataset/README.md", "Export/README.md"],
      resources: [.embedInCode("Export/Python")], swiftSettings: strict, linkerSettings: linking),

    .testTarget(name: "RandomStreamsTests", dependencies: ["RandomStreams", "CGSL"], swiftSettings: strict),
    .testTarget(name: "LightTests", dependencies: ["Light", "CGSL"], swiftSettings: strict),
    .testTarget(name: "PhotonicsTests", dependencies: ["Photonics", "Light", "CGSL"], swiftSettings: strict),
    .testTarget(name: "ResultCacheTests", dependencies: ["ResultCache"], swiftSettings: strict),
    .testTarget(name: "SweepStoreTests", dependencies: ["SweepStore"], swiftSettings: strict),
    .testTarget(name: "TimeTagsTests", dependencies: ["TimeTags"], swiftSettings: strict),
    .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "TimeTags", "CGSL"], swiftSettings: strict),
    .testTarget(
      name: "ScenariosTests",
      dependencies: ["Scenarios", "Devices", "Bench", "Light", "Emitters", "Photonics", "Detectors", "CGSL"],
      swiftSettings: strict),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"], swiftSettings: strict),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Simulation", "Prediction", "Bench", "Light", "Emitters", "Photonics", "Detectors", "Scenarios", "Analysis",
        "TimeTags", "RandomStreams", "CGSL",
      ],
      swiftSettings: strict),
  ]
)

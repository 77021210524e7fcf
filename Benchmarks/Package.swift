// swift-tools-version: 6.2
import PackageDescription

/// Speed of the project. A package of its own, so that whoever builds the project needs none of its dependencies.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let modules = Target.Dependency.product(name: "AntibunchModules", package: "antibunch")

let package = Package(
  name: "benchmarks",
  dependencies: [
    // By name, because the folder may have any.
    .package(name: "antibunch", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // The scenarios that are timed
    .target(name: "Workloads", dependencies: [modules], swiftSettings: strict),

    // Counts calls of malloc in programs that link it
    .target(name: "CAllocations"),

    // The plugin runs executables whose folder lies in one called Benchmarks: this one, and no other.
    .executableTarget(
      name: "AntibunchBenchmarks",
      dependencies: ["Workloads", "CAllocations", modules, .product(name: "Benchmark", package: "benchmark")],
      path: "AntibunchBenchmarks", swiftSettings: strict,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),

    // Our side of `reading.py`
    .executableTarget(name: "read-from-cache", dependencies: [modules], swiftSettings: strict),

    // Our side of `writing.py`
    .executableTarget(name: "write-recordings", dependencies: ["Workloads", modules], swiftSettings: strict),

    // Our side of `lifetime.py`
    .executableTarget(name: "fit-decays", dependencies: [modules], swiftSettings: strict),

    // Our side of `generation.py` and `detectors.py`
    .executableTarget(
      name: "generate-into-memory",
      dependencies: ["Workloads", modules, .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
  ]
)

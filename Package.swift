// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6, warnings are errors.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
/// Where segments are touched, each unsafe expression is spelled out as well.
let strictRules = rules + [.strictMemorySafety()]

let package = Package(
  name: "shmtop",
  products: [
    .library(name: "SharedSimple", targets: ["SharedSimple"]),
    .library(name: "SharedSimpleC", type: .dynamic, targets: ["SharedSimpleC"]),
    .executable(name: "shmtop", targets: ["shmtop"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .target(name: "SharedSimple", dependencies: ["CLinux"], swiftSettings: strictRules),
    // The header: what C compilers include, and what the Swift functions are held to (@implementation).
    .systemLibrary(name: "CSharedSimple", path: "Sources/SharedSimpleC/include"),
    .target(
      name: "SharedSimpleC", dependencies: ["SharedSimple", "CSharedSimple"], exclude: ["include"],
      swiftSettings: strictRules),
    .target(name: "OriginalSegment", dependencies: ["CLinux"], swiftSettings: strictRules),
    .target(
      name: "ShmtopKit",
      dependencies: ["SharedSimple", "OriginalSegment", .product(name: "TOMLKit", package: "TOMLKit")],
      swiftSettings: strictRules),
    .executableTarget(
      name: "shmtop",
      dependencies: [
        "SharedSimple", "OriginalSegment", "ShmtopKit", "CNcurses",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: rules),

    .systemLibrary(name: "CBench"),
    .executableTarget(
      name: "shmbench",
      dependencies: [
        "SharedSimple", "SharedSimpleC", "CSharedSimple", "CBench", "shmtop",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      swiftSettings: rules),

    .executableTarget(
      name: "StoreAgent", dependencies: ["SharedSimple"], path: "Tests/StoreAgent",
      swiftSettings: rules),
    .executableTarget(name: "OriginalAgent", path: "Tests/OriginalAgent"),
    .systemLibrary(name: "CTrace", path: "Tests/CTrace"),
    .executableTarget(
      name: "StoreStepper", dependencies: ["SharedSimple", "CTrace"], path: "Tests/StoreStepper",
      swiftSettings: rules),
    .systemLibrary(name: "CNamespaces", path: "Tests/CNamespaces"),
    .target(
      name: "TestSupport",
      dependencies: ["SharedSimple", "CNamespaces"], path: "Tests/TestSupport", swiftSettings: rules),
    .executableTarget(
      name: "StoreSoak",
      dependencies: [
        "SharedSimple", "TestSupport", "StoreAgent",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/StoreSoak", swiftSettings: rules),
    .testTarget(
      name: "SharedSimpleTests",
      dependencies: [
        "SharedSimple", "TestSupport", "StoreAgent", "StoreSoak", "StoreStepper",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: rules),
    .testTarget(
      name: "SharedSimpleCTests",
      dependencies: [
        "SharedSimple", "SharedSimpleC", "TestSupport", "StoreAgent",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      exclude: ["Programs"], swiftSettings: rules),
    .testTarget(
      name: "OriginalSegmentTests",
      dependencies: ["OriginalSegment", "SharedSimple", "TestSupport", "StoreAgent", "OriginalAgent"],
      swiftSettings: rules),
    .testTarget(
      name: "ShmtopTests",
      dependencies: [
        "ShmtopKit", "SharedSimple", "OriginalSegment", "TestSupport", "StoreAgent", "OriginalAgent",
        "shmtop",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      exclude: ["Screens", "Scripts", "Terminal/answers", "Terminal/bytes", "Terminal/typed"],
      swiftSettings: rules),
    .testTarget(
      name: "ShmbenchTests",
      dependencies: [
        "TestSupport", "StoreAgent", "shmbench",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: rules),
  ]
)

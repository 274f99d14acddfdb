// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  // This pass releases arrays before they are filled: docs/workarounds.md.
  .unsafeFlags(["-Xllvm", "-sil-disable-pass=dce"], .when(configuration: .release)),
]

// Assertions of C name their file: without the folder it lies in, so that two builds in two
// folders are equal (`make dist`).
let sameEverywhere: [CSetting] = [
  .unsafeFlags(
    ["-ffile-prefix-map=\(Context.packageDirectory)/="], .when(configuration: .release))
]

// The C and C++ libraries are inside where `.ci/setup` has found their archives. The
// binary lies at a random place in memory, and what the dynamic linker fills in is
// read-only from then on, as are all constants: `Tests/check-binary`.
let releaseLinking: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-L\(Context.packageDirectory)/.build-tools/static", "-use-ld=lld",
      "-Xclang-linker", "-static-libgcc",
      "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now",
      // It would come from debugging information, which names the folder of the build.
      "-Xlinker", "--build-id=none",
      "-Xlinker", "-T", "-Xlinker", "\(Context.packageDirectory)/Sources/heapscope/sections.ld",
      // See CSystem/OutOfMemory.c.
      "-Xlinker", "--wrap=_ZN5swift28swift_abortAllocationFailureEmm",
    ], .when(configuration: .release))
]

// Targets stand in the order of the data: a target imports only those above it.
let package = Package(
  name: "heapscope",
  products: [
    .executable(name: "heapscope", targets: ["heapscope"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CELF", pkgConfig: "libelf", providers: [.apt(["libelf-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    // Our own shims, and the reader of settings files.
    .target(name: "CSystem"),
    // libcurl is loaded at the first use of a URL, not linked; its header is needed to build.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
    // libmicrohttpd, and what it names of GnuTLS.
    .target(name: "CMicroHTTPD", linkerSettings: [.linkedLibrary("microhttpd")]),
    // libiberty, which is a static library alone, and a way to end it.
    .target(name: "CDemangle", linkerSettings: [.linkedLibrary("iberty")]),
    .target(
      name: "CPprofProto", dependencies: ["CProtobufC"], exclude: ["profile.proto"],
      cSettings: sameEverywhere),
    // What is not about profiles.
    .target(name: "Foundations", dependencies: ["CSystem"], swiftSettings: settings),
    // What people have, as lines of text.
    .target(name: "LogText", dependencies: ["Foundations"], swiftSettings: settings),
    .target(
      name: "ProfileModel", dependencies: ["Foundations", "CSystem"], swiftSettings: settings),
    .target(
      name: "ProfileCodec",
      dependencies: [
        "Foundations", "LogText", "ProfileModel", "CZlib", "CZstd", "CProtobufC", "CPprofProto",
        "CSystem",
      ],
      swiftSettings: settings),
    .target(
      name: "StackGraph",
      dependencies: ["Foundations", "ProfileModel", "CPCRE2", "CDemangle", "CSystem"],
      swiftSettings: settings),
    .target(
      name: "Ownership", dependencies: ["Foundations", "ProfileModel"],
      swiftSettings: settings),
    .target(
      name: "HeapAnalysis",
      dependencies: ["Foundations", "ProfileModel", "StackGraph", "Ownership", "CSystem"],
      resources: [.embedInCode("Rules/measured-costs.tsv")], swiftSettings: settings),
    .target(
      name: "GCTrace", dependencies: ["Foundations", "LogText", "ProfileModel"],
      swiftSettings: settings),
    .target(
      name: "GoroutineDump", dependencies: ["Foundations", "LogText", "ProfileModel"],
      swiftSettings: settings),
    .target(name: "Metrics", dependencies: ["Foundations", "LogText"], swiftSettings: settings),
    .target(
      name: "HeapDump",
      dependencies: [
        "Foundations", "ProfileModel", "ProfileCodec", "Ownership", "CELF", "CSystem",
      ],
      swiftSettings: settings),
    .target(
      name: "Reports",
      dependencies: [
        "Foundations", "LogText", "ProfileModel", "StackGraph", "Ownership", "HeapAnalysis",
        "GCTrace", "GoroutineDump", "Metrics", "HeapDump", "CSystem",
      ],
      swiftSettings: settings),
    .target(name: "ProfileFetch", dependencies: ["Foundations", "CCurl"], swiftSettings: settings),
    .target(
      name: "HTTPService", dependencies: ["Foundations", "CMicroHTTPD"], swiftSettings: settings),
    .target(
      name: "Pictures",
      dependencies: [
        "Foundations", "ProfileModel", "StackGraph", "Ownership", "HeapAnalysis", "Reports",
        "CSystem",
      ],
      resources: [
        .embedInCode("Resources/expression.js"), .embedInCode("Resources/flame.js"),
        .embedInCode("Resources/page.css"), .embedInCode("Resources/page.html"),
        .embedInCode("Resources/page-data.js"), .embedInCode("Resources/page-draw.js"),
        .embedInCode("Resources/page-export.js"), .embedInCode("Resources/page-main.js"),
        .embedInCode("Resources/page-map.js"), .embedInCode("Resources/page-panels.js"),
        .embedInCode("Resources/page-view.js"),
      ],
      swiftSettings: settings),
    .target(
      name: "HeapscopeCommands",
      dependencies: [
        "Foundations", "LogText", "ProfileModel", "ProfileCodec", "StackGraph", "Ownership",
        "HeapAnalysis", "Reports", "GCTrace", "GoroutineDump", "Metrics", "HeapDump",
        "ProfileFetch", "HTTPService", "Pictures",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "heapscope", dependencies: ["HeapscopeCommands"], exclude: ["sections.ld"],
      swiftSettings: settings, linkerSettings: releaseLinking),
    .target(
      name: "ProfileBytes", dependencies: ["ProfileModel", "CZlib"], path: "Tests/ProfileBytes",
      swiftSettings: settings),
    .target(
      name: "HeapscopeTestSupport",
      dependencies: [
        "ProfileModel", "ProfileCodec", "Ownership", "HeapAnalysis", "HeapDump",
        "HeapscopeCommands",
      ],
      path: "Tests/HeapscopeTestSupport", swiftSettings: settings),
    .executableTarget(
      name: "heapscope-bench", dependencies: ["CZlib"], swiftSettings: settings),
    .testTarget(
      name: "DocumentationTests",
      dependencies: ["HeapAnalysis", "HeapscopeCommands", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ProfileCodecTests",
      dependencies: [
        "Foundations", "ProfileCodec", "ProfileModel", "ProfileBytes", "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ProfileFetchTests", dependencies: ["ProfileFetch"], swiftSettings: settings),
    .testTarget(
      name: "HTTPServiceTests", dependencies: ["HTTPService"], swiftSettings: settings),
    .testTarget(
      name: "HeapAnalysisTests",
      dependencies: [
        "Foundations", "ProfileModel", "ProfileCodec", "Ownership", "HeapAnalysis",
        "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["heapscope", "ProfileBytes", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "LogTextTests",
      dependencies: [
        "GCTrace", "GoroutineDump", "LogText", "ProfileModel", "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "GCTraceTests", dependencies: ["GCTrace", "LogText", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "GoroutineDumpTests",
      dependencies: [
        "Foundations", "GoroutineDump", "LogText", "ProfileCodec", "ProfileModel",
        "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "MetricsTests", dependencies: ["LogText", "Metrics", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "HeapDumpTests",
      dependencies: [
        "Foundations", "HeapDump", "Ownership", "ProfileCodec", "ProfileModel",
        "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FoundationsTests", dependencies: ["Foundations", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ProfileModelTests",
      dependencies: ["Foundations", "ProfileModel", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "OwnershipTests",
      dependencies: ["Ownership", "ProfileModel", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "StackGraphTests",
      dependencies: ["StackGraph", "Foundations", "ProfileModel", "HeapscopeTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Foundations", "ProfileModel", "StackGraph", "Ownership", "HeapAnalysis", "Reports",
        "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "PicturesTests",
      dependencies: [
        "Foundations", "ProfileModel", "StackGraph", "Ownership", "HeapAnalysis", "Reports",
        "Pictures",
        "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "HeapscopeCommandsTests",
      dependencies: [
        "HeapscopeCommands", "Ownership", "ProfileModel", "HeapscopeTestSupport",
      ],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// The fuzzer brings clang's own `main`, so it is built only when `make fuzz` asks.
if Context.environment["HEAPSCOPE_FUZZ"] != nil {
  package.targets += [
    .executableTarget(
      name: "heapscope-fuzz",
      dependencies: [
        "Foundations", "LogText", "ProfileModel", "ProfileCodec", "StackGraph", "Ownership",
        "HeapAnalysis", "GCTrace", "GoroutineDump", "Metrics", "HeapDump", "Reports",
        "ProfileFetch", "Pictures", "HeapscopeCommands", "ProfileBytes",
      ], swiftSettings: settings, linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
  ]
}

// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "leadrelay",
    products: [.executable(name: "leadrelay", targets: ["leadrelay"])],
    traits: [.trait(name: "Fuzzing", description: "Run the fuzz programs under libFuzzer.")],
    targets: [
        // C: what Swift cannot call or cannot see by itself.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CEncodings"),
        .target(name: "CSnippet", exclude: ["relay.js"], cSettings: [.disableWarning("c23-extensions")]),
        .target(name: "CDemonstration", exclude: ["pages"], cSettings: [.disableWarning("c23-extensions")]),

        // Mechanisms: they know nothing of leads.
        .target(name: "Service", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "HTTP", dependencies: ["CEncodings", "CLinux", "Service"], swiftSettings: strict),
        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: strict),
        .target(name: "Curl", dependencies: ["CCurl", "Service"], swiftSettings: strict),
        .target(name: "Crypto", dependencies: ["COpenSSL"], swiftSettings: strict),

        // What the service is about, and where it is kept.
        .target(name: "Domain", swiftSettings: strict),
        .target(name: "Store", dependencies: ["Domain", "Service", "SQLite"], swiftSettings: strict),

        // The roles. None imports another.
        .target(
            name: "Intake", dependencies: ["CSnippet", "Crypto", "Curl", "Domain", "HTTP", "Service", "Store"],
            swiftSettings: strict),
        .target(
            name: "Forwarding", dependencies: ["Crypto", "Curl", "Domain", "Service", "Store"],
            swiftSettings: strict),
        .target(
            name: "Monitoring", dependencies: ["Crypto", "Curl", "Domain", "HTTP", "Service", "Store"],
            swiftSettings: strict),
        .target(
            name: "Sandbox", dependencies: ["CDemonstration", "Crypto", "Domain", "HTTP", "Service"],
            swiftSettings: strict),

        // What a person writes.
        .target(
            name: "Configuration", dependencies: ["Crypto", "Domain", "Forwarding", "Intake", "Monitoring", "Service"],
            swiftSettings: strict),

        // What can be asked of the running service, what it answers, and the pages for people.
        .target(
            name: "API",
            dependencies: [
                "Configuration", "Crypto", "Domain", "Forwarding", "HTTP", "Intake", "Monitoring", "Service", "Store",
            ],
            swiftSettings: strict),
        .target(
            name: "Console",
            dependencies: ["API", "Configuration", "Crypto", "Domain", "HTTP", "Intake", "Service", "Store"],
            swiftSettings: strict),
        .target(
            name: "CommandLine",
            dependencies: [
                "API", "Configuration", "Crypto", "Curl", "Domain", "Forwarding", "HTTP", "Intake", "Sandbox",
                "Service", "Store",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "leadrelay",
            dependencies: [
                "API", "CommandLine", "Configuration", "Console", "Curl", "Domain", "Forwarding", "HTTP", "Intake",
                "Monitoring", "Service", "Store",
            ],
            swiftSettings: strict),

        // Tests.
        .executableTarget(
            name: "crashtest",
            dependencies: ["Crypto", "Curl", "Domain", "Forwarding", "SQLite", "Service", "TestSupport"],
            path: "Tests/Crash", swiftSettings: strict),
        .executableTarget(
            name: "fill", dependencies: ["Domain", "Service", "Store", "TestSupport"], path: "Tests/Bench",
            swiftSettings: strict),
        .executableTarget(
            name: "browsertest", dependencies: ["Crypto", "Curl", "Domain", "SQLite", "Service", "TestSupport"],
            path: "Tests/Browser", swiftSettings: strict),
        .target(name: "CPowerCut", dependencies: ["CSQLite"], path: "Tests/CPowerCut"),
        .target(name: "CFullDisk", dependencies: ["CSQLite"], path: "Tests/CFullDisk"),
        .target(
            name: "TestSupport", dependencies: ["COpenSSL", "Domain", "Service"], path: "Tests/Support",
            swiftSettings: strict),
        .testTarget(name: "DomainTests", dependencies: ["Domain", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "ServiceTests", dependencies: ["Service", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["CLinux", "HTTP", "Service"], swiftSettings: strict),
        .systemLibrary(name: "CFuzzer", path: "Tests/CFuzzer"),
        .executableTarget(
            name: "FuzzRequestParser", dependencies: ["CFuzzer", "Domain", "HTTP"], path: "Tests/Fuzz",
            exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CurlTests", dependencies: ["Curl", "Service", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto", "Service", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["CPowerCut", "Domain", "Service", "SQLite", "Store", "TestSupport"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "IntakeTests",
            dependencies: ["Curl", "Domain", "HTTP", "Intake", "Service", "Store", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ForwardingTests",
            dependencies: [
                "Crypto", "Curl", "Domain", "Forwarding", "HTTP", "Sandbox", "Service", "Store", "TestSupport",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "MonitoringTests",
            dependencies: [
                "Crypto", "Curl", "Domain", "HTTP", "Monitoring", "Sandbox", "Service", "Store", "TestSupport",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SandboxTests",
            dependencies: ["Crypto", "Curl", "Domain", "Forwarding", "HTTP", "Sandbox", "Service", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "API", "CFullDisk", "CommandLine", "Configuration", "Console", "Crypto", "Curl", "Domain",
                "Forwarding", "HTTP", "Intake", "Monitoring", "Sandbox", "SQLite", "Service", "Store", "TestSupport",
                "leadrelay",
            ],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: strict),
    ]
)

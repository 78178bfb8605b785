import Testing

@Suite struct `The shape of the sources` {
    /// Who may import whom, from the bottom up. The build stops imports of what is no dependency, but not those that
    /// skip a layer.
    static let mayImport: [String: Set<String>] = [
        "Service": ["CLinux"],
        "HTTP": ["CEncodings", "CLinux", "Service"],
        "SQLite": ["CSQLite"],
        "Curl": ["CCurl", "Service"],
        "Crypto": ["COpenSSL"],
        "Domain": [],
        "Store": ["Domain", "Service", "SQLite"],
        "Intake": ["CSnippet", "Crypto", "Curl", "Domain", "HTTP", "Service", "Store"],
        "Forwarding": ["Crypto", "Curl", "Domain", "Service", "Store"],
        "Monitoring": ["Crypto", "Curl", "Domain", "HTTP", "Service", "Store"],
        "Sandbox": ["CDemonstration", "Crypto", "Domain", "HTTP", "Service"],
        "Configuration": ["Crypto", "Domain", "Forwarding", "Intake", "Monitoring", "Service"],
        "API": [
            "Configuration", "Crypto", "Domain", "Forwarding", "HTTP", "Intake", "Monitoring", "Service", "Store",
        ],
        "Console": ["API", "Configuration", "Crypto", "Domain", "HTTP", "Intake", "Service", "Store"],
        "CommandLine": [
            "API", "Configuration", "Crypto", "Curl", "Domain", "Forwarding", "HTTP", "Intake", "Sandbox", "Service",
            "Store",
        ],
        "leadrelay": [
            "API", "CommandLine", "Configuration", "Console", "Curl", "Domain", "Forwarding", "HTTP", "Intake",
            "Monitoring", "Service", "Store",
        ],
    ]

    /// Modules of the toolchain, and who may use them. Foundation has no place here: it would be a quarter of the
    /// program.
    static let toolchain: [String: Set<String>] = [
        "Glibc": ["*"], "Synchronization": ["*"],
    ]

    @Test(arguments: mayImport.keys.sorted())
    func `imports only point down`(target: String) throws {
        let allowed = try #require(Self.mayImport[target])
        for path in Tree.files(in: "Sources/\(target)") {
            for line in Tree.lines(of: path) {
                guard let module = Self.imported(by: line) else { continue }
                if let users = Self.toolchain[module] {
                    #expect(users.contains("*") || users.contains(target), "\(path) imports \(module)")
                } else {
                    #expect(allowed.contains(module), "\(path) imports \(module)")
                }
            }
        }
    }

    /// The manifest says what the picture says, and no target depends on what it does not use.
    @Test func `what is declared is imported`() {
        let targets = Self.declared.filter { !Tree.files(in: $0.folder).isEmpty }
        #expect(targets.count > 25)
        for target in targets {
            let imported = Set(
                Tree.files(in: target.folder).flatMap { Tree.lines(of: $0) }.compactMap(Self.imported))
            #expect(target.dependencies.subtracting(imported).sorted() == [], "\(target.name) does not import them")
            if let allowed = Self.mayImport[target.name] { #expect(target.dependencies == allowed, "\(target.name)") }
        }
        #expect(Set(Self.mayImport.keys).subtracting(targets.map(\.name)) == [])
    }

    @Test func `every target is in the picture`() {
        let targets = Set(Tree.files(in: "Sources").map { String($0.split(separator: "/")[1]) })
        #expect(targets == Set(Self.mayImport.keys))
    }

    /// SQL has one home, so that the state machine has one.
    @Test func `only the store contains SQL`() {
        for path in Tree.files(in: "Sources")
        where !path.hasPrefix("Sources/Store/") && !path.hasPrefix("Sources/SQLite/") {
            for line in Tree.lines(of: path) {
                let isSQL =
                    ["SELECT ", "INSERT INTO ", "DELETE FROM "].contains { line.contains($0) }
                    || (line.contains("UPDATE ") && line.contains(" SET "))
                #expect(!isSQL, "\(path): \(line)")
            }
        }
    }

    /// Roles decide and write down; pointers are for the wrappers of C.
    @Test func `unsafe code stays in the wrappers of C`() {
        let wrappers: Set<String> = ["Service", "HTTP", "SQLite", "Curl", "Crypto"]
        for path in Tree.files(in: "Sources") where !wrappers.contains(String(path.split(separator: "/")[1])) {
            for line in Tree.lines(of: path) where line.contains("unsafe ") && !line.contains("//") {
                #expect(Self.systemCalls.contains { line.contains($0) }, "\(path): \(line)")
            }
        }
    }

    /// Single calls of the C library that take a path or nothing but values.
    static let systemCalls = ["access(", "unlink(", "rename(", "getenv(", "strerror("]

    /// A file is named for the version that it leads to, and the list holds them in that order.
    @Test func `migrations are numbered without a gap`() {
        let files = Tree.files(in: "Sources/Store/Schema").filter { !$0.hasSuffix("/Schema.swift") }
        let numbers = files.map { Int($0.split(separator: "/")[3].prefix(2)) }
        #expect(numbers == Array(1...files.count))
        let listed = Tree.lines(of: "Sources/Store/Schema/Schema.swift")
            .filter { $0.contains("        Migration(") }
            .map { Int($0.split(separator: "(")[1].prefix { $0.isNumber }) }
        #expect(listed == numbers)
    }

    @Test func `no two files have one name`() {
        let names = Tree.files(in: "Sources").map { $0.split(separator: "/").last ?? "" }
        let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(twice.sorted() == [])
    }

    /// The formatter wraps code, not comments and not texts. In tests a text may be longer: a table of cases.
    @Test func `lines keep to 120 columns`() {
        for path in Tree.files(in: "Sources") {
            for (index, line) in Tree.lines(of: path).enumerated() where line.utf8.count > 120 {
                #expect(line.count <= 120, "\(path):\(index + 1)")
            }
        }
        for path in Tree.files(in: "Tests") {
            for (index, line) in Tree.lines(of: path).enumerated() where line.utf8.count > 120 {
                #expect(line.count <= 120 || line.drop { $0 == " " }.prefix(2) != "//", "\(path):\(index + 1)")
            }
        }
    }

    private struct Declared {
        var name: String
        var folder: String
        var dependencies: Set<String>
    }

    /// The targets of Package.swift.
    private static let declared: [Declared] = {
        let text = Tree.lines(of: "Package.swift").joined(separator: " ")
        let parts = text.split(separator: "arget(").dropFirst()
        let kinds = text.split(separator: "arget(").dropLast().map { $0.hasSuffix(".testT") }
        return zip(parts, kinds).map { part, isTest in
            // A library of the system that stands behind it is none of its matter.
            let part = part.split(separator: ".systemLibrary(")[0]
            let name = part.split(separator: "\"")[1]
            let list = part.split(separator: "dependencies: [").dropFirst().first?.prefix { $0 != "]" }
            let path = part.split(separator: "path: \"").dropFirst().first?.prefix { $0 != "\"" }
            return Declared(
                name: String(name), folder: path.map(String.init) ?? (isTest ? "Tests/\(name)" : "Sources/\(name)"),
                dependencies: Set(list.map { Tree.texts(between: "\"", in: $0) } ?? []))
        }
    }()

    private static func imported(by line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1 else { return nil }
        guard index == 0 || ["package", "internal", "private", "fileprivate", "@testable"].contains(words[0]) else {
            return nil
        }
        return String(words[index + 1])
    }
}

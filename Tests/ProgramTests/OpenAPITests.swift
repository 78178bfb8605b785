import Domain
import HTTP
import TestSupport
import Testing

@testable import leadrelay

/// contracts/openapi.yaml against the operations that there are. `Tests/Tools/check-api` compares answers.
@Suite struct `The API's description` {
    /// `GET /api/status needs books.read` for each operation that is described, in the form that the file is written
    /// in.
    private static let described: Set<String> = {
        let text = String(
            decoding: TestSupport.Files.contents(of: TestSupport.Files.root + "/contracts/openapi.yaml") ?? [],
            as: UTF8.self)
        var found: Set<String> = []
        var (path, method) = ("", "")
        for line in text.split(separator: "\n") {
            if line.hasPrefix("  /api/"), line.hasSuffix(":") { path = String(line.dropFirst(2).dropLast()) }
            if line == "    get:" || line == "    post:" { method = line.dropFirst(4).dropLast().uppercased() }
            let prefix = "      x-permission: "
            if line.hasPrefix(prefix) { found.insert("\(method) \(path) needs \(line.dropFirst(prefix.count))") }
        }
        return found
    }()

    private static func words(_ operation: leadrelay.Operation) -> String {
        "\(operation.method == .get ? "GET" : "POST") \(operation.path) needs \(operation.needs.rawValue)"
    }

    @Test func `names no operation that there is not, and the right permission of each`() {
        #expect(Self.described.count > 30)
        let known = Set(leadrelay.Operation.all.map(Self.words))
        #expect(Self.described.subtracting(known).isEmpty)
    }

    @Test func `forgets no operation`() {
        let missing = leadrelay.Operation.all.filter { !Self.described.contains(Self.words($0)) }
        #expect(missing.map(Self.words).isEmpty, "describe it in contracts/openapi.yaml")
    }

    /// Names in the query of each question, by its path.
    private static let queries: [String: Set<String>] = {
        let text = String(
            decoding: TestSupport.Files.contents(of: TestSupport.Files.root + "/contracts/openapi.yaml")
                ?? [],
            as: UTF8.self)
        var found: [String: Set<String>] = [:]
        var (path, isQuestion) = ("", false)
        for line in text.split(separator: "\n") {
            if line.hasPrefix("  /api/"), line.hasSuffix(":") {
                path = String(line.dropFirst(2).dropLast())
            }
            if line.hasPrefix("    "), !line.hasPrefix("     ") { isQuestion = line == "    get:" }
            guard isQuestion, line.contains("in: query"), let name = line.firstRange(of: "name: ") else {
                continue
            }
            found[path, default: []].insert(String(line[name.upperBound...].prefix { $0 != "," }))
        }
        return found
    }()

    @Test func `says what may stand in the query of each question`() {
        #expect(Self.queries.count > 10)
        for operation in leadrelay.Operation.all where operation.method == .get {
            #expect(operation.query == Self.queries[operation.path] ?? [], "\(operation.path)")
        }
    }
}

import Domain
import TestSupport
import Testing

@testable import CommandLine
@testable import leadrelay

/// Each file below `contracts/examples/senders` is a post as its sender writes it, with the lead that comes of it in
/// `NAME.lead.json`: one, or a list.
@Suite struct `The posts of well-known senders` {
    static let posts = Files.matching("contracts/examples/senders/*").filter { !$0.hasSuffix(".lead.json") }

    private static func trial(_ path: String) throws -> MappingTrial {
        let body = try #require(Files.contents(of: path))
        var source = Source(name: "sender")
        let ready = try #require(ReadyMapping.named(name(path)), "\(path) is named for no ready mapping")
        source.mapping = ready.mapping(clock: .utc)
        let type = BodyType(guessing: body)
        return MappingTrial(type.trimmed(body), type, source: source, now: .start)
    }

    /// `elementor` of `…/elementor.advanced.form`.
    private static func name(_ path: String) -> String {
        String((path.split(separator: "/").last ?? "").prefix { $0 != "." })
    }

    @Test(arguments: posts)
    func `become the expected leads`(path: String) throws {
        let stem = path.prefix(upTo: try #require(path.lastIndex(of: ".")))
        let expected = try JSON(parsing: #require(Files.contents(of: stem + ".lead.json")))
        let results = try Self.trial(path).results
        #expect(results.flatMap(\.defects) == [])
        #expect(results.map(\.lead) == (expected.array ?? [expected]))
    }

    @Test func `are there for every ready mapping`() {
        #expect(Set(Self.posts.map(Self.name)) == Set(ReadyMapping.all.map(\.name)))
        #expect(ReadyMapping.all.map(\.name) == ReadyMapping.all.map(\.name).sorted())
    }

    @Test(arguments: posts)
    func `leave nobody's keys in a lead`(path: String) throws {
        let results = try Self.trial(path).results
        #expect(results.allSatisfy { $0.lead?.text.contains("not-for-us") == false })
    }

    @Test(arguments: posts)
    func `are shown in 80 columns`(path: String) throws {
        let text = MappingTrialText(try Self.trial(path), columns: 80).text
        #expect(text.split(separator: "\n").allSatisfy { $0.displayWidth <= 80 })
        #expect(text.hasPrefix("A lead"))
    }

    /// Nobody keeps a key for one sender only.
    @Test(arguments: posts)
    func `pass through every other mapping`(path: String) throws {
        let body = try #require(Files.contents(of: path))
        let type = BodyType(guessing: body)
        for ready in ReadyMapping.all {
            var source = Source(name: "sender")
            source.mapping = ready.mapping(clock: .utc)
            let trial = MappingTrial(type.trimmed(body), type, source: source, now: .start)
            #expect(!trial.results.isEmpty)
            #expect(
                MappingTrialText(trial, columns: 80).text.split(separator: "\n").allSatisfy { $0.displayWidth <= 80 })
        }
    }
}

import Domain
import TestSupport
import Testing

/// What was judged goes to the platforms as it was read then; after a restart, the payload is read again. Both must say
/// the same.
@Suite struct `An event that is passed on` {
    private static let documents =
        (Files.matching("contracts/examples/accepted/*.json") + Files.matching("contracts/examples/refused/*.json")
        + Files.matching("contracts/examples/refused/beyond_schema/*.json")).filter { !$0.hasSuffix(".lenient.json") }

    private static let sources: [Source] = {
        var strict = Source(name: "strict")
        strict.isStrict = true
        var page = Source(name: "page")
        page.origins = ["https://www.example.com"]
        var trap = page
        trap.junk.honeypot = "website"
        return [Source(name: "server"), strict, page, trap]
    }()

    private static func judge(_ body: [UInt8], _ source: Source) -> Judgement {
        var submission = Submission(source: source.name, receivedAt: .start, format: .json, body: body)
        submission.address = "93.184.216.34"
        submission.userAgent = " Mozilla/5.0 "
        return Validator().judge(submission, .json, id: `The validator`.id, source: source) { _, _ in [] }
    }

    @Test func `says what its payload says, for each document of the contract`() throws {
        var leads = 0
        for path in Self.documents {
            let body = try #require(Files.contents(of: path))
            for source in Self.sources {
                let judgement = Self.judge(body, source)
                `The validator`.expectWholePayload(judgement)
                if judgement.lead != nil { leads += 1 }
            }
        }
        #expect(leads > 100)
    }

    @Test func `says what its payload says, whatever a field is replaced by`() throws {
        var dice = SeededGenerator(seed: 41)
        let values: [JSON] = [
            "", " a ", "é\u{1}", "a\u{301}", "undefined", "{{x}}", "19,90", "1e3", "0015", "+49 151 234 567 89",
            "Jane@Example.COM ",
            "fb.1.1596403881668.IwAR0_x", "2026-11-21T08:59:00+01:00", "1795338000", true, false, .null, ["a": "b"],
            [["c"]],
            .number("19.90"), .number("1795338000123"), .number("-0"), "https://x.example/?gclid=abc&fbclid=def#a",
        ]
        var leads = 0
        for _ in 0..<4000 {
            let path = try #require(Self.documents.filter { $0.contains("/accepted/") }.randomElement(using: &dice))
            guard let document = try? JSON(parsing: try #require(Files.contents(of: path))) else { continue }
            let changed = Self.replacing(document, values, &dice)
            let source = try #require(Self.sources.randomElement(using: &dice))
            let judgement = Self.judge(changed.bytes, source)
            `The validator`.expectWholePayload(judgement)
            if judgement.lead != nil { leads += 1 }
        }
        #expect(leads > 1000)
    }

    /// The document with one of its values, at any depth, replaced by one of these.
    private static func replacing(_ document: JSON, _ values: [JSON], _ dice: inout SeededGenerator) -> JSON {
        guard case .object(var members) = document, !members.isEmpty else {
            return values.randomElement(using: &dice)!
        }
        let index = Int.random(in: 0..<members.count, using: &dice)
        let name = members[index].name
        let value: JSON
        if case .object = members[index].value, Int.random(in: 0..<8, using: &dice) > 0 {
            value = replacing(members[index].value, values, &dice)
        } else {
            value = values.randomElement(using: &dice)!
        }
        members[index] = JSON.Member(name, value)
        return .object(members)
    }
}

import Domain
import Monitoring
import Store
import TestSupport
import Testing

/// What a rule says, in short: `! critical nothing_accepted source:landing`, `ok …`.
private func said(_ rule: any Rule, _ facts: Facts) -> [String] {
    rule.observations(facts).map { observation in
        switch observation {
        case .problem(let finding): "! \(finding.severity.rawValue) \(finding.key)"
        case .suspicion(let finding): "? \(finding.key)"
        case .recovering(let key, _, _): "~ \(key)"
        case .recovered(let key, _, _): "ok \(key)"
        }
    }
}

private func finding(_ rule: any Rule, _ facts: Facts) -> Finding? {
    for case .problem(let finding) in rule.observations(facts) { return finding }
    return nil
}

private func facts(_ change: (inout Facts.SourceFacts) -> Void) -> Facts {
    var facts = Facts(now: .start, running: .days(1))
    let none = ShareComparison(recent: .init(0, of: 0), baseline: .init(0, of: 0))
    var source = Facts.SourceFacts("landing", client: "acme", quarantined: none, duplicates: none)
    change(&source)
    facts.sources = [source]
    return facts
}

@Suite struct `Rules about sources` {
    private static func run(_ putAside: Int, _ refused: Int = 0, usual: (Int, Int) = (0, 0)) -> Facts {
        facts {
            $0.run = Facts.RunFacts(
                SourceRun(
                    source: "landing", first: .start - .hours(30), last: .start, putAside: putAside, refused: refused),
                usual: .init(usual.0, of: usual.1))
            $0.reasons = [.init("malformed", putAside)]
            $0.refusedPlaces = [
                RefusalCount(
                    source: "landing", reason: "origin-not-allowed", host: "www.acme.example", count: refused,
                    first: .start - .hours(30), last: .start)
            ]
        }
    }

    @Test(arguments: [
        (2, 0, (0, 0), [] as [String]), (3, 0, (0, 0), ["! warning nothing_accepted source:landing"]),
        (0, 3, (0, 0), ["! warning nothing_accepted source:landing"]),
        (2, 1, (0, 21), ["! warning nothing_accepted source:landing"]),
        (15, 0, (0, 0), ["! critical nothing_accepted source:landing"]),
        // Where a third is usually put aside, three in a row mean nothing, eleven do.
        (3, 0, (7, 21), []), (11, 0, (7, 21), ["! critical nothing_accepted source:landing"]),
    ])
    func `all of a source is told at three, however small it is`(
        putAside: Int, refused: Int, usual: (Int, Int), expected: [String]
    ) {
        #expect(
            said(Thresholds(Watching(), only: .nothingAccepted), Self.run(putAside, refused, usual: usual)) == expected)
    }

    @Test func `and ends with the first event that is accepted`() {
        #expect(
            said(Thresholds(Watching(), only: .nothingAccepted), facts { _ in }) == [
                "ok nothing_accepted source:landing"
            ])
    }

    @Test func `it says how many, since when, why and what to do`() throws {
        let found = try #require(finding(Thresholds(Watching(), only: .nothingAccepted), Self.run(2, 3)))
        #expect(
            found.sentence
                == "All 5 events of landing since 2026-11-20 03:00 UTC: 2 are in quarantine, 3 were refused at the door, mostly a malformed field; none was accepted."
        )
        #expect(found.began == .start - .hours(30))
        #expect(found.client == "acme")
        let evidence = found.evidence.map { "\($0.name): \($0.value)" }
        #expect(evidence.contains("refused: origin-not-allowed from www.acme.example: 3 since 2026-11-20 03:00 UTC"))
        #expect(
            evidence.contains(
                "what to do: If the page is the client's, add https://www.acme.example to the source's origins."))
        #expect(evidence.contains { $0.contains("leadrelay quarantine list --source landing") })
    }

    private static func mark(_ mark: Facts.Mark, _ now: (Int, Int), before: (Int, Int)) -> Facts {
        facts {
            $0.marks = [
                Facts.MarkFacts(
                    mark, WindowedShare(parts: [now.0, 0, 0, before.0], wholes: [now.1, 0, 0, before.1]),
                    firsts: [.start - .hours(1), .start - .hours(1), .start - .hours(1)])
            ]
        }
    }

    private static let noIdentifier = Facts.Mark.skipped(destination: "google", reason: "no_identifier")
    private static let notMapped = Facts.Mark.skipped(destination: "google", reason: "not_mapped")

    private static let marks: [(Facts.Mark, (Int, Int), (Int, Int), [String])] = [
        (noIdentifier, (3, 3), (0, 21), ["! warning skipped_share source:landing google/no_identifier"]),
        (noIdentifier, (40, 40), (0, 0), ["! critical skipped_share source:landing google/no_identifier"]),
        (noIdentifier, (2, 2), (0, 21), []),
        (noIdentifier, (1, 20), (5, 100), ["ok skipped_share source:landing google/no_identifier"]),
        (noIdentifier, (12, 20), (5, 100), ["! warning skipped_share source:landing google/no_identifier"]),
        // An event that a destination does not want may be meant so; one that it wanted until now is not.
        (notMapped, (9, 9), (0, 0), []),
        (notMapped, (9, 9), (0, 30), ["! warning skipped_share source:landing google/not_mapped"]),
        (.nowhere, (3, 3), (0, 0), ["! warning skipped_share source:landing nowhere"]),
        (.withoutContact, (40, 40), (1, 300), ["! critical contact_share source:landing"]),
        (.withoutContact, (0, 10), (1, 300), ["ok contact_share source:landing"]),
        (.leftOut(field: "person.phone"), (5, 5), (0, 0), ["! warning left_out_share source:landing person.phone"]),
        (.leftOut(field: "page.referrer"), (5, 5), (0, 0), ["! info left_out_share source:landing page.referrer"]),
        (.reusedID, (4, 30), (0, 500), ["! warning reused_ids source:landing"]),
        (.refused, (12, 40), (0, 500), ["! warning refused_share source:landing"]),
        (.refused, (1, 40), (0, 500), ["ok refused_share source:landing"]),
    ]

    @Test(arguments: marks.indices)
    func `what is unusual is told against the source's own past`(index: Int) {
        let (mark, now, before, expected) = Self.marks[index]
        #expect(said(MarkRule(Watching()), Self.mark(mark, now, before: before)) == expected, "\(mark) \(now)")
    }

    @Test func `a CRM may know people by other ids`() {
        var crm = Self.mark(.withoutContact, (5, 5), before: (0, 0))
        crm.sources[0].kind = .crm
        #expect(said(MarkRule(Watching()), crm) == [])
    }

    @Test func `leads without contact data explain those without an identifier`() throws {
        let found = try #require(finding(MarkRule(Watching()), Self.mark(Self.noIdentifier, (3, 3), before: (0, 9))))
        #expect(found.coveredBy == ["contact_share source:landing"])
        #expect(
            found.sentence
                == "All 3 leads of landing in the last 3 hours were not owed to google: nothing says whom they are about (no_identifier); it was 0 % before."
        )
        #expect(found.began == .start - .hours(1))
        let names = found.evidence.map(\.name)
        #expect(
            names == ["last 3 hours", "last 24 hours", "last 72 hours", "7 days before", "destination", "what to do"])
    }

    @Test func `each can be switched off and set otherwise for a client`() {
        var own = RuleSettings()
        own.off = [.contactShare]
        own.skips = .init(share: 0.1, least: 5)
        let watching = Watching(overrides: [.init(client: "acme", group: nil, settings: own)])
        #expect(said(MarkRule(watching), Self.mark(.withoutContact, (40, 40), before: (0, 9))) == [])
        #expect(said(MarkRule(watching), Self.mark(Self.noIdentifier, (4, 4), before: (0, 9))) == [])
        own.off = [.nothingAccepted]
        let quiet = Watching(overrides: [.init(client: "acme", group: nil, settings: own)])
        #expect(said(Thresholds(quiet, only: .nothingAccepted), Self.run(9)) == [])
    }

    private static func key(_ count: Int, _ key: String = "pk_old_1", last: Duration = .zero) -> Facts.UnknownKey {
        Facts.UnknownKey(
            RefusalCount(
                source: nil, reason: "key-unknown", host: "www.acme.example", key: key, count: count,
                first: .start - .hours(40), last: .start - last), source: "landing")
    }

    @Test(arguments: [
        ([] as [Int], Duration.zero, ["ok refused_share relay unknown_key"]),
        ([1, 1, 1, 2], .zero, ["ok refused_share relay unknown_key"]),
        ([1, 3], .zero, ["! warning refused_share relay unknown_key"]),
        ([30], .hours(25), ["ok refused_share relay unknown_key"]),
    ])
    func `a key that no source has is told when it comes again`(counts: [Int], last: Duration, expected: [String]) {
        var facts = Facts(now: .start, running: .days(1))
        facts.unknownKeys = counts.map { Self.key($0, last: last) }
        #expect(said(UnknownKeyRule(Watching()), facts) == expected)
    }

    @Test func `whose page it comes from is named`() throws {
        var facts = Facts(now: .start, running: .days(1))
        facts.unknownKeys = [Self.key(3)]
        let found = try #require(finding(UnknownKeyRule(Watching()), facts))
        #expect(
            found.sentence
                == "3 requests since 2026-11-19 17:00 UTC used an unknown key, from pages of landing.")
        #expect(found.evidence.first?.name == "refused: key-unknown from www.acme.example, key pk_old_1…")
    }
}

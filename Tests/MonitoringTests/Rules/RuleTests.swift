import Domain
import Monitoring
import Store
import TestSupport
import Testing

/// What a rule says, in short: `! critical backlog destination:meta`, `ok backlog destination:meta`.
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

private func facts(_ change: (inout Facts) -> Void) -> Facts {
    var facts = Facts(now: .start, running: .days(1))
    change(&facts)
    return facts
}

private typealias Lane = Facts.DestinationFacts

private func preflight(_ grade: Preflight.Grade) -> Preflight {
    Preflight(
        destination: "meta", platform: "meta_ads", checkedAt: .start, findings: [.init(.token, grade, "access token")])
}

private func facts(_ lane: (inout Lane) -> Void) -> Facts {
    facts {
        $0.destinations = [Lane("meta", platform: "meta_ads", client: "acme", since: .start - .days(1)).with(lane)]
    }
}

extension Facts.DestinationFacts {
    fileprivate func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

private struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var facts: Facts
    var said: [String]
    init(_ name: String, _ facts: Facts, _ said: String...) {
        testDescription = name
        self.facts = facts
        self.said = said
    }
}

@Suite struct `Rules about destinations` {
    private static let watching = Watching()

    private static let forwarding: [Case] = [
        Case("nothing happened", facts { (_: inout Lane) in }),
        Case("all is taken", facts { $0.settled = 50 }, "ok forwarding_failing destination:meta"),
        Case(
            "half of it fails",
            facts {
                $0.settled = 10
                $0.failed = [.fault: 10]
            }, "! warning forwarding_failing destination:meta"),
        Case(
            "a third of it fails: neither well nor ill",
            facts {
                $0.settled = 20
                $0.failed = [.fault: 10]
            }),
        Case("few attempts fail", facts { $0.failed = [.fault: 9] }),
        Case(
            "the breaker has been open for ten minutes", facts { $0.breakerOpenSince = .start - .minutes(10) },
            "! warning forwarding_failing destination:meta"),
        Case("the breaker has just opened", facts { $0.breakerOpenSince = .start - .minutes(9) }),
        Case(
            "it fails, and leads have been waiting for an hour",
            facts {
                $0.failed = [.unreachable: 20]
                $0.oldestOpen = .start - .hours(1)
            }, "! critical forwarding_failing destination:meta"),
        Case(
            "a held lane is another rule's",
            facts {
                $0.state = .held
                $0.failed = [.credentials: 20]
            }),
    ]

    @Test(arguments: forwarding)
    private func `failing forwarding is told by its share or by its breaker`(example: Case) {
        let said = said(ForwardingRule(Self.watching), example.facts).filter { !$0.contains("platform:") }
        #expect(said == example.said)
    }

    private static func troubled(_ clients: Int, apart minutes: Int = 0, _ trouble: Facts.Trouble = .fault) -> Facts {
        facts { (facts: inout Facts) in
            facts.destinations = (0..<clients).map { index in
                Lane("meta-\(index)", platform: "meta_ads", client: "c\(index)", since: .start - .days(1)).with {
                    $0.failed = [trouble: 20]
                    $0.failingSince = .start - .minutes(60 - index * minutes)
                }
            }
        }
    }

    @Test(arguments: [(3, 0, false), (4, 0, true), (4, 5, true), (4, 6, false), (9, 3, true)])
    func `trouble of more than three clients within a quarter of an hour is the platform's`(
        clients: Int, apart: Int, isPlatforms: Bool
    ) {
        let observations = ForwardingRule(Self.watching).observations(Self.troubled(clients, apart: apart))
        let findings = observations.compactMap {
            if case .problem(let finding) = $0 { finding } else { nil } as Finding?
        }
        let key = "forwarding_failing platform:meta_ads fault"
        #expect(findings.contains { $0.key == key } == isPlatforms)
        let children = findings.filter { $0.key != key }
        #expect(children.count == clients)
        #expect(children.allSatisfy { $0.coveredBy == (isPlatforms ? [key] : []) })
    }

    @Test func `the platform is well again when none of its destinations has that trouble and some leads are taken`() {
        let well = facts { $0.settled = 1 }
        #expect(said(ForwardingRule(Self.watching), well).contains("ok forwarding_failing platform:meta_ads fault"))
        #expect(
            !said(ForwardingRule(Self.watching), Self.troubled(4)).contains {
                $0.hasPrefix("ok forwarding_failing platform:meta_ads fault")
            })
    }

    private static let others: [(any Rule, [Case])] = [
        (
            Thresholds(watching, only: .backlog),
            [
                Case("nothing waits", facts { (_: inout Lane) in }, "ok backlog destination:meta"),
                Case("a little", facts { $0.oldestDue = .start - .minutes(8) }),
                Case("long", facts { $0.oldestDue = .start - .minutes(15) }, "! warning backlog destination:meta"),
                Case("very long", facts { $0.oldestDue = .start - .hours(1) }, "! critical backlog destination:meta"),
                Case(
                    "paused",
                    facts {
                        $0.oldestDue = .start - .hours(1)
                        $0.state = .paused
                    }),
            ]
        ),
        (
            Thresholds(watching, only: .laneHeld),
            [
                Case("running", facts { (_: inout Lane) in }, "ok lane_held destination:meta"),
                Case("held", facts { $0.state = .held }, "! critical lane_held destination:meta"),
                Case(
                    "just paused",
                    facts {
                        $0.state = .paused
                        $0.since = .start - .hours(3)
                    }),
                Case(
                    "forgotten",
                    facts {
                        $0.state = .paused
                        $0.since = .start - .hours(4)
                    }, "! warning lane_held destination:meta"),
            ]
        ),
        (
            Thresholds(watching, only: .expiring),
            [
                Case("none", facts { (_: inout Lane) in }, "ok expiring destination:meta"),
                Case(
                    "some",
                    facts {
                        $0.expiring = 120
                        $0.firstExpiry = .start + .hours(9)
                    }, "! critical expiring destination:meta"),
            ]
        ),
        (
            Thresholds(watching, only: .preflightFailed),
            [
                Case("not asked yet", facts { (_: inout Lane) in }),
                Case("well", facts { $0.preflight = preflight(.ok) }, "ok preflight_failed destination:meta"),
                Case("not reached", facts { $0.preflight = preflight(.warning) }),
                Case(
                    "refused", facts { $0.preflight = preflight(.failed) },
                    "! warning preflight_failed destination:meta"),
            ]
        ),
        (
            UnclassifiedRule(watching),
            [
                Case("none, but nothing was sent either", facts { (_: inout Lane) in }),
                Case("none", facts { $0.settled = 1 }, "ok unclassified_code destination:meta"),
                Case("two", facts { $0.failed = [.unclassified: 2] }),
                Case(
                    "three", facts { $0.failed = [.unclassified: 3] }, "! warning unclassified_code destination:meta"),
            ]
        ),
        (
            Thresholds(watching, only: .unconfirmed),
            [
                Case("none", facts { (_: inout Lane) in }, "ok unconfirmed destination:meta"),
                Case("seven hours", facts { $0.oldestUnconfirmed = .start - .hours(7) }),
                Case(
                    "twelve hours", facts { $0.oldestUnconfirmed = .start - .hours(12) },
                    "! warning unconfirmed destination:meta"),
            ]
        ),
        (
            Thresholds(watching, only: .testMode),
            [
                Case("real", facts { $0.settled = 1 }, "ok test_mode destination:meta"),
                Case("unused", facts { $0.isTest = true }),
                Case(
                    "test",
                    facts {
                        $0.isTest = true
                        $0.settled = 1
                    }, "! warning test_mode destination:meta"),
            ]
        ),
    ]

    @Test(arguments: others.indices)
    func `each has a threshold to speak and one to be content`(index: Int) {
        let (rule, cases) = Self.others[index]
        for example in cases {
            let said = said(rule, example.facts).filter { !$0.contains("platform:") }
            #expect(said == example.said, "\(example.testDescription)")
        }
    }

    private static func sharing(_ troubled: Int, _ change: @escaping (inout Lane) -> Void) -> Facts {
        facts { (facts: inout Facts) in
            facts.destinations = (0..<20).map { index in
                Lane("meta-\(index)", platform: "meta_ads", client: "c\(index)", since: .start - .days(1)).with {
                    $0.credential = "meta-0"
                    if index < troubled { change(&$0) }
                }
            }
        }
    }

    /// What is wrong with one access is one matter, which covers those of its destinations; and a platform's unknown
    /// code is.
    @Test(arguments: [0, 1, 2, 20])
    func `one access of many destinations is one matter`(troubled: Int) {
        let held = Self.sharing(troubled) {
            $0.state = .held
            $0.reason = "190/463: expired."
        }
        let refused = Self.sharing(troubled) { $0.preflight = preflight(.failed) }
        let unknown = Self.sharing(troubled) { $0.failed = [.unclassified: 9] }
        let cases: [(any Rule, Facts, String)] = [
            (Thresholds(Self.watching, only: .laneHeld), held, "lane_held platform:meta_ads meta-0"),
            (Thresholds(Self.watching, only: .preflightFailed), refused, "preflight_failed platform:meta_ads meta-0"),
            (UnclassifiedRule(Self.watching), unknown, "unclassified_code platform:meta_ads"),
        ]
        for (rule, facts, key) in cases {
            let findings = rule.observations(facts).compactMap {
                if case .problem(let finding) = $0 { finding } else { nil } as Finding?
            }
            #expect(findings.contains { $0.key == key } == (troubled > 1))
            #expect(findings.count == (troubled > 1 ? troubled + 1 : troubled))
            if troubled > 1 {
                #expect(findings.filter { $0.key != key }.allSatisfy { $0.coveredBy.contains(key) })
                #expect(!findings.contains { $0.sentence.contains("..") })
            }
        }
    }

    /// Told before the repair, it says nothing of what is now.
    @Test func `what refused leads before it was repaired is asked again, not told`() {
        let rule = Thresholds(Self.watching, only: .preflightFailed)
        let resumed = facts {
            $0.preflight = preflight(.failed)
            $0.since = .start + .seconds(1)
        }
        #expect(said(rule, resumed) == [])
        let took = facts {
            $0.preflight = preflight(.failed)
            $0.lastTaken = .start + .seconds(1)
        }
        #expect(said(rule, took) == ["ok preflight_failed destination:meta"])
    }

    @Test func `a rule can be switched off and set otherwise for one client`() {
        var own = RuleSettings()
        own.off = [.laneHeld]
        own.backlog = .init(warning: .hours(2), critical: .hours(4))
        let watching = Watching(overrides: [.init(client: "acme", group: nil, settings: own)])
        let waiting = facts {
            $0.state = .held
            $0.oldestDue = .start - .hours(1)
        }
        #expect(said(Thresholds(watching, only: .laneHeld), waiting) == [])
        #expect(said(Thresholds(watching, only: .backlog), facts { $0.oldestDue = .start - .minutes(61) }) == [])
        #expect(
            said(Thresholds(watching, only: .backlog), facts { $0.oldestDue = .start - .hours(2) })
                == ["! warning backlog destination:meta"])
    }
}

@Suite struct `Rules about shares` {
    private static func source(
        quarantined: (Int, Int), before: (Int, Int) = (0, 1000), duplicates: (Int, Int) = (0, 0),
        duplicatesBefore: (Int, Int) = (0, 1000)
    ) -> Facts {
        facts { (facts: inout Facts) in
            var source = Facts.SourceFacts(
                "landing", client: "acme",
                quarantined: ShareComparison(
                    recent: .init(quarantined.0, of: quarantined.1), baseline: .init(before.0, of: before.1)),
                duplicates: ShareComparison(
                    recent: .init(duplicates.0, of: duplicates.1),
                    baseline: .init(duplicatesBefore.0, of: duplicatesBefore.1)))
            source.reasons = [.init("malformed", 95), .init("required", 5)]
            facts.sources = [source]
        }
    }

    @Test(arguments: [
        ((0, 0), (0, 1000), [] as [String]), ((1, 100), (0, 1000), ["ok quarantine_rate source:landing"]),
        ((4, 19), (0, 1000), []), ((4, 20), (200, 1000), ["! warning quarantine_rate source:landing"]),
        ((10, 20), (0, 1000), ["! critical quarantine_rate source:landing"]),
        // Less than the threshold, but many times what it was.
        ((12, 100), (1, 1000), ["! warning quarantine_rate source:landing"]), ((12, 100), (120, 1000), []),
    ])
    func `quarantine is told when it is much, or jumps`(recent: (Int, Int), before: (Int, Int), expected: [String]) {
        #expect(
            said(Thresholds(Watching(), only: .quarantineRate), Self.source(quarantined: recent, before: before))
                == expected)
    }

    @Test func `what nearly all of the quarantine is of is named`() throws {
        let observation = Thresholds(Watching(), only: .quarantineRate).observations(Self.source(quarantined: (30, 40)))
            .first
        guard case .problem(let finding) = observation else {
            Issue.record("nothing was said")
            return
        }
        #expect(
            finding.sentence
                == "30 of 40 (75 %) of what landing sends goes into quarantine, 0 % before; nearly all of it is a malformed field."
        )
        #expect(finding.client == "acme")
    }

    @Test(arguments: [
        ((10, 100), (50, 1000), ["ok duplicate_share source:landing"]),
        ((40, 100), (50, 1000), ["! warning duplicate_share source:landing"]),
        // A sender that repeats everything, always.
        ((40, 100), (400, 1000), []), ((20, 49), (0, 1000), []),
    ])
    func `duplicates are told when they are much and more than before`(
        recent: (Int, Int), before: (Int, Int), expected: [String]
    ) {
        let facts = Self.source(quarantined: (0, 0), duplicates: recent, duplicatesBefore: before)
        #expect(said(Thresholds(Watching(), only: .duplicateShare), facts) == expected)
    }

    private static func group(_ clicks: (Int, Int), before: (Int, Int)) -> Facts {
        facts { (facts: inout Facts) in
            let shares = ShareComparison(
                recent: .init(clicks.0, of: clicks.1), baseline: .init(before.0, of: before.1))
            let none = ShareComparison(recent: .init(0, of: 0), baseline: .init(0, of: 0))
            facts.groups = [Facts.GroupFacts(client: "acme", group: "heat", clickIDs: shares, consents: none)]
        }
    }

    @Test(arguments: [
        ((3, 30), (800, 1000), ["! warning click_id_share group:acme/heat"]),
        ((0, 4), (800, 1000), []), ((24, 30), (800, 1000), ["ok click_id_share group:acme/heat"]),
        // Fewer, but not by half.
        ((15, 30), (800, 1000), []), ((0, 30), (0, 1000), ["ok click_id_share group:acme/heat"]),
    ])
    func `lost click ids are told when their share falls by half beyond chance`(
        recent: (Int, Int), before: (Int, Int), expected: [String]
    ) {
        #expect(
            said(Thresholds(Watching(), only: .clickIDShare, .consentShare), Self.group(recent, before: before))
                == expected)
    }

    @Test func `a group can be left out`() {
        var own = RuleSettings()
        own.off = [.clickIDShare]
        let watching = Watching(overrides: [.init(client: "acme", group: "he*", settings: own)])
        #expect(
            said(Thresholds(watching, only: .clickIDShare, .consentShare), Self.group((3, 30), before: (800, 1000)))
                == [])
    }
}

@Suite struct `Rules about the relay itself` {
    private static let settings = RuleSettings()

    @Test(arguments: [
        (0, [:] as [String: Int], [] as [String]), (100, [:], ["ok intake_errors relay"]),
        (1000, ["overloaded": 4], ["ok intake_errors relay"]), (1000, ["overloaded": 15], []),
        (100, ["overloaded": 5], ["! critical intake_errors relay"]),
        (0, ["disk-full": 3, "overloaded": 2], ["! critical intake_errors relay"]),
    ])
    func `intake is told by the share that it refuses because of us`(
        requests: Int, errors: [String: Int], expected: [String]
    ) {
        let facts = facts { (facts: inout Facts) in
            facts.intake.requests = requests
            facts.intake.errors = errors
        }
        #expect(said(Thresholds(Watching(Self.settings), only: .intakeErrors), facts) == expected)
    }

    private static func disk(free: Int, growth: Int? = nil, wal: Int = 0, isFull: Bool = false) -> Facts {
        facts { (facts: inout Facts) in
            facts.storage.totalBytes = 100 << 30
            facts.storage.freeBytes = free << 30
            facts.storage.growthPerDay = growth.map { $0 << 30 }
            facts.storage.walBytes = wal << 20
            facts.storage.isFull = isFull
        }
    }

    @Test(arguments: [
        (50, nil as Int?, 0, false, ["ok storage relay disk", "ok storage relay log"]),
        (14, nil, 0, false, ["! warning storage relay disk", "ok storage relay log"]),
        (16, nil, 300, false, []), (4, nil, 300, false, ["! critical storage relay disk"]),
        (50, 10, 300, false, ["! warning storage relay disk"]), (50, 7, 300, false, ["ok storage relay disk"]),
        (50, nil, 0, true, ["! critical storage relay disk", "ok storage relay log"]),
        (50, nil, 600, false, ["ok storage relay disk", "! warning storage relay log"]),
    ])
    func `storage is told by what is free, by how long it lasts, and by the log`(
        free: Int, growth: Int?, wal: Int, isFull: Bool, expected: [String]
    ) {
        #expect(
            said(
                Thresholds(Watching(Self.settings), only: .storage),
                Self.disk(free: free, growth: growth, wal: wal, isFull: isFull))
                == expected)
    }

    @Test func `a damaged file is told`() {
        var facts = Self.disk(free: 50)
        facts.storage.damage = "SQLite error 11: database disk image is malformed"
        #expect(
            said(Thresholds(Watching(Self.settings), only: .storage), facts).contains("! critical storage relay damage")
        )
    }

    /// Days since the first lead and since the last backup.
    private static let backups: [(first: Int?, last: Int?, most: Int?, String?)] = [
        (nil, nil, 8, nil), (8, nil, 8, nil), (9, nil, 8, "! warning storage relay backup"),
        (100, 8, 8, "ok storage relay backup"), (100, 9, 8, "! warning storage relay backup"),
        (100, 9, 30, "ok storage relay backup"), (100, 90, nil, nil), (nil, 90, 8, nil),
    ]
    @Test(arguments: backups.indices)
    func `a backup that is too old is told until there is one`(row: Int) {
        let (first, last, most, expected) = Self.backups[row]
        var facts = Self.disk(free: 50)
        facts.storage.firstLead = first.map { facts.now - .days($0) }
        facts.storage.lastBackup = last.map { facts.now - .days($0) }
        var settings = Self.settings
        settings.storage.backupAge = most.map { .days($0) }
        #expect(
            said(Thresholds(Watching(settings), only: .storage), facts).filter { $0.contains("backup") }
                == [expected].compactMap(\.self))
    }

    @Test func `a configuration that was not taken is told until one is`() {
        let taken = facts { (facts: inout Facts) in facts.refusedConfiguration = nil }
        #expect(
            said(Thresholds(Watching(Self.settings), only: .configurationRefused), taken) == [
                "ok configuration_refused relay"
            ])
        let refused = facts { (facts: inout Facts) in
            facts.refusedConfiguration = (since: facts.now, reason: "2 mistakes")
        }
        #expect(
            said(Thresholds(Watching(Self.settings), only: .configurationRefused), refused) == [
                "! warning configuration_refused relay"
            ])
    }

    @Test(arguments: [
        (nil as Int?, [] as [String]), (1, ["ok clock_skew relay"]), (-4, []), (5, ["! warning clock_skew relay"]),
        (-200, ["! critical clock_skew relay"]),
    ])
    func `a wrong clock is told either way`(seconds: Int?, expected: [String]) {
        let facts = facts { (facts: inout Facts) in facts.clockSkew = seconds.map { .seconds($0) } }
        #expect(said(Thresholds(Watching(Self.settings), only: .clockSkew), facts) == expected)
    }

    @Test(arguments: [
        (0, "ok ids_ahead relay"), (600, "ok ids_ahead relay"), (601, "! warning ids_ahead relay"),
        (60 * 365 * 86_400, "! warning ids_ahead relay"),
    ])
    func `ids that run ahead of the clock are told`(seconds: Int, expected: String) {
        let facts = facts { (facts: inout Facts) in facts.idsAhead = .seconds(seconds) }
        #expect(said(Thresholds(Watching(Self.settings), only: .idsAhead), facts) == [expected])
    }

    @Test(arguments: [
        (nil as Int?, "ok quarantine_ends source:landing"), (5, "! warning quarantine_ends source:landing"),
        (-1, "! warning quarantine_ends source:landing"),
    ])
    func `what is about to be discarded in quarantine is told`(days: Int?, expected: String) {
        let facts = facts { (facts: inout Facts) in
            facts.sources = [
                Facts.SourceFacts(
                    "landing", client: "acme", quarantined: .init(recent: .init(0, of: 0), baseline: .init(0, of: 0)),
                    duplicates: .init(recent: .init(0, of: 0), baseline: .init(0, of: 0)))
            ]
            facts.quarantineEnding =
                days.map {
                    [QuarantineEnding(source: "landing", count: 2, first: .start + .days($0))]
                } ?? []
        }
        #expect(said(Thresholds(Watching(), only: .quarantineEnds), facts) == [expected])
    }

    @Test(arguments: [
        (30, "ok credential_ends destination:google"), (13, "! warning credential_ends destination:google"),
        (2, "! critical credential_ends destination:google"), (-1, "! critical credential_ends destination:google"),
    ])
    func `what ends is told ahead of it`(days: Int, expected: String) {
        let facts = facts { (facts: inout Facts) in
            facts.credentials = [
                .init("The access", scope: .destination("google"), client: "acme", ends: .start + .days(days))
            ]
        }
        #expect(said(CredentialRule(Watching()), facts) == [expected])
    }

    @Test(arguments: [
        (13, Severity.warning, "ends in 13 days"), (2, .critical, "ends in 2 days"), (-1, .critical, "has ended"),
    ])
    func `an access that twenty destinations share ends as one matter`(
        days: Int, severity: Severity, words: String
    ) throws {
        func sharing(_ left: [Int]) -> Facts {
            facts { (facts: inout Facts) in
                facts.destinations = left.indices.map { .init("google-\($0)", platform: "google_ads", since: .start) }
                facts.credentials = left.enumerated().map { index, days in
                    .init(
                        "The access of google-\(index)", scope: .destination("google-\(index)"), access: "google-0",
                        client: "client\(index)", ends: .start + .days(days))
                }
            }
        }
        let rule = CredentialRule(Watching())
        let found = rule.observations(sharing([Int](repeating: days, count: 20)))
        guard case .problem(let finding) = found.first else { return #expect(Bool(false)) }
        let key = "credential_ends platform:google_ads google-0"
        #expect(finding.key == key && finding.severity == severity)
        #expect(finding.sentence == "The access that 20 destinations of google_ads share \(words).")
        #expect(finding.coveredBy == (days < 0 ? ["lane_held platform:google_ads google-0"] : []))
        #expect(found.count == 21)
        for case .problem(let one) in found.dropFirst() { #expect(one.coveredBy == [key]) }
        // One that is left is still a part of it; renewed for all it is over.
        let left = rule.observations(sharing([days] + [Int](repeating: 90, count: 19)))
        #expect(!left.contains { $0.key == key })
        guard case .problem(let one) = left.first else { return #expect(Bool(false)) }
        #expect(one.coveredBy == [key])
        #expect(said(rule, sharing([Int](repeating: 90, count: 20))).first == "ok \(key)")
    }

    @Test func `a certificate that pages of several clients need ends as one matter`() throws {
        let facts = facts { (facts: inout Facts) in
            facts.credentials = ["acme", "beta"].map { client in
                .init(
                    "The certificate of a.example", scope: .client(client), code: "a.example", access: "a.example",
                    page: "https://a.example/\(client)", client: client, ends: .start + .days(5))
            }
        }
        #expect(
            said(CredentialRule(Watching()), facts) == [
                "! warning credential_ends relay a.example", "! warning credential_ends client:acme a.example",
                "! warning credential_ends client:beta a.example",
            ])
    }

    @Test func `leads that one access will lose at many destinations are one matter`() {
        let facts = facts { (facts: inout Facts) in
            facts.destinations = (0..<20).map { index in
                var one = Facts.DestinationFacts("meta-\(index)", platform: "meta_ads", since: .start)
                one.credential = "meta-0"
                one.expiring = 3
                one.firstExpiry = .start + .hours(2)
                return one
            }
        }
        let found = Thresholds(Watching(), only: .expiring).observations(facts)
        #expect(found.first?.key == "expiring platform:meta_ads meta-0" && found.count == 21)
        for case .problem(let one) in found.dropFirst() {
            #expect(one.coveredBy == ["expiring platform:meta_ads meta-0"])
        }
    }

    @Test func `certificates of one client are told apart by their hosts, and name their page`() throws {
        let facts = facts { (facts: inout Facts) in
            facts.credentials = [("a.example", 30), ("b.example", 13)].map { host, days in
                .init(
                    "The certificate of \(host)", scope: .client("acme"), code: host, page: "https://\(host)/offer",
                    client: "acme", ends: .start + .days(days))
            }
        }
        let rule = CredentialRule(Watching())
        #expect(
            said(rule, facts) == [
                "ok credential_ends client:acme a.example", "! warning credential_ends client:acme b.example",
            ])
        guard case .problem(let finding) = rule.observations(facts).last else { return #expect(Bool(false)) }
        #expect(finding.sentence == "The certificate of b.example ends in 13 days.")
        #expect(finding.evidence.last == .init("page", "https://b.example/offer"))
    }

    @Test(arguments: [
        (nil as Int?, 5 as Int?, ["ok channel_failing channel:slack"]), (nil, nil, []), (9, 5, []),
        (10, nil, ["! critical channel_failing channel:slack"]),
    ])
    func `a channel that fails is told, through the others`(failing: Int?, sent: Int?, expected: [String]) {
        let facts = facts { (facts: inout Facts) in
            facts.channels = [
                ChannelState(
                    name: "slack", lastSent: sent.map { .start - .minutes($0) },
                    failingSince: failing.map { .start - .minutes($0) }, failures: 3, reason: "timed out", waiting: 1,
                    oldestDue: nil)
            ]
        }
        #expect(said(Thresholds(Watching(Self.settings), only: .channelFailing), facts) == expected)
    }

    @Test(arguments: [
        // Every hour; hours since the last one (nil: never), since it is watched, and since the relay started.
        (0.5 as Double?, 24.0, 24.0, ["ok missing_heartbeat external:import"]),
        (1.5, 24.0, 24.0, ["! warning missing_heartbeat external:import"]), (nil, 0.5, 24.0, []),
        (nil, 1.5, 24.0, ["! warning missing_heartbeat external:import"]),
        // We have just come back: it may have been sent while we were down.
        (1.5, 24.0, 0.1, []),
    ])
    func `a sign of life that does not come is told, but not for the time in which we were down`(
        last: Double?, watched: Double, running: Double, expected: [String]
    ) {
        func ago(_ hours: Double) -> Instant { .start - .milliseconds(Int64(hours * 3_600_000)) }
        var facts = Facts(now: .start, running: .milliseconds(Int64(running * 3_600_000)))
        facts.heartbeats = [
            .init(
                "import", client: "acme", every: .hours(1), severity: .warning, last: last.map(ago),
                watchedSince: ago(watched))
        ]
        #expect(said(Thresholds(Watching(), only: .missingHeartbeat), facts) == expected)
    }
}

@Suite struct `Counters over a window` {
    @Test func `grow by what was counted within it`() {
        var history = CounterHistory(reach: .minutes(5))
        for minute in 0...20 { history.add(["a": minute * 10], at: .start + .minutes(minute)) }
        #expect(history.growth(of: "a") == 50)
        #expect(history.growth(of: "b") == 0)
    }

    @Test func `count what is new from its beginning, and nothing before the second look`() {
        var history = CounterHistory(reach: .minutes(5))
        history.add(["error a": 3], at: .start)
        #expect(history.growth(below: "error ") == [:])
        history.add(["error a": 4, "error b": 2, "other": 9], at: .start + .minutes(1))
        #expect(history.growth(below: "error ") == ["a": 1, "b": 2])
    }

    @Test func `begin anew when the clock is set back`() {
        var history = CounterHistory(reach: .minutes(5))
        history.add(["a": 1], at: .start)
        history.add(["a": 100], at: .start - .hours(1))
        #expect(history.growth(of: "a") == 0)
    }
}

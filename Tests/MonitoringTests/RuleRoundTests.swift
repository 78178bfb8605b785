@testable import Domain
import Testing

@testable import Monitoring

@Suite struct `A round of the fixed rules` {
    /// Noon of a Tuesday.
    private static let noon = Slots.slot(of: Instant(rfc3339: "2026-03-10T12:00:00Z")!)

    /// A group and the slots in which one lead each came.
    private struct Group {
        var key: GroupKey
        var leads: [Int] = []
        var daily = 50.0
        var isPaused = false
        var since = noon - 30 * Slots.perDay
    }

    private static func group(_ client: String, _ name: String, leads: [Int] = []) -> Group {
        Group(key: GroupKey(client: client, group: name), leads: leads)
    }

    private static func settings(_ rules: [FixedRule], clients: [String] = ["acme"]) -> VolumeSettings {
        var settings = VolumeSettings()
        for client in clients { settings.clients[client] = VolumeSettings.Client(zone: .utc) }
        settings.rules = rules
        return settings
    }

    private static func verdicts(
        _ settings: VolumeSettings, _ groups: [Group], holes: [Range<Int>] = [], at slot: Int = noon,
        open: Set<AlertScope> = []
    ) -> (groups: [RuleRound.Break], wider: [Finding]) {
        let members = groups.map { group in
            RuleRound.Member(key: group.key, since: group.since, daily: group.daily, isPaused: group.isPaused) {
                slots in
                group.leads.count { slots.contains($0) }
            }
        }
        var round = RuleRound(settings, members, before: slot, holes: holes) { open.contains($0) }
        return round.verdicts()
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var rule: FixedRule
        /// The groups of which it must speak.
        var broken: [String]
    }

    static let cases = [
        Case(testDescription: "all", rule: FixedRule(), broken: ["acme/solar-a", "acme/solar-b", "beta/solar-c"]),
        Case(
            testDescription: "a client", rule: FixedRule(reach: .init(client: "beta")), broken: ["beta/solar-c"]),
        Case(
            testDescription: "a pattern", rule: FixedRule(reach: .init(group: "*-b")), broken: ["acme/solar-b"]),
        Case(
            testDescription: "a pattern of a client", rule: FixedRule(reach: .init(client: "acme", group: "solar-*")),
            broken: ["acme/solar-a", "acme/solar-b"]),
        Case(
            testDescription: "one group", rule: FixedRule(reach: .init(client: "acme", group: "solar-a")),
            broken: ["acme/solar-a"]),
        Case(testDescription: "a group of nobody", rule: FixedRule(reach: .init(group: "solar")), broken: []),
        Case(
            testDescription: "only busy ones", rule: FixedRule(reach: .init(leastDaily: 60)), broken: []),
        Case(
            testDescription: "fewer than two",
            rule: FixedRule(fewerThan: 2), broken: ["acme/heat", "acme/solar-a", "acme/solar-b", "beta/solar-c"]),
        Case(testDescription: "outside its hours", rule: FixedRule(minutes: 700..<1440), broken: []),
        Case(
            testDescription: "in its hours", rule: FixedRule(minutes: 660..<1440, reach: .init(client: "beta")),
            broken: ["beta/solar-c"]),
        Case(
            testDescription: "by another clock",
            rule: FixedRule(minutes: 660..<1440, zone: .fixed("Etc/GMT-3", hours: -3), reach: .init(client: "beta")),
            broken: []),
        Case(testDescription: "on other days", rule: FixedRule(days: [1, 3]), broken: []),
    ]

    @Test(arguments: cases)
    func `speaks of the groups that it is for`(test: Case) {
        let groups = [
            Self.group("acme", "solar-a"), Self.group("acme", "solar-b"),
            Self.group("acme", "heat", leads: [Self.noon - 6]), Self.group("beta", "solar-c"),
            // Of leads that say no group nobody has asked.
            Self.group("acme", ""),
        ]
        let verdicts = Self.verdicts(Self.settings([test.rule], clients: ["acme", "beta"]), groups)
        #expect(verdicts.groups.map { "\($0.key.client)/\($0.key.group)" }.sorted() == test.broken)
    }

    @Test func `tells of forty groups as one matter of their client`() throws {
        let groups = (0..<40).map { Self.group("acme", "g\($0)") }
        let (broken, wider) = Self.verdicts(Self.settings([FixedRule()]), groups)
        let finding = try #require(wider.first)
        #expect(wider.count == 1 && broken.count == 40)
        #expect(finding.key == "missing_leads client:acme rule:several")
        #expect(finding.sentence == "The rule \"no leads in 1 hour\" is broken by 40 of 40 groups of acme")
        #expect(finding.evidence[0].value.hasSuffix(" and 20 more"))
        for one in broken {
            #expect(one.finding(beside: nil).coveredBy.contains(finding.key))
        }
        // What it says of the client covers nothing that it does not say.
        #expect(finding.coveredBy.contains("missing_leads client:acme"))
    }

    @Test func `tells of five clients as one matter, and of three as three`() {
        let clients = (0..<5).map { "c\($0)" }
        let groups = clients.map { Self.group($0, "solar") }
        let all = Self.verdicts(Self.settings([FixedRule()], clients: clients), groups)
        #expect(all.wider.map(\.key) == ["missing_leads relay rule:several"])
        #expect(all.wider.map(\.sentence) == ["The rule \"no leads in 1 hour\" is broken at 5 clients"])
        #expect(all.groups.allSatisfy { $0.coveredBy == ["missing_leads relay rule:several"] })
        let few = Self.verdicts(Self.settings([FixedRule()], clients: clients), Array(groups.prefix(3)))
        #expect(few.wider.isEmpty && few.groups.count == 3)
    }

    @Test func `tells of groups without a client as one matter where there are no clients`() {
        let groups = (0..<40).map { Self.group("", "g\($0)") }
        let (broken, wider) = Self.verdicts(Self.settings([FixedRule()], clients: []), groups)
        #expect(wider.map(\.sentence) == ["The rule \"no leads in 1 hour\" is broken by 40 of 40 groups"])
        #expect(broken.allSatisfy { $0.coveredBy == ["missing_leads relay rule:several"] })
    }

    @Test func `counts a client's leads together where that is asked for`() throws {
        let rule = FixedRule(fewerThan: 3, severity: .critical, reach: .init(client: "acme", per: .client))
        let groups = [Self.group("acme", "a", leads: [Self.noon - 2]), Self.group("acme", "", leads: [Self.noon - 3])]
        let finding = try #require(Self.verdicts(Self.settings([rule]), groups).wider.first)
        #expect(finding.scope == .client("acme") && finding.observed == 2 && finding.severity == .critical)
        let more = groups + [Self.group("acme", "b", leads: [Self.noon - 4])]
        #expect(Self.verdicts(Self.settings([rule]), more).wider.isEmpty)
        let everything = FixedRule(fewerThan: 4, reach: .init(per: .everything))
        #expect(Self.verdicts(Self.settings([everything]), more).wider.map(\.scope) == [.relay])
    }

    @Test func `says nothing of what is paused, too new, not watched, or while we were down`() {
        let settings = Self.settings([FixedRule()])
        var group = Self.group("acme", "solar")
        #expect(Self.verdicts(settings, [group]).groups.count == 1)
        #expect(Self.verdicts(settings, [group], holes: [(Self.noon - 20)..<(Self.noon - 11)]).groups.isEmpty)
        #expect(Self.verdicts(settings, [group], holes: [(Self.noon - 20)..<(Self.noon - 12)]).groups.count == 1)
        group.isPaused = true
        #expect(Self.verdicts(settings, [group]).groups.isEmpty)
        group.isPaused = false
        group.since = Self.noon - 11
        #expect(Self.verdicts(settings, [group]).groups.isEmpty)
        group.since = Self.noon - 12
        #expect(Self.verdicts(settings, [group]).groups.count == 1)
        var unwatched = settings
        unwatched.patterns = [
            VolumeSettings.Pattern(
                FixedRule.Reach(client: "acme", group: "s*"),
                {
                    var group = VolumeSettings.Group()
                    group.isUnwatched = true
                    return group
                }())
        ]
        #expect(Self.verdicts(unwatched, [group]).groups.isEmpty)
    }

    @Test func `keeps what began in its hours, and does not take up what did not`() {
        // From 09:00 to 18:00; the last lead at 16:30.
        let rule = FixedRule(minutes: 540..<1080)
        let evening = Self.noon + 8 * Slots.perHour
        let open: Set<AlertScope> = [.group(client: "acme", group: "solar")]
        let before = Self.group("acme", "solar", leads: [Self.noon + 54])
        #expect(Self.verdicts(Self.settings([rule]), [before], at: evening, open: open).groups.count == 1)
        #expect(Self.verdicts(Self.settings([rule]), [before], at: evening).groups.isEmpty)
        // The last lead at 17:30: in the rule's hours it was not broken; the alert is another's.
        let after = Self.group("acme", "solar", leads: [Self.noon + 66])
        #expect(Self.verdicts(Self.settings([rule]), [after], at: evening, open: open).groups.isEmpty)
    }

    @Test func `is one matter with what the detector says, under the key that people know`() throws {
        let settings = Self.settings([FixedRule(fewerThan: 2)])
        let broken = try #require(
            Self.verdicts(settings, [Self.group("acme", "solar", leads: [Self.noon - 5])]).groups.first)
        let alone = broken.finding(beside: nil)
        #expect(alone.key == "low_leads group:acme/solar")
        #expect(alone.sentence == "The rule \"fewer than 2 leads in 1 hour\" is broken: 1 came")
        let detected = Finding(
            .missingLeads, .group(client: "acme", group: "solar"), .critical, began: Slots.start(of: Self.noon - 50),
            sentence: "31 leads expected since 08:10, none came", expected: 31, observed: 0)
        let both = broken.finding(beside: detected)
        #expect(both.severity == .critical && both.sentence == detected.sentence)
        #expect(both.evidence.map(\.value) == ["fewer than 2 leads in 1 hour"])
        #expect(both.keeping([alone.key]).key == alone.key)
        #expect(both.keeping([]).key == "missing_leads group:acme/solar")
        #expect(alone.isAboutLevel == false && both.isAboutLevel)
    }
}

extension TimeZoneRules {
    fileprivate static func fixed(_ name: String, hours: Int) -> TimeZoneRules {
        TimeZoneRules(name: name, periods: [Period(start: 0, offset: hours * 3600, abbreviation: "")], repeatsFrom: nil)
    }
}

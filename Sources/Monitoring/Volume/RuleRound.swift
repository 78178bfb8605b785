import Domain

/// What the fixed rules say at one moment: of each group, and of several groups at once, which is one matter of their
/// client or of all.
///
/// A value without a clock or a store. What a rule says of a group belongs into one alert with what the detector says
/// of it; what it says of a client or of everything has a code of its own, since it explains no more than what other
/// rules say.
struct RuleRound {
    /// A group whose leads are counted, or that has had none yet.
    struct Member {
        var key: GroupKey
        /// The slot from which on its leads could come.
        var since: Int
        /// Leads a day that are expected of it.
        var daily: Double
        /// It never had a lead.
        var isAwaited = false
        /// The calendar says that nothing is expected now.
        var isPaused = false
        /// Its leads in some slots.
        var leads: (Range<Int>) -> Int
    }

    /// A group's rules that are broken.
    struct Break {
        var key: GroupKey
        /// The gravest one first.
        var rules: [FixedRule]
        /// In the window of the first.
        var came: Int
        var from: Int
        var severity: Severity { rules[0].severity }
        /// The keys of what several broken rules are told as.
        var coveredBy: [String] = []
    }

    /// Begins the code of what rules say of more than a group.
    static let mark = "rule:"
    /// So many groups of a client whose rules are broken are one matter of the client.
    static let groupsOfClient = 2
    /// More clients than this are one matter of all.
    static let clients = ForwardingRule.clients
    /// So far back it is looked whether a rule was broken in its hours.
    private static let lookback = 4 * Slots.perDay

    private let settings: VolumeSettings
    private let members: [Member]
    /// The slot that has not passed yet.
    private let slot: Int
    /// In which nothing can be known.
    private let holes: [Range<Int>]
    /// Whether an alert is open for a scope: what is open stays so outside the hours of its rule.
    private let isOpen: (AlertScope) -> Bool
    private var armed: [Arming: Bool] = [:]

    private struct Arming: Hashable {
        var days: Set<Int>
        var minutes: Range<Int>
        var slots: Int
        var zone: String
        var before: Int
    }

    /// What is counted for a rule.
    private struct Subject {
        var scope: AlertScope
        var zone: TimeZoneRules
        var members: [Member]

        var since: Int { members.map(\.since).min() ?? 0 }
        var daily: Double { members.reduce(0) { $0 + $1.daily } }
        var isPaused: Bool { members.allSatisfy(\.isPaused) }
        func leads(_ slots: Range<Int>) -> Int { members.reduce(0) { $0 + $1.leads(slots) } }
    }

    init(
        _ settings: VolumeSettings, _ members: [Member], before slot: Int, holes: [Range<Int>] = [],
        isOpen: @escaping (AlertScope) -> Bool
    ) {
        self.settings = settings
        self.members = members
        self.slot = slot
        self.holes = holes
        self.isOpen = isOpen
    }

    // MARK: What is broken

    /// The groups with broken rules, in the order of the members, and what is said of clients and of everything.
    mutating func verdicts() -> (groups: [Break], wider: [Finding]) {
        var groups: [Break] = []
        let alone = aloneInClient
        for member in members {
            let subject = self.subject([member], member.key.scope, client: member.key.client)
            var found: [(rule: FixedRule, came: Int)] = []
            for rule in rules(for: member, isAlone: alone.contains(member.key.client)) {
                if let came = broken(rule, subject) { found.append((rule, came)) }
            }
            guard let worst = found.max(by: { $0.rule.weight < $1.rule.weight }) else { continue }
            groups.append(
                Break(
                    key: member.key, rules: [worst.rule] + found.map(\.rule).filter { $0 != worst.rule },
                    came: worst.came, from: slot - worst.rule.slots))
        }
        let wider = self.wider(groups)
        for index in groups.indices {
            // A graver matter than the one that stands for all is told by itself.
            groups[index].coveredBy = wider.filter { finding in
                finding.severity >= groups[index].severity
                    && [.client(groups[index].key.client), .relay].contains(finding.scope)
            }.map(\.key)
        }
        return (groups, wider)
    }

    /// Why nothing is said any more of a group, by the first of its rules; `nil` if it has none.
    func reasonForEnd(of key: GroupKey) -> String? {
        guard let member = members.first(where: { $0.key == key }),
            let rule = rules(for: member, isAlone: aloneInClient.contains(key.client)).first
        else { return nil }
        return reason(subject([member], key.scope, client: key.client), rule)
    }

    /// Why nothing is said any more of several.
    func reasonForEnd(ofSeveral scope: AlertScope) -> String {
        let client = scope.client
        let per = FixedRule.Reach.Per(rawValue: client == nil ? "everything" : "client")
        let rule = settings.rules.first { rule in
            rule.reach.per == per && (client.map { rule.reach.covers(client: $0) } ?? true)
        }
        let own = members.filter { client == nil || $0.key.client == client }
        if let rule, let reason = reason(subject(own, scope, client: client ?? ""), rule) { return reason }
        return client == nil
            ? "Rules are broken at too few clients for it to be one matter; what is left is told by itself."
            : "Rules are broken by too few groups for it to be one matter; what is left is told by itself."
    }

    private func reason(_ subject: Subject, _ rule: FixedRule) -> String? {
        if subject.isPaused { return "Paused by the calendar: nothing is expected." }
        let came = subject.leads((slot - rule.slots)..<slot)
        guard came >= rule.fewerThan else { return nil }
        return "\(came.of("lead")) in \(rule.within.windowWords): enough again."
    }

    /// The rules that look at a group by itself: its own, and those that are for several.
    private func rules(for member: Member, isAlone: Bool) -> [FixedRule] {
        guard member.key.client.isEmpty || settings.clients[member.key.client] != nil else { return [] }
        let own = settings.group(member.key)
        var rules = own?.rules ?? []
        for rule in settings.rules where rule.reach.per == .group && rule.reach.covers(member.key) {
            if rule.reach.only == nil {
                // Leads that say no group are one only where there are no others.
                guard own?.isUnwatched != true, !member.key.group.isEmpty || isAlone else { continue }
            }
            guard member.daily >= rule.reach.leastDaily ?? 0, !rules.contains(rule) else { continue }
            rules.append(rule)
        }
        return rules
    }

    /// Clients all of whose leads say no group.
    private var aloneInClient: Set<String> {
        let named = Set(members.filter { !$0.key.group.isEmpty && !$0.isAwaited }.map(\.key.client))
        return Set(members.map(\.key.client)).subtracting(named)
    }

    private func subject(_ members: [Member], _ scope: AlertScope, client: String) -> Subject {
        Subject(scope: scope, zone: settings.clients[client]?.zone ?? .utc, members: members)
    }

    /// How many leads came where too few did; `nil` while the rule is kept.
    private mutating func broken(_ rule: FixedRule, _ subject: Subject) -> Int? {
        let from = slot - rule.slots
        guard from >= subject.since, !subject.isPaused, subject.daily >= rule.reach.leastDaily ?? 0 else { return nil }
        let came = subject.leads(from..<slot)
        guard came < rule.fewerThan, subject.leads((from - 1)..<(slot - 1)) < rule.fewerThan else { return nil }
        let zone = rule.zone ?? subject.zone
        if counts(rule, zone, before: slot) { return came }
        // What began in its hours lasts until enough leads come.
        guard isOpen(subject.scope) else { return nil }
        var end = slot - 1
        while end > slot - Self.lookback {
            guard end - rule.slots >= subject.since, subject.leads((end - rule.slots)..<end) < rule.fewerThan else {
                return nil
            }
            if counts(rule, zone, before: end) { return came }
            end -= 1
        }
        return came
    }

    /// Whether a rule counts in a whole window of which everything is known.
    private mutating func counts(_ rule: FixedRule, _ zone: TimeZoneRules, before end: Int) -> Bool {
        if holes.contains(where: { $0.overlaps((end - rule.slots)..<end) }) { return false }
        let arming = Arming(
            days: rule.days, minutes: rule.minutes, slots: rule.slots, zone: zone.name, before: end)
        if let known = armed[arming] { return known }
        let isArmed = rule.isArmed(before: end, zone)
        armed[arming] = isArmed
        return isArmed
    }

    // MARK: What is told of several

    /// Rules that are broken at a client, of its groups or of it as a whole.
    private struct Trouble {
        var name: String
        var rules: [FixedRule]
        var came: Int
        var from: Int
        var severity: Severity

        init(name: String, rules: [FixedRule], came: Int, from: Int, severity: Severity) {
            self.name = name
            self.rules = rules
            self.came = came
            self.from = from
            self.severity = severity
        }

        init(_ broken: Break) {
            self.init(
                name: broken.key.group, rules: broken.rules, came: broken.came, from: broken.from,
                severity: broken.severity)
        }
    }

    private mutating func wider(_ groups: [Break]) -> [Finding] {
        let byClient = Dictionary(grouping: members, by: \.key.client)
        let broken = Dictionary(grouping: groups, by: \.key.client)
        var findings: [Finding] = []
        var troubles: [Trouble] = []
        for (client, members) in byClient.sorted(by: { $0.key < $1.key })
        where !client.isEmpty && settings.clients[client] != nil {
            let subject = self.subject(members, .client(client), client: client)
            let those = (broken[client] ?? []).map(Trouble.init)
            if let (whole, finding) = self.whole(subject, .client, name: client) {
                findings.append(finding)
                troubles.append(whole)
            } else if let all = Self.together(those, as: client) {
                troubles.append(all)
                guard those.count >= Self.groupsOfClient else { continue }
                let others = members.count { !$0.key.group.isEmpty }
                findings.append(
                    gathered(.client(client), all, those, "by \(those.count) of \(others) groups of \(client)"))
            }
        }
        if let (_, finding) = whole(subject(members, .relay, client: ""), .everything, name: "") {
            findings.append(finding)
        } else if troubles.count > Self.clients, let all = Self.together(troubles, as: "") {
            findings.append(gathered(.relay, all, troubles, "at \(troubles.count.of("client"))"))
        } else if settings.clients.isEmpty, groups.count >= Self.groupsOfClient {
            // Without clients all groups are one's own.
            let those = groups.map(Trouble.init)
            if let all = Self.together(those, as: "") {
                let others = members.count { !$0.key.group.isEmpty }
                findings.append(gathered(.relay, all, those, "by \(those.count) of \(others) groups", of: "Groups"))
            }
        }
        return covered(findings)
    }

    /// What the rules say that count a client's leads together, or all leads.
    private mutating func whole(
        _ subject: Subject, _ per: FixedRule.Reach.Per, name: String
    ) -> (Trouble, Finding)? {
        var own: [(rule: FixedRule, came: Int)] = []
        for rule in settings.rules
        where rule.reach.per == per && (per == .everything || rule.reach.covers(client: name)) {
            if let came = broken(rule, subject) { own.append((rule, came)) }
        }
        guard let worst = own.max(by: { $0.rule.weight < $1.rule.weight }) else { return nil }
        let trouble = Trouble(
            name: name, rules: own.map(\.rule), came: worst.came, from: slot - worst.rule.slots,
            severity: worst.rule.severity)
        return (trouble, finding(subject.scope, trouble, worst.rule.sentence(worst.came)))
    }

    private static func together(_ troubles: [Trouble], as name: String) -> Trouble? {
        guard let severity = troubles.map(\.severity).max(), let from = troubles.map(\.from).min() else { return nil }
        var rules: [FixedRule] = []
        for rule in troubles.flatMap(\.rules) where !rules.contains(where: { $0.words == rule.words }) {
            rules.append(rule)
        }
        return Trouble(
            name: name, rules: rules, came: troubles.reduce(0) { $0 + $1.came }, from: from, severity: severity)
    }

    private func gathered(
        _ scope: AlertScope, _ all: Trouble, _ parts: [Trouble], _ whose: String, of noun: String? = nil
    ) -> Finding {
        let which =
            all.rules.count == 1
            ? "The rule \"\(all.rules[0].words)\" is broken" : "\(all.rules.count) rules are broken"
        var finding = finding(scope, all, "\(which) \(whose)")
        let names = SharedCredential.list(parts.map(\.name).sorted())
        finding.evidence.insert(Finding.Evidence(noun ?? (scope == .relay ? "Clients" : "Groups"), names), at: 0)
        return finding
    }

    private func finding(_ scope: AlertScope, _ trouble: Trouble, _ sentence: String) -> Finding {
        Finding(
            .missingLeads, scope, trouble.severity, code: Self.mark + "several",
            began: Slots.start(of: trouble.from), sentence: sentence,
            evidence: trouble.rules.map { Finding.Evidence("Rule", $0.words) }, observed: trouble.came,
            // Whatever the detector says of the whole of it says more.
            coveredBy: Finding.keysOfLevel(scope) + Finding.parents(.missingLeads, scope)
                + (scope == .relay ? [] : [Finding.key(.lowLeads, .relay)]))
    }

    /// What all clients have in common is told once.
    private func covered(_ findings: [Finding]) -> [Finding] {
        guard let all = findings.last, all.scope == .relay else { return findings }
        return findings.map { finding in
            guard finding.scope != .relay, finding.severity <= all.severity else { return finding }
            var finding = finding
            finding.coveredBy.append(all.key)
            return finding
        }
    }
}

extension FixedRule {
    /// The gravest first, then the one that looks at the longest time.
    fileprivate var weight: (Severity, Int) { (severity, slots) }

    /// `The rule "no leads in 1 hour" is broken: none came`.
    func sentence(_ came: Int) -> String { "The rule \"\(words)\" is broken: \(came == 0 ? "none" : "\(came)") came" }
}

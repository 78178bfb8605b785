import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What a fixed rule would have done, before it is armed.
enum RuleOperations {
    /// Looked back at: by five minutes as long as slots are kept, before that by the hour.
    private static let days = VolumeModel.daysOfHistory
    private static let slotDays = 12

    /// So many groups or clients are looked at at once, and so many of those with the most firings are named.
    private static let mostSubjects = 2000
    private static let mostNamed = 50

    /// What a rule counts together: a group, a client's groups, everything.
    private struct Subject {
        var key: GroupKey
        var zone: TimeZoneRules
        /// The slot of its first lead.
        var begin: Int
        var leads: [UInt32] = []
        var hours: [UInt32] = []
        /// The first slots of the hours and of the slots.
        var coarse = 0
        var fine = 0

        var count: Int { (leads + hours).reduce(0) { $0 + Int($1) } }
        var since: Int { hours.isEmpty ? fine : coarse }
    }

    @Sendable static func attempt(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> TriedRule {
        let rule = try rule(call.decoded(RuleRequest.self))
        let now = Slots.slot(of: relay.now)
        let today = now / Slots.perDay
        var (subjects, places) = try subjects(of: rule, relay, reader)
        for index in subjects.indices {
            subjects[index].begin = max((today - days) * Slots.perDay, subjects[index].begin)
            let begin = subjects[index].begin
            let fine = min(max((today - slotDays) * Slots.perDay, begin), now)
            // The hour in which it began is not whole.
            let coarse = min((begin + Slots.perHour - 1) / Slots.perHour * Slots.perHour, fine)
            (subjects[index].coarse, subjects[index].fine) = (coarse, fine)
            subjects[index].leads = [UInt32](repeating: 0, count: now - fine)
            subjects[index].hours = [UInt32](repeating: 0, count: (fine - coarse) / Slots.perHour)
        }
        let young = subjects.count { now - $0.begin <= rule.slots }
        guard young < subjects.count else {
            throw Problem(.conflict, "Not enough history for this group.")
        }
        try count(reader, now, &subjects, places)
        places = [:]
        let old = subjects.filter { now - $0.begin > rule.slots }
        var armed: [String: [Int: Bool]] = [:]
        let tried = old.map { subject in
            let zone = rule.zone ?? subject.zone
            func isArmed(_ slot: Int) -> Bool {
                if let known = armed[zone.name]?[slot] { return known }
                let isArmed = rule.isArmed(before: slot, zone)
                armed[zone.name, default: [:]][slot] = isArmed
                return isArmed
            }
            return (
                newest: rule.firings(subject.leads, before: now, isArmed: isArmed),
                before: rule.firings(hours: subject.hours, before: subject.fine, isArmed: isArmed)
            )
        }
        return answer(rule, old, tried, young: young)
    }

    private static func answer(
        _ rule: FixedRule, _ subjects: [Subject], _ tried: [(newest: Int, before: Int)], young: Int
    ) -> TriedRule {
        func total(_ counts: [UInt32]) -> Int { counts.reduce(0) { $0 + Int($1) } }
        func part(
            _ from: Int?, _ leads: Int, _ firings: Int, _ resolution: String, exact: Bool
        ) -> TriedRule.Part {
            TriedRule.Part(
                since: from.map(Slots.start), leads: leads, firings: firings, resolution: resolution, exact: exact)
        }
        let older = subjects.filter { !$0.hours.isEmpty }
        var parts = [
            part(
                subjects.map(\.fine).min(), subjects.reduce(0) { $0 + total($1.leads) },
                tried.reduce(0) { $0 + $1.newest }, "5m", exact: true)
        ]
        if !older.isEmpty {
            parts.insert(
                part(
                    older.map(\.coarse).min(), older.reduce(0) { $0 + total($1.hours) },
                    tried.reduce(0) { $0 + $1.before }, "1h", exact: false), at: 0)
        }
        let worst = zip(subjects, tried).filter { $1.newest + $1.before > 0 }
            .sorted { ($1.1.newest + $1.1.before, $0.0.key) < ($0.1.newest + $0.1.before, $1.0.key) }
        return TriedRule(
            rule: rule.words, per: RuleReach(rule.reach.per), lookedAt: subjects.count, tooNew: young,
            firing: worst.count, since: subjects.map(\.since).min().map(Slots.start),
            leads: subjects.reduce(0) { $0 + $1.count },
            firings: tried.reduce(0) { $0 + $1.newest + $1.before }, parts: parts,
            worst: worst.prefix(mostNamed).map { subject, tried in
                TriedRule.Subject(
                    client: subject.key.client, group: rule.reach.per == .group ? subject.key.group : nil,
                    leads: subject.count, firings: tried.newest + tried.before)
            })
    }

    // MARK: Whose leads

    /// What the rule looks at, and by the number of each group where its leads are counted.
    private static func subjects(
        of rule: FixedRule, _ relay: RelayContext, _ reader: Reader
    ) throws -> ([Subject], [Int64: Int]) {
        let clients = relay.configuration.withLock { $0 }.volume.clients
        var subjects: [Subject] = []
        var places: [Int64: Int] = [:]
        func add(_ key: GroupKey, _ begin: Int) {
            subjects.append(Subject(key: key, zone: clients[key.client]?.zone ?? .utc, begin: begin))
        }
        if let only = rule.reach.only {
            guard let group = try reader.countedGroup(only) else {
                throw Problem(
                    .notFound, "No lead has been counted for group \"\(only.group)\" of client \"\(only.client)\".")
            }
            add(only, group.firstSlot)
            return (subjects, [group.id: 0])
        }
        if rule.reach.per == .group {
            for (key, daily) in relay.volumes.daily.sorted(by: { $0.key < $1.key })
            where rule.reach.covers(key) && !key.group.isEmpty && daily >= rule.reach.leastDaily ?? 0 {
                guard let group = try reader.countedGroup(key) else { continue }
                places[group.id] = subjects.count
                add(key, group.firstSlot)
            }
        } else {
            var places: [String: Int] = [:]
            var groups: [Int64: Int] = [:]
            try reader.countedGroups(after: 0) { group, _ in
                let client = rule.reach.per == .client ? group.key.client : ""
                guard rule.reach.per == .everything || (!client.isEmpty && rule.reach.covers(client: client)) else {
                    return
                }
                let place = places[client] ?? subjects.count
                if place == subjects.count {
                    places[client] = place
                    add(GroupKey(client: client, group: ""), group.firstSlot)
                }
                subjects[place].begin = min(subjects[place].begin, group.firstSlot)
                groups[group.id] = place
            }
            if subjects.isEmpty { throw nothing(rule) }
            return (subjects, groups)
        }
        if subjects.isEmpty { throw nothing(rule) }
        guard subjects.count <= mostSubjects else {
            throw Problem(
                .requestUnusable,
                """
                The rule looks at \(subjects.count) groups, and \(mostSubjects) can be tried at once: \
                name a client or a pattern of groups.
                """,
                invalid: "group")
        }
        return (subjects, places)
    }

    private static func nothing(_ rule: FixedRule) -> Problem {
        let daily = rule.reach.leastDaily == nil ? "" : " and has so many leads a day"
        return Problem(.notFound, "No group that is watched fits the rule\(daily).")
    }

    private static func count(
        _ reader: Reader, _ now: Int, _ subjects: inout [Subject], _ places: [Int64: Int]
    ) throws {
        guard let first = subjects.map(\.coarse).min() else { return }
        let fine = subjects.map(\.fine).max() ?? now
        try reader.dayCounts((first / Slots.perDay)..<(fine / Slots.perDay + 1)) { id, day, counts in
            guard let place = places[id] else { return }
            for (hour, count) in counts.enumerated() {
                let slot = day * Slots.perDay + hour * Slots.perHour
                guard (subjects[place].coarse..<subjects[place].fine).contains(slot) else { continue }
                subjects[place].hours[(slot - subjects[place].coarse) / Slots.perHour] += count
            }
        }
        try reader.slotCounts(first..<now) { count in
            guard let place = places[count.group], count.slot >= subjects[place].coarse else { return }
            let leads = UInt32(clamping: count.leads)
            if count.slot >= subjects[place].fine {
                subjects[place].leads[count.slot - subjects[place].fine] += leads
            } else {
                // Old, and not moved into a day yet.
                subjects[place].hours[(count.slot - subjects[place].coarse) / Slots.perHour] += leads
            }
        }
    }

    // MARK: The rule

    private static func rule(_ body: RuleRequest) throws -> FixedRule {
        var rule = FixedRule()
        if let number = body.fewerThan {
            guard (1...1_000_000).contains(number) else {
                throw Problem(.requestUnusable, RuleRequest.remedies["fewer_than"] ?? "", invalid: "fewer_than")
            }
            rule.fewerThan = number
        }
        if let text = body.in {
            guard let within = Duration(configured: text), within >= .minutes(5), within <= .days(7),
                within.components.seconds % 300 == 0
            else {
                throw Problem(
                    .requestUnusable, "\"in\" must be 5m to 7d in steps of 5 minutes, for example \"1h\".",
                    invalid: "in")
            }
            rule.within = within
        }
        if let text = body.days {
            guard let days = FixedRule.days(text) else {
                throw Problem(.requestUnusable, "\"days\" \(FixedRule.daysHint).", invalid: "days")
            }
            rule.days = days
        }
        if let text = body.hours {
            guard let minutes = FixedRule.minutes(text) else {
                throw Problem(.requestUnusable, "\"hours\" \(FixedRule.hoursHint).", invalid: "hours")
            }
            rule.minutes = minutes
        }
        if let text = body.timeZone {
            guard let zone = ZoneDirectory.rules(text) else {
                throw Problem(
                    .requestUnusable, "\"time_zone\" \(ZoneDirectory.complaint(text) ?? "").", invalid: "time_zone")
            }
            rule.zone = zone
        }
        rule.reach = try reach(body)
        if let complaint = rule.reachComplaint {
            throw Problem(.requestUnusable, "\"in\" \(complaint).", invalid: "in")
        }
        return rule
    }

    private static func reach(_ body: RuleRequest) throws -> FixedRule.Reach {
        var reach = FixedRule.Reach(client: body.client, group: body.group)
        switch body.per {
        case nil: break
        case .group?: reach.per = .group
        case .client?: reach.per = .client
        case .everything?: reach.per = .everything
        }
        if let least = body.leastDaily {
            guard least > 0 else {
                throw Problem(.requestUnusable, RuleRequest.remedies["least_daily"] ?? "", invalid: "least_daily")
            }
            reach.leastDaily = least
        }
        if let complaint = reach.complaint {
            throw Problem(
                .requestUnusable, "\"\(complaint.member)\" \(complaint.message).", invalid: complaint.member)
        }
        return reach
    }
}

extension RuleReach {
    fileprivate init(_ per: FixedRule.Reach.Per) {
        switch per {
        case .group: self = .group
        case .client: self = .client
        case .everything: self = .everything
        }
    }
}

import Domain
import Monitoring

extension VolumeSettings {
    /// Reads the section `volume`: how missing leads are watched for.
    init(reading section: Section?, clients: [Configuration.Client]) {
        self.init()
        for client in clients { self.clients[client.name] = Client(zone: client.timeZone, country: client.country) }
        guard let section else { return }
        budget = section.number("budget") ?? budget
        criticalLoss = section.number("critical_loss") ?? criticalLoss
        for one in section.list("groups") {
            let client = one.requiredText("client", Configuration.clientComplaint(clients))
            let name = one.requiredText("group")
            var group = Group()
            group.plannedDaily = one.number("planned_daily")
            group.budget = one.number("budget")
            group.criticalLoss = one.number("critical_loss")
            group.isUnwatched = one.flag("watch") == false
            group.rules = one.list("rules").compactMap { rule in
                defer { rule.finish() }
                return FixedRule(reading: rule)
            }
            one.finish()
            guard let client, let name else { continue }
            if name.contains("*") {
                patterns.append(Pattern(FixedRule.Reach(client: client, group: name), group))
            } else {
                groups[GroupKey(client: client, group: name)] = group
            }
        }
        rules = section.list("rules").compactMap { rule in
            defer { rule.finish() }
            let reach = FixedRule.Reach(reading: rule, clients: clients)
            return FixedRule(reading: rule, reach)
        }
        section.finish()
    }
}

extension FixedRule {
    /// `{ fewer_than: 1, in: "1h", days: "mon-fri", hours: "09:00-21:00", time_zone: "Europe/Berlin" }`
    fileprivate init?(reading section: Section, _ reach: Reach = Reach()) {
        let fewerThan = section.whole("fewer_than") ?? 1
        let within = section.duration("in") ?? .hours(1)
        if within.components.seconds % 300 != 0 { section.mistake("in", "must be whole steps of 5 minutes") }
        let days = section.text("days") { Self.days($0) == nil ? Self.daysHint : nil }
        let hours = section.text("hours") { Self.minutes($0) == nil ? Self.hoursHint : nil }
        let zone = section.text("time_zone", ZoneDirectory.complaint).flatMap(ZoneDirectory.rules)
        let severity = section.choice("severity", Severity.self) ?? .warning
        self.init(
            fewerThan: fewerThan, within: within, days: days.flatMap(Self.days) ?? Set(1...7),
            minutes: hours.flatMap(Self.minutes) ?? 0..<1440, zone: zone, severity: severity, reach: reach)
        if let complaint = reachComplaint { section.mistake("in", complaint) }
    }

    /// Why it can never say anything.
    package var reachComplaint: String? {
        guard longestHours < within else { return nil }
        return
            """
            is longer than the rule counts without a pause (\(longestHours.windowWords) by days and hours), so it \
            could never say anything: make it shorter, or leave hours out
            """
    }

    private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    package static let daysHint = "must be days or a range of them, for example \"mon-fri\" or \"mon,wed,sat\""
    package static let hoursHint = "must be a part of the day, for example \"09:00-21:00\""

    package static func days(_ text: String) -> Set<Int>? {
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                names.firstIndex(of: String($0))
            }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last else {
                return nil
            }
            found.formUnion((first...last).map { $0 + 1 })
        }
        return found
    }

    package static func minutes(_ text: String) -> Range<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { part -> Int? in
            if part == "24:00" { return 1440 }
            return CivilTime("2000-01-01T\(part)").map { $0.hour * 60 + $0.minute }
        }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
        return start..<end
    }
}

extension FixedRule.Reach {
    /// `{ client: "acme", group: "solar-*", per: "group", least_daily: 20 }`, all of it optional.
    fileprivate init(reading section: Section, clients: [Configuration.Client]) {
        let client = section.text("client", Configuration.clientComplaint(clients))
        let group = section.text("group")
        let per = section.choice("per", Per.self) ?? .group
        let leastDaily = section.number("least_daily")
        self.init(client: client, group: group, per: per, leastDaily: leastDaily)
        if let complaint { section.mistake(complaint.member, complaint.message) }
    }

    /// What does not go together.
    package var complaint: (member: String, message: String)? {
        if per != .group, group != nil {
            return ("group", "has no meaning for a rule per \(per.rawValue), which counts all groups together")
        }
        if per == .everything, client != nil {
            return ("client", "has no meaning for a rule per everything; take per: \"client\"")
        }
        return nil
    }
}

import Domain
import Monitoring

/// Routes, steps, turns and people that lead nowhere: allowed, and yet nobody would be told. Each finding is a warning
/// that says what to write instead.
struct NoticeAdvice {
    private let configuration: Configuration
    private let notices: Configuration.Notices
    private let now: Instant
    private let zones: Zones
    private let warn: (_ path: String, _ message: String) -> Void

    /// So far ahead hours are followed: a year has every change of the clocks.
    private static let horizon: Duration = .days(366)
    /// So many names stand in one sentence.
    private static let named = 5

    init(
        _ configuration: Configuration, now: Instant, zones: Zones,
        warn: @escaping (_ path: String, _ message: String) -> Void
    ) {
        self.configuration = configuration
        notices = configuration.notices
        self.now = now
        self.zones = zones
        self.warn = warn
    }

    func give() {
        for contact in notices.contacts { advise(contact) }
        for turn in notices.turns { advise(turn) }
        guard !notices.channels.isEmpty else { return }
        for channel in notices.channels { advise(channel) }
        for (index, route) in notices.routes.enumerated() { advise(route, index) }
        if !notices.routes.isEmpty { adviseOnCover() }
    }

    // MARK: People

    private func advise(_ contact: Contact) {
        guard contact.slackUser == nil, contact.email == nil, contact.phone == nil else { return }
        warn(
            "contacts.\(contact.name)",
            """
            cannot be reached by anything. Give an email, a phone, or the person's id in Slack: slack: { user: \
            \"U…\" }.
            """
        )
    }

    private func advise(_ turn: OnCall) {
        let path = "on_call.\(turn.name)"
        let isNamed = notices.routes.contains { route in
            route.recipients.contains { $0.who == .onCall(turn.name) }
        }
        if !isNamed {
            warn(path, "no route calls whoever is on call here. Write \"CHANNEL/@\(turn.name)\" in a route.")
        }
        let gaps = turn.gaps(from: now, to: now + Self.horizon, zones)
        guard !gaps.isEmpty else { return }
        let zone = turn.shifts.first?.zone ?? "UTC"
        warn(
            path,
            """
            nobody is on call \(words(gaps, zone)): the channel's own recipients are told then. Widen the hours, \
            or add a shift without hours at the end.
            """
        )
    }

    private func advise(_ channel: Channel) {
        let isTold = notices.routes.contains { route in route.recipients.contains { $0.channel == channel.name } }
        let reports = configuration.reports + configuration.clients.flatMap(\.reports)
        if isTold || reports.contains(channel.name) { return }
        warn("channels.\(channel.name)", "no route tells it. Write \"\(channel.name)\" in a route, or take it out.")
    }

    // MARK: Routes

    private func advise(_ route: AlertRouting.Route, _ index: Int) {
        let path = "routes[\(index)]"
        if let earlier = notices.routes.prefix(index).firstIndex(where: { $0.takesAll(of: route) }) {
            warn(
                path,
                """
                never decides: routes[\(earlier)] takes everything that it would take, and the first that fits \
                decides. Put it before that one.
                """
            )
            return
        }
        for recipient in route.tells { advise(recipient, path + ".tell") }
        advise(stepsOf: route, index, path)
        var told = route.tells
        for (number, step) in route.escalation.enumerated() {
            let place = "\(path).escalate[\(number)]"
            for recipient in step { advise(recipient, place) }
            if step.isEmpty {
                warn(place, "calls nobody. Name somebody, or take the step out.")
            } else if step.allSatisfy(told.contains) {
                warn(place, "adds nobody: all of them have been told before. Name somebody else, or take the step out.")
            }
            told += step
        }
    }

    /// Whoever cannot be reached this way leaves it to the channel's own recipients.
    private func advise(_ recipient: AlertRouting.Recipient, _ path: String) {
        guard case .onCall(let name) = recipient.who, let turn = notices.turns.first(where: { $0.name == name }),
            let channel = notices.channels.first(where: { $0.name == recipient.channel })
        else { return }
        let lost = turn.people.filter { name in
            !notices.contacts.contains { $0.name == name && $0.canBeReached(by: channel) }
        }
        if lost.isEmpty { return }
        let written = "\"\(recipient.channel)/@\(name)\""
        guard let need = channel.kind.personalNeed else {
            warn(
                path,
                """
                \(written) tells the channel's own recipients: \(channel.kind.word) cannot address a person. Write \
                \"\(recipient.channel)\".
                """
            )
            return
        }
        warn(
            path,
            """
            \(written) tells the channel's own recipients when it is the turn of \(list(lost)), who \
            \(lost.count == 1 ? "has" : "have") no \(need) under contacts.
            """
        )
    }

    private func advise(stepsOf route: AlertRouting.Route, _ index: Int, _ path: String) {
        guard !route.escalation.isEmpty else { return }
        let times = configuration.monitoring.alerts.escalation
        let severities = [Severity.warning, .critical].filter { severity in
            var narrowed = route
            narrowed.severity = severity
            return severity >= route.severity
                && !notices.routes.prefix(index).contains { $0.takesAll(of: narrowed) }
        }
        guard !severities.isEmpty, severities.allSatisfy({ times[$0].isEmpty }) else { return }
        let word = severities[0].rawValue
        warn(
            path + ".escalate",
            """
            is never reached: monitoring.alerts.escalate has no times for \(word). Write monitoring: { alerts: { \
            escalate: { \(word): [\"15m\", \"45m\"] } } }.
            """
        )
    }

    // MARK: Cover

    /// Alerts that no route takes.
    private func adviseOnCover() {
        var known: [[Int]: [Range<Instant>]] = [:]
        for severity in [Severity.critical, .warning] {
            var open: [[Range<Instant>]: (clients: [String], kinds: Set<AlertKind>)] = [:]
            for client in configuration.clients.map(\.name) + [""] {
                var lost: [[Range<Instant>]: Set<AlertKind>] = [:]
                for kind in AlertKind.allCases {
                    let takers = notices.routes.indices.filter {
                        notices.routes[$0].takes(severity, client, kind)
                    }
                    let gaps = known[takers] ?? gaps(in: takers)
                    known[takers] = gaps
                    if !gaps.isEmpty { lost[gaps, default: []].insert(kind) }
                }
                for (gaps, kinds) in lost {
                    var entry = open[gaps] ?? ([], [])
                    entry.clients.append(client)
                    entry.kinds.formUnion(kinds)
                    open[gaps] = entry
                }
            }
            for (gaps, lost) in open.sorted(by: { $0.value.clients.count > $1.value.clients.count }) {
                warn("routes", uncovered(severity, gaps, lost.clients, lost.kinds))
            }
        }
    }

    private func gaps(in takers: [Int]) -> [Range<Instant>] {
        let hours = takers.map { notices.routes[$0].hours }
        if hours.contains(nil) { return [] }
        let end = now + Self.horizon
        var edges: Set<Instant> = []
        for hours in hours { edges.formUnion(hours?.edges(from: now, to: end, zones) ?? []) }
        return coverGaps(edges, from: now, to: end) { moment in
            hours.contains { $0?.contains(moment, zones) ?? true }
        }
    }

    private func uncovered(
        _ severity: Severity, _ gaps: [Range<Instant>], _ clients: [String], _ kinds: Set<AlertKind>
    ) -> String {
        var what = "\(severity.rawValue) alerts"
        if kinds.count < AlertKind.allCases.count {
            what += " of the kinds \(list(AlertKind.allCases.filter(kinds.contains).map(\.rawValue)))"
        }
        let names = clients.filter { !$0.isEmpty }
        if clients.count <= configuration.clients.count {
            var whose: [String] = []
            if !names.isEmpty { whose.append("of \(names.count == 1 ? "client" : "clients") \(list(names))") }
            if names.count < clients.count { whose.append("that are no client's, such as a full disk") }
            what += " " + whose.joined(separator: ", or ")
        }
        let isAlways = gaps == [now..<now + Self.horizon]
        let zone = notices.routes.compactMap(\.hours).first?.zone ?? "UTC"
        let when = isAlways ? "" : " \(words(gaps, zone))"
        let channel = notices.channels[0].name
        return
            """
            no route takes \(what)\(when): nobody would be told. Add a last route without clients, kinds, teams \
            and hours, for example { severity: \"\(severity.rawValue)\", tell: [\"\(channel)\"] }.
            """
    }

    // MARK: Words

    /// `from 2026-12-04 17:00 CET to 2026-12-05 09:00 CET, and 51 more times in a year`.
    private func words(_ gaps: [Range<Instant>], _ zone: String) -> String {
        let rules = zones.rules(zone) ?? .utc
        let isAlways = gaps == [now..<now + Self.horizon]
        if isAlways { return "at any time" }
        // One that is on already began before it was looked for.
        guard let first = gaps.first(where: { $0.lowerBound > now }) ?? gaps.first else { return "" }
        let more = gaps.count - 1
        return "from \(rules.local(first.lowerBound)) to \(rules.local(first.upperBound))"
            + (more == 0 ? "" : ", and \(more) more time\(more == 1 ? "" : "s") within a year")
    }

    private func list(_ names: [String]) -> String {
        names.prefix(Self.named).joined(separator: ", ")
            + (names.count > Self.named ? " and \(names.count - Self.named) more" : "")
    }
}

extension AlertRouting.Route {
    /// All who are told at some time.
    fileprivate var recipients: [AlertRouting.Recipient] { tells + escalation.joined() }

    /// Whether it fits some alerts of a kind, whatever team has them, at its hours.
    fileprivate func takes(_ severity: Severity, _ client: String, _ kind: AlertKind) -> Bool {
        severity >= self.severity && teams.isEmpty && (clients.isEmpty || clients.contains(client))
            && (kinds.isEmpty || kinds.contains(kind))
    }

    /// Whether it fits whatever another one fits.
    fileprivate func takesAll(of other: AlertRouting.Route) -> Bool {
        func covers<Value: Equatable>(_ own: [Value], _ others: [Value]) -> Bool {
            own.isEmpty || (!others.isEmpty && others.allSatisfy(own.contains))
        }
        return severity <= other.severity && covers(clients, other.clients) && covers(teams, other.teams)
            && covers(kinds, other.kinds) && (hours == nil || hours == other.hours)
    }
}

extension Channel.Kind {
    /// What a person must have to be told by it; `nil`: it cannot address a person.
    fileprivate var personalNeed: String? {
        switch self {
        case .slack: "slack.user"
        case .email: "email"
        case .sms: "phone"
        case .slackWebhook, .pagerDuty, .alertmanager, .alertmanagerAPI, .teams, .telegram, .jira, .webhook: nil
        }
    }
}

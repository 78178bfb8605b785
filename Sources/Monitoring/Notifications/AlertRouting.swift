package import Domain

/// Who is told of which alerts: the configured routes as a value. The first route that fits an alert decides.
package struct AlertRouting: Equatable, Sendable {
    /// What a route names: a channel as it is, a person on it, or whoever is on call.
    package struct Recipient: Equatable, Sendable {
        package enum Who: Equatable, Sendable {
            case everybody
            case contact(String)
            case onCall(String)

            var takesTurns: Bool {
                if case .onCall = self { return true }
                return false
            }
        }

        package var channel: String
        package var who: Who

        package init(_ channel: String, _ who: Who = .everybody) {
            self.channel = channel
            self.who = who
        }

        /// Reads `slack-ops`, `sms/anna`, `sms/@night`, where `night` takes turns.
        package init(_ text: String) {
            let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                self.init(text, .everybody)
                return
            }
            self.init(parts[0], parts[1].hasPrefix("@") ? .onCall(String(parts[1].dropFirst())) : .contact(parts[1]))
        }
    }

    package struct Route: Equatable, Sendable {
        /// The least severity that it is about.
        package var severity = Severity.warning
        /// Empty: all.
        package var clients: [String] = []
        package var teams: [String] = []
        package var kinds: [AlertKind] = []
        package var tells: [Recipient]
        /// Who is told besides at each step of the escalation.
        package var escalation: [[Recipient]] = []
        package var quiet: QuietHours?
        /// When it counts; `nil`: always. At other times the next route that fits decides.
        package var hours: Window.Weekly?

        package init(tells: [Recipient]) { self.tells = tells }

        func fits(_ alert: Alert, at now: Instant, _ zones: Zones) -> Bool {
            alert.severity >= severity && (clients.isEmpty || clients.contains(alert.finding.client))
                && (teams.isEmpty || teams.contains(alert.team))
                && (kinds.isEmpty || kinds.contains(alert.finding.kind))
                && (hours?.contains(now, zones) ?? true)
        }
    }

    /// Hours of the day in which only what is critical is told; the rest waits for their end.
    package struct QuietHours: Equatable, Sendable {
        /// Minutes since local midnight. Equal: never. The end may be on the next day.
        package var from: Int
        package var to: Int
        package var zone: TimeZoneRules

        package init(from: Int, to: Int, zone: TimeZoneRules) {
            self.from = from
            self.to = to
            self.zone = zone
        }

        /// When the quiet that `now` lies in is over; `nil` if it is not quiet.
        package func end(at now: Instant) -> Instant? {
            guard from != to else { return nil }
            let local = zone.local(now).civil
            let minute = local.minuteOfDay
            let isQuiet = from < to ? (from..<to).contains(minute) : minute >= from || minute < to
            guard isQuiet else { return nil }
            let day = local.startOfDay(adding: minute < to ? 0 : 1)
            return zone.instant(of: CivilTime(seconds: day.seconds + Int64(to) * 60))
        }
    }

    package var routes: [Route]
    package var channels: [Channel]
    package var contacts: [Contact]
    package var turns: [OnCall]
    package var zones: Zones
    /// So long a beginning waits for what the checklist finds, so that one message says both. What is found sends it
    /// off.
    package var patience: Duration = .zero
    /// How many steps of an escalation everybody hears of. Later ones, which only some routes have, are told where they
    /// call somebody.
    package var commonSteps = AlertSettings().escalationCounts

    package init(
        _ routes: [Route], channels: [Channel], contacts: [Contact] = [], turns: [OnCall] = [], zones: Zones = .utc
    ) {
        self.routes = routes
        self.channels = channels
        self.contacts = contacts
        self.turns = turns
        self.zones = zones
    }

    package static func == (left: AlertRouting, right: AlertRouting) -> Bool {
        left.routes == right.routes && left.channels == right.channels && left.contacts == right.contacts
            && left.turns == right.turns && left.patience == right.patience && left.commonSteps == right.commonSteps
    }

    /// Where nothing is configured: everything worth knowing to every channel, and nobody is called for less than a
    /// critical alert.
    package static func usual(_ channels: [Channel]) -> [Route] {
        if channels.isEmpty { return [] }
        let quiet = channels.filter { !$0.isCall }.map { Recipient($0.name) }
        var critical = Route(tells: channels.map { Recipient($0.name) })
        critical.severity = .critical
        return quiet.isEmpty ? [critical] : [critical, Route(tells: quiet)]
    }

    /// For the alerts' lifecycle.
    package var routing: Routing {
        Routing { event, alert, now in
            plans(event, alert, at: now)
        } duty: { alert, now in
            duty(alert, at: now)
        }
    }

    /// Who hears of an event, and when.
    package func plans(_ event: AlertEvent, _ alert: Alert, at now: Instant) -> [Notice.Plan] {
        guard let kind = event.notice, let route = route(alert, at: now) else { return [] }
        if event.kind == .escalated, event.number > max(route.escalation.count, commonSteps[alert.severity]) {
            return []
        }
        let steps = max(alert.steps, event.kind == .escalated ? event.number : 0)
        let recipients = route.tells + route.escalation.prefix(steps).joined()
        let quietEnd = alert.severity == .critical ? nil : route.quiet?.end(at: now)
        var plans: [Notice.Plan] = []
        for recipient in able(recipients, for: alert) {
            guard let channel = channels.first(where: { $0.name == recipient.channel }),
                channel.tells(event, kind, alert)
            else { continue }
            let target = target(of: recipient, on: channel, at: now)
            guard !plans.contains(where: { $0.channel == target }) else { continue }
            let waits = kind == .opening && !channel.isCall && alert.finding.isExamined
            plans.append(Notice.Plan(target, kind, due: max(quietEnd ?? now, waits ? now + patience : now)))
        }
        return plans
    }

    /// Who is on duty for an alert by now: those whose turn it is, and everybody whose route has begun to count.
    /// Whoever of them has not heard of it hears of it.
    package func duty(_ alert: Alert, at now: Instant) -> [Notice.Plan] {
        guard let route = route(alert, at: now) else { return [] }
        var plans: [Notice.Plan] = []
        let quietEnd = alert.severity == .critical ? nil : route.quiet?.end(at: now)
        for recipient in able(route.tells + route.escalation.prefix(alert.steps).joined(), for: alert) {
            guard let channel = channels.first(where: { $0.name == recipient.channel }) else { continue }
            let target = target(of: recipient, on: channel, at: now)
            // Who is on call, and where nobody is, is a turn's business; the channel itself has no turns.
            if case .onCall = recipient.who, target == channel.name { continue }
            guard recipient.who.takesTurns || route.hours != nil, !plans.contains(where: { $0.channel == target })
            else { continue }
            plans.append(Notice.Plan(target, .opening, due: quietEnd ?? now))
        }
        return plans
    }

    private func route(_ alert: Alert, at now: Instant) -> Route? {
        routes.first { $0.fits(alert, at: now, zones) }
    }

    /// That a channel does not work is said through others.
    private func able(_ recipients: [Recipient], for alert: Alert) -> [Recipient] {
        guard case .channel(let target) = alert.finding.scope else { return recipients }
        let failing = Target.channel(of: target)
        let others = recipients.filter { $0.channel != failing }
        return others.isEmpty ? channels.filter { $0.name != failing }.map { Recipient($0.name) } : others
    }

    /// Whoever cannot be reached this way leaves it to the channel's own recipients: better the wrong person than
    /// nobody.
    private func target(of recipient: Recipient, on channel: Channel, at now: Instant) -> String {
        let name: String?
        switch recipient.who {
        case .everybody: name = nil
        case .contact(let contact): name = contact
        case .onCall(let turn): name = turns.first { $0.name == turn }?.person(at: now, zones)
        }
        guard let name, contacts.first(where: { $0.name == name })?.canBeReached(by: channel) == true else {
            return channel.name
        }
        return Target.name(channel: channel.name, contact: name)
    }
}

extension Finding {
    /// Whether the checklist looks for its cause.
    fileprivate var isExamined: Bool {
        if case .channel = scope { return false }
        return kind != .external && kind != .missingHeartbeat
    }
}

extension Channel {
    /// It rings.
    var isCall: Bool {
        switch kind {
        case .sms, .pagerDuty, .jira: true
        case .slack, .slackWebhook, .email, .alertmanager, .alertmanagerAPI, .teams, .telegram, .webhook: false
        }
    }

    /// Whether this kind of channel has a use for it. Endings always go where beginnings went.
    func tells(_ event: AlertEvent, _ kind: Notice.Kind, _ alert: Alert) -> Bool {
        if kind == .closing || kind == .opening { return true }
        switch self.kind {
        case .slack, .telegram, .webhook: return true
        // What people said and did, and what was found, is worth a line; figures are not.
        case .slackWebhook, .teams:
            return kind != .update || [.acknowledged, .judged, .investigated].contains(event.kind)
        case .email: return kind != .update || event.kind == .investigated
        case .sms: return kind == .escalation
        // Nobody has been told by it of what it has no use for, so an update that is none to it may become an opening.
        case .pagerDuty:
            return kind == .escalation
                || PagerDutyNotifier.action(
                    .init(Notice(id: 0, channel: name, alert: alert.id, event: event.id, kind: kind), event), alert)
                    != nil
        case .jira:
            return JiraNotifier.action(
                .init(Notice(id: 0, channel: name, alert: alert.id, event: event.id, kind: kind), event), alert) != nil
        case .alertmanager, .alertmanagerAPI: return kind != .reminder
        }
    }
}

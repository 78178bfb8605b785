import Domain
import TestSupport
import Testing

@testable import Monitoring

@Suite struct `Routing alerts` {
    private static let anna = contact("anna", slack: "U1", email: "anna@example.com", phone: "+4915100000001")
    private static let ben = contact("ben", slack: nil, email: "ben@example.com", phone: nil)

    private static func contact(_ name: String, slack: String?, email: String?, phone: String?) -> Contact {
        var contact = Contact(name)
        contact.slackUser = slack
        contact.email = email
        contact.phone = phone
        return contact
    }

    private func routing(_ routes: [AlertRouting.Route], turns: [OnCall] = []) -> AlertRouting {
        AlertRouting(routes, channels: NotifierSample.channels, contacts: [Self.anna, Self.ben], turns: turns)
    }

    private func told(
        _ routing: AlertRouting, _ kind: Notice.Kind = .opening, _ event: AlertEvent.Kind = .opened, number: Int = 0,
        at now: Instant = .start, change: (inout Alert) -> Void = { _ in }
    ) -> [String] {
        plans(routing, kind, event, number: number, at: now, change: change).map(\.channel)
    }

    private func plans(
        _ routing: AlertRouting, _ kind: Notice.Kind = .opening, _ event: AlertEvent.Kind = .opened, number: Int = 0,
        at now: Instant = .start, change: (inout Alert) -> Void = { _ in }
    ) -> [Notice.Plan] {
        var alert = NotifierSample.alert()
        change(&alert)
        return routing.plans(
            AlertEvent(event, alert.id, at: now, number: number, notice: kind), alert, at: now)
    }

    private func route(_ tells: String..., change: (inout AlertRouting.Route) -> Void = { _ in }) -> AlertRouting.Route
    {
        var route = AlertRouting.Route(tells: tells.map { AlertRouting.Recipient($0) })
        change(&route)
        return route
    }

    @Test func `takes the first route that fits`() {
        let routing = routing([
            route("pager") { $0.severity = .critical },
            route("mail") { $0.clients = ["acme"] },
            route("am") { $0.teams = ["west"] },
            route("sms") { $0.kinds = [.storage] },
            route("slack"),
        ])
        #expect(told(routing) == ["pager"])
        #expect(told(routing) { $0.severity = .warning } == ["mail"])
        func other(_ alert: inout Alert) {
            alert.severity = .warning
            alert.finding.client = "other"
        }
        #expect(told(routing) { other(&$0) } == ["slack"])
        #expect(
            told(routing) {
                other(&$0)
                $0.team = "west"
            } == ["am"])
        #expect(
            told(routing) {
                other(&$0)
                $0.finding.kind = .storage
            } == ["sms"])
        #expect(told(routing) { $0.severity = .info } == [])
    }

    @Test func `is quiet at night, by the clock of those who sleep, but not about what is critical`() throws {
        let quiet = AlertRouting.QuietHours(from: 22 * 60, to: 7 * 60, zone: .utc)
        let routing = routing([route("slack") { $0.quiet = quiet }])
        let evening = try #require(Instant(rfc3339: "2026-11-21T22:00:00Z"))
        let night = try #require(Instant(rfc3339: "2026-11-22T03:00:00Z"))
        let morning = try #require(Instant(rfc3339: "2026-11-22T07:00:00Z"))
        for now in [evening, night] {
            #expect(plans(routing, at: now) { $0.severity = .warning }.map(\.due) == [morning])
            #expect(plans(routing, at: now).map(\.due) == [now])
        }
        for now in [morning, evening - .minutes(1)] {
            #expect(plans(routing, at: now) { $0.severity = .warning }.map(\.due) == [now])
        }
        #expect(AlertRouting.QuietHours(from: 60, to: 60, zone: .utc).end(at: night) == nil)
        let noon = AlertRouting.QuietHours(from: 12 * 60, to: 13 * 60, zone: .utc)
        #expect(
            try noon.end(at: #require(Instant(rfc3339: "2026-11-22T12:30:00Z")))
                == Instant(rfc3339: "2026-11-22T13:00:00Z"))
    }

    /// One message says what it is and why: it waits for what the checklist finds, but nobody who is called does.
    @Test func `lets a beginning wait for its cause`() {
        var routing = routing([route("slack", "hook", "mail", "sms", "pager", "am")])
        routing.patience = .seconds(20)
        let waiting = plans(routing).filter { $0.due == .start + .seconds(20) }.map(\.channel)
        #expect(waiting == ["slack", "hook", "mail", "am"])
        #expect(plans(routing, .escalation, .severityRaised).allSatisfy { $0.due == .start })
        #expect(plans(routing) { $0.finding.kind = .external }.allSatisfy { $0.due == .start })
    }

    @Test func `calls more people at each step`() {
        let routing = routing([
            route("slack") { $0.escalation = [[.init("sms/anna")], [.init("pager"), .init("mail/ben")]] }
        ])
        #expect(told(routing) == ["slack"])
        #expect(told(routing, .escalation, .escalated, number: 1) { $0.steps = 1 } == ["slack", "sms/anna"])
        // PagerDuty has no use for our escalation by itself, but is told of the alert.
        #expect(
            told(routing, .escalation, .escalated, number: 2) { $0.steps = 2 } == [
                "slack", "sms/anna", "pager", "mail/ben",
            ])
    }

    @Test func `finds whoever is on call, and the channel itself when that person cannot be reached there`() {
        let night = OnCall(
            "night", shifts: [.init(["anna", "ben"], firstDay: 20_778, handover: 0, turn: 1440, zone: "UTC")])
        let routing = routing([route("sms/@night")], turns: [night])
        let day = Instant(seconds: 20_778 * 86_400 + 3600)
        #expect(told(routing, at: day) == ["sms/anna"])
        // Ben has no phone.
        #expect(told(routing, at: day + .days(1)) == ["sms"])
        #expect(told(self.routing([route("sms/@nobody", "sms/carl")])) == ["sms"])
    }

    /// The first route that fits at that moment decides; at night that is another one.
    @Test func `has routes with hours`() {
        let day = Window.Weekly(days: Set(1...5), from: 9 * 60, to: 17 * 60, zone: "UTC")
        let routing = routing([route("slack") { $0.hours = day }, route("sms")])
        for (moment, expected) in [
            ("2026-11-23T08:59:00Z", "sms"), ("2026-11-23T09:00:00Z", "slack"), ("2026-11-23T16:59:00Z", "slack"),
            ("2026-11-23T17:00:00Z", "sms"), ("2026-11-21T12:00:00Z", "sms"),
        ] {
            #expect(Instant(rfc3339: moment).map { told(routing, at: $0) } == [expected], "\(moment)")
        }
    }

    /// Whoever is on duty by now; channels that have no turns are told once, by the events.
    @Test func `hands over to those whose turn it is and to those whose hours have begun`() {
        let turns = [OnCall("night", shifts: [.init(["ben", "anna"], firstDay: 20_778, turn: 1440, zone: "UTC")])]
        func duty(_ routing: AlertRouting, steps: Int = 0) -> [String] {
            var alert = NotifierSample.alert()
            alert.steps = steps
            return routing.duty(alert, at: .start).map(\.channel)
        }
        #expect(duty(routing([route("slack", "mail/@night")], turns: turns)) == ["mail/ben"])
        let late = route("slack") { $0.escalation = [[.init("mail/@night")]] }
        #expect(duty(routing([late], turns: turns)) == [])
        #expect(duty(routing([late], turns: turns), steps: 1) == ["mail/ben"])
        let hours = Window.Weekly(days: Set(1...7), from: 0, to: 0, zone: "UTC")
        #expect(duty(routing([route("slack", "mail") { $0.hours = hours }])) == ["slack", "mail"])
        #expect(duty(routing([route("slack", "mail")])) == [])
        // Nobody is on call, or whoever is cannot be reached: that is no news for the channel.
        #expect(duty(routing([route("mail/@other", "sms/@night")], turns: turns)) == [])
    }

    @Test func `tells of a step beyond the common ones only where it calls somebody`() {
        let long = route("slack") { $0.escalation = [[.init("mail")], [.init("mail")], [.init("sms/anna")]] }
        func step(_ route: AlertRouting.Route, _ number: Int) -> [String] {
            told(routing([route]), .escalation, .escalated, number: number) { $0.steps = number }
        }
        #expect(step(long, 3) == ["slack", "mail", "sms/anna"])
        #expect(step(long, 4) == [])
        #expect(step(route("slack"), 2) == ["slack"])
        #expect(step(route("slack"), 3) == [])
    }

    @Test func `says through others that a channel does not work`() {
        func failing(_ target: String) -> (inout Alert) -> Void {
            { $0.finding = Finding(.channelFailing, .channel(target), .critical, began: .start, sentence: "x") }
        }
        let both = routing([route("slack", "mail")])
        #expect(told(both, change: failing("slack")) == ["mail"])
        let one = routing([route("sms/anna")])
        #expect(told(one, change: failing("sms/anna")) == NotifierSample.channels.map(\.name).filter { $0 != "sms" })
    }

    static let useful: [(Notice.Kind, AlertEvent.Kind, [String])] = [
        (.opening, .opened, ["slack", "hook", "mail", "sms", "pager", "am"]),
        (.closing, .resolved, ["slack", "hook", "mail", "sms", "pager", "am"]),
        (.escalation, .escalated, ["slack", "hook", "mail", "sms", "pager", "am"]),
        (.reminder, .reminded, ["slack", "hook", "mail"]),
        (.update, .updated, ["slack", "am"]), (.update, .acknowledged, ["slack", "hook", "pager", "am"]),
        (.update, .investigated, ["slack", "hook", "mail", "am"]),
    ]
    @Test(arguments: useful)
    func `tells each kind of channel what it has a use for`(
        _ kind: Notice.Kind, _ event: AlertEvent.Kind, _ expected: [String]
    ) {
        let routing = routing([route("slack", "hook", "mail", "sms", "pager", "am")])
        #expect(told(routing, kind, event) == expected)
    }

    @Test func `has usual routes: nobody is called for a warning`() {
        let routing = routing(AlertRouting.usual(NotifierSample.channels))
        #expect(told(routing).count == NotifierSample.channels.count)
        let calling = ["sms", "pager", "jira"]
        let others = NotifierSample.channels.map(\.name).filter { !calling.contains($0) }
        #expect(told(routing) { $0.severity = .warning } == others)
    }
}

import Domain
import Store
import TestSupport
import Testing

extension Bench {
    /// Every notice to a channel `slack`; no zone but UTC.
    func alerting(_ channels: [String] = ["slack"], _ settings: AlertSettings = AlertSettings()) -> Bench {
        ledger.alerts.configure(AlertPolicy(settings, .everyChannel(channels)))
        return self
    }

    /// Sends everything that is owed to a channel, and answers the kinds in their order.
    func send(_ channel: String = "slack") throws -> [Notice.Kind] {
        var sent: [Notice.Kind] = []
        while true {
            let claim = try ledger.notices.claimNotices(channel, limit: 10, lease: .seconds(60))
            let items = claim.bundles.flatMap(\.items)
            guard !items.isEmpty else { return sent }
            sent += items.map(\.notice.kind)
            _ = try ledger.notices.settleNotices(claim, items.map { NoticeSettlement($0.notice.id, .sent) })
        }
    }
}

@Suite struct `Alerts in the store` {
    static let finding = Finding(
        .missingLeads, .group(client: "acme", group: "heat"), .critical, begin: -3600, "31 leads expected, none came")
    static let recovered = Observation.recovered(key: finding.key, ended: .start, reason: "Leads come again.")

    @Test func `are the same after a restart`() throws {
        let bench = try Bench().alerting()
        var finding = Self.finding
        finding.evidence = [.init("expected", "31.4"), .init("last lead", "08:10")]
        finding.expected = 31.4
        finding.observed = 0
        let opened = try bench.ledger.alerts.observe([.problem(finding)])
        let id = try #require(opened.changed.first?.id)
        _ = try bench.ledger.alerts.command(.acknowledge(time: .hours(2)), id, by: "maria")
        _ = try bench.ledger.alerts.command(
            .judge(.client, cause: "form", reason: "a field was renamed"), id, by: "maria")
        _ = try bench.send()
        let before = bench.ledger.alerts.open
        #expect(before.map(\.told) == [bench.time.now])
        try bench.restart()
        #expect(bench.ledger.alerts.open == before)
        #expect(try bench.ledger.reader().alertStory(id)?.alert == before.first)
    }

    @Test func `keep their number and are not opened twice, whatever is restarted`() throws {
        let bench = try Bench().alerting()
        for _ in 0..<3 {
            _ = try bench.ledger.alerts.observe([.problem(Self.finding)])
            try bench.restart()
            _ = bench.alerting()
        }
        #expect(bench.ledger.alerts.open.map(\.id) == [AlertID(rawValue: 1)])
        #expect(try bench.send() == [.opening])
        _ = try bench.ledger.alerts.observe([Self.recovered])
        #expect(try bench.send() == [.closing])
        #expect(bench.ledger.alerts.open.isEmpty)
    }

    @Test func `tell their whole story`() throws {
        let bench = try Bench().alerting()
        try bench.ledger.alerts.mark(Marker(at: bench.time.now - .minutes(30), .deploy, "version 3", by: "ci"))
        let id = try #require(try bench.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        _ = try bench.ledger.alerts.command(.note("called them"), id, by: "tom")
        _ = try bench.ledger.alerts.observe([Self.recovered])
        let story = try #require(try bench.ledger.reader().alertStory(id))
        #expect(story.events.map(\.kind) == [.opened, .noted, .resolved])
        #expect(story.events.map(\.notice) == [.opening, .update, .closing])
        #expect(story.markers.map(\.text) == ["version 3"])
        #expect(story.reached == [.init(channel: "slack", isOpen: false, reference: "")])
        #expect(story.notices.map(\.notice.kind) == [.opening, .update, .closing])
    }

    @Test func `are found by what they are`() throws {
        let bench = try Bench().alerting()
        _ = try bench.ledger.alerts.observe([
            .problem(Self.finding), .problem(Finding(.storage, .relay, .warning, begin: 0, "the disk is nearly full")),
        ])
        bench.time.advance(.hours(1))
        _ = try bench.ledger.alerts.observe([
            .recovered(key: "storage relay", ended: bench.time.now, reason: "Room again.")
        ])
        let reader = try bench.ledger.reader()
        func keys(_ change: (inout AlertFilter) -> Void) throws -> [String] {
            var filter = AlertFilter()
            change(&filter)
            return try reader.alerts(filter, limit: 10).map(\.key)
        }
        let missing = Self.finding.key
        #expect(try keys { _ in } == [missing, "storage relay"])
        #expect(try keys { $0.client = "acme" } == [missing])
        #expect(try keys { $0.kind = .storage } == ["storage relay"])
        #expect(try keys { $0.severity = .critical } == [missing])
        #expect(try keys { $0.isOpen = false } == ["storage relay"])
        #expect(try keys { $0.opened = bench.time.now..<bench.time.now + .hours(1) } == [])
        #expect(try keys { $0.before = AlertID(rawValue: 2) } == ["storage relay"])
    }

    @Test func `are counted by how soon they were noticed, taken and over`() throws {
        let bench = try Bench().alerting()
        let id = try #require(try bench.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        bench.time.advance(.minutes(1))
        _ = try bench.send()
        bench.time.advance(.minutes(9))
        _ = try bench.ledger.alerts.command(.acknowledge(), id, by: "maria")
        bench.time.advance(.minutes(20))
        _ = try bench.ledger.alerts.observe([
            .recovered(key: Self.finding.key, ended: .start + .minutes(25), reason: "Leads come again.")
        ])
        let figures = try bench.ledger.reader().alertFigures(.start..<bench.time.now)
        #expect(figures.detect.median == .hours(1))
        #expect(figures.acknowledge.median == .minutes(9))
        #expect(figures.resolve.median == .minutes(85))
        #expect(figures.opened == 1 && figures.resolved == 1)
    }

    @Test func `are forgotten with everything that belongs to them, but not while they are open`() throws {
        let bench = try Bench().alerting()
        let id = try #require(try bench.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        _ = try bench.send()
        bench.time.advance(.days(500))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().alertStory(id) != nil)
        _ = try bench.ledger.alerts.observe([.recovered(key: Self.finding.key, ended: bench.time.now, reason: "")])
        _ = try bench.send()
        bench.time.advance(.days(401))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().alertStory(id) == nil)
        #expect(try bench.ledger.reader().alerts(limit: 10) == [])
        // The number is not given again.
        #expect(try bench.ledger.alerts.observe([.problem(Self.finding)]).changed.map(\.id) == [AlertID(rawValue: 2)])
    }

    @Test func `are silenced by scope, kind and time, and told when the silence ends`() throws {
        let bench = try Bench().alerting()
        let now = bench.time.now
        let silence = try bench.ledger.alerts.silence(
            Silence(
                scope: .client("acme"), kinds: [.missingLeads], window: Window(from: now, to: now + .hours(1)),
                reason: "the page is rebuilt", by: "tom", created: now))
        #expect(silence.id == SilenceID(rawValue: 1))
        _ = try bench.ledger.alerts.observe([.problem(Self.finding)])
        #expect(bench.ledger.alerts.open.map(\.state) == [.silenced])
        #expect(try bench.send() == [])
        #expect(try bench.ledger.reader().silences(at: now) == [silence])
        bench.time.advance(.hours(1))
        _ = try bench.ledger.alerts.observe([.problem(Self.finding)])
        #expect(try bench.send() == [])
        bench.time.advance(.minutes(1))
        _ = try bench.ledger.alerts.observe([.problem(Self.finding)])
        #expect(try bench.send() == [.opening])
        #expect(try bench.ledger.reader().silences(at: bench.time.now) == [])
    }

    /// Nobody has taken it when the duty changes: whoever comes hears of it then, once, and hears its end.
    @Test func `are handed over when others come on duty`() throws {
        let bench = try Bench()
        let change = bench.time.now + .hours(1)
        let routing = Routing { event, _, now in
            event.notice.map { [Notice.Plan(now < change ? "berlin" : "sydney", $0, due: now)] } ?? []
        } duty: { _, now in
            [Notice.Plan(now < change ? "berlin" : "sydney", .opening, due: now)]
        }
        var settings = AlertSettings()
        settings.escalation.critical = []
        settings.reminders = []
        bench.ledger.alerts.configure(AlertPolicy(settings, routing))
        let id = try #require(try bench.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        #expect(try bench.send("berlin") == [.opening])
        bench.time.advance(.hours(1))
        let round = try bench.ledger.alerts.observe([.problem(Self.finding)])
        #expect(round.events.map(\.kind) == [.handedOver] && round.notices == 1)
        #expect(try bench.send("sydney") == [.opening])
        bench.time.advance(.minutes(1))
        #expect(try bench.ledger.alerts.observe([.problem(Self.finding)]).events == [])
        _ = try bench.ledger.alerts.command(.acknowledge(), id, by: "maria")
        #expect(try bench.send("sydney") == [.update])
        bench.time.advance(.minutes(1))
        _ = try bench.ledger.alerts.observe([Self.recovered])
        #expect(try bench.send("berlin") == [.closing])
        #expect(try bench.send("sydney") == [.closing])
    }

    @Test func `are nobody's to hand over once somebody has taken them`() throws {
        let bench = try Bench()
        let routing = Routing { _, _, _ in
            []
        } duty: { _, now in
            [Notice.Plan("sydney", .opening, due: now)]
        }
        bench.ledger.alerts.configure(AlertPolicy(AlertSettings(), Routing.everyChannel(["slack"])))
        let id = try #require(try bench.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        _ = try bench.ledger.alerts.command(.acknowledge(), id, by: "maria")
        bench.ledger.alerts.configure(AlertPolicy(AlertSettings(), routing))
        #expect(try bench.ledger.alerts.observe([.problem(Self.finding)]).events == [])
    }

    @Test func `wait for a person's word about what they are refused`() throws {
        let bench = try Bench().alerting()
        #expect(throws: AlertRefusal.notFound) {
            try bench.ledger.alerts.command(.note("x"), AlertID(rawValue: 9), by: "tom")
        }
        let id = try #require(try bench.ledger.alerts.observe([.problem(Self.finding)]).changed.first?.id)
        #expect(try bench.ledger.alerts.command(.resolve(reason: "fixed"), id, by: "tom").hasChanged)
        #expect(try !bench.ledger.alerts.command(.resolve(reason: "fixed"), id, by: "tom").hasChanged)
        #expect(throws: AlertRefusal.resolved(id)) { try bench.ledger.alerts.command(.acknowledge(), id, by: "tom") }
    }

    @Test func `are withdrawn when nobody watches their matter any more`() throws {
        let bench = try Bench().alerting()
        _ = try bench.ledger.alerts.observe([
            .problem(Finding(.laneHeld, .destination("old"), .critical, begin: 0, "held")), .problem(Self.finding),
        ])
        let count = try bench.ledger.alerts.withdraw("The destination is gone.") { $0.scope == .destination("old") }
        #expect(count == 1)
        #expect(bench.ledger.alerts.open.map(\.key) == [Self.finding.key])
        #expect(try bench.send() == [.opening, .closing, .opening])
    }

    @Test func `know the last sign of life of what customers watch`() throws {
        let bench = try Bench().alerting()
        try bench.ledger.alerts.heartbeat("nightly-import")
        bench.time.advance(.hours(2))
        try bench.ledger.alerts.heartbeat("nightly-import")
        #expect(try bench.ledger.reader().heartbeats() == ["nightly-import": bench.time.now])
    }
}

@Suite struct `Notices in the store` {
    static let finding = `Alerts in the store`.finding

    private func opened(_ channels: [String] = ["slack"]) throws -> Bench {
        let bench = try Bench().alerting(channels)
        _ = try bench.ledger.alerts.observe([.problem(Self.finding)])
        return bench
    }

    @Test func `are nobody else's until the lease runs out, and may have arrived then`() throws {
        let bench = try opened()
        let first = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
        #expect(first.bundles.flatMap(\.items).map(\.notice.isUncertain) == [false])
        #expect(first.nextDue == bench.time.now + .seconds(60))
        #expect(try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60)).bundles.isEmpty)
        bench.time.advance(.seconds(60))
        let second = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
        #expect(second.bundles.flatMap(\.items).map(\.notice.isUncertain) == [true])
        // The first claim is worth nothing any more.
        let notice = first.bundles[0].items[0].notice.id
        #expect(try bench.ledger.notices.settleNotices(first, [NoticeSettlement(notice, .sent)]) == 0)
        #expect(try bench.ledger.notices.settleNotices(second, [NoticeSettlement(notice, .sent)]) == 1)
        #expect(try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60)).nextDue == nil)
    }

    @Test func `are due again after a restart in the middle of sending`() throws {
        let bench = try opened()
        _ = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .hours(1))
        try bench.restart()
        let again = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .hours(1))
        #expect(again.bundles.flatMap(\.items).map(\.notice.isUncertain) == [true])
    }

    @Test func `of one alert are given in their order, also behind one that has to wait`() throws {
        let bench = try opened()
        let claim = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
        let due = bench.time.now + .minutes(10)
        _ = try bench.ledger.notices.settleNotices(
            claim,
            [
                NoticeSettlement(
                    claim.bundles[0].items[0].notice.id, .retry(due: due, reason: "timed out", uncertain: true))
            ])
        let id = claim.bundles[0].alert.id
        _ = try bench.ledger.alerts.command(.note("one"), id, by: "tom")
        let nothing = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
        #expect(nothing.bundles.isEmpty)
        // The update could go, but must wait: the channel's next moment is that of the opening.
        #expect(nothing.nextDue == due)
        bench.time.advance(.minutes(10))
        let both = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
        #expect(both.bundles.map { $0.items.map(\.notice.kind) } == [[.opening, .update]])
        #expect(both.bundles[0].items[0].notice.failures == 1)
    }

    /// What began as a warning in quiet hours and has become critical reaches people then, with its beginning, and not
    /// in the morning.
    @Test func `that are held back hold back nothing that may be told at once`() throws {
        let bench = try Bench()
        let routing = Routing { event, alert, now in
            event.notice.map { [Notice.Plan("slack", $0, due: alert.severity == .critical ? now : now + .hours(9))] }
                ?? []
        }
        bench.ledger.alerts.configure(AlertPolicy(AlertSettings(), routing))
        var finding = `Alerts in the store`.finding
        finding.severity = .warning
        _ = try bench.ledger.alerts.observe([.problem(finding)])
        #expect(try bench.send() == [])
        let id = try #require(bench.ledger.alerts.open.first?.id)
        _ = try bench.ledger.alerts.command(.note("not urgent"), id, by: "maria")
        #expect(try bench.send() == [])
        finding.severity = .critical
        bench.time.advance(.minutes(55))
        _ = try bench.ledger.alerts.observe([.problem(finding)])
        #expect(try bench.send() == [.opening, .update, .escalation])
    }

    @Test func `keep what the channel calls its message`() throws {
        let bench = try opened()
        let claim = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
        #expect(claim.bundles[0].reference == "")
        _ = try bench.ledger.notices.settleNotices(
            claim, [NoticeSettlement(claim.bundles[0].items[0].notice.id, .sent, reference: "C1 1503435956.000247")])
        _ = try bench.ledger.alerts.command(.note("one"), claim.bundles[0].alert.id, by: "tom")
        try bench.restart()
        let next = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
        #expect(next.bundles[0].reference == "C1 1503435956.000247")
    }

    @Test func `that fail show at the channel, and one that is given up shows at the alert`() throws {
        let bench = try opened(["mail", "slack"])
        let began = bench.time.now
        for reason in ["timed out", "not a member"] {
            let claim = try bench.ledger.notices.claimNotices("slack", limit: 10, lease: .seconds(60))
            let end: NoticeSettlement.End =
                reason == "timed out"
                ? .retry(due: bench.time.now, reason: reason, uncertain: false) : .givenUp(reason: reason)
            _ = try bench.ledger.notices.settleNotices(
                claim, [NoticeSettlement(claim.bundles[0].items[0].notice.id, end)])
            bench.time.advance(.minutes(1))
        }
        _ = try bench.send("mail")
        let states = try bench.ledger.reader().channelStates(at: bench.time.now)
        #expect(
            states == [
                ChannelState(
                    name: "mail", lastSent: bench.time.now, failingSince: nil, failures: 0, reason: "", waiting: 0,
                    oldestDue: nil),
                ChannelState(
                    name: "slack", lastSent: nil, failingSince: began, failures: 2, reason: "not a member", waiting: 0,
                    oldestDue: nil),
            ])
        let story = try #require(try bench.ledger.reader().alertStory(AlertID(rawValue: 1)))
        #expect(story.events.last?.kind == .notDelivered)
        #expect(story.events.last?.text == "slack: not a member")
    }

    @Test func `of a channel that is gone from the configuration are dropped`() throws {
        let bench = try opened(["mail", "slack"])
        #expect(try bench.ledger.notices.keepChannels(["mail"]) == 1)
        #expect(try bench.send("slack") == [])
        _ = try bench.ledger.alerts.observe([`Alerts in the store`.recovered])
        #expect(try bench.send("slack") == [])
        #expect(try bench.send("mail") == [.opening, .closing])
    }

    @Test func `wake their channels once they are durable`() throws {
        let bench = try Bench().alerting(["mail", "slack"])
        let woken = Woken()
        bench.ledger.notices.onNotices { woken.add($0) }
        _ = try bench.ledger.alerts.observe([.problem(Self.finding)])
        _ = try bench.ledger.alerts.observe([.problem(Self.finding)])
        #expect(woken.all == [["mail", "slack"]])
    }
}

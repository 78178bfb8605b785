import Domain
import Sandbox
import Store
import TestSupport
import Testing

@testable import Monitoring

/// With any single fault the opening and the closing of an alert arrive at every channel at least once, and at most
/// once where the channel has a key to know them by.
@Suite struct `Opening and closing arrive` {
    enum Bad: Sendable, CaseIterable {
        case nothing, throttled, fault, lostAnswer, lostRequest, outage, garbage, brokenToken
    }

    private static func faults(_ bad: Bad) -> [Fault] {
        switch bad {
        case .nothing: []
        case .throttled: [Fault(.throttle, retryAfter: 7, count: 1)]
        case .fault: [Fault(.status, status: 503, count: 1)]
        case .lostAnswer: [Fault(.dropAfter, count: 1)]
        case .lostRequest: [Fault(.dropBefore, count: 1)]
        case .outage: [Fault(.status, status: 502, count: 40)]
        case .garbage: [Fault(.garbage, count: 1)]
        case .brokenToken: [Fault(.expiredToken, count: 2)]
        }
    }

    private static func prepare(_ mail: MailServer, _ bad: Bad) {
        switch bad {
        case .nothing: break
        case .throttled: mail.prepare("RCPT", .say("450 too much"))
        case .fault: mail.prepare(".", .say("451 no room"))
        case .lostAnswer: mail.prepare(".", .close)
        case .lostRequest: mail.prepare("DATA", .close)
        case .outage: for _ in 0..<20 { mail.prepare("CONNECT", .close) }
        case .garbage: mail.prepare("EHLO", .say("999 what"))
        case .brokenToken: mail.prepare("MAIL", .say("530 who are you"))
        }
    }

    /// An alert opens, somebody takes it, it ends.
    private func live(_ stage: NoticeStage) throws {
        let finding = NotifierSample.finding
        let round = try stage.ledger.alerts.observe([.problem(finding)])
        let id = try #require(round.changed.first?.id)
        try stage.run(for: .hours(2))
        _ = try stage.ledger.alerts.command(.acknowledge(time: .hours(8)), id, by: "Anna")
        try stage.run(for: .hours(2))
        _ = try stage.ledger.alerts.observe([
            .recovered(key: finding.key, ended: stage.now - .minutes(5), reason: "6 leads came since 09:20")
        ])
        try stage.run(for: .hours(2))
    }

    /// How often opening and closing have arrived at a channel.
    private func arrived(_ stage: NoticeStage, _ name: String) -> (openings: Int, closings: Int) {
        let channels = stage.sandbox.channels
        switch name {
        case "slack":
            let mine = channels.slack.filter { $0.channel == "C1" }
            return (
                mine.filter { $0.thread == nil }.count,
                mine.filter { $0.thread != nil && $0.isBroadcast && $0.text.contains("Resolved.") }.count
                    // What was over before it could be told is told at once.
                    + mine.filter { $0.thread == nil && $0.edits == 0 && $0.text.hasPrefix("Resolved") }.count
            )
        case "hook":
            let mine = channels.slack.filter { $0.channel == "webhook" }
            let closings = mine.filter { $0.text.hasPrefix("Resolved") }.count
            let openings = mine.filter { $0.text.hasPrefix("CRITICAL") }.count
            return (openings == 0 ? closings : openings, closings)
        case "mail":
            let subjects = stage.mail.taken.map { $0.message }
            return (
                subjects.filter { $0.contains("Subject: [A1] CRITICAL") }.count,
                subjects.filter { $0.contains("Subject: [A1] Resolved") }.count
            )
        case "sms":
            return (
                channels.texts.filter { $0.body.hasPrefix("CRITICAL") }.count,
                channels.texts.filter { $0.body.hasPrefix("Resolved") }.count
            )
        case "pager":
            return (channels.incidents.count, channels.incidents.filter { $0.state == .resolved }.count)
        case "feed":
            let sent = channels.feeds.filter { $0["labels"]?["severity"] == "critical" }
            let ends = sent.compactMap { $0["endsAt"]?.string.flatMap { Instant(rfc3339: $0) } }
            let isOpen = ends.map { $0 >= .start + AlertmanagerFeed.lease }
            // What had begun and ended before it could be told needs to be told as over only.
            return (max(isOpen.count { $0 }, channels.managed.isEmpty ? 1 : 0), isOpen.count { !$0 })
        case "teams":
            let titles = channels.cards.compactMap { $0["body"]?[0]?["text"]?.string }
            let closings = titles.count { $0.hasPrefix("Resolved") }
            let openings = titles.count { $0.hasPrefix("CRITICAL") }
            return (openings == 0 ? closings : openings, closings)
        case "telegram":
            let roots = channels.telegram.filter { $0.answers == nil }
            return (
                roots.count,
                channels.telegram.count { $0.answers != nil && $0.html.contains("Resolved.") }
                    + roots.count { $0.edits == 0 && $0.html.contains("Resolved") }
            )
        case "jira": return (channels.jira.count, channels.jira.count { !$0.isOpen })
        case "webhook":
            let types = channels.webhooks.map { $0["type"]?.string ?? "" }
            let closings = types.count { $0 == "alert.closed" }
            let openings = types.count { $0 == "alert.opened" }
            return (openings == 0 ? closings : openings, closings)
        default:
            let statuses = channels.groups.map { $0["status"]?.string ?? "" }
            return (statuses.filter { $0 == "firing" }.count, statuses.filter { $0 == "resolved" }.count)
        }
    }

    /// Whether the channel has a key, or can be looked at, so that nothing needs to arrive twice.
    private static let keyed = ["slack", "pager", "jira"]

    private func check(_ stage: NoticeStage, _ name: String, _ words: String) {
        let (openings, closings) = arrived(stage, name)
        #expect(openings >= 1 && closings >= 1, "\(name), \(words): \(openings) openings, \(closings) closings")
        if Self.keyed.contains(name) {
            #expect(openings <= 1 && closings <= 1, "\(name), \(words): \(openings) openings, \(closings) closings")
        }
        #expect(stage.channelReports.allSatisfy { $0.tally.givenUp == 0 }, "\(name), \(words)")
    }

    @Test(arguments: NoticeStage.names, Bad.allCases)
    func `with one fault at the opening`(_ name: String, _ bad: Bad) throws {
        let stage = try NoticeStage([name], faults: Self.faults(bad))
        Self.prepare(stage.mail, bad)
        try live(stage)
        check(stage, name, "\(bad)")
        if name == "slack" {
            #expect(stage.sandbox.channels.slack.first { $0.thread == nil }?.text.hasPrefix("Resolved") == true)
        }
    }

    @Test(arguments: NoticeStage.names, Bad.allCases)
    func `with one fault at the closing`(_ name: String, _ bad: Bad) throws {
        let stage = try NoticeStage([name])
        let finding = NotifierSample.finding
        _ = try stage.ledger.alerts.observe([.problem(finding)])
        try stage.run(for: .hours(1))
        stage.sandbox.faults { for fault in Self.faults(bad) { $0.add(fault) } }
        Self.prepare(stage.mail, bad)
        _ = try stage.ledger.alerts.observe([
            .recovered(key: finding.key, ended: stage.now, reason: "6 leads came since 09:20")
        ])
        try stage.run(for: .hours(6))
        check(stage, name, "\(bad)")
    }

    @Test(arguments: NoticeStage.names, Array(1...24))
    func `when the process is killed at any message`(_ name: String, _ message: Int) throws {
        let stage = try NoticeStage([name])
        stage.killAt = message
        try live(stage)
        check(stage, name, "killed at message \(message)")
    }

    @Test(arguments: [Bad.outage, .lostAnswer, .throttled])
    func `at every other channel while one has a fault`(_ bad: Bad) throws {
        let faults = Self.faults(bad).map { fault in
            var fault = fault
            fault.platform = .slack
            return fault
        }
        let stage = try NoticeStage(faults: faults)
        let finding = NotifierSample.finding
        _ = try stage.ledger.alerts.observe([.problem(finding)])
        // Nobody waits for Slack.
        try stage.run(for: .seconds(2))
        for name in NoticeStage.names where name != "slack" && name != "hook" {
            #expect(arrived(stage, name).openings == 1, "\(name)")
        }
        _ = try stage.ledger.alerts.observe([.recovered(key: finding.key, ended: stage.now, reason: "6 leads came")])
        try stage.run(for: .hours(6))
        for name in NoticeStage.names { check(stage, name, "\(bad) of Slack") }
    }

    @Test func `in one message at PagerDuty when all was over before it could be told, and the key is used once`()
        throws
    {
        let stage = try NoticeStage(["pager"], faults: [Fault(.status, status: 503, count: 2)])
        let finding = NotifierSample.finding
        _ = try stage.ledger.alerts.observe([.problem(finding)])
        try stage.run(for: .seconds(3))
        _ = try stage.ledger.alerts.observe([.recovered(key: finding.key, ended: stage.now, reason: "6 leads came")])
        try stage.run(for: .hours(1))
        #expect(stage.sandbox.channels.incidents.map(\.state) == [.resolved])
    }
}

@Suite struct `A channel's lane` {
    private func findings(_ count: Int) -> [Finding] {
        (0..<count).map { number in
            Finding(
                .forwardingFailing, .destination("d\(number)"), .warning, began: .start,
                sentence: "nothing has arrived for 20 minutes")
        }
    }

    @Test func `tells of many alerts in one message, and of their end in its thread`() throws {
        let stage = try NoticeStage(["slack"])
        let findings = findings(120)
        _ = try stage.ledger.alerts.observe(findings.map { .problem($0) })
        try stage.run(for: .minutes(5))
        let roots = stage.sandbox.channels.slack.filter { $0.thread == nil }
        #expect(roots.map(\.text) == ["120 new alerts at once"])
        _ = try stage.ledger.alerts.observe(
            findings.map { .recovered(key: $0.key, ended: stage.now, reason: "all has arrived") })
        try stage.run(for: .minutes(5))
        let replies = stage.sandbox.channels.slack.filter { $0.thread == roots.first?.ts }
        #expect(replies.map { $0.text.hasPrefix("*120 of these are over*") } == [true])
        #expect(stage.ledger.alerts.open.isEmpty)
    }

    @Test func `waits for its limit, says until when, and lets endings through`() throws {
        let stage = try NoticeStage(["sms"])
        for number in 0..<6 {
            _ = try stage.ledger.alerts.observe([.problem(findings(6)[number])])
            try stage.run(for: .minutes(1))
        }
        #expect(stage.sandbox.channels.texts.count == 5)
        #expect(stage.report("sms")?.limitedUntil == .start + .minutes(15))
        _ = try stage.ledger.alerts.observe([
            .recovered(key: findings(1)[0].key, ended: stage.now, reason: "all has arrived")
        ])
        try stage.run(for: .minutes(1))
        #expect(stage.sandbox.channels.texts.last?.body.hasPrefix("Resolved: ") == true)
        #expect(stage.now < .start + .minutes(8))
        try stage.run(for: .minutes(10))
        #expect(stage.sandbox.channels.texts.count == 7)
    }

    @Test func `does not hammer a channel that does not answer, however much is waiting`() throws {
        let stage = try NoticeStage(["pager"], faults: [Fault(.status, on: .pagerDuty, status: 503)])
        _ = try stage.ledger.alerts.observe(findings(50).map { .problem($0) })
        try stage.run(for: .minutes(30))
        #expect(try #require(stage.report("pager")).tally.calls < 20)
        stage.sandbox.faults { $0.removeAll() }
        try stage.run(for: .minutes(30))
        #expect(stage.sandbox.channels.incidents.count == 50)
    }

    @Test func `obeys the channel's wish to be left alone`() throws {
        let stage = try NoticeStage(["slack"], faults: [Fault(.throttle, on: .slack, retryAfter: 90, count: 1)])
        _ = try stage.ledger.alerts.observe([.problem(NotifierSample.finding)])
        try stage.run(for: .seconds(89))
        #expect(stage.sandbox.channels.slack.isEmpty && stage.report("slack")?.limitedUntil == .start + .seconds(90))
        try stage.run(for: .seconds(5))
        #expect(stage.sandbox.channels.slack.count == 1 && stage.report("slack")?.limitedUntil == nil)
    }

    @Test func `is broken until a call succeeds, and says so through another channel`() throws {
        let stage = try NoticeStage(["slack", "mail"], faults: [Fault(.expiredToken, on: .slack, count: 2)])
        _ = try stage.ledger.alerts.observe([.problem(NotifierSample.finding)])
        try stage.run(for: .minutes(1))
        #expect(stage.report("slack")?.isBroken == true)
        #expect(stage.report("slack")?.tally.lastTrouble == "Slack says token_revoked")
        let states = try stage.ledger.reader().channelStates(at: stage.now)
        let failing = try #require(states.first { $0.name == "slack" })
        #expect(failing.failingSince != nil && failing.reason == "Slack says token_revoked")
        try stage.run(for: .minutes(12))
        #expect(stage.report("slack")?.isBroken == false && stage.sandbox.channels.slack.count == 1)
        #expect(
            try stage.ledger.reader().channelStates(at: stage.now).first { $0.name == "slack" }?.failingSince == nil)
    }

    @Test func `gives up what a channel will never take, and the alert's story says so`() throws {
        let stage = try NoticeStage(["sms"], faults: [Fault(.errorCode, on: .twilio, code: "21614")])
        let round = try stage.ledger.alerts.observe([.problem(NotifierSample.finding)])
        try stage.run(for: .minutes(1))
        #expect(stage.report("sms")?.tally.givenUp == 1)
        let id = try #require(round.changed.first?.id)
        let story = try #require(try stage.ledger.reader().alertStory(id))
        #expect(story.events.contains { $0.kind == .notDelivered && $0.text.contains("21614") })
    }

    @Test func `ends after a day for what nobody could be told`() throws {
        let stage = try NoticeStage(["am"], faults: [Fault(.status, on: .alertmanager, status: 503)])
        _ = try stage.ledger.alerts.observe([.problem(NotifierSample.finding)])
        try stage.run(for: .hours(25))
        #expect(stage.report("am")?.tally.givenUp == 1)
    }

    /// Sizes and forms are judged by the sandbox, as each platform's documents have them.
    @Test(arguments: NoticeStage.names)
    func `takes whatever words an alert has, alone and with many others`(_ name: String) throws {
        let hostile = #"<b>&amp; "*_[x](http://evil.example)\u{0}\u{202E}- `~{{$labels}}%s </a> & <"# + "\n\n"
        let long = String(repeating: "ß🙂<&", count: 3000)
        func finding(_ number: Int, _ words: String, evidence: Int) -> Finding {
            Finding(
                .external, .external("tool/\(number)"), .critical, began: .start, title: String(words.prefix(150)),
                sentence: words, evidence: (0..<evidence).map { .init("name \($0) \(hostile)", words) }, client: "acme")
        }
        for words in [hostile, long] {
            let stage = try NoticeStage([name])
            _ = try stage.ledger.alerts.observe([.problem(finding(1, words, evidence: 20))])
            try stage.run(for: .minutes(5))
            let fewer = String(words.prefix(1000))
            _ = try stage.ledger.alerts.observe((2...30).map { .problem(finding($0, fewer, evidence: 2)) })
            try stage.run(for: .hours(1))
            let all = try stage.ledger.reader().channelStates(at: stage.now)
            #expect(stage.report(name)?.tally.givenUp == 0 && stage.report(name)?.isBroken == false, "\(name)")
            #expect(all.first { $0.name == name }?.failingSince == nil, "\(name): \(all)")
        }
    }

    @Test func `shows an alert and its handling in one message with a thread`() throws {
        let stage = try NoticeStage(["slack"])
        let round = try stage.ledger.alerts.observe([.problem(NotifierSample.finding)])
        let id = try #require(round.changed.first?.id)
        try stage.run(for: .minutes(1))
        #expect(stage.sandbox.channels.slack.first?.buttons.first == "Acknowledge")
        _ = try stage.ledger.alerts.command(.acknowledge(), id, by: "Anna")
        try stage.run(for: .minutes(1))
        let messages = stage.sandbox.channels.slack
        #expect(messages.count == 2 && messages[0].edits == 1 && messages[1].thread == messages[0].ts)
        #expect(messages[0].content["blocks"]?.array?.description.contains("Anna has acknowledged it until") == true)
    }
}

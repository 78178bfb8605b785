@testable import Domain
import TestSupport
import Testing

/// A book whose rounds a test plays one after the other, as the store does.
private struct Play {
    var settings = AlertSettings()
    var silences: [Silence] = []
    var now = Instant.start
    private(set) var alerts: [Alert] = []
    /// Of the last round.
    private(set) var events: [AlertEvent] = []
    private var nextID: Int64 = 1

    init(_ change: (inout AlertSettings) -> Void = { _ in }) { change(&settings) }

    /// Plays one round `later` and answers what was added to timelines: `A1 opened!opening`.
    @discardableResult
    mutating func round(_ later: Duration = .zero, _ observations: Observation...) -> [String] {
        play(later) { $0.observe(observations) }
    }

    @discardableResult
    mutating func command(_ later: Duration, _ command: AlertCommand, _ id: Int64 = 1, by: String = "maria") throws
        -> [String]
    {
        var refusal: AlertRefusal?
        let said = play(later) { book in
            do throws(AlertRefusal) {
                try book.apply(command, to: AlertID(rawValue: id), by: by)
            } catch {
                refusal = error
            }
        }
        if let refusal { throw refusal }
        return said
    }

    private mutating func play(_ later: Duration, _ body: (inout AlertBook) -> Void) -> [String] {
        now = now + later
        let live = alerts.filter { $0.isLiveUntil(settings).map { $0 > now } ?? true }
        var book = AlertBook(
            live, silences: silences, settings: settings, nextID: AlertID(rawValue: nextID), now: now)
        body(&book)
        for alert in book.changed {
            nextID = max(nextID, alert.id.rawValue + 1)
            alerts.removeAll { $0.id == alert.id }
            alerts.append(alert)
        }
        alerts.sort { $0.id < $1.id }
        events = book.events
        return events.map { "\($0.alert) \($0.kind.rawValue)" + ($0.notice.map { "!\($0.rawValue)" } ?? "") }
    }

    func alert(_ id: Int64) -> Alert? { alerts.first { $0.id.rawValue == id } }
}

private let group = Finding(
    .missingLeads, .group(client: "acme", group: "heat"), .warning, began: .start - .hours(2), sentence: "none came")
private let other = Finding(
    .missingLeads, .group(client: "bolt", group: "doors"), .warning, began: .start - .hours(1), sentence: "none came")
private let client = Finding(
    .missingLeads, .client("acme"), .critical, began: .start - .hours(1), sentence: "none came for acme")
private let relay = Finding(.missingLeads, .relay, .critical, began: .start - .hours(1), sentence: "nothing came")
private let tool = Finding(
    .external, .external("uptime"), .warning, began: .start, sentence: "the shop answers 500", client: "acme")

private func over(_ finding: Finding, at ended: Instant = .start) -> Observation {
    .recovered(key: finding.key, ended: ended, reason: "Leads come again.")
}

@Suite struct `An alert` {
    @Test func `is opened once, however often the rule says so`() {
        var play = Play()
        #expect(play.round(.zero, .problem(group)) == ["A1 opened!opening"])
        for _ in 0..<10 { #expect(play.round(.minutes(1), .problem(group)) == []) }
        #expect(play.alerts.count == 1)
    }

    /// What a rule calls missing and statistics call too few is the same hole, in whatever order they speak and however
    /// long after.
    @Test(arguments: AlertKind.ofLevel)
    func `of leads that are missing or too few is one, whichever rule sees it first`(first: AlertKind) throws {
        func finding(_ kind: AlertKind) -> Finding {
            Finding(kind, group.scope, .warning, began: .start - .hours(2), sentence: "\(kind)")
        }
        let second = try #require(AlertKind.ofLevel.first { $0 != first })
        let (one, two) = (finding(first), finding(second))
        // At the same time, also within one round.
        var play = Play()
        play.round(.zero, .problem(one), .problem(two))
        play.round(.minutes(1), .problem(two))
        #expect(play.alerts.map(\.key) == [one.key] && play.alert(1)?.finding.sentence == two.sentence)
        // Back under the other name soon after it was over.
        play.round(.minutes(1), over(one))
        #expect(play.round(.minutes(20), .problem(two)) == ["A1 reopened!opening"])
        #expect(play.alerts.map(\.key) == [one.key])
        // What a person has closed stays quiet, whatever it is called.
        try play.command(.minutes(1), .judge(.planned))
        #expect(play.round(.minutes(1), .problem(two)) == [])
        #expect(play.alert(1)?.isOpen == false)
        // Rules over several groups are a matter of their own, and so is every other kind.
        var several = finding(first)
        several.key += " rule:several"
        play.round(.minutes(1), .problem(several), .problem(tool))
        #expect(play.alerts.count == 3)
    }

    @Test func `is not closed because nothing is heard of it`() {
        var play = Play { $0.reminders = [] }
        play.round(.zero, .problem(group))
        for _ in 0..<9 { #expect(play.round(.days(1)) == []) }
        // People are asked, but not for ever.
        let later = (10...70).flatMap { _ in play.round(.days(1)) }
        #expect(later == Array(repeating: "A1 asked!reminder", count: 3))
        #expect(play.alert(1)?.isOpen == true)
    }

    @Test func `asks after ten days whether missing leads are the new normal, and nothing else`() {
        var play = Play {
            $0.reminders = []
            $0.escalation.critical = []
        }
        play.round(.zero, .problem(group), .problem(relay), .problem(tool))
        // Nobody is asked of what a wider matter covers, nor of what has no level.
        #expect(play.round(.days(11), .problem(group), .problem(relay), .problem(tool)) == [])
        #expect(play.alerts.allSatisfy { $0.asked == nil })
        play.round(.minutes(1), over(relay))
        play.round(.minutes(1), .problem(group))
        let said = play.round(.minutes(1), .problem(group))
        #expect(said.contains { $0.hasSuffix("asked!reminder") }, "\(said)")
        #expect(play.alerts.filter { $0.asked != nil }.map(\.key) == [group.key])
    }

    @Test func `ends as the new normal when somebody says so, if it is about leads`() throws {
        var play = Play()
        play.round(.zero, .problem(group), .problem(tool))
        #expect(try play.command(.minutes(1), .judge(.newNormal)) == ["A1 judged", "A1 resolved!closing"])
        #expect(play.alert(1)?.resolution?.reason == "The new normal")
        #expect(throws: AlertRefusal.noLevel) { try play.command(.zero, .judge(.newNormal), 2) }
    }

    @Test func `ends by evidence, dated back to the event's own end`() throws {
        var play = Play()
        play.round(.zero, .problem(group))
        #expect(
            play.round(
                .minutes(10),
                .recovering(key: group.key, since: .start + .minutes(8), reason: "Leads again, watching."))
                == ["A1 recovering!update"])
        #expect(play.round(.minutes(10), over(group, at: .start + .minutes(8))) == ["A1 resolved!closing"])
        let resolution = try #require(play.alert(1)?.resolution)
        #expect(resolution.ended == .start + .minutes(8))
        #expect(resolution.at == .start + .minutes(20))
        #expect(resolution.how == .evidence)
    }

    @Test func `never ends before it began or after it was closed`() {
        for (ended, kept) in [
            (Instant.start - .days(1), group.began), (.start + .days(1), .start + .minutes(5)),
        ] {
            var play = Play()
            play.round(.zero, .problem(group))
            play.round(.minutes(5), over(group, at: ended))
            #expect(play.alert(1)?.resolution?.ended == kept)
        }
    }

    @Test func `keeps its earliest beginning and its worst severity`() {
        var play = Play()
        play.round(.zero, .problem(group))
        var later = group
        later.began = .start
        later.severity = .critical
        #expect(play.round(.minutes(1), .problem(later)) == ["A1 severity_raised!escalation"])
        later.severity = .warning
        later.began = .start - .hours(5)
        #expect(play.round(.minutes(1), .problem(later)) == [])
        #expect(play.alert(1)?.severity == .critical)
        #expect(play.alert(1)?.finding.began == .start - .hours(5))
    }

    @Test func `tells new figures, but not all the time`() {
        var play = Play()
        play.round(.zero, .problem(group))
        var said: [Int] = []
        for minute in 1...45 {
            var news = group
            news.sentence = "\(minute) expected, none came"
            if play.round(.minutes(1), .problem(news)) == ["A1 updated!update"] { said.append(minute) }
        }
        #expect(said == [15, 30, 45])
    }

    @Test func `is for pages only while it is an information, and told when it becomes more`() {
        var play = Play { $0.reminders = [.hours(1)] }
        var finding = group
        finding.severity = .info
        #expect(play.round(.zero, .problem(finding)) == ["A1 opened"])
        #expect(play.round(.hours(2), .problem(finding)) == [])
        finding.severity = .warning
        #expect(play.round(.minutes(1), .problem(finding)) == ["A1 severity_raised!opening"])
        #expect(play.round(.minutes(1), over(group)) == ["A1 resolved!closing"])
    }

    @Test func `that nobody was told of is closed without a word`() {
        var play = Play()
        var finding = group
        finding.severity = .info
        play.round(.zero, .problem(finding))
        #expect(play.round(.minutes(1), over(group)) == ["A1 resolved"])
    }

    @Test func `leaves suspicions to others`() {
        var play = Play()
        #expect(play.round(.zero, .suspicion(group)) == [])
        #expect(play.alerts.isEmpty)
    }
}

@Suite struct `What comes back` {
    @Test func `soon is the same alert again, later a new one`() {
        var play = Play()
        play.round(.zero, .problem(group))
        play.round(.minutes(1), over(group))
        #expect(play.round(.minutes(119), .problem(group)) == ["A1 reopened!opening"])
        play = Play()
        play.round(.zero, .problem(group))
        play.round(.minutes(1), over(group))
        #expect(play.round(.minutes(121), .problem(group)) == ["A2 opened!opening"])
    }

    @Test func `again and again is closed only after a calm`() {
        var play = Play()
        play.round(.zero, .problem(group))
        play.round(.minutes(5), over(group))
        play.round(.minutes(5), .problem(group))
        #expect(play.round(.minutes(5), over(group)) == ["A1 recovering!update"])
        #expect(play.round(.minutes(5), .problem(group)) == ["A1 relapsed"])
        #expect(play.round(.minutes(5), over(group)) == ["A1 recovering!update"])
        #expect(play.round(.minutes(59)) == [])
        #expect(play.round(.minutes(1)) == ["A1 resolved!closing"])
    }

    /// Those who were called once are not called again each time; those who come after them are.
    @Test func `goes on with the escalation where it was`() {
        var play = Play { $0.reminders = [] }
        play.round(.zero, .problem(client))
        #expect(play.round(.minutes(15), .problem(client)) == ["A1 escalated!escalation"])
        play.round(.minutes(1), over(client))
        #expect(play.round(.minutes(9), .problem(client)) == ["A1 reopened!opening"])
        var steps: [String] = []
        for minute in 1...120 where !play.round(.minutes(1), .problem(client)).isEmpty {
            steps += play.events.map { "\(minute): \($0.kind.rawValue) \($0.number)" }
        }
        #expect(steps == ["45: escalated 2"])
    }

    @Test func `after a person has resolved it is not opened for a while, unless it gets worse or had been over`()
        throws
    {
        func resolved() throws -> Play {
            var play = Play()
            play.round(.zero, .problem(group))
            try play.command(.minutes(1), .resolve(reason: "we know"))
            return play
        }
        var play = try resolved()
        #expect(play.round(.minutes(59), .problem(group)) == [])
        #expect(play.round(.minutes(1), .problem(group)) == ["A2 opened!opening"])

        play = try resolved()
        var worse = group
        worse.severity = .critical
        #expect(play.round(.minutes(1), .problem(worse)) == ["A2 opened!opening"])

        play = try resolved()
        #expect(play.round(.minutes(1), over(group)) == [])
        #expect(play.round(.minutes(1), .problem(group)) == ["A2 opened!opening"])
    }

    @Test func `although a person said that it was planned stays quiet for a day`() throws {
        var play = Play()
        play.round(.zero, .problem(group))
        #expect(
            try play.command(.minutes(1), .judge(.planned, reason: "sale over")) == [
                "A1 judged", "A1 resolved!closing",
            ])
        #expect(play.alert(1)?.verdict?.side == .planned)
        #expect(play.round(.hours(23), .problem(group)) == [])
        #expect(play.round(.hours(1), .problem(group)) == ["A2 opened!opening"])
    }
}

@Suite struct `A parent` {
    @Test func `that opens in the same round keeps its children quiet, in whatever order the rules speak`() {
        for observations: [Observation] in [
            [.problem(group), .problem(client), .problem(relay)], [.problem(relay), .problem(client), .problem(group)],
        ] {
            var play = Play()
            let said = play.round(.zero, observations[0], observations[1], observations[2])
            #expect(
                said == [
                    "A1 opened!opening", "A2 opened", "A3 opened", "A2 inhibited", "A3 inhibited",
                ])
            #expect(play.alert(1)?.key == relay.key)
            #expect(play.alert(3)?.inhibitedBy == AlertID(rawValue: 1))
        }
    }

    @Test func `covers only its own children`() {
        var play = Play()
        let said = play.round(.zero, .problem(client), .problem(group), .problem(other))
        #expect(said.filter { $0.hasSuffix("!opening") } == ["A1 opened!opening", "A3 opened!opening"])
    }

    @Test func `that ends leaves the children to their rules, which have to look again`() {
        var play = Play()
        play.round(.zero, .problem(relay), .problem(group), .problem(other))
        // The group's rule speaks of what the parent explains: not enough.
        #expect(play.round(.minutes(5), over(relay), .problem(group)) == ["A1 resolved!closing"])
        #expect(play.round(.minutes(1), .problem(group)) == ["A2 released!opening"])
        // Nothing was said about the other one, so it was part of the parent.
        #expect(play.round(.minutes(14), .problem(group)) == ["A3 resolved"])
        #expect(play.alert(3)?.resolution?.how == .superseded)
        #expect(play.alert(2)?.isOpen == true)
    }

    @Test func `covers what had been told before, whose end is told all the same`() {
        var play = Play { $0.reminders = [.minutes(1)] }
        #expect(play.round(.zero, .problem(group)) == ["A1 opened!opening"])
        #expect(
            play.round(.seconds(30), .problem(group), .problem(client)) == [
                "A2 opened!opening", "A1 inhibited!update",
            ])
        // No reminder of the child.
        #expect(play.round(.minutes(1)) == ["A2 reminded!reminder"])
        #expect(play.round(.minutes(1), over(group)) == ["A1 resolved!closing"])
    }

    @Test func `that ends before its child makes the child speak again`() {
        var play = Play { $0.reminders = [.hours(1)] }
        play.round(.zero, .problem(group))
        play.round(.minutes(50), .problem(client))
        #expect(play.round(.minutes(20), over(client)) == ["A2 resolved!closing", "A1 released!update"])
        // Reminders count anew from there.
        #expect(play.round(.minutes(59)) == [])
        #expect(play.round(.minutes(1)) == ["A1 reminded!reminder"])
    }

    @Test func `that a person has judged keeps its children quiet while it is quiet itself`() throws {
        var play = Play()
        play.round(.zero, .problem(relay), .problem(group))
        #expect(
            try play.command(.minutes(1), .judge(.notAProblem, reason: "test of the firewall")) == [
                "A1 judged", "A1 resolved!closing",
            ])
        #expect(play.round(.hours(2), .problem(relay), .problem(group)) == [])
    }
}

@Suite struct `A silence` {
    private static func silence(_ scope: AlertScope = .client("acme"), hours: Int = 1) -> Silence {
        Silence(
            id: SilenceID(rawValue: 7), scope: scope, window: Window(from: .start, to: .start + .hours(hours)),
            reason: "rebuilding", by: "tom", created: .start)
    }

    @Test(arguments: [("sol*", true), ("solar", true), ("*", true), ("Solar", false), ("heat*", false)])
    func `of groups whose names fit covers these`(written: String, isCovered: Bool) {
        let finding = Finding(
            .missingLeads, .group(client: "acme", group: "solar"), .warning, began: .start, sentence: "None came")
        #expect(AlertScope.group(client: "acme", group: written).includes(finding) == isCovered)
        #expect(!AlertScope.group(client: "beta", group: written).includes(finding))
        let entry = CalendarEntry(
            .group(GroupKey(client: "acme", group: written)), start: .start, end: .start + .days(1), multiplier: 0)
        let group = WatchedGroup(GroupKey(client: "acme", group: "solar"), zone: .utc, created: .start)
        #expect(entry.applies(to: group) == isCovered)
    }

    @Test func `lets nobody hear of a beginning, and of its end neither`() {
        var play = Play()
        play.silences = [Self.silence()]
        #expect(
            play.round(.zero, .problem(group), .problem(other)) == [
                "A1 opened", "A2 opened!opening", "A1 silenced",
            ])
        #expect(play.round(.minutes(1), over(group)) == ["A1 resolved"])
    }

    @Test func `lets people hear of the end of what they know`() {
        var play = Play()
        play.round(.zero, .problem(group))
        play.silences = [Self.silence()]
        #expect(play.round(.minutes(1), .problem(group)) == ["A1 silenced!update"])
        #expect(play.round(.minutes(1), over(group)) == ["A1 resolved!closing"])
    }

    @Test(arguments: [true, false])
    func `that ends is followed by the word that was kept back, with or without the rule`(speaks: Bool) {
        var play = Play()
        play.silences = [Self.silence()]
        play.round(.zero, .problem(group))
        #expect(play.round(.hours(1)) == [])
        if speaks {
            #expect(play.round(.minutes(1), .problem(group)) == ["A1 released!opening"])
        } else {
            #expect(play.round(.minutes(14)) == [])
            #expect(play.round(.minutes(1)) == ["A1 released!opening"])
        }
    }

    @Test func `of another tool's alert needs no second word from the tool`() {
        var play = Play()
        play.silences = [Self.silence()]
        play.round(.zero, .problem(tool))
        #expect(play.round(.hours(1)) == ["A1 released!opening"])
    }

    /// A fixed offset stands for the zone: what matters here is the arithmetic of days.
    @Test(arguments: [
        ("2026-11-21T08:59:00Z", false),  // Saturday 21:59 at +13 h
        ("2026-11-21T09:00:00Z", true),  // Saturday 22:00
        ("2026-11-21T16:59:00Z", true),  // Sunday 05:59
        ("2026-11-21T17:00:00Z", false),  // Sunday 06:00
        ("2026-11-22T09:00:00Z", false),  // Sunday 22:00
    ])
    func `of every week goes by the wall clock of its zone and past midnight`(moment: String, isSilent: Bool) throws {
        let weekly = Window.Weekly(days: [6], from: 22 * 60, to: 6 * 60, zone: "Pacific/Tongatapu")
        let window = Window(from: Instant(seconds: 0), to: nil, weekly: weekly)
        let zones = Zones { zone in zone == "Pacific/Tongatapu" ? .fixed(hours: 13) : nil }
        #expect(window.contains(try #require(Instant(rfc3339: moment)), zones) == isSilent)
    }
}

@Suite struct `People and time` {
    @Test func `an acknowledgement names the owner, ends the noise, and ends itself`() throws {
        var play = Play { settings in
            settings.reminders = [.minutes(30)]
            settings.acknowledgement = .init(info: .hours(1), warning: .hours(1), critical: .hours(1))
        }
        play.round(.zero, .problem(group))
        #expect(try play.command(.minutes(5), .acknowledge()) == ["A1 acknowledged!update"])
        // A second press is no mistake.
        #expect(try play.command(.minutes(1), .acknowledge(), by: "tom") == [])
        #expect(play.alert(1)?.owner == "maria")
        #expect(play.round(.minutes(58)) == [])
        #expect(play.round(.minutes(1)) == ["A1 acknowledgement_timed_out!escalation"])
        #expect(play.round(.minutes(30)) == ["A1 reminded!reminder"])
        #expect(play.alert(1)?.firstAcknowledged == .start + .minutes(5))
    }

    @Test func `what gets worse stays with whoever has it, who is told and has it for as long as such a matter`() throws
    {
        var play = Play()
        play.round(.zero, .problem(group))
        try play.command(.minutes(1), .acknowledge())
        var worse = group
        worse.severity = .critical
        #expect(play.round(.minutes(1), .problem(worse)) == ["A1 severity_raised!escalation"])
        #expect(play.alert(1)?.acknowledgement?.by == "maria")
        #expect(play.alert(1)?.acknowledgement?.until == .start + .hours(4) + .minutes(2))
        // Nobody else is called meanwhile.
        #expect(play.round(.minutes(50), .problem(worse)) == [])
        #expect(play.round(.hours(4), .problem(worse)) == ["A1 acknowledgement_timed_out!escalation"])
    }

    @Test func `a snooze is quiet, and then loud`() throws {
        var play = Play { $0.reminders = [.minutes(10)] }
        play.round(.zero, .problem(group))
        #expect(try play.command(.minutes(1), .snooze(until: .start + .hours(3))) == ["A1 snoozed!update"])
        #expect(play.round(.hours(2)) == [])
        #expect(play.round(.hours(1)) == ["A1 snooze_ended!reminder"])
    }

    @Test func `reminders come at 1 h, 4 h, then daily, and have an end`() {
        var play = Play()
        play.round(.zero, .problem(group))
        var hours: [Int] = []
        for hour in 1...400 where play.round(.hours(1)) == ["A1 reminded!reminder"] { hours.append(hour) }
        #expect(hours == [1, 4, 24, 48, 72, 120, 168])
    }

    @Test func `a critical alert that nobody takes calls one step after the other`() {
        var play = Play { $0.reminders = [] }
        play.round(.zero, .problem(client))
        var steps: [String] = []
        for minute in 1...120 where !play.round(.minutes(1)).isEmpty {
            steps += play.events.map { "\(minute): \($0.kind.rawValue) \($0.number)" }
        }
        #expect(steps == ["15: escalated 1", "45: escalated 2"])
    }

    @Test func `after a long absence every step is called, and reminded once at most`() {
        var play = Play()
        play.round(.zero, .problem(client))
        #expect(play.round(.days(3)) == ["A1 escalated!escalation", "A1 escalated!escalation"])
        #expect(play.round(.days(2)) == ["A1 reminded!reminder"])
    }

    @Test(arguments: [
        (AlertCommand.acknowledge(time: .days(15)), AlertRefusal.tooLong(maximum: .days(14))),
        (.acknowledge(time: .zero), .past), (.snooze(until: .start), .past),
        (.snooze(until: .start + .days(30)), .tooLong(maximum: .days(14))), (.note(""), .empty(field: "a text")),
    ])
    func `what makes no sense is refused`(command: AlertCommand, refusal: AlertRefusal) {
        var play = Play()
        play.round(.zero, .problem(group))
        #expect(throws: refusal) { try play.command(.zero, command) }
    }

    @Test func `whose side it is can be said, also afterwards`() throws {
        var play = Play()
        play.round(.zero, .problem(group))
        #expect(try play.command(.minutes(1), .judge(.client, cause: "form")) == ["A1 judged!update"])
        #expect(play.alert(1)?.acknowledgement?.by == "maria")
        #expect(play.alert(1)?.owner == "client acme")
        play.round(.minutes(1), over(group))
        #expect(try play.command(.minutes(1), .judge(.ours, reason: "it was the key")) == ["A1 judged!update"])
        #expect(play.alert(1)?.verdict?.side == .ours)
        #expect(try play.command(.minutes(1), .judge(.ours, reason: "it was the key")) == [])
    }
}

@Suite struct `What is owed` {
    private static let alert = Alert(AlertID(rawValue: 1), group, opened: .start)

    private typealias Row = (kind: Notice.Kind, reached: Set<String>, owed: [String])
    private static let rows: [Row] = [
        (.opening, [], ["a opening", "b opening"]),
        // Who has not heard of it begins with the opening …
        (.reminder, ["a"], ["a reminder", "b opening"]), (.escalation, [], ["a opening", "b opening"]),
        // … but not because of an update, and never with an end.
        (.update, ["a"], ["a update"]), (.closing, ["a"], ["a closing"]),
        // Who has heard of it hears the end, also when routing has forgotten the channel.
        (.closing, ["a", "old"], ["a closing", "old closing"]),
    ]

    @Test(arguments: rows.indices)
    func `depends on who has heard of the alert`(row: Int) {
        let (kind, reached, owed) = Self.rows[row]
        let event = AlertEvent(.noted, Self.alert.id, at: .start, notice: kind)
        let plans = Routing.everyChannel(["b", "a", "a"]).owed(event, Self.alert, reached: reached, at: .start)
        #expect(plans.map { "\($0.channel) \($0.kind.rawValue)" } == owed)
    }

    @Test func `is nothing where there is nothing to tell`() {
        let event = AlertEvent(.updated, Self.alert.id, at: .start)
        #expect(Routing.everyChannel(["a"]).owed(event, Self.alert, reached: ["a"], at: .start) == [])
    }

    @Test(arguments: [
        (Duration.seconds(1), "1 second"), (.seconds(90), "90 seconds"), (.minutes(15), "15 minutes"),
        (.hours(2), "2 hours"), (.hours(47), "47 hours"), (.days(3), "3 days"), (.zero, "0 seconds"),
    ])
    func `times are said in words`(time: Duration, words: String) {
        #expect(time.words == words)
    }
}

@Suite struct `The number of an alert` {
    @Test(arguments: ["A17", "a17", "17"]) func `is read as people write it`(text: String) {
        #expect(AlertID(text)?.description == "A17")
    }

    @Test(arguments: ["", "A", "A0", "-3", "A+4", "B7", "A1x"]) func `is nothing else`(text: String) {
        #expect(AlertID(text) == nil)
    }
}

extension TimeZoneRules {
    fileprivate static func fixed(hours: Int) -> TimeZoneRules {
        TimeZoneRules(
            name: "fixed", periods: [Period(start: .min, offset: hours * 3600, abbreviation: "X")], repeatsFrom: nil)
    }
}

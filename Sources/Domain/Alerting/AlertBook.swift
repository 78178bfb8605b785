/// All alerts that are open or can still come back, and what a moment does to them.
///
/// Observations, commands and `now` go in; changed alerts and the entries of their timelines come out. The book is a
/// value: the store loads it, applies one round to it and writes down what changed, all in one transaction.
///
///     problem ──▶ open ──(evidence, person)──▶ resolved ──(back within 30 min)──▶ open again
///                  │  acknowledged · snoozed · inhibited · silenced · recovering are fields beside it
///
/// - One open alert for each matter (`Finding.keysOfMatter`), under the key that it was opened with.
/// - While a parent (`Finding.coveredBy`) is open, its children are kept but nobody is told. When it closes, a child
///   that nobody had been told of waits for its rule to look again: told if the rule says so, else closed as part of
///   the parent.
/// - What had been told is told to be over, whatever covers it by then.
/// - No alert that people know of ends because nothing was heard of it.
package struct AlertBook: Sendable {
    package private(set) var settings: AlertSettings
    package private(set) var silences: [Silence]
    private let zones: Zones
    /// Whoever does not answer so often will not.
    private static let mostQuestions = 3
    private var alerts: [AlertID: Alert] = [:]
    /// The newest alert of each key.
    private var newest: [String: AlertID] = [:]
    private var nextID: AlertID

    /// What this round added to timelines, in order.
    package private(set) var events: [AlertEvent] = []
    private var changedIDs: Set<AlertID> = []
    /// For alerts that began in this round: which event tells of it, should anybody have to be told.
    private var openers: [AlertID: Int] = [:]
    private var now: Instant

    /// `alerts` are those that are live at `now`, and others that a command may be about. `nextID` has never been given
    /// to any.
    package init(
        _ alerts: some Sequence<Alert>, silences: [Silence] = [], settings: AlertSettings, zones: Zones = .utc,
        nextID: AlertID, now: Instant
    ) {
        self.settings = settings
        self.silences = silences
        self.zones = zones
        self.nextID = nextID
        self.now = now
        for alert in alerts {
            self.alerts[alert.id] = alert
            if let known = newest[alert.key], known > alert.id { continue }
            newest[alert.key] = alert.id
        }
    }

    /// All that the book holds, by number.
    package var all: [Alert] { alerts.values.sorted { $0.id < $1.id } }
    package var open: [Alert] { all.filter(\.isOpen) }
    package subscript(id: AlertID) -> Alert? { alerts[id] }
    package subscript(key: String) -> Alert? { newest[key].flatMap { alerts[$0] } }
    /// What this round opened or changed, by number.
    package var changed: [Alert] { changedIDs.sorted().compactMap { alerts[$0] } }

    // MARK: A round

    /// Takes what the rules say and lets time pass.
    package mutating func observe(_ observations: [Observation]) {
        let ending = Set(
            observations.compactMap { observation -> String? in
                switch observation {
                case .problem, .suspicion: nil
                case .recovering, .recovered: observation.key
                }
            })
        // Parents first; among equals the order of the rules.
        let problems = observations.compactMap { observation -> Finding? in
            if case .problem(let finding) = observation { finding } else { nil }
        }
        for width in Set(problems.map(\.scope.width)).sorted() {
            for finding in problems where finding.scope.width == width {
                take(finding, isEnding: ending.contains(finding.key))
            }
        }
        for observation in observations {
            switch observation {
            case .problem, .suspicion: break
            case .recovering(let key, let since, let reason): recovering(key, since: since, reason)
            case .recovered(let key, let ended, let reason): recovered(key, ended: ended, reason)
            }
        }
        cover()
        pass()
        cover()
        announce()
    }

    private mutating func take(_ finding: Finding, isEnding: Bool) {
        guard var alert = known(finding) else { return open(finding) }
        guard alert.isOpen else { return again(alert, finding) }
        var finding = finding.told(as: alert.finding)
        finding.began = min(alert.finding.began, finding.began)
        let isNews = finding.sentence != alert.finding.sentence
        alert.finding = finding
        alert.seen = now
        if alert.recovery != nil, !isEnding {
            alert.recovery = nil
            add(.relapsed, alert, finding.sentence)
        }
        if let release = alert.released, release.at != now { alert.released = nil }
        if finding.severity > alert.severity {
            let before = alert.severity
            alert.severity = finding.severity
            alert.snoozedUntil = nil
            if var acknowledgement = alert.acknowledgement {
                // Whoever has it still has it, for as long as one has such a matter.
                acknowledgement.until = min(acknowledgement.until, now + settings.acknowledgement[alert.severity])
                alert.acknowledgement = acknowledgement
            } else {
                beLoud(&alert)
            }
            if alert.announced == nil { openers[alert.id] = events.count }
            add(
                .severityRaised, alert, "\(before.rawValue) has become \(alert.severity.rawValue). \(finding.sentence)",
                notice: .escalation)
        } else if isNews, now - alert.updated >= settings.updateEvery {
            alert.updated = now
            add(.updated, alert, finding.sentence, notice: .update)
        }
        put(alert)
    }

    /// The alert that a finding belongs to: the one that is open for its matter, or else the last that was.
    private func known(_ finding: Finding) -> Alert? {
        let alerts = finding.keysOfMatter.compactMap { self[$0] }
        return alerts.first(where: \.isOpen)
            ?? alerts.max { ($0.resolution?.at ?? $0.opened) < ($1.resolution?.at ?? $1.opened) }
    }

    private mutating func open(_ finding: Finding) {
        var alert = Alert(nextID, finding, opened: now)
        alert.owner = finding.assignment?.owner ?? ""
        alert.team = finding.assignment?.team ?? ""
        nextID = AlertID(rawValue: nextID.rawValue + 1)
        newest[alert.key] = alert.id
        openers[alert.id] = events.count
        add(.opened, alert, finding.sentence)
        put(alert)
    }

    /// A problem whose newest alert is resolved.
    private mutating func again(_ old: Alert, _ finding: Finding) {
        guard let resolution = old.resolution else { return }
        if old.isQuiet(at: now), finding.severity <= old.severity { return }
        let isBack =
            switch resolution.how {
            case .evidence: now - resolution.at < settings.reopenWithin
            case .person, .superseded, .withdrawn: false
            }
        guard isBack else { return open(finding) }
        var alert = old
        alert.finding = finding.told(as: old.finding)
        alert.finding.began = min(old.finding.began, finding.began)
        alert.severity = max(old.severity, finding.severity)
        alert.seen = now
        alert.updated = now
        alert.resolution = nil
        alert.announced = nil
        alert.reopenings += 1
        // Who was called the last time is not called again for what comes and goes; whoever comes after them is.
        alert.steps = old.steps
        alert.reminders = old.reminders
        openers[alert.id] = events.count
        add(.reopened, alert, finding.sentence, number: alert.reopenings)
        put(alert)
    }

    private mutating func recovering(_ key: String, since: Instant, _ reason: String) {
        guard var alert = self[key], alert.isOpen, alert.recovery == nil else { return }
        alert.recovery = Alert.Recovery(since: since, reason: reason)
        add(.recovering, alert, reason, notice: .update)
        put(alert)
    }

    private mutating func recovered(_ key: String, ended: Instant, _ reason: String) {
        guard var alert = self[key] else { return }
        guard alert.isOpen else {
            guard alert.quietUntil != nil else { return }
            alert.quietUntil = nil
            return put(alert)
        }
        guard alert.reopenings >= settings.flapsAfter else {
            return resolve(alert, ended: ended, .evidence, reason)
        }
        guard alert.recovery?.closes == nil else { return }
        alert.recovery = Alert.Recovery(since: ended, reason: reason, closes: now + settings.calm)
        add(
            .recovering, alert,
            """
            \(reason) It has reopened \(alert.reopenings) times, so it is closed after \(settings.calm.words) of \
            calm.
            """,
            notice: .update)
        put(alert)
    }

    private mutating func resolve(
        _ alert: Alert, ended: Instant, _ how: Alert.Resolution.How, _ reason: String, by: String = ""
    ) {
        var alert = alert
        let ended = min(max(ended, alert.finding.began), max(now, alert.finding.began))
        alert.resolution = Alert.Resolution(ended: ended, at: now, how: how, by: by, reason: reason)
        alert.inhibitedBy = nil
        alert.silencedBy = nil
        alert.released = nil
        alert.recovery = nil
        alert.acknowledgement = nil
        alert.snoozedUntil = nil
        alert.loudSince = nil
        add(.resolved, alert, reason, by: by, notice: .closing)
        put(alert)
    }

    // MARK: Parents and silences

    private mutating func cover() {
        for id in openByWidth() {
            guard var alert = alerts[id] else { continue }
            let before = alert
            let parent = parent(of: alert)
            let silence = silences.first { $0.covers(alert.finding, at: now, zones) }
            if let parent, alert.inhibitedBy != parent.id {
                if alert.inhibitedBy == nil {
                    add(.inhibited, alert, "Part of \(parent.id): \(parent.finding.sentence)", notice: .update)
                }
                alert.inhibitedBy = parent.id
            }
            if let silence, alert.silencedBy != silence.id {
                if alert.silencedBy == nil {
                    add(.silenced, alert, "Silenced by \(silence.id): \(silence.reason)", notice: .update)
                }
                alert.silencedBy = silence.id
            }
            if parent != nil || silence != nil {
                alert.released = nil
                beQuiet(&alert)
            }
            if parent == nil { alert.inhibitedBy = nil }
            if silence == nil { alert.silencedBy = nil }
            let wasCovered = before.inhibitedBy != nil || before.silencedBy != nil
            if wasCovered, parent == nil, silence == nil { release(&alert, fromParent: before.inhibitedBy != nil) }
            if alert != before { put(alert) }
        }
    }

    /// The widest open matter that explains it. One that a person has just resolved still counts: the person has judged
    /// its children too.
    private func parent(of alert: Alert) -> Alert? {
        for key in alert.finding.coveredBy.reversed() where key != alert.key {
            if let parent = self[key], parent.isOpen || parent.isQuiet(at: now), parent.severity > .info {
                return parent
            }
        }
        return nil
    }

    private mutating func release(_ alert: inout Alert, fromParent: Bool) {
        guard alert.announced == nil else {
            if alert.acknowledgement == nil, alert.snoozedUntil == nil { beLoud(&alert) }
            return add(.released, alert, "On its own again: \(alert.finding.sentence)", notice: .update)
        }
        // What another tool has told is not said again at every evaluation.
        guard alert.finding.kind != .external else { return }
        alert.released = Alert.Release(at: now, fromParent: fromParent)
    }

    private mutating func announce() {
        for id in openByWidth() {
            guard var alert = alerts[id], alert.announced == nil, !alert.isMuted, alert.severity > .info,
                alert.snoozedUntil == nil
            else { continue }
            alert.announced = now
            if alert.acknowledgement == nil {
                let (steps, reminders) = (alert.steps, alert.reminders)
                beLoud(&alert)
                if alert.reopenings > 0 { (alert.steps, alert.reminders) = (steps, reminders) }
            }
            put(alert)
            if let opener = openers[id] {
                events[opener].notice = .opening
            } else {
                add(.released, alert, alert.finding.sentence, notice: .opening)
            }
        }
    }

    // MARK: Time

    private mutating func pass() {
        for id in openByWidth() {
            guard var alert = alerts[id] else { continue }
            let before = alert
            if let acknowledgement = alert.acknowledgement, acknowledgement.until <= now {
                alert.acknowledgement = nil
                beLoud(&alert)
                add(
                    .acknowledgementTimedOut, alert,
                    """
                    \(acknowledgement.by) acknowledged it \((now - acknowledgement.at).words) ago, and it is still \
                    open.
                    """,
                    notice: .escalation)
            }
            if let until = alert.snoozedUntil, until <= now {
                alert.snoozedUntil = nil
                beLoud(&alert)
                add(.snoozeEnded, alert, "No longer snoozed. \(alert.finding.sentence)", notice: .reminder)
            }
            if let release = alert.released, now - release.at >= settings.releaseGrace {
                if release.fromParent {
                    resolve(alert, ended: release.at, .superseded, "Part of a wider alert that has ended.")
                    continue
                }
                alert.released = nil
            }
            if let recovery = alert.recovery, let closes = recovery.closes, closes <= now {
                resolve(alert, ended: recovery.since, .evidence, recovery.reason)
                continue
            }
            ask(&alert)
            callOthers(&alert)
            if alert != before { put(alert) }
        }
    }

    /// After some days without enough leads: perhaps nothing is wrong, and this is how it is now.
    private mutating func ask(_ alert: inout Alert) {
        guard alert.finding.isAboutLevel, alert.announced != nil, !alert.isMuted, alert.recovery == nil,
            now - alert.opened >= settings.askAfter, now - (alert.asked ?? alert.opened) >= settings.askAfter,
            now - alert.opened < settings.askAfter * (Self.mostQuestions + 1)
        else { return }
        alert.asked = now
        add(
            .asked, alert,
            """
            It has been so for \((now - alert.opened).words). Is this the new normal? If so, confirm it: the \
            present level is then what 
            """
                + "is expected. If not, it stays open.",
            notice: .reminder)
    }

    private mutating func callOthers(_ alert: inout Alert) {
        guard let loudSince = alert.loudSince, !alert.isMuted, alert.recovery == nil else { return }
        let steps = settings.escalation[alert.severity]
        var hasEscalated = false
        while alert.steps < steps.count, loudSince + steps[alert.steps].after <= now {
            alert.steps += 1
            hasEscalated = true
            add(
                .escalated, alert, "Nobody has taken it for \((now - loudSince).words).", number: alert.steps,
                notice: .escalation)
        }
        let due = settings.reminders.count { loudSince + $0 <= now }
        guard due > alert.reminders else { return }
        alert.reminders = due
        // Whoever has just been called is not reminded; and what comes and goes is not "still open".
        let called = steps.prefix(alert.steps).map { loudSince + $0.after }.filter { $0 <= now }.max()
        guard !hasEscalated, alert.reopenings < settings.flapsAfter,
            called.map({ now - $0 >= settings.reminderPause }) ?? true
        else { return }
        add(.reminded, alert, "Open for \((now - alert.opened).words).", number: due, notice: .reminder)
    }

    // MARK: People

    /// Carries out a command. Answers false if it was so already: pressing a button twice is no mistake.
    @discardableResult
    package mutating func apply(_ command: AlertCommand, to id: AlertID, by: String) throws(AlertRefusal) -> Bool {
        guard let alert = alerts[id] else { throw .notFound }
        let hasChanged: Bool
        switch command {
        case .acknowledge(let time): hasChanged = try acknowledge(alert, time, by)
        case .resolve(let reason): hasChanged = close(alert, reason, by, quiet: settings.quietAfterResolve)
        case .snooze(let until): hasChanged = try snooze(alert, until, by)
        case .own(let owner, let team): hasChanged = own(alert, owner, team, by)
        case .note(let text, let forClient):
            guard !text.isEmpty else { throw .empty(field: "a text") }
            add(forClient ? .messaged : .noted, alert, text, by: by, notice: .update)
            hasChanged = true
        case .judge(let side, let cause, let reason):
            guard side != .newNormal || alert.finding.isAboutLevel else { throw .noLevel }
            hasChanged = judge(alert, side, cause, reason, by)
        case .investigated(let text):
            add(.investigated, alert, text, by: by, notice: .update)
            hasChanged = true
        }
        cover()
        announce()
        return hasChanged
    }

    private mutating func acknowledge(_ alert: Alert, _ time: Duration?, _ by: String) throws(AlertRefusal) -> Bool {
        guard alert.isOpen else { throw .resolved(alert.id) }
        if alert.acknowledgement != nil, time == nil { return false }
        let time = time ?? settings.acknowledgement[alert.severity]
        guard time > .zero else { throw .past }
        guard time <= settings.longestPause else { throw .tooLong(maximum: settings.longestPause) }
        var alert = alert
        take(&alert, by, until: now + time)
        put(alert)
        add(.acknowledged, alert, "For \(time.words).", by: by, notice: .update)
        return true
    }

    private func take(_ alert: inout Alert, _ by: String, until: Instant) {
        alert.acknowledgement = Alert.Acknowledgement(by: by, at: now, until: until)
        alert.firstAcknowledged = alert.firstAcknowledged ?? now
        alert.snoozedUntil = nil
        if alert.owner.isEmpty { alert.owner = by }
        beQuiet(&alert)
    }

    private mutating func close(_ alert: Alert, _ reason: String, _ by: String, quiet: Duration) -> Bool {
        guard alert.isOpen else { return false }
        var alert = alert
        alert.quietUntil = now + quiet
        resolve(alert, ended: alert.recovery?.since ?? now, .person, reason, by: by)
        return true
    }

    private mutating func snooze(_ alert: Alert, _ until: Instant, _ by: String) throws(AlertRefusal) -> Bool {
        guard alert.isOpen else { throw .resolved(alert.id) }
        guard until > now else { throw .past }
        guard until - now <= settings.longestPause else { throw .tooLong(maximum: settings.longestPause) }
        guard alert.snoozedUntil != until else { return false }
        var alert = alert
        alert.snoozedUntil = until
        alert.acknowledgement = nil
        alert.firstAcknowledged = alert.firstAcknowledged ?? now
        beQuiet(&alert)
        put(alert)
        add(.snoozed, alert, "For \((until - now).words).", by: by, notice: .update)
        return true
    }

    private mutating func own(_ alert: Alert, _ owner: String, _ team: String?, _ by: String) -> Bool {
        var alert = alert
        let before = alert
        alert.owner = owner
        alert.team = team ?? alert.team
        guard alert != before else { return false }
        put(alert)
        let team = alert.team.isEmpty ? "" : ", team \(alert.team)"
        add(.owned, alert, (owner.isEmpty ? "Nobody" : owner) + team, by: by, notice: .update)
        return true
    }

    private mutating func judge(
        _ alert: Alert, _ side: Alert.Verdict.Side, _ cause: String, _ reason: String, _ by: String
    ) -> Bool {
        if let known = alert.verdict, known.side == side, known.cause == cause, known.reason == reason { return false }
        var alert = alert
        alert.verdict = Alert.Verdict(side, cause: cause, reason: reason, by: by, at: now)
        let text = [side.words, cause, reason].filter { !$0.isEmpty }.joined(separator: ": ")
        switch side {
        case .ours, .client, .platform:
            if alert.isOpen, alert.acknowledgement == nil {
                if side == .client, alert.owner.isEmpty, !alert.finding.client.isEmpty {
                    alert.owner = "client \(alert.finding.client)"
                }
                take(&alert, by, until: now + settings.acknowledgement[alert.severity])
            }
            put(alert)
            add(.judged, alert, text, by: by, notice: .update)
        case .planned, .notAProblem, .newNormal:
            if alert.isOpen {
                add(.judged, alert, text, by: by)
                _ = close(alert, text, by, quiet: settings.quietAfterVerdict)
            } else {
                put(alert)
                add(.judged, alert, text, by: by, notice: .update)
            }
        }
        return true
    }

    /// Ends the open alerts about what is no longer watched.
    package mutating func withdraw(_ reason: String, where isGone: (Finding) -> Bool) {
        for id in openByWidth() {
            guard let alert = alerts[id], alert.isOpen, isGone(alert.finding) else { continue }
            resolve(alert, ended: now, .withdrawn, reason)
        }
        cover()
        announce()
    }

    // MARK: Helpers

    private func openByWidth() -> [AlertID] {
        alerts.values.filter(\.isOpen)
            .sorted { ($0.finding.scope.width, $0.id) < ($1.finding.scope.width, $1.id) }
            .map(\.id)
    }

    private func beLoud(_ alert: inout Alert) {
        alert.loudSince = alert.isMuted || alert.severity == .info ? nil : now
        alert.steps = 0
        alert.reminders = 0
    }

    private func beQuiet(_ alert: inout Alert) {
        alert.loudSince = nil
        alert.steps = 0
        alert.reminders = 0
    }

    private mutating func put(_ alert: Alert) {
        alerts[alert.id] = alert
        changedIDs.insert(alert.id)
    }

    /// Adds to the timeline. People hear of the end of what they know of in any case; of everything else only while
    /// nothing covers the alert.
    private mutating func add(
        _ kind: AlertEvent.Kind, _ alert: Alert, _ text: String, by: String = "", number: Int = 0,
        notice: Notice.Kind? = nil
    ) {
        let isKnown = alert.announced != nil
        let isTold: Bool =
            switch notice {
            case nil: false
            case .opening: true
            case .closing: isKnown
            case .update, .escalation, .reminder: isKnown && !alert.isMuted
            }
        events.append(
            AlertEvent(kind, alert.id, at: now, by: by, text, number: number, notice: isTold ? notice : nil))
        changedIDs.insert(alert.id)
    }
}

extension Finding {
    /// Whether it says that fewer leads come to a client or a group than before: rules of people have no "before".
    package var isAboutLevel: Bool {
        switch (kind, scope) {
        case (.missingLeads, .client), (.missingLeads, .group), (.lowLeads, .group):
            key == Self.key(kind, scope) && (expected != nil || observed == nil)
        default: false
        }
    }
}

extension Alert {
    fileprivate func isQuiet(at now: Instant) -> Bool { quietUntil.map { now < $0 } ?? false }

    /// Until when the book has to hold it; `nil` while it is open.
    package func isLiveUntil(_ settings: AlertSettings) -> Instant? {
        resolution.map { max($0.at + settings.reopenWithin, quietUntil ?? $0.at) }
    }
}

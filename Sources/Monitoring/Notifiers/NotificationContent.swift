package import Domain

/// What is to be told of one alert, with everything that the words for it need.
package struct NotificationContent: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package var notice: Notice
        package var event: AlertEvent
        package init(_ notice: Notice, _ event: AlertEvent) {
            self.notice = notice
            self.event = event
        }
    }

    /// As it is now.
    package var alert: Alert
    /// What is owed, oldest first.
    package var items: [Item]
    /// What the channel calls the message that it took before; empty before the first.
    package var reference: String
    package var surroundings: Surroundings

    /// What the alert itself does not say.
    package struct Surroundings: Equatable, Sendable {
        /// Of the console, without a slash at its end; `nil` where nobody has said where it is.
        package var console: String?
        /// What people call the client; empty for nobody's matter.
        package var client = ""
        package var zone = TimeZoneRules.utc
        /// What the checklist came to.
        package var diagnosis: Diagnosis?
        /// Whom to call in Slack when it is the client's move: a user group's id.
        package var clientGroup: String?
        /// Distinguishes this relay's messages from those of another one.
        package var relay = "leadrelay"

        package init() {}
    }

    package init(_ alert: Alert, _ items: [Item], reference: String = "", _ surroundings: Surroundings = .init()) {
        self.alert = alert
        self.items = items
        self.reference = reference
        self.surroundings = surroundings
    }

    /// What all that is owed comes to: the end if it has ended, else the loudest.
    package var occasion: Notice.Kind {
        let kinds = Set(items.map(\.notice.kind))
        for kind in [Notice.Kind.closing, .escalation, .opening, .reminder] where kinds.contains(kind) { return kind }
        return .update
    }

    /// Nothing has happened: somebody wants to know whether messages arrive. See `ChannelTest`.
    package var isTest: Bool { alert.id == ChannelTest.alert }
    package var isClosing: Bool { occasion == .closing }
    /// It began and ended before anybody was told.
    package var isOverAlready: Bool { isClosing && items.contains { $0.notice.kind == .opening } }
    /// An earlier attempt may have told of it already.
    package var isUncertain: Bool { items.contains { $0.notice.isUncertain } }
    /// Somebody has to hear of it, not only to find it brought up to date.
    package var isLoud: Bool { occasion != .update }

    /// The name that never changes, for systems that know alerts by a key: `leadrelay-A17`.
    package var key: String { "\(surroundings.relay)-\(alert.id)" }
    /// The name of this message: the newest event that it tells of.
    package var messageName: String { "\(alert.id).\(items.last?.event.id ?? 0)" }
}

// MARK: Words

extension NotificationContent {
    /// `CRITICAL` or `Warning`: what decides whether somebody gets up.
    package var severityWord: String {
        if isTest { return "Test" }
        return switch alert.severity {
        case .critical: "CRITICAL"
        case .warning: "Warning"
        case .info: "Note"
        }
    }

    /// `No leads: heat-pumps (Acme)`.
    package var subject: String {
        if isTest { return "the channel \(place) works" }
        guard !alert.finding.title.isEmpty else { return "\(alert.finding.kind.words): \(place)" }
        return surroundings.client.isEmpty ? alert.finding.title : "\(alert.finding.title) (\(surroundings.client))"
    }

    /// What is to be said beside the subject: nothing that it says already.
    package var account: String {
        let (title, sentence) = (alert.finding.title, alert.finding.sentence)
        return !title.isEmpty && sentence == Self.sentence(title) ? "" : sentence
    }

    /// Two sentences as one text; the second may be missing.
    static func joined(_ first: String, _ second: String) -> String {
        second.isEmpty ? sentence(first) : "\(sentence(first)) \(second)"
    }

    /// The subject with what has become of it: `CRITICAL, No leads: heat-pumps (Acme)`, `Over: No leads: …`.
    package var headline: String {
        switch occasion {
        case .closing: "Resolved: \(subject)"
        case .escalation where alert.acknowledgement != nil || !items.contains(where: { $0.event.kind.callsOthers }):
            "\(severityWord), worse than before: \(subject)"
        case .escalation: "\(severityWord), unacknowledged: \(subject)"
        case .reminder: "Still open: \(subject)"
        case .opening where alert.reopenings > 0: "\(severityWord), back again: \(subject)"
        case .opening, .update: "\(severityWord): \(subject)"
        }
    }

    /// What it is about, for people.
    package var place: String {
        switch alert.finding.scope {
        case .relay: "the whole relay"
        case .client(let name): surroundings.client.isEmpty ? name : surroundings.client
        case .group(let client, let group):
            "\(group) (\(surroundings.client.isEmpty ? client : surroundings.client))"
        case .source(let name), .destination(let name), .external(let name): name + whose
        case .channel(let name): name
        case .platform(let name): PlatformWords.title(name) + whose
        }
    }

    /// The client of what is named otherwise.
    private var whose: String {
        let client = surroundings.client.isEmpty ? alert.finding.client : surroundings.client
        return client.isEmpty ? "" : " (\(client))"
    }

    /// A moment by the clock of those concerned, and by ours: `14:05 CET (13:05 UTC)`; with the day unless it is that
    /// of `now`.
    package func time(_ moment: Instant, on now: Instant? = nil) -> String {
        let local = surroundings.zone.local(moment)
        let day = now.map { surroundings.zone.local($0).date == local.date } ?? false ? "" : local.date + " "
        if local.offset == 0 { return "\(day)\(local.clock) UTC" }
        return "\(day)\(local.clock) \(local.abbreviation) (\(TimeZoneRules.utc.local(moment).clock) UTC)"
    }

    /// `since 14:05 CET (13:05 UTC)`, or from when to when.
    package var span: String {
        guard let end = alert.resolution else {
            return "since \(time(alert.finding.began, on: alert.opened))"
        }
        let lasted = (end.ended - alert.finding.began).words
        return "from \(time(alert.finding.began, on: end.ended)) to \(time(end.ended, on: end.ended)), \(lasted)"
    }

    /// Who does what next, in one sentence; `nil` when nothing is to be done.
    package var nextStep: String? {
        guard alert.isOpen, !isTest else { return nil }
        if let diagnosis = surroundings.diagnosis { return Self.sentence(diagnosis.next.text) }
        // Who has it is said by `standing`.
        return alert.acknowledgement == nil ? alert.finding.kind.firstStep : nil
    }

    /// What is known of its end, in one sentence.
    package var ending: String? {
        guard let end = alert.resolution else { return nil }
        let words =
            switch end.how {
            case .evidence: "Resolved."
            case .person: Self.sentence("Closed by \(end.by.isEmpty ? "a person" : end.by)")
            case .superseded: "Resolved with a wider alert."
            case .withdrawn: "No longer watched."
            }
        return Self.unrepeated([words, Self.sentence(end.reason)]).joined(separator: " ")
    }

    /// One sentence of how it stands with people.
    package var standing: String? {
        guard alert.isOpen else { return nil }
        if let acknowledgement = alert.acknowledgement {
            return
                """
                \(acknowledgement.by) has acknowledged it until \
                \(time(acknowledgement.until, on: acknowledgement.at)).
                """
        }
        if let until = alert.snoozedUntil { return "Put off until \(time(until))." }
        if let recovery = alert.recovery {
            return recovery.reason.isEmpty
                ? "It seems to be ending." : "It seems to be ending: \(Self.sentence(recovery.reason))"
        }
        return nil
    }

    /// To the alert's page; a test has none.
    package var link: String? {
        surroundings.console.map { isTest ? $0 : "\($0)/alerts/\(alert.id)" }
    }

    /// One entry of the story, for threads: the events that are not told by the message itself.
    package var story: [String] {
        let lines = items.compactMap { item -> String? in
            let by = item.event.by
            let text = item.event.text.isEmpty ? item.event.kind.words : item.event.text
            switch item.event.kind {
            case .opened: return nil
            // The message itself is brought up to date; nobody has to be called for it.
            case .updated, .recovering, .relapsed, .inhibited, .silenced, .released:
                return item.notice.kind == .update ? nil : Self.sentence(text)
            case .reminded:
                return "Still open, \((item.event.at - alert.finding.began).words) after it began."
            case .resolved: return ending ?? Self.sentence(text)
            case .acknowledged where text.hasPrefix("For "), .snoozed where text.hasPrefix("For "):
                let person = item.event.by.isEmpty ? "Somebody" : item.event.by
                let what = item.event.kind == .acknowledged ? "has acknowledged it" : "has snoozed it"
                return Self.sentence("\(person) \(what) for \(text.dropFirst(4))")
            // It says by whom.
            case .acknowledgementTimedOut: return Self.sentence(text)
            case .owned where !by.isEmpty: return Self.sentence("\(by) has handed it to \(text)")
            default: return by.isEmpty ? Self.sentence(text) : "\(by): \(Self.sentence(text))"
            }
        }
        return Self.unrepeated(lines)
    }

    /// All of it below each other: what it is, since when, how it stands and who does what next. Nothing is said twice.
    var paragraphs: [String] {
        var texts = [Self.sentence(alert.finding.sentence), Self.sentence(span)]
        if let ending { texts.append(ending) }
        if !isClosing { texts += story }
        if let standing { texts.append(standing) }
        if let nextStep { texts.append("Next: \(nextStep)") }
        return Self.unrepeated(texts)
    }

    /// Without what earlier ones have said already: events repeat the words of what they are about.
    static func unrepeated(_ texts: [String], after said: [String] = []) -> [String] {
        var earlier = said
        var kept: [String] = []
        for text in texts {
            if earlier.contains(where: { $0.contains(text) }) { continue }
            var rest = text
            for one in earlier where rest.contains(one) { rest = rest.replacing(one, with: "") }
            rest = rest.replacing("  ", with: " ").trimmed
            if rest.hasSuffix(":") { rest = sentence(String(rest.dropLast())) }
            if rest.isEmpty { continue }
            kept.append(rest)
            earlier.append(rest)
        }
        return kept
    }

    /// The one line that stands for it among many.
    package var line: String {
        isClosing ? "\(subject), \(span)" : "\(severityWord): \(Self.joined(subject, account))"
    }

    /// Ends with a full stop, begins with a capital letter.
    static func sentence(_ text: String) -> String {
        guard let first = text.first else { return "" }
        let begun = first.uppercased() + text.dropFirst()
        // `… went wrong (see the log).` and `"… is down."` have an end as well.
        let last = text.last { !"\")”’".contains($0) } ?? "."
        let isEnded =
            ".!?…".contains(text.last ?? ".") || (".!?…".contains(last) && !text.hasSuffix(")"))
        return isEnded ? begun : begun + "."
    }
}

extension AlertEvent.Kind {
    /// Somebody is called because nobody has taken it.
    fileprivate var callsOthers: Bool { self == .escalated || self == .acknowledgementTimedOut }
}

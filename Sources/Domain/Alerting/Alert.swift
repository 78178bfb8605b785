/// One event that somebody should know of, from its beginning to its end.
///
/// It is open until it is resolved. Everything else (acknowledged, snoozed, covered by a parent, silenced) is a field
/// beside that, because several can hold at once and each ends by itself. What rules say is in `finding`; what people
/// say has fields of its own, which no rule overwrites.
package struct Alert: Equatable, Sendable {
    package let id: AlertID
    /// What the rule said last, with the earliest beginning it has named.
    package var finding: Finding
    /// The worst since it was opened.
    package var severity: Severity
    /// When it was noticed; it began (`finding.began`) earlier.
    package let opened: Instant
    /// When people last heard figures of it.
    package var updated: Instant
    /// When a rule last said that it is so.
    package var seen: Instant

    // Who is told.
    /// When people had to be told of it for the first time; `nil` while nobody had to.
    package var announced: Instant?
    /// When the first notice of it had been sent.
    package var told: Instant?
    /// The open parent that explains it.
    package var inhibitedBy: AlertID?
    /// The silence that covers it.
    package var silencedBy: SilenceID?
    /// A parent or a silence that covered it has ended then, and no rule has looked at it since.
    package var released: Release?
    /// Since when it has been asking for somebody; escalation and reminders count from here. `nil` while it does not.
    package var loudSince: Instant?
    /// Steps of escalation taken, and reminders given, since `loudSince`.
    package var steps = 0
    package var reminders = 0

    // How it ends.
    package var recovery: Recovery?
    /// How often it came back soon after it had ended.
    package var reopenings = 0
    package var resolution: Resolution?
    /// Resolved by a person although rules still say it is so: not to be opened anew before this.
    package var quietUntil: Instant?

    // What people say.
    package var owner = ""
    package var team = ""
    package var acknowledgement: Acknowledgement?
    /// When it was acknowledged for the first time; stays.
    package var firstAcknowledged: Instant?
    package var snoozedUntil: Instant?
    package var verdict: Verdict?
    /// When people were asked last whether fewer leads are the new normal.
    package var asked: Instant?

    package var key: String { finding.key }
    package var isOpen: Bool { resolution == nil }
    /// People have been told of it, or have found it themselves and said something of it.
    package var isKnown: Bool { announced != nil || firstAcknowledged != nil || verdict != nil }
    /// People have been told of it, nobody has taken it, and it does not seem to be ending.
    package var asksForSomebody: Bool {
        isOpen && announced != nil && loudSince != nil && !isMuted && recovery == nil
    }
    /// Nobody is told of it, except that it has ended.
    package var isMuted: Bool { inhibitedBy != nil || silencedBy != nil || released != nil }

    /// The one word for pages and lists.
    package var state: State {
        if resolution != nil { return .resolved }
        if inhibitedBy != nil { return .inhibited }
        if silencedBy != nil { return .silenced }
        if snoozedUntil != nil { return .snoozed }
        if acknowledgement != nil { return .acknowledged }
        return recovery == nil ? .open : .recovering
    }

    package enum State: String, CaseIterable, Sendable {
        case open, acknowledged, snoozed, recovering, inhibited, silenced, resolved
    }

    package struct Acknowledgement: Equatable, Sendable {
        package var by: String
        package var at: Instant
        /// Then it asks for somebody again.
        package var until: Instant
        package init(by: String, at: Instant, until: Instant) {
            self.by = by
            self.at = at
            self.until = until
        }
    }

    package struct Release: Equatable, Sendable {
        package var at: Instant
        /// Whether a parent covered it (then the parent's end explains a silence that follows) or a silence.
        package var fromParent: Bool
        package init(at: Instant, fromParent: Bool) {
            self.at = at
            self.fromParent = fromParent
        }
    }

    /// It seems to be ending.
    package struct Recovery: Equatable, Sendable {
        package var since: Instant
        package var reason: String
        /// Evidence that it has ended, kept back because the alert has come back too often; closed at `closes` unless
        /// it comes back once more.
        package var closes: Instant?
        package init(since: Instant, reason: String, closes: Instant? = nil) {
            self.since = since
            self.reason = reason
            self.closes = closes
        }
    }

    package struct Resolution: Equatable, Sendable {
        /// When the event itself ended, by the evidence; before `at`.
        package var ended: Instant
        /// When the alert was closed.
        package var at: Instant
        package var how: How
        /// A person, or empty for the machine.
        package var by: String
        package var reason: String

        package init(ended: Instant, at: Instant, how: How, by: String = "", reason: String) {
            self.ended = ended
            self.at = at
            self.how = how
            self.by = by
            self.reason = reason
        }

        package enum How: String, CaseIterable, Sendable {
            /// A rule has evidence that it is over.
            case evidence
            case person
            /// Part of a wider alert that has ended; nobody had been told of this one.
            case superseded
            /// What it was about is no longer watched: the destination, channel or rule is gone from the configuration.
            case withdrawn
        }
    }

    /// Whose matter it was, as people see it.
    package struct Verdict: Equatable, Sendable {
        package var side: Side
        /// A typical cause by its name in the checklist, or empty.
        package var cause: String
        package var reason: String
        package var by: String
        package var at: Instant

        package init(_ side: Side, cause: String = "", reason: String = "", by: String, at: Instant) {
            self.side = side
            self.cause = cause
            self.reason = reason
            self.by = by
            self.at = at
        }

        package enum Side: String, CaseIterable, Sendable {
            case ours
            case client
            case platform
            case planned
            case notAProblem = "not_a_problem"
            /// Fewer leads are what is usual from now on.
            case newNormal = "new_normal"
        }
    }

    package init(_ id: AlertID, _ finding: Finding, opened: Instant) {
        self.id = id
        self.finding = finding
        self.opened = opened
        severity = finding.severity
        seen = opened
        updated = opened
    }
}

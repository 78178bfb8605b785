/// What the relay does by itself when something happens to an alert: by rule, bounded, and told in the alert's story.
///
/// This decides and does nothing. Rules look at what an alert is after an event; what an action itself adds to a story
/// is no event that rules look at, so no action causes another by what it says.
package struct AlertAction: Equatable, Sendable {
    /// When it is looked at.
    package enum Trigger: String, CaseIterable, Sendable {
        case opened
        case acknowledged
        /// The checklist has come to something.
        case causeFound = "cause_found"
        case closed
    }

    /// What is done. All of it may be done twice without harm: that is how it survives a restart.
    package enum Deed: Equatable, Sendable {
        /// The checklist looks for causes now.
        case probe
        case pause(destination: String)
        case resume(destination: String)
        /// What was rejected or has expired since the alert began goes out again, so many deliveries at most.
        case replay(destination: String, limit: Int)
        case webhook(Channel.Webhook)

        /// For people, after "has" or "would have".
        package var words: String {
            switch self {
            case .probe: "looked for causes"
            case .pause(let name): "paused \(name)"
            case .resume(let name): "resumed \(name)"
            case .replay(let name, let limit): "sent again to \(name), at most \(limit)"
            case .webhook: "called its webhook"
            }
        }
    }

    package var name: String
    package var triggers: Set<Trigger>
    /// The least severity.
    package var severity = Severity.warning
    /// Empty: all.
    package var kinds: Set<AlertKind> = []
    package var clients: Set<String> = []
    /// Of which one must be proved or likely; empty: whatever the cause.
    package var causes: Set<ChecklistItem> = []
    package var deed: Deed
    /// Of this rule within an hour.
    package var atMost = AlertAction.usualAtMost

    package static let usualAtMost = 6
    /// Of all rules together within an hour.
    package static let mostInAll = 60
    /// Before it is given up, and told.
    package static let mostAttempts = 3

    package init(_ name: String, on triggers: Set<Trigger>, _ deed: Deed) {
        self.name = name
        self.triggers = triggers
        self.deed = deed
    }

    /// Begins the name under which actions write into stories.
    package static let author = "action "

    /// Whether an event is one that this rule looks at. What is muted by a parent or a silence is nobody's business.
    package func isDue(_ event: AlertEvent, _ alert: Alert) -> Bool {
        guard let trigger = Trigger(event), triggers.contains(trigger), !event.by.hasPrefix(Self.author),
            trigger == .closed || !alert.isMuted
        else { return false }
        return alert.severity >= severity && (kinds.isEmpty || kinds.contains(alert.finding.kind))
            && (clients.isEmpty || clients.contains(alert.finding.client))
    }

    /// Whether what the checklist has come to is one of its causes.
    package func fits(_ diagnosis: Diagnosis?) -> Bool {
        guard !causes.isEmpty else { return true }
        return (diagnosis?.assessments ?? []).contains {
            ($0.certainty == .proved || $0.certainty == .likely) && causes.contains($0.item)
        }
    }
}

extension AlertAction.Trigger {
    /// `nil`: none.
    package init?(_ event: AlertEvent) {
        switch event.kind {
        case .opened, .reopened: self = .opened
        case .acknowledged: self = .acknowledged
        case .investigated: self = .causeFound
        case .resolved: self = .closed
        default: return nil
        }
    }
}

/// One action that is due because of an event, or was.
package struct DueAction: Equatable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        case due, done, failed, skipped
    }

    package var action: String
    package var alert: AlertID
    /// The event that caused it; with the action's name it names the run.
    package var event: Int64
    package var at: Instant
    package var state: State
    package var attempts: Int
    /// What came of it, for people.
    package var detail: String

    package init(
        _ action: String, _ alert: AlertID, event: Int64, at: Instant, state: State = .due, attempts: Int = 0,
        detail: String = ""
    ) {
        self.action = action
        self.alert = alert
        self.event = event
        self.at = at
        self.state = state
        self.attempts = attempts
        self.detail = detail
    }
}

/// What to do about an action that is due: pure, for the runner and for `action try`.
package enum ActionDecision: Equatable, Sendable {
    case go
    case skip(String)

    /// `lately` are the runs of the last hour that were done or tried, of all rules.
    package init(_ action: AlertAction?, _ diagnosis: Diagnosis?, lately: [DueAction]) {
        guard let action else {
            self = .skip("it is not in the configuration any more")
            return
        }
        if !action.fits(diagnosis) {
            self = .skip("none of its causes is proved or likely")
        } else if lately.count(where: { $0.action == action.name }) >= action.atMost {
            self = .skip("it has been done \(action.atMost) times within an hour")
        } else if lately.count >= AlertAction.mostInAll {
            self = .skip("\(AlertAction.mostInAll) actions have been done within an hour")
        } else {
            self = .go
        }
    }
}

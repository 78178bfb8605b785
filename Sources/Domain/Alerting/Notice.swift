/// A message about an alert that is owed to one channel. Written in the transaction of the event that owes it, sent
/// afterwards, settled like a delivery: it is not forgotten before the channel has taken it.
package struct Notice: Equatable, Sendable {
    package var id: Int64
    package var channel: String
    package var alert: AlertID
    /// The event that owes it.
    package var event: Int64
    package var kind: Kind
    /// Attempts that failed.
    package var failures: Int
    /// An earlier attempt may have reached the channel although we never learned so.
    package var isUncertain: Bool

    package init(
        id: Int64, channel: String, alert: AlertID, event: Int64, kind: Kind, failures: Int = 0,
        isUncertain: Bool = false
    ) {
        self.id = id
        self.channel = channel
        self.alert = alert
        self.event = event
        self.kind = kind
        self.failures = failures
        self.isUncertain = isUncertain
    }

    package enum Kind: String, CaseIterable, Sendable {
        /// The first word about it, or about its return.
        case opening
        /// What it is now; a channel that can edit edits.
        case update
        /// Nobody has acknowledged it, or it has become worse: somebody else, or louder.
        case escalation
        case reminder
        /// It has ended. Owed to every channel that was owed its opening, whatever holds now.
        case closing
    }

    /// One notice to be owed.
    package struct Plan: Equatable, Sendable {
        package var channel: String
        package var kind: Kind
        /// Not before this, for example because of quiet hours.
        package var due: Instant
        package init(_ channel: String, _ kind: Kind, due: Instant) {
            self.channel = channel
            self.kind = kind
            self.due = due
        }
    }
}

/// Decides which channels hear of an event. A pure function of the event, the alert as it is after the event, and the
/// moment.
///
/// It is asked only about events with something to tell (`AlertEvent.notice`). What it cannot decide: that a channel
/// which was owed the opening is owed the closing, and that no channel hears the end of what it never heard of. `owed`
/// sees to both.
package struct Routing: Sendable {
    package var plans: @Sendable (AlertEvent, Alert, Instant) -> [Notice.Plan]
    /// Who has the duty at a moment and has to have heard of an alert that asks for somebody.
    package var duty: @Sendable (Alert, Instant) -> [Notice.Plan]

    package init(
        _ plans: @escaping @Sendable (AlertEvent, Alert, Instant) -> [Notice.Plan],
        duty: @escaping @Sendable (Alert, Instant) -> [Notice.Plan] = { _, _ in [] }
    ) {
        self.plans = plans
        self.duty = duty
    }

    /// Everything to every channel, at once; informations to none.
    package static func everyChannel(_ channels: [String]) -> Routing {
        Routing { event, alert, now in
            guard let kind = event.notice, alert.severity > .info else { return [] }
            return channels.map { Notice.Plan($0, kind, due: now) }
        }
    }

    package static let none = Routing { _, _, _ in [] }

    /// What is owed because of an event. `reached` are the channels that have been owed an opening of this alert and no
    /// closing since. One notice for each channel at most.
    package func owed(_ event: AlertEvent, _ alert: Alert, reached: Set<String>, at now: Instant) -> [Notice.Plan] {
        guard let kind = event.notice else { return [] }
        var owed: [String: Notice.Plan] = [:]
        for var plan in plans(event, alert, now) where owed[plan.channel] == nil {
            switch kind {
            case .closing:
                guard reached.contains(plan.channel) else { continue }
                plan.kind = .closing
            case .update:
                // A channel that has not heard of it does not begin with an update.
                guard reached.contains(plan.channel) else { continue }
            case .opening, .escalation, .reminder:
                if !reached.contains(plan.channel) { plan.kind = .opening }
            }
            owed[plan.channel] = plan
        }
        if kind == .closing {
            for channel in reached where owed[channel] == nil {
                owed[channel] = Notice.Plan(channel, .closing, due: now)
            }
        }
        return owed.values.sorted { $0.channel < $1.channel }
    }
}

/// One entry of an alert's timeline. The list of kinds is closed; `text` and `number` say the rest.
package struct AlertEvent: Equatable, Sendable {
    /// Given by the store, growing; 0 before it is stored.
    package var id: Int64 = 0
    package var alert: AlertID
    package var at: Instant
    /// A person or a tool; empty for the machine.
    package var by: String
    package var kind: Kind
    /// One sentence without personal data, except what people wrote themselves.
    package var text: String
    /// The step of an escalation, the number of a reminder; else 0.
    package var number: Int
    /// What people must be told because of it; `nil`: nothing.
    package var notice: Notice.Kind?

    package init(
        _ kind: Kind, _ alert: AlertID, at: Instant, by: String = "", _ text: String = "", number: Int = 0,
        notice: Notice.Kind? = nil
    ) {
        self.kind = kind
        self.alert = alert
        self.at = at
        self.by = by
        self.text = text
        self.number = number
        self.notice = notice
    }

    package enum Kind: String, CaseIterable, Sendable {
        // What rules say.
        case opened
        case updated
        case severityRaised = "severity_raised"
        case recovering
        /// It had seemed to be ending.
        case relapsed
        case resolved
        /// It came back soon after its end.
        case reopened

        // What covers it.
        case inhibited
        case silenced
        case released

        // What time does.
        case escalated
        /// Others have come on duty, and nobody has taken it.
        case handedOver = "handed_over"
        case reminded
        /// Whether fewer leads are the new normal.
        case asked
        case acknowledgementTimedOut = "acknowledgement_timed_out"
        case snoozeEnded = "snooze_ended"

        // What people do.
        case acknowledged
        case snoozed
        case owned
        case noted
        /// What the team tells the client: the only words of people that a client's own people see.
        case messaged
        case judged

        // What others add.
        /// The machine looked for causes; the text is its answer.
        case investigated
        /// A channel could not be reached, and the notice was given up or sent another way.
        case notDelivered = "not_delivered"
    }
}

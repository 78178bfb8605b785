/// What is counted, for intake (destination 0) and for each destination. The numbers are stored: never reuse one.
package enum Tally: Int64, CaseIterable, Sendable {
    // Intake: received = inbox + quarantined + discarded + duplicate + lead.
    case received = 1
    case inbox = 2
    case quarantined = 3
    case discarded = 4
    case duplicate = 5
    case lead = 6

    // A destination: owed = open + sent + delivered + rejected + expired + skipped + erased.
    case owed = 10
    case open = 11
    case sent = 12
    case delivered = 13
    case rejected = 14
    case expired = 15
    case skipped = 16
    case erased = 17

    // A destination: how often a delivery that had ended so went out again. Not part of the sum; with these, outcomes
    // never fall.
    case replayedDelivered = 20
    case replayedSent = 21
    case replayedRejected = 22
    case replayedExpired = 23
    case replayedSkipped = 24

    // Statistics only: what leads carry. `failure` counts attempts that have to be repeated.
    case test = 30
    case withClickID = 31
    case withEmail = 32
    case withPhone = 33
    case withConsent = 34
    case unmapped = 35
    /// Leads under an id that was another person's or deal's before; posts that corrected an address or number; posts
    /// that restated a value. The last two are no further leads.
    case reusedID = 36
    case corrected = 37
    case adjusted = 38
    /// Events that look like junk, whatever became of them.
    case junk = 39
    case failure = 40

    /// Where deliveries are counted that had this outcome and went out again.
    package var replayed: Tally? {
        switch self {
        case .delivered: .replayedDelivered
        case .sent: .replayedSent
        case .rejected: .replayedRejected
        case .expired: .replayedExpired
        case .skipped: .replayedSkipped
        default: nil
        }
    }

    /// The word for pages, metrics and messages.
    package var name: String {
        switch self {
        case .withClickID: "with_click_id"
        case .withEmail: "with_email"
        case .withPhone: "with_phone"
        case .withConsent: "with_consent"
        case .reusedID: "reused_id"
        case .replayedDelivered: "replayed_delivered"
        case .replayedSent: "replayed_sent"
        case .replayedRejected: "replayed_rejected"
        case .replayedExpired: "replayed_expired"
        case .replayedSkipped: "replayed_skipped"
        default: "\(self)"
        }
    }
}

/// What can be wrong. The raw value is the word in the store, in configuration, on pages and in metrics.
package enum AlertKind: String, CaseIterable, Sendable {
    // Leads that do not come.
    case missingLeads = "missing_leads"
    case lowLeads = "low_leads"
    case missingHeartbeat = "missing_heartbeat"
    case syntheticFailed = "synthetic_failed"

    // Leads that do not arrive.
    case forwardingFailing = "forwarding_failing"
    case backlog
    case laneHeld = "lane_held"
    case expiring
    case unclassifiedCode = "unclassified_code"
    case unconfirmed
    case preflightFailed = "preflight_failed"
    /// Real leads are sent as test events.
    case testMode = "test_mode"

    // Leads that are not what they were.
    case quarantineRate = "quarantine_rate"
    case duplicateShare = "duplicate_share"
    case clickIDShare = "click_id_share"
    case consentShare = "consent_share"
    /// Everything of a source is put aside or refused.
    case nothingAccepted = "nothing_accepted"
    case skippedShare = "skipped_share"
    /// Leads without e-mail address and telephone number.
    case contactShare = "contact_share"
    case leftOutShare = "left_out_share"
    case reusedIDs = "reused_ids"
    /// Requests refused at the door because of their sender.
    case refusedShare = "refused_share"
    /// What nobody decides about in quarantine is soon discarded.
    case quarantineEnds = "quarantine_ends"

    // The relay itself.
    case intakeErrors = "intake_errors"
    case storage
    /// A changed configuration was not taken.
    case configurationRefused = "configuration_refused"
    case clockSkew = "clock_skew"
    /// Ids that were given while the clock was ahead.
    case idsAhead = "ids_ahead"
    case credentialEnds = "credential_ends"
    case channelFailing = "channel_failing"
    /// More campaign groups come than are watched by themselves.
    case tooManyGroups = "too_many_groups"

    /// Told to us by another tool.
    case external

    /// What is said of how many leads come: one matter, which the first rule to see it names.
    package static let ofLevel: [AlertKind] = [.missingLeads, .lowLeads]

    /// What part of a lead's way a kind is about.
    package enum Subject: Sendable {
        /// Leads that do not come.
        case coming
        /// Leads that came and do not arrive.
        case forwarding
        /// Leads that are not what they were.
        case contents
        /// Our own front door.
        case intake
        /// The rest of the relay.
        case relay
        /// Whatever another tool says.
        case external
    }

    package var subject: Subject {
        switch self {
        case .missingLeads, .lowLeads, .missingHeartbeat, .syntheticFailed: .coming
        case .forwardingFailing, .backlog, .laneHeld, .expiring, .unclassifiedCode, .unconfirmed, .preflightFailed,
            .testMode:
            .forwarding
        case .quarantineRate, .duplicateShare, .clickIDShare, .consentShare, .nothingAccepted, .contactShare,
            .skippedShare, .leftOutShare, .reusedIDs, .refusedShare:
            .contents
        case .intakeErrors: .intake
        case .quarantineEnds, .storage, .configurationRefused, .clockSkew, .idsAhead, .credentialEnds, .channelFailing,
            .tooManyGroups:
            .relay
        case .external: .external
        }
    }
}

/// What people read about alerts, wherever they read it: on the pages, in messages, on a terminal, in reports.
///
/// One event has one wording. Sentences with figures are made where the figures are.

extension AlertKind {
    /// A few words that a tired person understands, as a title and as a badge.
    package var words: String {
        switch self {
        case .missingLeads: "No leads"
        case .lowLeads: "Fewer leads than expected"
        case .missingHeartbeat: "Missing heartbeat"
        case .syntheticFailed: "Test lead lost"
        case .forwardingFailing: "Leads are not delivered"
        case .backlog: "Leads are waiting to be sent"
        case .laneHeld: "Sending is stopped"
        case .expiring: "Leads will soon be too old"
        case .unclassifiedCode: "Unknown response code"
        case .unconfirmed: "Leads are not confirmed"
        case .preflightFailed: "Access does not work"
        case .testMode: "Real leads are sent as tests"
        case .quarantineRate: "Many leads cannot be read"
        case .duplicateShare: "Many duplicate leads"
        case .clickIDShare: "Click ids are missing"
        case .consentShare: "Consent has dropped"
        case .nothingAccepted: "Nothing of a source is accepted"
        case .skippedShare: "Leads are skipped"
        case .contactShare: "Leads without contact data"
        case .leftOutShare: "A field cannot be used"
        case .reusedIDs: "Ids are used twice"
        case .refusedShare: "Requests are refused"
        case .intakeErrors: "Leads are turned away"
        case .storage: "The store needs attention"
        case .configurationRefused: "The configuration was not taken"
        case .quarantineEnds: "Events are about to be discarded"
        case .clockSkew: "The clock is wrong"
        case .idsAhead: "Ids run ahead of the clock"
        case .credentialEnds: "A credential is about to expire"
        case .channelFailing: "A notification channel is failing"
        case .tooManyGroups: "More groups than can be watched"
        case .external: "Reported"
        }
    }

    /// What to do first, as long as nothing has been found out.
    package var firstStep: String {
        switch self {
        case .missingLeads, .lowLeads, .syntheticFailed:
            "Look at the checklist: our side first, then the page and the form."
        case .missingHeartbeat: "Check that the heartbeat's sender is running."
        case .forwardingFailing, .backlog, .expiring, .unconfirmed:
            "Look at the destination: leadrelay destination list."
        case .laneHeld, .preflightFailed, .credentialEnds: "Renew the access, then: leadrelay destination resume NAME."
        case .testMode: "Take the test setting out of the destination's configuration."
        case .unclassifiedCode: "Look up the code, and report it: leads are kept and tried again meanwhile."
        case .quarantineRate: "See what is wrong with them: leadrelay quarantine list."
        case .duplicateShare: "Look whether the page sends twice, or an id repeats."
        case .clickIDShare: "Look whether a redirect drops the query, and whether auto-tagging is on."
        case .consentShare: "Look at the consent banner."
        case .nothingAccepted: "See what is wrong with them: leadrelay quarantine list, and the alert's evidence."
        case .skippedShare: "Look at one of these leads, and at what its destination asks for: leadrelay lead show ID."
        case .contactShare: "Look at the form: its fields may have other names now."
        case .leftOutShare: "Look at one of these leads: its notes say what was left out and why."
        case .reusedIDs: "Let the sender give every lead an id of its own (\"event_id\")."
        case .refusedShare: "Do what the evidence says: key, origin, signature, size or rate."
        case .intakeErrors: "Look at leadrelay status and the log."
        case .storage: "Do what leadrelay status and the README say of a full disk, a long log, a damaged file."
        case .configurationRefused: "See what is wrong: leadrelay check. Then reload."
        case .quarantineEnds: "Release them or discard them: leadrelay quarantine list."
        case .clockSkew: "Look at the time service of the machine."
        case .idsAhead:
            "Make sure that the machine's time service runs; the ids catch up without help."
        case .channelFailing: "Repair the channel; leadrelay channel test NAME says whether it works."
        case .tooManyGroups:
            """
            Look at the newest groups of /leads: who posts them, and whether a field holds something else than a \
            group.
            """
        case .external: "Look at the tool that reported it."
        }
    }
}

extension AlertEvent.Kind {
    /// The entry of the timeline, where the event has no words of its own.
    package var words: String {
        switch self {
        case .opened: "Opened"
        case .updated: "New figures"
        case .severityRaised: "Severity raised"
        case .recovering: "Recovering"
        case .relapsed: "Still failing"
        case .resolved: "Resolved"
        case .reopened: "Reopened"
        case .inhibited: "Part of a wider alert"
        case .silenced: "Silenced"
        case .released: "No longer suppressed"
        case .escalated: "Escalated: nobody has acknowledged it"
        case .handedOver: "Handed over to the next shift"
        case .reminded: "Still open"
        case .asked: "Is this the new normal?"
        case .acknowledgementTimedOut: "Acknowledgement expired"
        case .snoozeEnded: "Snooze expired"
        case .acknowledged: "Acknowledged"
        case .snoozed: "Snoozed"
        case .owned: "Reassigned"
        case .noted: "Note"
        case .messaged: "Message to the client"
        case .judged: "Cause recorded"
        case .investigated: "Checklist run"
        case .notDelivered: "Notification failed"
        }
    }
}

extension Alert.Verdict.Side {
    /// Whose side it was.
    package var words: String {
        switch self {
        case .ours: "Our side"
        case .client: "The client's side"
        case .platform: "The platform's side"
        case .planned: "Planned"
        case .notAProblem: "False alarm"
        case .newNormal: "The new normal"
        }
    }

    /// What follows from saying so.
    package var consequence: String {
        switch self {
        case .ours: "we fix it"
        case .client: "their page, form or tag; said only when our side is excluded"
        case .platform: "Google’s or Meta’s side"
        case .planned: "a pause or a holiday; ends the alert"
        case .notAProblem: "ends the alert; the group's alert threshold is raised for 90 days"
        case .newNormal: "ends the alert; the present level is expected from now on"
        }
    }
}

/// The typical problems behind leads that do not come or do not arrive. The raw value is the item's number on pages, in
/// the store and in the API: never reuse one. Their order is the order of looking where nothing has been learned yet.
package enum ChecklistItem: Int, CaseIterable, Comparable, Sendable {
    case campaignPaused = 1
    case budgetUsedUp = 2
    case pageDown = 3
    case formChanged = 4
    case tagRemoved = 5
    case keyChanged = 6
    case payloadChanged = 7
    case filterBlocksPeople = 8
    case tokenRevoked = 9
    case clickIDsLost = 10
    case accessRemoved = 11
    case conversionActionUnusable = 12
    case consentChanged = 13
    case groupRenamed = 14
    case platformDown = 15
    case throttled = 16
    case eventsTooOld = 17
    case timeWrong = 18
    case tooRecent = 19
    case clickIDsDamaged = 20
    case outboxStandsStill = 21
    case intakeDown = 22
    case changeOfOurs = 23
    case duplicateFilterTooStrict = 24
    case senderDown = 25
    case adsRejected = 26
    case demandFell = 27
    case deviceBroken = 28
    case junkFlood = 29
    case detectorWrong = 30

    /// In the configuration: `page_down`.
    package var word: String {
        "\(self)".reduce(into: "") { word, letter in
            let isBeginning = letter.isUppercase && word.last?.isUppercase != true && !word.hasSuffix("_i")
            word += (isBeginning ? "_" : "") + letter.lowercased()
        }
    }

    package init?(word: String) {
        guard let item = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = item
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Who has to act, as far as the kind of problem says it. A ruling may know better.
    package var owner: Owner {
        switch self {
        case .tokenRevoked, .groupRenamed, .throttled, .eventsTooOld, .timeWrong, .outboxStandsStill, .intakeDown,
            .changeOfOurs, .duplicateFilterTooStrict, .detectorWrong:
            .ours
        case .platformDown: .platform
        case .filterBlocksPeople, .senderDown: .thirdParty
        case .campaignPaused, .adsRejected: .agency
        case .budgetUsedUp, .pageDown, .formChanged, .tagRemoved, .keyChanged, .payloadChanged, .clickIDsLost,
            .accessRemoved, .conversionActionUnusable, .consentChanged, .clickIDsDamaged, .deviceBroken, .junkFlood:
            .client
        case .tooRecent, .demandFell: .nobody
        }
    }

    /// Items that must be excluded before anybody may say "the client's side": what can be ours or the platform's.
    package static let beforeTheClient: [ChecklistItem] = allCases.filter { $0.owner == .ours || $0.owner == .platform }

    /// A few words for lists.
    package var title: String {
        switch self {
        case .campaignPaused: "campaigns paused, ended or moved"
        case .budgetUsedUp: "daily budget used up or payment failed"
        case .pageDown: "landing page down"
        case .formChanged: "form changed or broken"
        case .tagRemoved: "tag or webhook removed"
        case .keyChanged: "endpoint or key changed at the sender"
        case .payloadChanged: "payload changed: fields missing or malformed"
        case .filterBlocksPeople: "a bot filter blocks people"
        case .tokenRevoked: "platform token expired or revoked"
        case .clickIDsLost: "click ids get lost on the way"
        case .accessRemoved: "access removed or account unlinked"
        case .conversionActionUnusable: "conversion action missing, of the wrong type, or terms not accepted"
        case .consentChanged: "consent banner changed"
        case .groupRenamed: "leads arrive under another group or none"
        case .platformDown: "platform outage"
        case .throttled: "throttled by the platform"
        case .eventsTooOld: "events too old for the platform"
        case .timeWrong: "wrong time: zone or clock"
        case .tooRecent: "click or conversion action too new"
        case .clickIDsDamaged: "click ids damaged"
        case .outboxStandsStill: "our outbox is stalled"
        case .intakeDown: "our intake is down or unreachable"
        case .changeOfOurs: "a deploy or configuration change of ours"
        case .duplicateFilterTooStrict: "different leads taken for duplicates"
        case .senderDown: "a sender in between is down"
        case .adsRejected: "ads rejected or account suspended"
        case .demandFell: "demand really fell"
        case .deviceBroken: "one browser or device broken"
        case .junkFlood: "a flood of junk hides a loss"
        case .detectorWrong: "the alarm is wrong: new level, too little history, calendar missing"
        }
    }

    /// What to do about it.
    package var fix: String {
        switch self {
        case .campaignPaused: "Add the pause to the calendar, back-dated; the alert then closes as planned."
        case .budgetUsedUp: "Raise the budget or renew the payment method, or accept it as the evening's pattern."
        case .pageDown: "The client's web team brings the page back."
        case .formChanged: "Revert the form or map the new field, then send a test lead."
        case .tagRemoved: "Put the tag back and publish the container again."
        case .keyChanged: "Give the sender the present key; keep old and new valid for a while."
        case .payloadChanged: "Add a mapping rule, then release the quarantine."
        case .filterBlocksPeople: "Loosen the filter; send again what it held back."
        case .tokenRevoked: "Renew the token, then leadrelay destination resume NAME. The queue drains automatically."
        case .clickIDsLost:
            "Let the redirect keep the query, or switch auto-tagging on; e-mail and phone step in meanwhile."
        case .accessRemoved: "Link the account again, then leadrelay destination resume NAME."
        case .conversionActionUnusable: "Recreate the action or accept the terms, resume the destination, replay."
        case .consentChanged: "Correct the banner's order or its update call. Without consent nothing is replayed."
        case .groupRenamed: "Add a group rule for the new name."
        case .platformDown: "Wait: deliveries are retried until the platform's window closes. Tell clients once."
        case .throttled: "Lower the destination's pace or ask the platform for more quota."
        case .eventsTooOld: "Find out why they waited; what is too old is lost and marked so."
        case .timeWrong: "Correct the clock or the zone at whoever stamps the time, then replay."
        case .tooRecent: "Nothing: they are sent again by themselves after six hours."
        case .clickIDsDamaged: "Stop what shortens or lower-cases the id, then replay from the stored events."
        case .outboxStandsStill: "Look at leadrelay status: resume the lane, free the disk, or restart the relay."
        case .intakeDown: "Bring the relay back: process, TLS, DNS, firewall. Ask senders to send again."
        case .changeOfOurs: "Roll the change back, then replay."
        case .duplicateFilterTooStrict: "Let the sender give each lead an event_id of its own."
        case .senderDown: "Tell the client: the service in between has to come back and send again."
        case .adsRejected: "Appeal the decision in the ads account."
        case .demandFell: "Add the day to the calendar with a multiplier."
        case .deviceBroken: "Test the form on the device named and repair it there."
        case .junkFlood: "Filter the junk at the form; watch valid leads, not all."
        case .detectorWrong: "Accept the new level or add what is missing to the calendar."
        }
    }
}

/// Whose problem it is.
package enum Owner: String, CaseIterable, Sendable {
    case ours
    case platform
    case thirdParty = "third_party"
    case agency
    case client
    case nobody

    /// For sentences: "the next step is ours", "the next step is the client's".
    package var possessive: String {
        switch self {
        case .ours: "ours"
        case .platform: "the platform's"
        case .thirdParty: "a third party's"
        case .agency: "the agency's"
        case .client: "the client's"
        case .nobody: "nobody's"
        }
    }

    /// The order of speaking: ours and the platform's before anybody else is called.
    package var turn: Int {
        switch self {
        case .ours: 0
        case .platform: 1
        case .thirdParty: 2
        case .agency: 3
        case .client: 4
        case .nobody: 5
        }
    }
}

extension ChecklistItem {
    /// Whether it can be why a matter of that kind is wrong. A page that is down keeps leads from coming; it does not
    /// keep those that came from arriving, and must not be named as the cause of that. What is counted and not expected
    /// is no wrong alarm.
    package func mayExplain(_ kind: AlertKind) -> Bool {
        switch kind.subject {
        case .coming: !isAfterIntake
        case .intake: !isAfterIntake && self != .detectorWrong
        case .contents: self != .detectorWrong
        case .external: true
        case .forwarding: isBetweenUsAndThePlatform
        case .relay: isOfTheRelay
        }
    }

    /// It is about the relay itself: a clock, a disk, an ending access is nobody else's, whatever else is wrong.
    private var isOfTheRelay: Bool {
        switch self {
        case .timeWrong, .outboxStandsStill, .intakeDown, .changeOfOurs: true
        case .campaignPaused, .budgetUsedUp, .pageDown, .formChanged, .tagRemoved, .keyChanged, .payloadChanged,
            .filterBlocksPeople, .tokenRevoked, .clickIDsLost, .accessRemoved, .conversionActionUnusable,
            .consentChanged, .groupRenamed, .platformDown, .throttled, .eventsTooOld, .tooRecent, .clickIDsDamaged,
            .duplicateFilterTooStrict, .senderDown, .adsRejected, .demandFell, .deviceBroken, .junkFlood,
            .detectorWrong:
            false
        }
    }

    /// What platforms say of leads, and what leads say of themselves: it decides about leads that have come and keeps
    /// none from coming.
    private var isAfterIntake: Bool {
        switch self {
        case .tokenRevoked, .accessRemoved, .conversionActionUnusable, .platformDown, .throttled, .eventsTooOld,
            .timeWrong,
            .tooRecent, .clickIDsDamaged, .clickIDsLost, .consentChanged:
            true
        case .campaignPaused, .budgetUsedUp, .pageDown, .formChanged, .tagRemoved, .keyChanged, .payloadChanged,
            .filterBlocksPeople, .groupRenamed, .outboxStandsStill, .intakeDown, .changeOfOurs,
            .duplicateFilterTooStrict,
            .senderDown, .adsRejected, .demandFell, .deviceBroken, .junkFlood, .detectorWrong:
            false
        }
    }

    /// It lies behind our front door: what we did with leads that came, and what the platform said to them.
    private var isBetweenUsAndThePlatform: Bool {
        switch self {
        case .tokenRevoked, .clickIDsLost, .accessRemoved, .conversionActionUnusable, .consentChanged, .platformDown,
            .throttled, .eventsTooOld, .timeWrong, .tooRecent, .clickIDsDamaged, .outboxStandsStill, .intakeDown,
            .changeOfOurs:
            true
        case .campaignPaused, .budgetUsedUp, .pageDown, .formChanged, .tagRemoved, .keyChanged, .payloadChanged,
            .filterBlocksPeople, .groupRenamed, .duplicateFilterTooStrict, .senderDown, .adsRejected, .demandFell,
            .deviceBroken, .junkFlood, .detectorWrong:
            false
        }
    }
}

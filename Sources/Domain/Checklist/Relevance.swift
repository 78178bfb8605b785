extension ChecklistItem {
    /// Whether it can be why a matter of that kind is wrong. A page that is down keeps leads from coming; it does not keep those that
    /// came from arriving, and must not be named as the cause of that.
    package func mayExplain(_ kind: AlertKind) -> Bool {
        switch kind.subject {
        case .coming, .contents, .intake, .external: true
        case .forwarding, .relay: isBetweenUsAndThePlatform
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

import Domain

@testable import Configuration

/// What happens to one client's leads, brought about at the client's page, at the platform, or in our configuration.
enum Cause: String, CaseIterable, Sendable {
    // At the client's: the page, the form, the banner.
    case tagRemoved, markRemoved, wrongKeyOnPage, bannerDenies, pageGone, pageBroken, pageMoved, pageParked
    case fieldRenamed, nonsenseAsEmail, clickIDsDropped, iPhonesFail, robots
    /// The page's Content-Security-Policy forbids to load our script, or lets it load and not post.
    case policyForbidsScript, policyForbidsPosts
    /// Everything that comes says that it is a test, or is called by a name that nothing is done with.
    case testsOnly, otherEvent
    /// All leads come under one event id.
    case oneID
    /// The service between form and us has gone silent.
    case serviceSilent
    // At the agency's.
    case adsPaused, budgetUsedUp, adsSuspended
    /// The page is fine, nothing comes, and nobody has told whether the ads run.
    case silentForNoReason
    // At the platform.
    case platformDown
    // Ours.
    case originRemoved, keyRotated, mappingChanged, groupRuleChanged, rateLowered, lanePaused, endpointChanged
    case tokenExpired, throttled
    /// Nothing can be written for three hours, and what comes meanwhile is refused.
    case diskFull
    /// Our clock is wrong from the beginning, and all other servers say so.
    case clockWrong
    // In the calendar.
    /// Nothing comes, and the calendar has known it before; the same, but somebody writes it down when the alert is
    /// there.
    case plannedPause, pauseToldLater
    /// A holiday of the country: a sixth of the leads come.
    case holiday
    /// Nothing: all goes on as before.
    case none

    /// Whom it may be laid upon.
    var owners: Set<Owner> {
        switch self {
        case .tagRemoved, .markRemoved, .wrongKeyOnPage, .bannerDenies, .pageGone, .pageBroken, .pageMoved, .pageParked,
            .fieldRenamed, .nonsenseAsEmail, .clickIDsDropped, .iPhonesFail, .robots, .testsOnly, .otherEvent,
            .policyForbidsScript, .policyForbidsPosts:
            [.client]
        // Whoever makes the ids: a form of the client's, or our own description of them.
        case .oneID: [.client, .ours]
        case .serviceSilent: [.thirdParty]
        case .adsPaused, .adsSuspended: [.agency]
        case .budgetUsedUp: [.client]
        case .silentForNoReason, .plannedPause, .pauseToldLater, .holiday, .none: []
        case .platformDown: [.platform]
        case .originRemoved, .keyRotated, .mappingChanged, .groupRuleChanged, .rateLowered, .lanePaused,
            .endpointChanged, .tokenExpired, .throttled, .diskFull, .clockWrong:
            [.ours]
        }
    }

    /// What it may be called.
    var items: Set<ChecklistItem> {
        switch self {
        case .tagRemoved, .markRemoved, .policyForbidsScript, .policyForbidsPosts: [.tagRemoved]
        case .wrongKeyOnPage: [.keyChanged, .tagRemoved]
        case .bannerDenies: [.consentChanged]
        case .pageGone, .pageBroken, .pageParked: [.pageDown]
        case .pageMoved: [.formChanged, .tagRemoved]
        case .fieldRenamed: [.formChanged, .payloadChanged]
        case .nonsenseAsEmail, .testsOnly, .otherEvent: [.payloadChanged]
        case .clickIDsDropped: [.clickIDsLost]
        case .iPhonesFail: [.deviceBroken]
        case .robots: [.junkFlood, .payloadChanged]
        case .oneID: [.duplicateFilterTooStrict]
        case .serviceSilent: [.senderDown]
        case .adsPaused: [.campaignPaused]
        case .budgetUsedUp: [.budgetUsedUp]
        case .adsSuspended: [.adsRejected]
        case .silentForNoReason, .plannedPause, .holiday, .none: []
        case .pauseToldLater: [.campaignPaused]
        case .platformDown: [.platformDown]
        case .originRemoved, .keyRotated: [.keyChanged, .changeOfOurs]
        case .mappingChanged: [.payloadChanged, .changeOfOurs]
        case .groupRuleChanged: [.groupRenamed, .changeOfOurs]
        case .rateLowered: [.filterBlocksPeople, .changeOfOurs]
        case .lanePaused: [.outboxStandsStill]
        case .endpointChanged: [.changeOfOurs]
        case .tokenExpired: [.tokenRevoked]
        case .throttled: [.throttled]
        case .diskFull: [.outboxStandsStill, .intakeDown]
        case .clockWrong: [.timeWrong]
        }
    }

    /// Of a fault of the relay itself: the alerts that tell of it, which are no client's.
    var kinds: Set<AlertKind> {
        switch self {
        case .diskFull: [.intakeErrors, .storage]
        case .clockWrong: [.clockSkew]
        default: []
        }
    }

    var isOfTheRelay: Bool { !kinds.isEmpty }

    /// What such an alert says of it in its own sentence, out of the relay's own counters: then nothing has to be found
    /// out.
    var saidByAlert: String? { self == .diskFull ? "refused in 5 minutes because of us: disk-full" : nil }

    /// Whether the calendar has known it before, so that nobody is to be told.
    var isPlanned: Bool { self == .plannedPause || self == .holiday }

    /// Ours or the platform's: nobody outside may be blamed for it.
    var isOurSide: Bool { owners.isSubset(of: [.ours, .platform]) && !owners.isEmpty }
}

/// What happens before anybody reaches the page: campaigns, budgets, consent, demand.
enum DemandRules {
    /// Fewer that stay away do so by chance now and then: no guess is made of them.
    private static let fewMissing = 8.0

    static func campaignPaused(_ facts: ChecklistFacts) -> Ruling {
        if let quiet = needsMissingLeads(facts) { return quiet }
        if let ads = facts.ads {
            switch ads.status {
            case .paused, .ended: return .proved("The ads account says: \(ads.status.rawValue).", owner: nil)
            case .active where ads.spend == 0: return .proved("The ads account has spent nothing since.")
            case .active, .budgetUsedUp, .paymentFailed, .rejected, .suspended:
                return .excluded("The ads account says: \(ads.status.rawValue).")
            }
        }
        let siblings = facts.siblings?.filter { $0.isSameClient && $0.usual >= 2 } ?? []
        guard !siblings.isEmpty, siblings.allSatisfy({ Double($0.received) >= $0.usual / 2 }), facts.isSilent else {
            return .unknown("No facts from the ads account.")
        }
        let pagesAreFine =
            facts.pages.map { pages in
                pages.allSatisfy { page in
                    page.isUp
                        && zip2(page.fingerprint, page.known).map {
                            $0.formChanges(since: $1).isEmpty && $0.missingTags(since: $1).isEmpty
                        } ?? true
                }
            } ?? false
        let otherCauses =
            facts.unmapped?.hasRisen == true || facts.quarantine?.share.hasRisen == true
            || facts.duplicates?.share.hasRisen == true
        let isByChance = facts.volume.map { $0.expected < fewMissing } ?? true
        guard facts.synthetic?.end == .judged, pagesAreFine, !otherCauses, !isByChance else {
            return .unknown("No facts from the ads account.")
        }
        return .likely(
            "Only this group is silent; its page and a test lead are fine, the client's other groups go on.",
            fix: "Ask whether the campaign was paused. Only if it was, add the pause to the calendar.")
    }

    static func budgetUsedUp(_ facts: ChecklistFacts) -> Ruling {
        if let quiet = needsMissingLeads(facts) { return quiet }
        guard let ads = facts.ads else { return .unknown("No facts from the ads account.") }
        switch ads.status {
        case .budgetUsedUp: return .proved("The ads account says that the day's budget is used up.")
        case .paymentFailed: return .proved("The ads account says that the payment failed.")
        case .active, .paused, .ended, .rejected, .suspended:
            return .excluded("The ads account says: \(ads.status.rawValue).")
        }
    }

    static func adsRejected(_ facts: ChecklistFacts) -> Ruling {
        if let quiet = needsMissingLeads(facts) { return quiet }
        guard let ads = facts.ads else { return .unknown("No facts from the ads account.") }
        switch ads.status {
        case .rejected: return .proved("The ads account says that ads were rejected.")
        case .suspended: return .proved("The ads account is suspended.")
        case .active where ads.impressions == 0 && ads.spend != 0:
            return .likely("The ads account is active, but no ad was shown.")
        case .active, .paused, .ended, .budgetUsedUp, .paymentFailed:
            return .excluded("The ads account says: \(ads.status.rawValue).")
        }
    }

    static func consentChanged(_ facts: ChecklistFacts) -> Ruling {
        if facts.isSilent { return .excluded("Without consent leads would still come.") }
        guard let refused = facts.consentRefused else { return .unknown("How many consented is not known.") }
        if refused.hasRisen {
            return .likely(
                "\(refused.recent.words) deliveries were skipped for want of consent, before \(refused.baseline.words)."
            )
        }
        return refused.couldShowAJump || refused.recent.whole >= 10
            ? .excluded("No more than usual is skipped for want of consent.")
            : .unknown("Too few leads to compare consent.")
    }

    static func demandFell(_ facts: ChecklistFacts) -> Ruling {
        if let quiet = needsMissingLeads(facts) { return quiet }
        guard let siblings = facts.siblings else { return .unknown("How other groups do is not known.") }
        let comparable = siblings.filter { !$0.isSameClient && $0.isSameCountry && $0.usual >= 5 }
        guard comparable.count >= 2 else {
            return .unknown("There are too few groups of other clients to compare with.")
        }
        let fallen = comparable.filter { Double($0.received) < $0.usual / 2 }
        guard fallen.count >= 2, fallen.count * 2 >= comparable.count else {
            return .excluded("Groups of other clients in the same country go on as usual.")
        }
        guard facts.synthetic?.end == .judged else {
            return .unknown(
                "\(fallen.count) groups of other clients fall alike, but no test lead says that we are fine.")
        }
        return .likely(
            """
            \(fallen.count) of \(comparable.count) groups of other clients in the same country fall alike; a test \
            lead comes through.
            """,
            fix:
                """
                Find out what the day is: a holiday, a storm, an event. Only then add it to the calendar, with a \
                multiplier.
                """
        )
    }

    /// The last of all: it is the alarm that is wrong when nothing else can be.
    static func detectorWrong(_ facts: ChecklistFacts, others: [Assessment]) -> Ruling {
        if let other = others.filter({ $0.certainty <= .likely }).min(by: { $0.certainty < $1.certainty }) {
            return .excluded("There is another cause: \(other.item.title).")
        }
        let open = others.filter { $0.certainty == .unknown }
        guard open.isEmpty else {
            return .unknown("\(open.count) other items are not decided.")
        }
        var words = "Every other item is excluded"
        if let history = facts.history {
            if history.age < .days(14) || history.leads < 20 {
                words += "; the group has only \(history.leads) leads in \(history.age.plain) of history"
            } else if let since = history.levelSince, since > .days(10) {
                words += "; the new level has lasted for \(since.plain)"
            }
        }
        return .likely(
            words + ".",
            fix:
                """
                Look once more with the client's team. Only if fewer leads are right, accept the new level or add \
                what is missing to the calendar.
                """
        )
    }

    private static func needsMissingLeads(_ facts: ChecklistFacts) -> Ruling? {
        facts.areLeadsMissing == false ? .excluded("Leads come as usual.") : nil
    }

    private static func zip2<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
        guard let a, let b else { return nil }
        return (a, b)
    }
}

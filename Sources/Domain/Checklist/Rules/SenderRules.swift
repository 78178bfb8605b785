/// What comes in from senders, and what does not.
enum SenderRules {
    /// Refusals that say: we do not know you, or not from there.
    private static let strangers: Set<Int> = [401, 403, 404]
    /// Fewer refused requests than this prove nothing.
    private static let fewRefusals = 3
    /// Of several pages with one key one may have changed before the others.
    private static let earliness: Duration = .hours(1)

    static func keyChanged(_ facts: ChecklistFacts) -> Ruling {
        guard let intake = facts.intake else { return .unknown("What intake refused is not known.") }
        let refusals = intake.refusals.filter {
            strangers.contains($0.status) && $0.first >= facts.began - earliness && $0.last >= facts.began
        }
        let feeding = intake.sources.filter(\.feedsMatter)
        let own = refusals.filter(\.isOfMatter)
        let count = own.reduce(0) { $0 + $1.count }
        if let first = own.max(by: { $0.count < $1.count }) {
            let place = first.host.map { "from \($0)" } ?? first.source.map { "for source \($0)" } ?? ""
            let evidence =
                "\(count) requests \(place) were refused with \(first.status) \(first.reason) since "
                + first.first.plain
            let change = facts.changeNear(
                sources: feeding.map(\.name) + own.compactMap(\.source), SourceSettings.refusing(first.status),
                until: first.first)
            let owner: Owner? = change == nil ? nil : .ours
            let words = change.map { "; we had changed: \($0.text)" } ?? ""
            let fix = change == nil ? nil : "Put the old key back beside the new one until the sender has changed."
            if first.first > facts.turn.upperBound { return .beside(evidence + words + ".") }
            return count >= fewRefusals
                ? .proved(evidence + words + ".", owner: owner, fix: fix)
                : .likely(evidence + words + ".", owner: owner, fix: fix)
        }
        // A server sends no Origin: an unknown key alone does not say whose it is.
        let nameless = refusals.filter { $0.host == nil && $0.source == nil }.reduce(0) { $0 + $1.count }
        if nameless >= fewRefusals, let silent = feeding.first(where: { $0.received == 0 }) {
            let change = facts.changeNear(sources: [silent.name], SourceSettings.keys)
            return .likely(
                "\(nameless) requests with an unknown key came since it began, and nothing from source \(silent.name).",
                owner: change == nil ? nil : .ours)
        }
        return .excluded("No request of this sender was refused for its key, origin or address.")
    }

    static func payloadChanged(_ facts: ChecklistFacts) -> Ruling {
        if let tests = testsOnly(facts) ?? notMapped(facts) { return tests }
        guard let quarantine = facts.quarantine else { return .unknown("What was quarantined is not known.") }
        guard quarantine.share.hasRisen else { return .excluded("No more is quarantined than usual.") }
        let words = "\(quarantine.share.recent.words) were quarantined, before \(quarantine.share.baseline.words)"
        guard let reason = dominant(quarantine) else {
            return .excluded(words + ", but for many different reasons.")
        }
        let names = facts.intake?.sources.filter(\.feedsMatter).map(\.name) ?? []
        let first = quarantine.share.turned(quarantine.first)
        if let change = facts.changeNear(sources: names, SourceSettings.reading, until: first) {
            return .proved(
                "\(words): \(reason.name). We had changed: \(change.text).", owner: .ours,
                fix: "Take the change back or correct the mapping, then release the quarantine.")
        }
        return .proved("\(words): \(reason.name) in \(reason.count) of them.")
    }

    /// They come, but each says that it is a test.
    private static func testsOnly(_ facts: ChecklistFacts) -> Ruling? {
        guard let tests = facts.tests, tests.hasRisen else { return nil }
        let words = "\(tests.recent.words) leads say that they are tests, before \(tests.baseline.words)"
        let names = facts.intake?.sources.filter(\.feedsMatter).map(\.name) ?? []
        let first = tests.turned(facts.firstTest)
        if let change = facts.changeNear(sources: names, SourceSettings.reading, until: first) {
            return .proved(
                "\(words). We had changed: \(change.text).", owner: .ours,
                fix: "Take the change back or correct the mapping; tests are counted apart and go nowhere.")
        }
        return .proved(
            words + ".",
            fix: "The sender leaves out the test flag. Tests are counted apart and go nowhere; send them again.")
    }

    /// They come, but are called what nothing is done with.
    private static func notMapped(_ facts: ChecklistFacts) -> Ruling? {
        guard let share = facts.notMapped, share.hasRisen else { return nil }
        let words =
            """
            \(share.recent.words) deliveries are not owed because the destination has nothing for the lead's \
            event, before \(share.baseline.words)
            """
        if let change = facts.changesNear?.last(where: {
            facts.mayChangeDelivery($0) || facts.mayChangeWhatComes($0, SourceSettings.reading)
        }) {
            return .proved(
                "\(words). We had changed: \(change.text).", owner: .ours,
                fix: "Take the change back or map the event at the destination, then replay.")
        }
        return .proved(
            words + ".",
            fix:
                """
                The sender calls the event what it was called before, or the destination maps the new name; then \
                replay.
                """
        )
    }

    /// The reason that stands for at least four fifths.
    private static func dominant(_ quarantine: ChecklistFacts.QuarantineFacts) -> ChecklistFacts.QuarantineFacts.Reason?
    {
        let all = quarantine.reasons.reduce(0) { $0 + $1.count }
        return quarantine.reasons.first { $0.count * 5 >= all * 4 }
    }

    static func filterBlocksPeople(_ facts: ChecklistFacts) -> Ruling {
        if case .blocked(let status)? = facts.synthetic?.end {
            return .proved("Something in front of intake answers a test lead with \(status); it never reached us.")
        }
        if let intake = facts.intake {
            let refused = intake.refusals.filter { $0.status == 429 && $0.isOfMatter && $0.last >= facts.began }
                .reduce(0) { $0 + $1.count }
            let received = intake.sources.filter(\.feedsMatter).reduce(0) { $0 + $1.received }
            // Where the matter is that requests are refused, the limit's share of them need not be large.
            if refused >= 5 && refused * 2 >= received || facts.kind == .refusedShare && refused >= fewRefusals {
                return .likely(
                    "Our own rate limit refused \(refused) requests while \(received) events were taken.", owner: .ours,
                    fix: "Raise rate or address_rate of the source; many people may share one address.")
            }
        }
        switch facts.synthetic?.end {
        case .judged, .quarantined, .notJudged: return .excluded("A test lead passes, and no rate limit strikes.")
        case .unreachable, .refused, .blocked, nil: return .unknown("No test lead came through to tell.")
        }
    }

    static func clickIDsDamaged(_ facts: ChecklistFacts) -> Ruling {
        let names = facts.intake?.sources.filter(\.feedsMatter).map(\.name) ?? []
        let owner: Owner? = facts.changeNear(sources: names, SourceSettings.reading) == nil ? nil : .ours
        if let damaged = facts.sample?.damagedClickIDs, damaged.jump == .rise {
            return .proved(
                "\(damaged.recent.words) click ids differ from the one in the page's own address.", owner: owner)
        }
        let ruling = DeliveryRules.ruling(facts, .clickDamaged) { "\($0) cannot read the click ids" }
        switch ruling.certainty {
        case .proved: return .proved(ruling.evidence, owner: owner)
        case .likely: return .likely(ruling.evidence, owner: owner)
        case .excluded, .unknown, .beside: return ruling
        }
    }

    static func duplicateFilterTooStrict(_ facts: ChecklistFacts) -> Ruling {
        guard let duplicates = facts.duplicates else { return .unknown("How many were duplicates is not known.") }
        guard duplicates.share.hasRisen else { return .excluded("No more are duplicates than usual.") }
        let words =
            "\(duplicates.share.recent.words) were taken for duplicates, before \(duplicates.share.baseline.words)"
        if duplicates.originals > 0, duplicates.count >= duplicates.originals * 5 {
            let originals = duplicates.originals == 1 ? "one lead" : "\(duplicates.originals) leads"
            return .likely("\(words); \(duplicates.count) posts carry the event_id of \(originals).")
        }
        return .likely(words + ".")
    }

    static func senderDown(_ facts: ChecklistFacts) -> Ruling {
        guard let intake = facts.intake else { return .unknown("What each source sends is not known.") }
        let feeding = intake.sources.filter { $0.feedsMatter && !$0.isBrowser }
        guard !feeding.isEmpty else { return .excluded("These leads come straight from the visitors' browsers.") }
        guard let silent = feeding.first(where: \.isSilent) else { return .excluded("The sender's requests arrive.") }
        let others = intake.sources.filter { !$0.feedsMatter && $0.received > 0 }
        guard !others.isEmpty || facts.synthetic?.end == .judged else {
            return .unknown("Source \(silent.name) is silent, and so are all others.")
        }
        let groups = silent.groups == 1 ? "its group" : "all its \(silent.groups) groups"
        return .likely(
            """
            Nothing has come from source \(silent.name) for \(groups), where \(Int(silent.usual.rounded())) events \
            are usual; other senders' arrive.
            """
        )
    }

    static func deviceBroken(_ facts: ChecklistFacts) -> Ruling {
        guard let devices = facts.sample?.devices, !devices.isEmpty else {
            return .unknown("Too few leads to compare browsers and devices.")
        }
        if devices.values.allSatisfy({ $0.recent.whole == 0 }) {
            return .excluded("Nothing comes from any device, so it is not one of them.")
        }
        let gone = devices.filter { $0.value.jump == .fall && $0.value.recent.part == 0 }.keys.sorted()
        guard !gone.isEmpty else { return .excluded("Every kind of browser and device still sends leads.") }
        let before = devices[gone[0]]?.baseline.words ?? ""
        return .likely("No lead came from \(gone.joined(separator: ", ")) any more; before \(before).")
    }

    static func junkFlood(_ facts: ChecklistFacts) -> Ruling {
        guard let quarantine = facts.quarantine, let intake = facts.intake else {
            return .unknown("What came in and what was quarantined is not known.")
        }
        let feeding = intake.sources.filter(\.feedsMatter)
        let received = feeding.reduce(0) { $0 + $1.received }
        let usual = feeding.reduce(0) { $0 + $1.usual }
        guard quarantine.share.jump == .rise, dominant(quarantine) == nil, Double(received) >= usual * 0.8 else {
            return .excluded("There is no flood of unusable events.")
        }
        return .likely(
            """
            \(received) events came, as many as usual, but \(quarantine.share.recent.words) were unusable for many \
            reasons.
            """
        )
    }
}

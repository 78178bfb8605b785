/// What the visits to the landing pages say.
enum PageRules {
    static func pageDown(_ facts: ChecklistFacts) -> Ruling {
        guard let pages = facts.pages, !pages.isEmpty else { return .unknown("No landing page was visited.") }
        guard let page = pages.first(where: { !$0.isUp && $0.isConfirmed }) ?? pages.first(where: { !$0.isUp }) else {
            return .excluded("\(pages.count == 1 ? "The landing page answers" : "All landing pages answer").")
        }
        if facts.isFed {
            return .excluded("\(page.address) \(page.trouble) when we visit it, but leads come.")
        }
        if page.refusesUs {
            return .unknown("We cannot look: \(page.address) \(page.trouble).")
        }
        if page.controlsAnswer == false {
            return .unknown("\(page.address) \(page.trouble), but the control hosts do not answer either.")
        }
        guard page.isConfirmed else { return .unknown("\(page.address) \(page.trouble), seen once so far.") }
        guard page.known != nil else {
            return .unknown("\(page.address) \(page.trouble), and has never answered us before.")
        }
        var evidence = "\(page.address) \(page.trouble), twice in a row"
        if let certificate = page.certificate, certificate.ends < facts.now {
            evidence += "; its certificate (\(certificate.issuer)) ended \(certificate.ends.plain)"
        }
        guard page.controlsAnswer == true else { return .likely(evidence + "; no control host is configured.") }
        return .proved(evidence + ", while the control hosts answer.")
    }

    static func formChanged(_ facts: ChecklistFacts) -> Ruling {
        let known = comparable(facts)
        guard !known.isEmpty else { return .unknown("There is no page that is up and was seen before.") }
        for (page, now, before) in known {
            let changes = now.formChanges(since: before)
            guard !changes.isEmpty else { continue }
            let since = page.knownAt.map { " since \($0.plain)" } ?? ""
            let evidence = "\(page.address)\(since): \(changes.joined(separator: "; "))"
            // A group may be silent by chance while its page's leads come.
            let isFelt =
                facts.areLeadsMissing == true && !facts.isSourceFed || facts.quarantine?.share.jump == .rise
            return isFelt
                ? .proved(evidence + ".") : .likely(evidence + "; leads come nevertheless.")
        }
        return .excluded("The forms are what they were.")
    }

    static func tagRemoved(_ facts: ChecklistFacts) -> Ruling {
        let known = comparable(facts)
        guard !known.isEmpty else {
            return .unknown("There is no page that is up and was seen before.")
        }
        if let ruling = forbidden(known, facts) { return ruling }
        for (page, now, before) in known {
            let missing = now.missingTags(since: before)
            guard !missing.isEmpty else { continue }
            let evidence = "\(page.address) no longer has \(missing.joined(separator: ", "))"
            guard now.formChanges(since: before).isEmpty else {
                return .likely(evidence + "; its form changed, too.")
            }
            return isSilent(facts)
                ? .proved(evidence + ", and nothing has come from it since.") : .likely(evidence + ".")
        }
        return .excluded("All tags are where they were.")
    }

    private static func isSilent(_ facts: ChecklistFacts) -> Bool {
        let feeding = facts.intake?.sources.filter(\.feedsMatter) ?? []
        return !feeding.isEmpty && feeding.allSatisfy { $0.received == 0 }
    }

    /// The tag is there, and the page's policy keeps it from working. What was forbidden before is no cause.
    private static func forbidden(
        _ known: [(PageFacts, PageFingerprint, PageFingerprint)], _ facts: ChecklistFacts
    ) -> Ruling? {
        for (page, now, before) in known {
            let new = now.newlyForbidden(since: before)
            guard !new.isEmpty else { continue }
            let evidence =
                "The Content-Security-Policy of \(page.address): \(new.joined(separator: "; "))"
            let fix =
                "Let the page's Content-Security-Policy name the relay's address in what it forbids now."
            return isSilent(facts)
                ? .proved(evidence + ", and nothing has come from it since.", fix: fix)
                : .likely(evidence + ".", fix: fix)
        }
        return nil
    }

    static func clickIDsLost(_ facts: ChecklistFacts) -> Ruling {
        let jump = facts.clickIDs?.jump
        let visited = facts.pages?.filter(\.isUp) ?? []
        if let page = visited.first(where: { !$0.lostClickIDs.isEmpty }) {
            let ids = page.lostClickIDs.joined(separator: " and ")
            let evidence = "\(page.lostAt ?? page.address) drops \(ids) on the way to the page"
            if jump == nil, facts.clickIDs?.couldShowAJump == true {
                return .excluded(evidence + ", but the share of leads with a click id has not changed.")
            }
            return .proved(evidence + share(facts.clickIDs) + ".")
        }
        if jump == .fall { return .likely("Fewer leads carry a click id" + share(facts.clickIDs) + ".") }
        if let page = visited.first(where: { !$0.keptClickIDs.isEmpty }) {
            return .excluded("\(page.address) keeps a test click id.")
        }
        if facts.clickIDs?.couldShowAJump == true { return .excluded("As many leads carry a click id as before.") }
        return .unknown("No page was visited with a test click id, and too few leads came to compare.")
    }

    private static func share(_ comparison: ShareComparison?) -> String {
        guard let comparison, comparison.jump == .fall else { return "" }
        return ": \(comparison.recent.words), before \(comparison.baseline.words)"
    }

    private static func comparable(_ facts: ChecklistFacts) -> [(PageFacts, PageFingerprint, PageFingerprint)] {
        (facts.pages ?? []).compactMap { page in
            guard page.isUp, let now = page.fingerprint, let known = page.known else { return nil }
            return (page, now, known)
        }
    }
}

package import Domain
import Store

/// What is unusual about a source's events: skipped by a destination, owed to none, without contact data, with fields
/// that cannot be used, under ids that were used before, or refused at the door. Each against the source's own past,
/// over windows that suit big senders and small ones (`WindowedShare`).
package struct MarkRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    /// All of so many is critical.
    static let criticalCount = 10

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for source in facts.sources {
            let settings = watching.settings(client: source.client)
            for mark in source.marks where !settings.off.contains(mark.mark.kind) {
                judge(mark, source, settings, facts.now, &findings)
            }
        }
        return findings.observations
    }

    private func judge(
        _ facts: Facts.MarkFacts, _ source: Facts.SourceFacts, _ settings: RuleSettings, _ now: Instant,
        _ findings: inout Findings
    ) {
        let mark = facts.mark
        let bounds = settings.bounds(of: mark)
        let scope = AlertScope.source(source.name)
        if let trouble = facts.share.trouble(
            least: bounds.least, share: bounds.share, tellsNew: mark.isFaultOfNew(source.kind))
        {
            let window = WindowedShare.hours.firstIndex(of: trouble.hours) ?? 0
            let first = facts.firsts.indices.contains(window) ? facts.firsts[window] : nil
            let isCritical = trouble.isWhole && trouble.shares.recent.whole >= Self.criticalCount
            let severity: Severity = mark.isMinor ? .info : isCritical && mark.losesLeads ? .critical : .warning
            findings.problem(
                Finding(
                    mark.kind, scope, severity, code: mark.code,
                    began: max(first ?? now - .hours(trouble.hours), now - .hours(trouble.hours)),
                    sentence: Self.sentence(mark, source, trouble), evidence: Self.evidence(facts, source),
                    client: source.client, coveredBy: mark.causes(scope)))
        } else if let calm = facts.share.calm(least: bounds.least, share: bounds.share) {
            findings.recovered(
                mark.kind, scope, code: mark.code, at: now,
                "Of the last \(calm.whole.of(mark.noun)) of \(source.name) \(calm.part) \(mark.words(calm.part)).")
        }
    }

    private static func sentence(
        _ mark: Facts.Mark, _ source: Facts.SourceFacts, _ trouble: WindowedShare.Trouble
    ) -> String {
        let (recent, before) = (trouble.shares.recent, trouble.shares.baseline)
        let many = "\(mark.noun)\(recent.whole == 1 ? "" : "s")"
        let count = trouble.isWhole ? "All \(recent.whole)" : "\(recent.part) of \(recent.whole)"
        let share = trouble.isWhole ? "" : " (\((recent.value ?? 0).percent))"
        let past = before.value.map { "; it was \($0.percent) before" } ?? "; nothing was received before"
        return
            """
            \(count) \(many) of \(source.name) in the last \(trouble.hours) hours\(share) \
            \(mark.words(recent.part))\(past).
            """
    }

    private static func evidence(_ facts: Facts.MarkFacts, _ source: Facts.SourceFacts) -> [Finding.Evidence] {
        var evidence = zip(WindowedShare.hours, facts.share.windows).map { hours, shares in
            Finding.Evidence("last \(hours) hours", shares.recent.words)
        }
        if let before = facts.share.windows.last?.baseline, before.whole > 0 {
            evidence.append(.init("\(WindowedShare.baselineDays) days before", before.words))
        }
        if case .skipped(let destination, _) = facts.mark { evidence.append(.init(destinationName, destination)) }
        if facts.mark == .refused {
            evidence += RefusalWords.evidence(source.refusedPlaces)
        } else {
            evidence.append(.init("what to do", facts.mark.remedy(source)))
        }
        return evidence
    }

    /// Names, in the evidence, the destination that skips.
    package static let destinationName = "destination"
}

extension RuleSettings {
    fileprivate func bounds(of mark: Facts.Mark) -> Share {
        switch mark {
        case .skipped, .nowhere: skips
        case .withoutContact: contacts
        case .leftOut: leftOut
        case .reusedID: reusedIDs
        case .refused: refusals
        }
    }
}

extension Facts.Mark {
    package var kind: AlertKind {
        switch self {
        case .skipped, .nowhere: .skippedShare
        case .withoutContact: .contactShare
        case .leftOut: .leftOutShare
        case .reusedID: .reusedIDs
        case .refused: .refusedShare
        }
    }

    /// Tells apart what one source can have several of.
    package var code: String {
        switch self {
        case .skipped(let destination, let reason): "\(destination)/\(reason)"
        case .nowhere: "nowhere"
        case .leftOut(let field): field
        case .withoutContact, .reusedID, .refused: ""
        }
    }

    fileprivate var noun: String {
        switch self {
        case .skipped, .nowhere, .withoutContact, .leftOut: "lead"
        case .reusedID: "event"
        case .refused: "request"
        }
    }

    /// Behind "3 leads of SOURCE".
    fileprivate func words(_ count: Int) -> String {
        let (was, carry, have) = count == 1 ? ("was", "carries", "has") : ("were", "carry", "have")
        return switch self {
        case .skipped(let destination, let reason):
            "\(was) not owed to \(destination): \(SkipReason(rawValue: reason)?.words ?? reason)"
        case .nowhere: "\(was) owed to no destination"
        case .withoutContact: "\(carry) neither e-mail address nor telephone number"
        case .leftOut(let field): "\(have) a \(field) that cannot be used and is left out"
        case .reusedID: "arrived under an id already used for another person or value"
        case .refused: "\(was) refused at the door"
        }
    }

    /// Whether all of a new source's events may not have it. That an event is mapped to nothing at one place can be
    /// meant so, and a CRM may know people by other ids.
    fileprivate func isFaultOfNew(_ kind: Source.Kind) -> Bool {
        switch self {
        case .skipped(_, let reason): reason != SkipReason.notMapped.rawValue
        case .withoutContact: kind == .web
        case .nowhere, .leftOut, .reusedID, .refused: true
        }
    }

    /// Fields that neither tell whom a lead is about nor what it is worth: shown, and nobody is called.
    fileprivate var isMinor: Bool {
        guard case .leftOut(let field) = self else { return false }
        return !["person.email", "person.phone", "value", "currency", "occurred_at"].contains(field)
            && !field.hasPrefix("click.")
    }

    /// Whether somebody waits for an answer, or a platform for a conversion, because of it.
    fileprivate var losesLeads: Bool {
        switch self {
        case .skipped, .nowhere, .withoutContact, .refused: true
        case .leftOut, .reusedID: false
        }
    }

    /// What explains it, where that is open as well.
    fileprivate func causes(_ scope: AlertScope) -> [String] {
        switch self {
        case .skipped(_, let reason) where reason == SkipReason.noIdentifier.rawValue:
            [Finding.key(.contactShare, scope)]
        case .nowhere: [Finding.key(.contactShare, scope)]
        case .skipped, .withoutContact, .leftOut, .reusedID: []
        case .refused: [Finding.key(.nothingAccepted, scope)]
        }
    }

    fileprivate func remedy(_ source: Facts.SourceFacts) -> String {
        switch self {
        case .skipped(_, let reason): SkipReason(rawValue: reason)?.remedy ?? ""
        case .nowhere:
            """
            Look at one of them, leadrelay lead show ID: each destination says why. leadrelay check follows a lead \
            of each source.
            """
        case .withoutContact:
            """
            Submit the form of \(source.name) once and look at the lead: its fields may have been renamed. Then \
            correct the form or the source's mapping.
            """
        case .leftOut(let field):
            """
            Look at the notes of one of them: they say why \(field) was left out. Correct the form, or map the \
            field that holds it.
            """
        case .reusedID: "Let the sender give every lead an event_id of its own, a UUID for example, or none."
        case .refused: ""
        }
    }
}

extension SkipReason {
    /// Behind a colon.
    fileprivate var words: String {
        switch self {
        case .test: "they are tests"
        case .filtered: "it takes leads of others (filtered)"
        case .notMapped: "their event is mapped to nothing there (not_mapped)"
        case .consentDenied: "the people denied consent (consent_denied)"
        case .consentUnspecified: "nothing is said about consent (consent_unspecified)"
        case .noIdentifier: "nothing says whom they are about (no_identifier)"
        case .noValue: "they have no value (no_value)"
        case .tooOld: "they are older than the platform takes (too_old)"
        case .superseded: "a later post of the same lead went out in their place (superseded)"
        case .notAdjustable: "they restate a value, and the platform takes no changes (not_adjustable)"
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .superseded, .notAdjustable: "Nothing: what was sent before still stands."
        case .test, .filtered: "Look at the destination's client, groups and sources."
        case .notMapped:
            "Map the event in the destination's conversion_actions or event_names, or take it out of the sender."
        case .consentDenied: "Look whether the consent banner denies for everybody; what people denied is not sent."
        case .consentUnspecified:
            """
            Let the form send consent.ad_user_data, or say at the destination what silence means \
            (consent.unspecified).
            """
        case .noIdentifier:
            """
            Look at one of the leads: which fields still arrive? The form's fields may have been renamed, or a \
            redirect drops the click id.
            """
        case .noValue: "Let the sender send value and currency, or set a value at the destination."
        case .tooOld: "Look whether the sender's clock or time zone is wrong, or whether it sends late."
        }
    }
}

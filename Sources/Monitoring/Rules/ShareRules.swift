package import Domain

/// Events that cannot become leads: too many, or many more than before.
package struct QuarantineRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for source in facts.sources {
            let settings = watching.settings(client: source.client)
            guard !settings.off.contains(.quarantineRate) else { continue }
            let recent = source.quarantined.recent
            let share = recent.value ?? 0
            let isMuch = recent.whole >= settings.quarantine.least && share >= settings.quarantine.share
            let isJump = recent.whole >= settings.quarantine.least && source.quarantined.jump == .rise
            if isMuch || isJump {
                let top = source.reasons.first
                let total = source.reasons.reduce(0) { $0 + $1.count }
                var sentence = "\(recent.words) of what \(source.name) sends goes into quarantine"
                if let before = source.quarantined.baseline.value { sentence += ", \(before.percent) before" }
                if let top, total > 0, top.count * 10 >= total * 8 {
                    sentence += "; nearly all of it is \(Defect.Code.words(of: top.code))"
                }
                findings.problem(
                    Finding(
                        .quarantineRate, .source(source.name), share >= 0.5 ? .critical : .warning,
                        began: facts.now - SourceWindows.recent, sentence: sentence + ".",
                        evidence: source.reasons.prefix(5).map { .init("reason: \($0.code)", "\($0.count)") },
                        client: source.client, coveredBy: [Finding.key(.nothingAccepted, .source(source.name))]))
            } else if recent.whole >= settings.quarantine.least, share <= settings.quarantine.share / 2 {
                findings.recovered(
                    .quarantineRate, .source(source.name), at: facts.now,
                    "Of the last \(recent.whole.of("event")) \(recent.part) went into quarantine.")
            }
        }
        return findings.observations
    }
}

/// Events that are taken for repetitions: too many, and many more than before.
package struct DuplicateRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for source in facts.sources {
            let settings = watching.settings(client: source.client)
            guard !settings.off.contains(.duplicateShare) else { continue }
            let recent = source.duplicates.recent
            let share = recent.value ?? 0
            let isMuch = recent.whole >= settings.duplicates.least && share >= settings.duplicates.share
            // Some senders repeat everything, always: that is no news.
            if isMuch, source.duplicates.jump == .rise || source.duplicates.baseline.whole == 0 {
                findings.problem(
                    Finding(
                        .duplicateShare, .source(source.name), .warning, began: facts.now - SourceWindows.recent,
                        sentence:
                            "\(recent.words) of what \(source.name) sends has been sent before\(source.duplicates.before). A sender that repeats, or ids that are not unique.",
                        client: source.client))
            } else if recent.whole >= settings.duplicates.least, share <= settings.duplicates.share / 2 {
                findings.recovered(
                    .duplicateShare, .source(source.name), at: facts.now,
                    "Of the last \(recent.whole.of("event")) \(recent.part) had been sent before.")
            }
        }
        return findings.observations
    }
}

/// Leads that lost what they used to carry: click ids, or consent.
package struct CarriedShareRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for group in facts.groups {
            let settings = watching.settings(client: group.client, group: group.group)
            judge(group, .clickIDShare, group.clickIDs, settings.clickIDs, settings, facts.now, &findings)
            judge(group, .consentShare, group.consents, settings.consents, settings, facts.now, &findings)
        }
        return findings.observations
    }

    private func judge(
        _ group: Facts.GroupFacts, _ kind: AlertKind, _ shares: ShareComparison, _ jump: RuleSettings.Jump,
        _ settings: RuleSettings, _ now: Instant, _ findings: inout Findings
    ) {
        guard !settings.off.contains(kind), shares.recent.whole >= jump.least else { return }
        let what = kind == .clickIDShare ? "carry a click id" : "came with consent given"
        if shares.jump == .fall {
            findings.problem(
                Finding(
                    kind, group.scope, .warning, began: now - SourceWindows.recent,
                    sentence: "\(shares.recent.words) of the leads of \(group.group) \(what)\(shares.before).",
                    evidence: [
                        .init("last hours", shares.recent.words), .init("days before", shares.baseline.words),
                    ]))
        } else if let recent = shares.recent.value, let before = shares.baseline.value, recent >= before * 0.75 {
            findings.recovered(kind, group.scope, at: now, "\(shares.recent.words) \(what) again.")
        }
    }
}

/// The windows of the share rules, by whole hours of the statistics.
package enum SourceWindows {
    /// This hour and the ones before it.
    package static let recentHours = 3
    package static let recent: Duration = .hours(recentHours)
    /// The days before them.
    package static let baselineDays = 7
}

extension ShareComparison {
    var before: String { baseline.value.map { "; it was \($0.percent) before" } ?? "" }
}

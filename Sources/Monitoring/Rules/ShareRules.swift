import Domain
import Store

extension Facts.SourceFacts: Watched {
    var scope: AlertScope { .source(name) }
}

/// What can be wrong with what a source sends.
enum SourceThresholds {
    static let all = [quarantineEnds, nothingAccepted, quarantineRate, duplicateShare]

    /// Quarantined events that are discarded soon, because nobody decides about them.
    private static let quarantineEnds = Threshold<Facts.SourceFacts>(kind: .quarantineEnds) { source, at in
        at.facts.quarantineEnding.first { $0.source == source.name }.map { ending in
            let left = max(.zero, ending.first - at.now)
            return Problem(
                severity: .warning, began: at.now,
                sentence:
                    """
                    \(ending.count.of("event")) of \(source.name) in quarantine, the first \
                    \(left == .zero ? "now" : "in \(left.words)"), will be discarded because nobody has decided \
                    about \(ending.count == 1 ? "it" : "them") (retention.quarantine).
                    """,
                evidence: [.init("first discarded", ending.first.rfc3339Seconds)])
        }
    } close: { _, at in
        Recovery(ended: at.now, sentence: "No event is about to be discarded.")
    }

    /// A source of which nothing is accepted: everything is put aside or refused. There is no minimum beyond the few
    /// that rule chance out, since a small sender would never reach one, and it does not wait for a window: it ends
    /// with the first event that is accepted.
    private static let nothingAccepted = Threshold<Facts.SourceFacts>(kind: .nothingAccepted) { source, at in
        guard let found = source.run, found.run.count > 0, found.run.count >= at.settings.nothingAccepted.least,
            WindowedShare.isNews(found.run.count, found.usual, tellsNew: true)
        else { return nil }
        return Problem(
            severity: found.run.count >= NothingAccepted.criticalCount ? .critical : .warning, began: found.run.first,
            sentence: NothingAccepted.sentence(source, found), evidence: NothingAccepted.evidence(source, found),
            coveredBy: [Finding.key(.intakeErrors, .relay)])
    } close: { source, at in
        if let found = source.run, found.run.count > 0 { return nil }
        return Recovery(ended: at.now, sentence: "An event of \(source.name) was accepted again.")
    }

    /// Events that cannot become leads: too many, or many more than before.
    private static let quarantineRate = Threshold<Facts.SourceFacts>(kind: .quarantineRate) { source, at in
        let (recent, bounds) = (source.quarantined.recent, at.settings.quarantine)
        let share = recent.value ?? 0
        guard recent.whole >= bounds.least, share >= bounds.share || source.quarantined.jump == .rise else {
            return nil
        }
        let top = source.reasons.first
        let total = source.reasons.reduce(0) { $0 + $1.count }
        var sentence = "\(recent.words) of what \(source.name) sends goes into quarantine"
        if let before = source.quarantined.baseline.value { sentence += ", \(before.percent) before" }
        if let top, total > 0, top.count * 10 >= total * 8 {
            sentence += "; nearly all of it is \(Defect.Code.words(of: top.code))"
        }
        return Problem(
            severity: share >= 0.5 ? .critical : .warning, began: at.now - SourceWindows.recent,
            sentence: sentence + ".",
            evidence: source.reasons.prefix(5).map { .init("reason: \($0.code)", "\($0.count)") },
            coveredBy: [Finding.key(.nothingAccepted, source.scope)])
    } close: { source, at in
        at.settings.quarantine.isWell(source.quarantined.recent).map {
            Recovery(ended: at.now, sentence: "\($0) went into quarantine.")
        }
    }

    /// Events that are taken for repetitions: too many, and many more than before.
    private static let duplicateShare = Threshold<Facts.SourceFacts>(kind: .duplicateShare) { source, at in
        let (recent, bounds) = (source.duplicates.recent, at.settings.duplicates)
        // Some senders repeat everything, always: that is no news.
        guard recent.whole >= bounds.least, recent.value ?? 0 >= bounds.share,
            source.duplicates.jump == .rise || source.duplicates.baseline.whole == 0
        else { return nil }
        return Problem(
            severity: .warning, began: at.now - SourceWindows.recent,
            sentence:
                """
                \(recent.words) of what \(source.name) sends has been sent before\(source.duplicates.before). A \
                sender that repeats, or ids that are not unique.
                """
        )
    } close: { source, at in
        at.settings.duplicates.isWell(source.duplicates.recent).map {
            Recovery(ended: at.now, sentence: "\($0) had been sent before.")
        }
    }
}

extension Facts.GroupFacts: Watched {
    var ownGroup: String? { group }
}

/// Leads that lost what they used to carry: click ids, or consent.
enum CarriedShares {
    static let all = [
        carried(.clickIDShare, { $0.clickIDs }, { $0.clickIDs }, "carry a click id"),
        carried(.consentShare, { $0.consents }, { $0.consents }, "came with consent given"),
    ]

    private static func carried(
        _ kind: AlertKind, _ shares: @escaping @Sendable (Facts.GroupFacts) -> ShareComparison,
        _ jump: @escaping @Sendable (RuleSettings) -> RuleSettings.Jump, _ words: String
    ) -> Threshold<Facts.GroupFacts> {
        Threshold(kind: kind) { group, at in
            let shares = shares(group)
            guard shares.recent.whole >= jump(at.settings).least, shares.jump == .fall else { return nil }
            return Problem(
                severity: .warning, began: at.now - SourceWindows.recent,
                sentence: "\(shares.recent.words) of the leads of \(group.group) \(words)\(shares.before).",
                evidence: [
                    .init("last hours", shares.recent.words), .init("days before", shares.baseline.words),
                ])
        } close: { group, at in
            let shares = shares(group)
            guard shares.recent.whole >= jump(at.settings).least, let recent = shares.recent.value,
                let before = shares.baseline.value, recent >= before * 0.75
            else { return nil }
            return Recovery(ended: at.now, sentence: "\(shares.recent.words) \(words) again.")
        }
    }
}

extension RuleSettings.Share {
    /// "Of the last 40 events 2", if so few are half of what would be a problem and there were enough; else `nil`.
    fileprivate func isWell(_ recent: ShareComparison.Share) -> String? {
        guard recent.whole >= least, recent.value ?? 0 <= share / 2 else { return nil }
        return "Of the last \(recent.whole.of("event")) \(recent.part)"
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
    fileprivate var before: String { baseline.value.map { "; it was \($0.percent) before" } ?? "" }
}

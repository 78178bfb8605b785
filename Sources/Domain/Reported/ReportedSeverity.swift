/// What tools call their severities, and what that is here.
package struct ReportedSeverity: Equatable, Sendable {
    /// Words of one team or tool, in small letters; they come before the usual ones.
    package var own: [String: Severity]
    /// For what says none, or one that nobody knows.
    package var usual: Severity

    package init(own: [String: Severity] = [:], usual: Severity = .warning) {
        self.own = own
        self.usual = usual
    }

    /// `isKnown` is false for a word that nobody has heard of, which counts as the usual one.
    package func read(_ word: String) -> (severity: Severity, isKnown: Bool) {
        let word = ReportedEvent.line(word, atMost: ReportedEvent.longestName).lowercased()
        if word.isEmpty { return (usual, true) }
        if let severity = own[word] ?? Self.words[word] { return (severity, true) }
        return (usual, false)
    }

    /// Only what wakes people elsewhere wakes people here. `error` is the usual level of Sentry and Datadog and no
    /// reason to wake anybody.
    private static let words: [String: Severity] = {
        let lists: [(Severity, String)] = [
            (
                .critical,
                "critical crit fatal emergency emerg panic disaster page urgent blocker highest p0 p1 sev0 sev1 s1"
            ),
            (
                .warning,
                """
                warning warn error err alert major minor high medium average moderate degraded ticket p2 p3 sev2 \
                sev3 s2 s3
                """
            ),
            (
                .info,
                "info information informational notice debug low lowest none ok success trivial p4 p5 sev4 sev5 s4"
            ),
        ]
        return Dictionary(
            uniqueKeysWithValues: lists.flatMap { severity, words in
                words.split(separator: " ").map { (String($0), severity) }
            })
    }()
}

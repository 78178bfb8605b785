package import Domain
import Store

/// Leads that somebody posts with a key that no source has: a retired one, or a mistyped one.
package struct UnknownKeyRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    static let code = "unknown_key"
    /// Without a request for so long it is over.
    package static let quiet: Duration = .days(1)
    /// Keys that are named.
    private static let shown = 10

    package func observations(_ facts: Facts) -> [Observation] {
        guard !watching.common.off.contains(.refusedShare) else { return [] }
        var findings = Findings()
        // A key that somebody guesses comes once; one that is wrong comes again.
        let keys = facts.unknownKeys.filter {
            facts.now - $0.place.last < Self.quiet && $0.place.count >= watching.common.refusals.least
        }
        if keys.isEmpty {
            findings.recovered(
                .refusedShare, .relay, code: Self.code, at: facts.now,
                "No unknown key was used for a day.")
            return findings.observations
        }
        let count = keys.reduce(0) { $0 + $1.place.count }
        let first = keys.map(\.place.first).min() ?? facts.now
        let owners = Set(keys.compactMap(\.source)).sorted()
        var sentence = "\(count.of("request")) since \(first.plain) used an unknown key"
        if !owners.isEmpty { sentence += ", from pages of \(owners.joined(separator: ", "))" }
        findings.problem(
            Finding(
                .refusedShare, .relay, .warning, code: Self.code, began: first, sentence: sentence + ".",
                evidence: RefusalWords.evidence(keys.prefix(Self.shown).map(\.place))))
        return findings.observations
    }
}

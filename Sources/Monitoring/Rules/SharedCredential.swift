import Domain

/// Destinations that a platform is told of with the same access: what is wrong with that is one matter, however many
/// they are.
enum SharedCredential {
    /// Says it once for each access that troubles more than one destination, and says when that is over. Answers, by
    /// destination, the key of the matter that covers it. The matter is named by the first destination that has the
    /// access; one of the kind `parent` about the same access covers it.
    static func tell(
        _ kind: AlertKind, _ severity: Severity, _ facts: Facts, where isTroubled: (Facts.DestinationFacts) -> Bool,
        _ findings: inout Findings, words: String, over: String, under parent: AlertKind? = nil,
        since: (Facts.DestinationFacts) -> Instant
    ) -> [String: String] {
        var covered: [String: String] = [:]
        let all = Dictionary(grouping: facts.destinations.filter { !$0.credential.isEmpty }, by: \.credential)
        for (credential, those) in all.sorted(by: { $0.key < $1.key }) where those.count > 1 {
            let scope = AlertScope.platform(those[0].platform)
            let troubled = alike(those.filter(isTroubled))
            // The last one that is left is still a part of it, if it was told at all.
            for destination in troubled { covered[destination.name] = Finding.key(kind, scope, code: credential) }
            guard troubled.count > 1 else {
                if troubled.isEmpty { findings.recovered(kind, scope, code: credential, at: facts.now, over) }
                continue
            }
            let names = troubled.map(\.name).sorted()
            let reason = troubled.lazy.map(\.reason).first { !$0.isEmpty }.map { ": \($0.withoutFullStop)" } ?? ""
            findings.problem(
                Finding(
                    kind, scope, severity, code: credential, began: troubled.map(since).min() ?? facts.now,
                    sentence: "\(names.count) destinations of \(those[0].platform) \(words)\(reason).",
                    evidence: [.init("destinations", list(names))],
                    coveredBy: parent.map { [Finding.key($0, scope, code: credential)] } ?? []))
        }
        return covered
    }

    /// Those that are troubled for the same reason, if there are several: the one that most have.
    private static func alike(_ troubled: [Facts.DestinationFacts]) -> [Facts.DestinationFacts] {
        Dictionary(grouping: troubled) { $0.reason.prefix { $0 != ":" } }
            .max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value ?? []
    }

    /// The first of them, and how many more there are.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(mostListed).joined(separator: ", ")
        return names.count > mostListed ? "\(shown) and \(names.count - mostListed) more" : shown
    }

    private static let mostListed = 20
}

extension String {
    /// For a place inside a sentence.
    var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}

import Domain
import Store

/// What is said of a source of which nothing is accepted.
enum NothingAccepted {
    /// With so many events it is critical: each of them is a person who waits for an answer.
    static let criticalCount = 10

    static func sentence(_ source: Facts.SourceFacts, _ found: Facts.RunFacts) -> String {
        let run = found.run
        var ends: [String] = []
        if run.putAside > 0 { ends.append("\(run.putAside) \(run.putAside == 1 ? "is" : "are") in quarantine") }
        if run.refused > 0 { ends.append("\(run.refused) \(run.refused == 1 ? "was" : "were") refused at the door") }
        let all = run.count == 1 ? "The only event" : "All \(run.count) events"
        var sentence =
            "\(all) of \(source.name) since \(run.first.plain): \(ends.joined(separator: ", "))"
        if let top = source.reasons.first, run.putAside > 0 {
            sentence += ", mostly \(Defect.Code.words(of: top.code))"
        }
        return sentence + "; none was accepted."
    }

    static func evidence(_ source: Facts.SourceFacts, _ found: Facts.RunFacts) -> [Finding.Evidence] {
        var evidence = [Finding.Evidence("last one", found.run.last.rfc3339Seconds)]
        if found.usual.whole > 0 { evidence.append(.init("in the days before", found.usual.words)) }
        if found.run.putAside > 0 {
            evidence += source.reasons.prefix(5).map { .init("reason: \($0.code)", "\($0.count)") }
            evidence.append(
                .init(
                    "what to do",
                    """
                    See what is wrong: leadrelay quarantine list --source \(source.name). They are kept; correct \
                    the sender or its mapping, then release them.
                    """
                ))
        }
        if found.run.refused > 0 { evidence += RefusalWords.evidence(source.refusedPlaces) }
        return evidence
    }
}

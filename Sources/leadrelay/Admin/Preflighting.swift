import API
import Domain
import Store

/// Asking the destinations on demand.
enum PreflightOperations {
    /// Longer than a person waits; what is not known by then is told by the next question.
    private static let patience: Duration = .seconds(120)

    @Sendable static func show(_ call: APICall, _ relay: Relay, _ reader: Reader) throws -> PreflightListDocument {
        PreflightListDocument(destinations: relay.preflights.map(PreflightDocument.init))
    }

    @Sendable static func ask(_ call: APICall, _ relay: Relay, _ reader: Reader) throws -> PreflightListDocument {
        _ = relay.askPreflight(atMost: patience)
        return try show(call, relay, reader)
    }
}

/// The same for people.
enum PreflightText {
    static func page(_ reports: [Preflight]) -> String {
        var table = TextTable(["destination", "what", "grade", "answer"])
        var remedies = ""
        for report in reports {
            for finding in report.findings {
                table.append([report.destination, finding.subject.rawValue, finding.grade.rawValue, finding.words])
                if !finding.remedy.isEmpty, finding.grade != .ok {
                    remedies += "  \(report.destination): \(finding.remedy)\n"
                }
            }
            if report.findings.isEmpty {
                table.append([report.destination, "", report.grade.rawValue, "nothing to ask"])
            }
        }
        return (table.isEmpty ? "there is no destination\n" : table.text) + (remedies.isEmpty ? "" : "\n" + remedies)
    }
}

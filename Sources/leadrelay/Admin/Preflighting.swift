import Domain
import Store

/// What came of asking the destinations, as the API tells it.
enum PreflightJSON {
    static func report(_ report: Preflight) -> JSON {
        [
            "destination": .string(report.destination), "platform": .string(report.platform),
            "grade": .string(report.grade.rawValue), "checked_at": .string(report.checkedAt.rfc3339Seconds),
            "findings": .array(
                report.findings.map { finding in
                    [
                        "subject": .string(finding.subject.rawValue), "grade": .string(finding.grade.rawValue),
                        "words": .string(finding.words), "remedy": .string(finding.remedy),
                    ]
                }),
        ]
    }
}

/// Asking the destinations on demand.
enum PreflightOperations {
    /// Longer than a person waits; what is not known by then is told by the next question.
    private static let patience: Duration = .seconds(120)

    @Sendable static func show(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        ["destinations": .array(relay.preflights.map(PreflightJSON.report))]
    }

    @Sendable static func ask(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
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

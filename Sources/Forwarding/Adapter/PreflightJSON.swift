package import Domain

/// What came of asking the destinations, as the API tells it.
package enum PreflightJSON {
    package static func report(_ report: Preflight) -> JSON {
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

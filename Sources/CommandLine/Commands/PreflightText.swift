import Domain

/// What came of asking the destinations, for people.
enum PreflightText {
    static let noDestination: Page = "there is no destination\n"

    static func page(_ reports: [Preflight]) -> Page {
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
        let page = table.isEmpty ? noDestination : Page(table)
        return page + Page(remedies.isEmpty ? "" : "\n" + remedies)
    }
}

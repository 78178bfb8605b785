package import Domain
package import Store

/// The document about an alert that is over, in Markdown: filled from its timeline, its diagnosis and what became of
/// the leads. What only people know is left to them, each place marked with "…".
package enum PostMortem {
    /// In one piece: it reads from top to bottom as the document does.
    package static func markdown(_ story: AlertHistory, _ diagnoses: [Diagnosis], _ investigation: Investigation?)
        -> String
    {
        let alert = story.alert
        var lines = ["# \(alert.id): \(escaped(alert.finding.sentence))", ""]
        func add(_ line: String = "") { lines.append(line) }
        add("| | |")
        add("|---|---|")
        row(&lines, "about", "\(alert.finding.scope)")
        row(&lines, "kind", alert.finding.kind.rawValue)
        row(&lines, "severity", alert.severity.rawValue)
        row(&lines, "began", alert.finding.began.plain)
        row(&lines, "noticed", "\(alert.opened.plain), after \((alert.opened - alert.finding.began).plain)")
        row(&lines, "first told", alert.told?.plain)
        row(
            &lines, "acknowledged",
            alert.firstAcknowledged.map { at in
                "\(at.plain), after \((at - (alert.told ?? alert.opened)).plain)"
            })
        row(
            &lines, "ended",
            alert.resolution.map { "\($0.ended.plain), after \(($0.ended - alert.finding.began).plain): \($0.reason)" }
                ?? "still open")
        row(&lines, "owner", alert.owner.isEmpty ? nil : alert.owner)
        add()
        add("## Impact")
        add()
        if let expected = alert.finding.expected {
            add("- \(Int(expected.rounded())) leads were expected, \(alert.finding.observed ?? 0) received.")
        }
        if let investigation {
            for answer in investigation.answers { add("- \(answer.question) \(escaped(answer.answer))") }
        }
        add()
        add("## Cause")
        add()
        if let verdict = alert.verdict {
            let cause = ChecklistItem(name: verdict.cause)?.title ?? verdict.cause
            let words = [verdict.side.rawValue, cause, verdict.reason].filter { !$0.isEmpty }.joined(separator: ", ")
            add("- As people see it: \(escaped(words)) (\(escaped(verdict.by))).")
        }
        if let diagnosis = diagnoses.first {
            add("- The checklist: \(escaped(diagnosis.sentence))")
            for one in diagnosis.assessments where one.certainty <= .likely {
                add("  - \(one.certainty.rawValue): \(one.item.title). \(escaped(one.evidence))")
            }
            for one in diagnosis.assessments where one.certainty == .beside {
                add("  - wrong at the same time, not the cause: \(one.item.title). \(escaped(one.evidence))")
            }
            let excluded = diagnosis.assessments.count { $0.certainty == .excluded }
            add("  - excluded: \(excluded) of \(diagnosis.assessments.count) items")
        } else {
            add("- …")
        }
        add()
        add("## Timeline")
        add()
        for (at, text) in timeline(story) { add("- \(at.plain) \(escaped(text))") }
        add()
        if let investigation, !investigation.commands.isEmpty {
            add("## Repair")
            add()
            for command in investigation.commands { add("    \(command)") }
            add()
        }
        add("## What went well")
        add()
        add("- …")
        add()
        add("## Actions")
        add()
        add("| what | owner | until |")
        add("|---|---|---|")
        if let cause = diagnoses.first?.cause { add("| \(escaped(cause.fix)) | \(cause.owner.rawValue) | … |") }
        add("| … | … | … |")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What happened to the alert and beside it, in order.
    private static func timeline(_ story: AlertHistory) -> [(Instant, String)] {
        let events = story.events.map { event -> (Instant, String) in
            let by = event.by.isEmpty ? "" : " (\(event.by))"
            let word = event.kind.rawValue.map { $0 == "_" ? " " : String($0) }.joined()
            return (event.at, "\(word)\(by)" + (event.text.isEmpty ? "" : ": \(event.text)"))
        }
        let markers = story.markers.map {
            ($0.at, "[\($0.kind.rawValue)] \($0.text)" + ($0.by.isEmpty ? "" : " (\($0.by))"))
        }
        return (events + markers + [(story.alert.finding.began, "began, by the evidence")])
            .enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
    }

    private static func row(_ lines: inout [String], _ name: String, _ value: String?) {
        if let value { lines.append("| \(name) | \(escaped(value)) |") }
    }

    /// What people and platforms wrote must not become markup.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if character.isNewline {
                result += " "
            } else {
                if "\\`*_[]<>|#".contains(character) { result += "\\" }
                result.append(character)
            }
        }
        return result
    }
}

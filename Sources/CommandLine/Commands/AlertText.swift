import API
import Domain

/// One alert as a page of text, which reads from top to bottom as the console's page does.
enum AlertText {
    static func page(_ story: AlertStoryDocument) -> Page {
        let alert = story.alert
        let head: Page = "\(alert.id)  \(alert.severity.rawValue)  \(alert.state.rawValue)\n\(alert.text)\n\n"
        return head + Page(facts(story)) + "\n" + Page(timeline(story)) + owed(story)
    }

    private static func facts(_ story: AlertStoryDocument) -> TextTable {
        let alert = story.alert
        var table = TextTable(columns: 2)
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { table.append([name, value]) }
        }
        table.append(["about", alert.scope])
        add("began", alert.began.rfc3339Seconds)
        add("opened", alert.opened.rfc3339Seconds)
        add("first told", alert.firstTold?.rfc3339Seconds)
        add("leads", alert.expected.map { "\($0) expected, \(alert.observed ?? 0) seen" })
        add("owner", alert.owner + (alert.team.isEmpty ? "" : " (\(alert.team))"))
        add(
            "acknowledged",
            alert.acknowledgement.map { "by \($0.by) until \($0.until.rfc3339Seconds)" })
        add("snoozed until", alert.snoozedUntil?.rfc3339Seconds)
        add("part of", alert.inhibitedBy.map { "\($0)" })
        add("silenced by", alert.silencedBy)
        add("recovering since", alert.recoveringSince?.rfc3339Seconds)
        add(
            "verdict",
            alert.verdict.map { verdict in
                let words = [verdict.side.rawValue, verdict.cause, verdict.reason].filter { !$0.isEmpty }
                return words.joined(separator: ": ") + ", by \(verdict.by)"
            })
        add(
            "ended", alert.resolution.map { "\($0.ended.rfc3339Seconds) (\($0.how.rawValue)): \($0.reason)" })
        for evidence in story.evidence { table.append([evidence.name, evidence.value]) }
        return table
    }

    private static func timeline(_ story: AlertStoryDocument) -> TextTable {
        let events = story.events.map {
            ($0.at, [$0.at.rfc3339Seconds, $0.kind.rawValue.replacing("_", with: " "), $0.by, $0.text])
        }
        let markers = story.markers.map { ($0.at, [$0.at.rfc3339Seconds, "· " + $0.kind.rawValue, $0.by, $0.text]) }
        var table = TextTable(["at", "what", "by", ""])
        for entry in (events + markers).enumerated().sorted(by: {
            ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
        }) {
            table.append(entry.element.1)
        }
        return table
    }

    private static func owed(_ story: AlertStoryDocument) -> Page {
        var table = TextTable(["owed to", "kind", "due", "failures"])
        for notice in story.owed {
            table.append([notice.channel, notice.kind.rawValue, notice.due.rfc3339Seconds, "\(notice.failures)"])
        }
        return table.isEmpty ? "" : "\n" + Page(table)
    }
}

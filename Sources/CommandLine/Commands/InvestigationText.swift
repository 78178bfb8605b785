import API
import Domain

/// An investigation for people.
enum InvestigationText {
    static func page(_ found: InvestigationDocument) -> Page {
        var text: Page = "\(found.from.instant.rfc3339) to \(found.to.instant.rfc3339)"
        for (name, value) in [
            ("client", found.client), ("group", found.group), ("destination", found.destination),
        ] {
            if let value { text += ", \(name) \(value)" }
        }
        text += "\n"
        for answer in found.answers { text += "\n\(answer.question)\n  \(answer.answer)\n" }
        if !found.deliveries.isEmpty { text += "\n" + Page(deliveries(found.deliveries)) }
        if !found.commands.isEmpty {
            text += "\nTo repair it:\n"
            for command in found.commands { text += Page.command(command) }
        }
        return text
    }

    private static func deliveries(_ rows: [InvestigationDocument.Delivery]) -> TextTable {
        var table = TextTable(["group", "destination", "state", "code", "count", "replayable", "until"])
        for row in rows {
            let group = [row.client, row.group].filter { !$0.isEmpty }
            table.append([
                group.joined(separator: "/"), row.destination, row.state, row.code, "\(row.count)",
                "\(row.replayable)", row.replayableUntil?.rfc3339Seconds ?? "",
            ])
        }
        return table
    }
}

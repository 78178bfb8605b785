package import Domain

/// How values are shown to people.
package enum Format {
    /// A count for reading: thousands apart.
    package static func count(_ count: Int64) -> String {
        var digits = String(count.magnitude)
        var result = ""
        while digits.count > 3 {
            result = "\u{202F}" + digits.suffix(3) + result
            digits.removeLast(3)
        }
        return (count < 0 ? "−" : "") + digits + result
    }

    package static func count(_ count: Int) -> String { self.count(Int64(count)) }

    package static func cell(_ count: Int?) -> HTML { cell(count.map { Int64($0) }) }

    /// A cell for a count; nothing is paler than something.
    package static func cell(_ count: Int64?) -> HTML {
        guard let count else { return "<td class=\"n zero\">–</td>" }
        return count == 0 ? "<td class=\"n zero\">0</td>" : "<td class=\"n\">\(self.count(count))</td>"
    }

    /// What an id is called, with the id beside it; without a name the id alone.
    package static func name(_ title: String?, id: String) -> HTML {
        title.map { "\($0) <span class=\"muted\">\(id)</span>" } ?? "\(id)"
    }

    /// The client and the group of something, as far as they are known; for a cell.
    package static func place(client: String?, group: String?, title: String?) -> HTML {
        let id = group ?? ""
        let names = [client ?? "", title ?? id].filter { !$0.isEmpty }
        return "\(names.joined(separator: " · "))\(title == nil ? "" : "<div class=\"muted\">\(id)</div>" as HTML)"
    }

    /// `2026-11-21 09:00:00`, in UTC, with the exact moment for machines; a dash if there is none.
    package static func time(_ rfc3339: String?) -> HTML {
        guard let rfc3339, !rfc3339.isEmpty else { return "<span class=\"muted\">–</span>" }
        let text = rfc3339.prefix(19).replacing("T", with: " ")
        return "<time class=\"nowrap\" datetime=\"\(rfc3339)\">\(String(text))</time>"
    }

    package static func time(_ moment: Instant?) -> HTML { time(moment?.rfc3339Seconds) }
    package static func time(_ moment: PreciseInstant?) -> HTML { time(moment?.instant.rfc3339) }

    package static func distance(_ moment: Instant?, from now: Instant) -> HTML {
        distance(moment?.rfc3339Seconds, from: now)
    }
    package static func distance(_ moment: PreciseInstant?, from now: Instant) -> HTML {
        distance(moment?.instant.rfc3339, from: now)
    }

    /// `3 min ago`, `in 2 h`.
    package static func distance(_ rfc3339: String?, from now: Instant) -> HTML {
        guard let rfc3339, let moment = Instant(rfc3339: rfc3339) else { return "<span class=\"muted\">–</span>" }
        let seconds = (moment - now).components.seconds
        let text =
            seconds > 0 ? "in \(duration(seconds))" : seconds > -2 ? "now" : "\(duration(-seconds)) ago"
        return "<time class=\"nowrap\" datetime=\"\(rfc3339)\" title=\"\(rfc3339)\">\(text)</time>"
    }

    package static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }

    package enum Tone: String, Sendable { case plain, good, warn, bad, info }

    package static func badge(_ text: String, _ tone: Tone) -> HTML {
        "<span class=\"badge \(tone.rawValue)\">\(text)</span>"
    }

    package static func state(_ word: some RawRepresentable<String>) -> HTML { state(word.rawValue) }

    /// The states of the lifecycle, each with the tone in which it is always shown.
    package static func state(_ word: String) -> HTML {
        let tone: Tone =
            switch word {
            case "delivered", "running", "done", "released", "closed", "ready": .good
            case "lead", "sent", "in_flight": .info
            case "held", "rejected", "expired", "failed", "quarantined", "not ready": .bad
            case "paused", "half_open", "retry", "inbox": .warn
            case _ where word.hasPrefix("refused"): .warn
            default: .plain
            }
        return badge(word.replacing("_", with: " "), tone)
    }

    /// What came of an attempt at a destination: no cause of one is good.
    package static func attempt(_ cause: String) -> HTML {
        switch cause {
        case "released": badge("put back", .bad)
        case "rejected", "expired": badge(cause, .bad)
        default: badge(cause.replacing("_", with: " "), .warn)
        }
    }
}

/// A table with its caption and headings. Give rows as `<tr>` with cells; it scrolls by itself on a narrow screen.
package struct Table: Sendable {
    package struct Column: Sendable, ExpressibleByStringLiteral {
        let title: String
        let isNumber: Bool
        package init(stringLiteral title: String) {
            self.title = title
            isNumber = false
        }
        package init(number title: String) {
            self.title = title
            isNumber = true
        }
    }

    package static func number(_ title: String) -> Column { Column(number: title) }

    /// The caption says what the table is, also to those who do not see it; `empty` stands instead of a table without
    /// rows.
    package static func html(
        _ caption: String, _ columns: [Column], _ rows: [HTML], empty: String, isCaptionShown: Bool = false
    ) -> HTML {
        if rows.isEmpty { return "<p class=\"card muted\">\(empty)</p>" }
        let head = HTML.each(columns) { column in
            column.isNumber
                ? "<th scope=\"col\" class=\"n\">\(column.title)</th>" : "<th scope=\"col\">\(column.title)</th>"
        }
        let captionClass: HTML = isCaptionShown ? "" : " class=\"vh\""
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table>\
            <caption\(captionClass)>\(caption)</caption>
            <thead><tr>\(head)</tr></thead><tbody>
            \(HTML.joined(rows))</tbody></table></div>
            """
    }
}

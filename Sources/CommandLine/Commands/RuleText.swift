import API
import Domain

/// What a fixed rule would have done, for people.
enum RuleText {
    /// `"no leads in 1 hour" would have fired at least 14 times since …, while 310 leads came`, and how that was
    /// counted.
    static func page(_ tried: TriedRule) -> Page {
        let isExact = tried.parts.allSatisfy(\.exact)
        var text =
            "\"\(tried.rule)\" would have fired \(isExact ? "" : "at least ")\(times(tried.firings))"
            + (tried.since.map { " since \($0.rfc3339Seconds)" } ?? "") + ", while \(tried.leads) leads came\n"
        if !isExact {
            for part in tried.parts {
                let (day, count) = ((part.since?.rfc3339Seconds ?? "").prefix(10), times(part.firings))
                text +=
                    part.exact
                    ? "  since \(day): \(count), counted by five minutes\n"
                    : "  since \(day): at least \(count), for only whole hours are known of that time\n"
            }
        }
        return Page(text + several(tried))
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    /// Which of several groups or clients it would have fired for.
    private static func several(_ tried: TriedRule) -> String {
        guard tried.lookedAt + tried.tooNew > 1 else { return "" }
        let noun = tried.per == .client ? "clients" : "groups"
        let young = tried.tooNew > 0 ? "; \(tried.tooNew) too new" : ""
        var text = "  in \(tried.firing) of \(tried.lookedAt) \(noun)\(young)\n"
        for one in tried.worst {
            let group = one.group.map { "/\($0)" } ?? ""
            text += "  \(one.client)\(group): \(times(one.firings)), \(one.leads) leads\n"
        }
        if tried.firing > tried.worst.count { text += "  and \(tried.firing - tried.worst.count) more\n" }
        return text
    }
}

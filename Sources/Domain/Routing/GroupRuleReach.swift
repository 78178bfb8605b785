extension GroupRule {
    /// Why no lead can ever fit the rule, where that follows from the configuration alone: a sentence without its
    /// subject. `earlier` are the rules before it, `sources` those of the configuration with their clients.
    package func reasonNeverToFit(earlier: [GroupRule], sources: [(name: String, client: String)]) -> String? {
        let own = sources.filter { client == nil || $0.client == client }
        if let client, own.isEmpty { return "no source belongs to client \(client)" }
        for condition in conditions {
            switch condition.field {
            case .page:
                if let reason = Self.reasonForPage(condition.pattern) { return reason }
            case .source:
                if !own.contains(where: { Wildcard.matches(condition.pattern, $0.name) }) {
                    return "no source\(client.map { " of client \($0)" } ?? "") is called \"\(condition.pattern)\""
                }
            default: break
            }
        }
        // The first that fits decides. Behind one that leads to the same group it is only superfluous.
        if let wider = earlier.first(where: { $0.covers(self) }), wider.group != group {
            return
                """
                every lead that fits it fits the rule of group \"\(wider.group)\" before it, which decides; put \
                the narrower one first
                """
        }
        return nil
    }

    /// Pages are whole addresses without query and fragment: `https://www.acme.example/offer`.
    private static func reasonForPage(_ pattern: String) -> String? {
        if pattern.contains(where: { $0 == "?" || $0 == "#" }) {
            return "a page is compared without what follows \"?\" or \"#\"; take utm_campaign and the like for that"
        }
        let start = String(pattern.prefix { $0 != "*" }).asciiLowercased
        let fits = ["https://", "http://"].contains { $0.hasPrefix(start) || start.hasPrefix($0) }
        return fits || (start.isEmpty && pattern.hasPrefix("*"))
            ? nil
            : """
            a page is a whole address: write \
            \"https://www.acme.example\(pattern.hasPrefix("/") ? pattern : "/…")\" or \"*\(pattern)\"
            """
    }

    /// Whether every lead that fits the other rule fits this one.
    private func covers(_ other: GroupRule) -> Bool {
        guard client == nil || client == other.client else { return false }
        return conditions.allSatisfy { mine in
            // Read as a text, the other's `*` can only be met by one of ours.
            other.conditions.contains { $0.field == mine.field && Wildcard.matches(mine.pattern, $0.pattern) }
        }
    }
}

import Domain
import Store

/// Names stand beside their ids wherever the API tells ids: whoever answers looks up those that the answer has.
extension DisplayNames {
    /// What the group is called that an alert or a silence is about.
    func title(_ scope: AlertScope) -> String? { scope.titled.flatMap { self[$0.client, $0.level, $0.id] } }

    /// The ids of a lead.
    static func keys(of story: LeadHistory) -> [Key] {
        guard case .lead(let facts) = story.place else { return [] }
        return LeadLevel.allCases.map { Key(facts.dimension.client, $0, facts.dimension[$0]) }
    }
}

extension AlertScope {
    /// What may have a name of those that people upload: a group.
    var titled: DisplayNames.Key? {
        if case .group(let client, let group) = self { DisplayNames.Key(client, .group, group) } else { nil }
    }
}

extension CalendarEntry.Scope {
    /// As for alerts.
    var titled: DisplayNames.Key? {
        if case .group(let key) = self { DisplayNames.Key(key.client, .group, key.group) } else { nil }
    }
}

extension Dimension {
    subscript(_ level: LeadLevel) -> String {
        switch level {
        case .group: group
        case .campaign: campaign
        case .adset: adset
        case .ad: ad
        }
    }
}

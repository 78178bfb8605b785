/// Something known beforehand that changes how many leads come: a holiday, a sale, a match on television, a pause.
package struct CalendarEntry: Equatable, Sendable {
    package var scope: Scope
    package var start: Instant
    package var end: Instant
    /// What the expected rate is multiplied with; 0 is a pause, in which nothing is expected and nothing is tested.
    package var multiplier: Double
    /// Multipliers of clients that are known to differ.
    package var ofClients: [String: Double]

    package init(
        _ scope: Scope, start: Instant, end: Instant, multiplier: Double, ofClients: [String: Double] = [:]
    ) {
        self.scope = scope
        self.start = start
        self.end = end
        self.multiplier = multiplier
        self.ofClients = ofClients
    }

    /// Whose leads it is about.
    package enum Scope: Hashable, Sendable, CustomStringConvertible {
        case all
        /// ISO 3166-1 alpha-2.
        case country(String)
        /// IANA names.
        case zones([String])
        case client(String)
        case group(GroupKey)

        /// `all`, `country:DE`, `zone:Europe/Berlin,Europe/Vienna`, `client:acme`, `group:acme/heat-pumps`.
        package var description: String {
            switch self {
            case .all: "all"
            case .country(let code): "country:\(code)"
            case .zones(let names): "zone:\(names.joined(separator: ","))"
            case .client(let name): "client:\(name)"
            case .group(let key): "\(key.scope)"
            }
        }

        /// Reads what `description` writes; `nil` for anything else.
        package init?(_ text: String) {
            if text == "all" {
                self = .all
                return
            }
            if case .group(let client, let group)? = AlertScope(text) {
                self = .group(GroupKey(client: client, group: group))
                return
            }
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let name = String(text[text.index(after: colon)...])
            guard !name.isEmpty else { return nil }
            switch text[..<colon] {
            case "country": self = .country(name)
            case "zone": self = .zones(name.split(separator: ",").map(String.init))
            case "client": self = .client(name)
            default: return nil
            }
        }
    }

    package func applies(to group: WatchedGroup) -> Bool {
        switch scope {
        case .all: true
        case .country(let code): group.country == code
        case .zones(let names): names.contains(group.zone.name)
        case .client(let name): group.key.client == name
        // A "*" in the name stands for any run of characters.
        case .group(let key): group.key.client == key.client && Wildcard.means(key.group, group.key.group)
        }
    }
}

extension [CalendarEntry] {
    /// The product of everything that applies to a group, for each slot of a range.
    package func multipliers(for group: WatchedGroup, _ slots: Range<Int>) -> [Double] {
        var result = [Double](repeating: 1, count: slots.count)
        for entry in self where entry.applies(to: group) {
            let range =
                (Slots.slot(of: entry.start)..<Swift.max(Slots.slot(of: entry.start), Slots.slot(of: entry.end)))
                .clamped(to: slots)
            let multiplier = entry.ofClients[group.key.client] ?? entry.multiplier
            for slot in range { result[slot - slots.lowerBound] *= multiplier }
        }
        return result
    }
}

package import Domain

/// What the checklist needs to know of the configuration.
package struct ChecklistSettings: Sendable, Equatable {
    package var sources: [Source] = []
    package var destinations: [Destination] = []
    /// ISO 3166-1 alpha-2 by client.
    package var countries: [String: String] = [:]
    package var pages: [Page] = []
    /// Addresses of hosts that always answer.
    package var controls: [String] = []
    /// Where the relay is reached from outside, without a path.
    package var publicAddress = ""

    /// How often pages are visited and test leads are sent while nothing is wrong; zero: never.
    package var watchPagesEvery: Duration = .hours(1)
    package var syntheticEvery: Duration = .minutes(15)

    package init() {}

    /// A landing page that a client's ads lead to.
    package struct Page: Sendable, Equatable {
        package var client: String
        /// `nil`: all groups of the client.
        package var group: String?
        package var address: String
        package init(client: String, group: String? = nil, address: String) {
            self.client = client
            self.group = group
            self.address = address
        }
    }

    /// Pages visited for one matter at most.
    static let mostPages = 4

    func pages(client: String?, group: String?) -> [Page] {
        guard let client else { return [] }
        let fitting = pages.filter { $0.client == client && ($0.group == nil || group == nil || $0.group == group) }
        // Those of the group first.
        let own = fitting.filter { $0.group != nil && $0.group == group }
        return Array((own.isEmpty ? fitting : own).prefix(Self.mostPages))
    }

    /// Those that are visited for a matter. What the time is can be asked of anybody's.
    func pages(of matter: Matter, _ place: (client: String?, group: String?)) -> [Page] {
        matter.kind == .clockSkew && place.client == nil
            ? Array(pages.prefix(Self.mostPages)) : pages(client: place.client, group: place.group)
    }

    /// Whether leads of a client and group go to a destination.
    func goes(to destination: Destination, client: String?, group: String?) -> Bool {
        (client == nil || destination.client == nil || destination.client == client)
            && (group == nil || destination.groups.isEmpty || destination.groups.contains(group ?? ""))
    }
}

/// What is looked into: a finding that is a problem or may become one.
package struct Matter: Sendable, Equatable {
    package var key: String
    package var kind: AlertKind
    package var scope: AlertScope
    package var began: Instant
    package var expected: Double?
    package var observed: Int?
    /// When its alert opened; `nil`: nobody has been told yet.
    package var noticed: Instant?

    package init(_ finding: Finding, noticed: Instant? = nil) {
        self.noticed = noticed
        key = finding.key
        kind = finding.kind
        scope = finding.scope
        began = finding.began
        expected = finding.expected
        observed = finding.observed
    }

    /// The client, group, source or destination that it is about, as far as the configuration tells.
    func place(_ settings: ChecklistSettings) -> (client: String?, group: String?) {
        switch scope {
        case .group(let client, let group): (client, group)
        case .client(let client): (client, nil)
        case .source(let name):
            (settings.sources.first { $0.name == name }.flatMap { $0.client.isEmpty ? nil : $0.client }, nil)
        case .destination(let name): (settings.destinations.first { $0.name == name }?.client, nil)
        case .relay, .platform, .channel, .external: (nil, nil)
        }
    }
}

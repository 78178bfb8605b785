import Domain

/// A lead as a source sends it when all is well: with everything that its mapping sets, or with everything that a form
/// may send.
struct TypicalLead {
    /// The names of its events.
    let events: [String]
    /// The contract's fields that it has.
    let targets: Set<String>

    private let source: Source
    private let document: [(target: String, value: JSON)]

    private static let moment = Instant(milliseconds: 1_800_000_000_000)

    init(_ source: Source, _ configuration: Configuration) {
        self.source = source
        let page = source.origins.first { $0 != "*" && $0 != "null" } ?? "https://www.acme.example"
        let samples = Self.samples(page: page)
        var fields: [(target: String, value: JSON)] = []
        var named: [String] = []
        var isNamedAlways = false
        if let mapping = source.mapping {
            for rule in mapping.rules {
                switch rule.value {
                case .constant(let value):
                    fields.append((rule.target, value))
                    if rule.target == "/event", let name = value.string {
                        named.append(name)
                        isNamedAlways = true
                    }
                case .defaultValue(let value):
                    fields.append((rule.target, value))
                    if rule.target == "/event", let name = value.string { named.append(name) }
                default:
                    if let sample = samples.first(where: { $0.target == rule.target }) { fields.append(sample) }
                }
            }
        }
        let isRead = source.mapping?.others.findsPlaces ?? true
        if isRead { fields += samples.filter { sample in !fields.contains { $0.target == sample.target } } }
        document = fields.filter { $0.target != "/event" }
        targets = Set(fields.map(\.target) + (source.mapping?.rules.map(\.target) ?? []))
        if isNamedAlways {
            events = Array(named.prefix(1))
        } else {
            let takers = configuration.destinations.filter {
                ($0.client == nil || $0.client == source.client)
                    && ($0.sources.isEmpty || $0.sources.contains(source.name))
            }
            var all = named.isEmpty ? ["lead"] : named
            // Nobody knows what a CRM says but the destinations.
            for name in takers.flatMap(\.namedEvents) where !all.contains(name) { all.append(name) }
            events = all
        }
    }

    /// What a destination would decide. The lead is of a group that the destination takes, and its people have agreed.
    func decision(of destination: Destination, on event: String, consents: Bool = true) -> Route.Decision {
        var members: [JSON.Member] = [JSON.Member("event", .string(event))]
        for (target, value) in document {
            guard let names = JSONPointer(target)?.names, let first = names.first else { continue }
            if names.count == 1 {
                members.append(JSON.Member(first, value))
            } else if let index = members.firstIndex(where: { $0.name == first }) {
                var inner = members[index].value.object ?? []
                inner.append(JSON.Member(names[1], value))
                members[index].value = .object(inner)
            } else {
                members.append(JSON.Member(first, .object([JSON.Member(names[1], value)])))
            }
        }
        // What is not usable is left out, as from a lead.
        var read =
            LeadEvent(payload: JSON.object(members).bytes, receivedAt: Self.moment)
            ?? LeadEvent(event: event, occurredAt: Self.moment)
        // Only what Meta's own forms have gathered carries one, and a mapping for that says so.
        if source.kind == .web, source.mapping == nil { read.click.metaLeadID = nil }
        if source.isBrowser {
            read.client.ip = read.client.ip ?? "203.0.113.9"
            read.client.userAgent = read.client.userAgent ?? "Mozilla/5.0"
        }
        read.consent = LeadEvent.Consent()
        if consents {
            read.consent.adUserData = .granted
            read.consent.adPersonalization = .granted
        }
        let dimension = Dimension(
            source: source.name, client: source.client, group: destination.groups.first ?? "")
        return destination.decision(on: read, dimension: dimension, country: source.country, now: Self.moment)
    }

    /// A value for each field that decides whether a lead goes somewhere.
    private static func samples(page: String) -> [(target: String, value: JSON)] {
        [
            ("/event_id", "7d3f0a52"), ("/click/gclid", "EAIaIQobChMI0000"), ("/click/gbraid", "0AAAAA0000"),
            ("/click/wbraid", "Cj8KCQ0000"), ("/click/fbclid", "IwAR0000"), ("/click/meta_lead_id", "123456789012345"),
            ("/click/fbc", .string("fb.1.\(moment.milliseconds).IwAR0000")),
            ("/click/fbp", .string("fb.1.\(moment.milliseconds).1234567890")),
            ("/person/email", "jane@example.com"), ("/person/phone", "+4930123456"), ("/person/first_name", "Jane"),
            ("/person/last_name", "Doe"), ("/person/external_id", "c-1"), ("/page/url", .string(page + "/")),
            ("/client/ip", "203.0.113.9"), ("/client/user_agent", "Mozilla/5.0"), ("/value", .number("50")),
            ("/currency", "EUR"),
            ("/consent/ad_user_data", "granted"), ("/consent/ad_personalization", "granted"),
        ]
    }
}

extension Destination {
    /// The events that it has a name for, in a steady order.
    var namedEvents: [String] {
        let names: [String] =
            switch platform {
            case .googleAds(let google): google.conversionActions.keys.sorted()
            case .metaAds(let meta): meta.eventNames.keys.sorted()
            case .webhook(let webhook): webhook.events
            }
        return names.filter { $0 != "*" }
    }
}

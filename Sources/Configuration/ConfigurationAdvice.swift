import Domain

/// What is allowed and yet sends leads nowhere: found by following a lead of each source through the configuration.
/// Each finding is a warning, since somebody may mean it.
struct ConfigurationAdvice {
    private let configuration: Configuration
    private let warn: (_ path: String, _ message: String) -> Void

    init(_ configuration: Configuration, warn: @escaping (_ path: String, _ message: String) -> Void) {
        self.configuration = configuration
        self.warn = warn
    }

    func give() {
        for source in configuration.sources { advise(source) }
        for (index, rule) in configuration.groups.enumerated() { advise(rule, index) }
        for destination in configuration.destinations { advise(destination) }
        adviseOnProxies()
    }

    // MARK: Sources

    private func advise(_ source: Source) {
        let path = "sources.\(source.name)"
        let lead = TypicalLead(source, configuration)
        if let mapping = source.mapping, !mapping.others.findsPlaces { advise(mapping, lead, path) }
        if source.mapping == nil, source.origins.isEmpty, source.signatureSecret == nil, source.kind == .web {
            warn(
                path,
                """
                has neither origins nor signature_secret: no page may post for it, and whoever knows the key may. \
                Name the page's origins, or let the server sign.
                """
            )
        }
        if configuration.destinations.isEmpty { return }
        for stop in Itinerary(source, configuration).stops where stop.takers.isEmpty && isSent(stop.event, by: source) {
            warn(path, nowhere(source, stop))
        }
        adviseOnConsent(source, lead, path)
    }

    /// Whether the source sends the event as far as anybody has said: `lead` unless it is a CRM, and what its mapping
    /// names.
    private func isSent(_ event: String, by source: Source) -> Bool {
        let named =
            source.mapping?.rules.contains { rule in
                guard rule.target == "/event" else { return false }
                return switch rule.value {
                case .constant(let value), .defaultValue(let value): value.string == event
                default: false
                }
            } ?? false
        return named || (event == "lead" && source.kind == .web)
    }

    private func nowhere(_ source: Source, _ stop: Itinerary.Stop) -> String {
        let start = "no destination takes its event \(stop.event): "
        if stop.skips.isEmpty {
            let clients = Set(configuration.destinations.compactMap(\.client)).sorted()
            if source.client.isEmpty, !clients.isEmpty {
                return start
                    + """
                    it has no client, and each destination is for one. Write client: \"\(clients[0])\", or whose \
                    leads these are.
                    """
            }
            return start
                + """
                each is for another client or for other sources. Add a destination for client \
                \(source.client.isEmpty ? "…" : source.client), or name the source at one.
                """
        }
        let reasons = stop.skips.map { "\($0.destination): \($0.reason.rawValue)" }.joined(separator: ", ")
        let isUnmapped = stop.skips.contains { $0.reason == .notMapped }
        let names = configuration.destinations.filter { destination in
            stop.skips.contains { $0.destination == destination.name }
        }.flatMap(\.namedEvents)
        if isUnmapped, let near = suggestion(for: stop.event, among: names) {
            return start + "\(reasons). They name \(near); did you mean \(stop.event)?"
        }
        return start
            + (isUnmapped
                ? "\(reasons). Name it in conversion_actions or event_names."
                : "\(reasons). A lead without that goes nowhere.")
    }

    private func advise(_ mapping: FieldMapping, _ lead: TypicalLead, _ path: String) {
        let place = path + ".mapping"
        let identifying = ["/click/", "/person/email", "/person/phone", "/person/external_id"]
        if lead.targets.contains(where: { target in identifying.contains { target.hasPrefix($0) } }) { return }
        let hasSomething = lead.targets.contains {
            $0 == "/event_id" || $0.hasPrefix("/person/") || $0.hasPrefix("/custom/")
        }
        if hasSomething || mapping.others == .custom {
            warn(
                place,
                """
                sets nothing that a platform can match a person by. Map the e-mail address, the telephone number \
                or a click id.
                """
            )
        } else {
            warn(
                place,
                """
                sets nothing that says whom an event is about: all of them will be put aside. Map the e-mail \
                address, the telephone number or a click id.
                """
            )
        }
    }

    /// A destination that wants to know, and a sender that cannot say.
    private func adviseOnConsent(_ source: Source, _ lead: TypicalLead, _ path: String) {
        guard let mapping = source.mapping, !mapping.others.findsPlaces,
            !lead.targets.contains("/consent/ad_user_data"), let event = lead.events.first
        else { return }
        for destination in configuration.destinations {
            guard
                case .skip(SkipReason.consentUnspecified.rawValue) = lead.decision(
                    of: destination, on: event, consents: false)
            else { continue }
            warn(
                path + ".mapping",
                """
                says nothing of consent, and \(destination.name) skips leads that do not. Map \
                /consent/ad_user_data, or set consent.unspecified at \(destination.name).
                """
            )
        }
    }

    // MARK: Groups

    private func advise(_ rule: GroupRule, _ index: Int) {
        let sources = configuration.sources.map { (name: $0.name, client: $0.client) }
        let earlier = Array(configuration.groups.prefix(index))
        if let reason = rule.reasonNeverToFit(earlier: earlier, sources: sources) {
            warn("groups[\(index)]", "can never match: \(reason).")
        }
    }

    // MARK: Destinations

    private func advise(_ destination: Destination) {
        let path = "destinations.\(destination.name)"
        let senders = configuration.sources.filter {
            (destination.client == nil || destination.client == $0.client)
                && (destination.sources.isEmpty || destination.sources.contains($0.name))
        }
        if senders.isEmpty, !configuration.sources.isEmpty {
            warn(path, "gets no lead: no source belongs to \(destination.client.map { "client \($0)" } ?? "it").")
        }
        let groups = Set(
            configuration.groups.filter {
                $0.client == nil || destination.client == nil || $0.client == destination.client
            }
            .map(\.group))
        for group in destination.groups where !groups.contains(group) {
            let near = suggestion(for: group, among: groups).map { " Did you mean \"\($0)\"?" } ?? ""
            warn(
                path + ".groups",
                "no group rule leads to \"\(group)\": only leads that name it themselves would go there.\(near)")
        }
        // Named by mistake where the usual name is missing: everything is skipped, and nobody sees why.
        for source in senders where source.kind == .web {
            let lead = TypicalLead(source, configuration)
            for event in lead.events
            where isSent(event, by: source) && destination.platformEvent(named: event, kind: source.kind) == nil {
                guard let near = suggestion(for: event, among: destination.namedEvents),
                    Itinerary(source, configuration).stops.contains(where: { $0.event == event && !$0.takers.isEmpty })
                else { continue }
                warn(
                    path,
                    """
                    names \(near), and source \(source.name) sends \(event), which is skipped there (not_mapped). \
                    Did you mean \(event)?
                    """
                )
            }
        }
    }

    // MARK: The way in

    private func adviseOnProxies() {
        guard configuration.trustedProxies.isEmpty else { return }
        let isBehindProxy = configuration.publicURL?.hasPrefix("https://") ?? false
        // TLS is the business of a proxy, and nobody else reaches a loopback address.
        let isLocal = configuration.listen.allSatisfy {
            $0.host.hasPrefix("127.") || $0.host == "::1" || $0.host == "localhost"
        }
        guard isBehindProxy || (isLocal && configuration.sources.contains(where: \.isBrowser)) else { return }
        warn(
            "trusted_proxies",
            (isBehindProxy ? "public_url is https" : "the relay listens on this machine only")
                + """
                , so a proxy stands before it, and none is trusted: every visitor gets the proxy's address, all \
                share one address_rate, client.ip is lost, and nobody can sign in through the proxy. Write \
                trusted_proxies: [\"127.0.0.1\", \"::1\"], or the proxy's address.
                """
        )
    }
}

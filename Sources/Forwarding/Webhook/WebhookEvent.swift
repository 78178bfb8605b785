package import Domain

extension Webhook {
    package func encode(_ outgoing: EncodedLead, at now: Instant) -> Encoded {
        var event = outgoing.event
        guard let type = destination.platformEvent(for: event, kind: outgoing.kind) else { return .skip(.notMapped) }
        // It would stand in the body as it is.
        if let value = event.value, BodyNumber(value.text) == nil { (event.value, event.currency) = (nil, nil) }
        let policy = destination.consent.action(for: event.consent)
        if policy == .skip {
            return .skip(event.consent.adUserData == .denied ? .consentDenied : .consentUnspecified)
        }
        var told = policy == .send ? event : event.withoutIdentifiers
        // How a form was filled in is between the sender and the relay.
        told.signals = nil
        let body: JSON = [
            "type": .string(type), "timestamp": .string(outgoing.happenedAt.rfc3339),
            "data": [
                "lead_id": .string(outgoing.lead.description), "event_id": .string(outgoing.eventID),
                "source": .string(outgoing.dimension.source), "received_at": .string(outgoing.receivedAt.rfc3339),
                "dimension": Self.json(outgoing.dimension),
                "event": told.json,
            ],
        ]
        return .event(Fragment(stream: "", key: id(of: outgoing.lead), bytes: body.bytes.finished()))
    }

    /// The delivery's name: the same at every attempt, another for the same lead at another destination. Without `.`,
    /// which separates the parts of what is signed.
    private func id(of lead: LeadID) -> String { "\(destination.name)_\(lead)" }

    /// What is not known is left out.
    private static func json(_ dimension: Dimension) -> JSON {
        let parts = [
            ("client", dimension.client), ("group", dimension.group), ("campaign", dimension.campaign),
            ("adset", dimension.adset), ("ad", dimension.ad),
        ]
        return .object(parts.filter { !$0.1.isEmpty }.map { JSON.Member($0.0, .string($0.1)) })
    }
}

extension LeadEvent {
    /// Without everything that may say who the person is. That includes the sender's own fields, which may say
    /// anything.
    fileprivate var withoutIdentifiers: LeadEvent {
        var event = self
        let words = PersonalWords(self, country: nil)
        event.person = Person()
        event.client = Client()
        event.custom = []
        event.page.url = page.url.flatMap { PageAddress.withoutPersonalData($0, of: words) }
        event.page.referrer = page.referrer.flatMap { PageAddress.withoutPersonalData($0, of: words) }
        return event
    }
}

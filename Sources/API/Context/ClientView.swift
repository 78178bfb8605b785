package import Configuration
package import Domain
import Service
import Store

/// What somebody may know who sees some clients only. Everything else is as if it were not there.
package struct ClientView: Sendable {
    package let clients: ClientScope
    package let configuration: Configuration

    /// A source belongs to the client that the configuration says; one that is no longer configured to nobody.
    package func shows(source name: String) -> Bool {
        clients.isAll || clients.contains(configuration.sources.first { $0.name == name }?.client)
    }

    /// A destination that serves all clients is known to each of them.
    package func shows(destination name: String) -> Bool {
        if clients.isAll { return true }
        guard let destination = configuration.destinations.first(where: { $0.name == name }) else { return false }
        return destination.client.map(clients.contains) ?? true
    }

    /// Whether leads of a client may go to a destination at all; what is not configured any more may have taken some.
    func serves(_ client: String, destination name: String) -> Bool {
        configuration.destinations.first { $0.name == name }?.client.map { $0 == client } ?? true
    }

    /// The platform of each destination, by its name.
    var platforms: [String: String] {
        Dictionary(
            configuration.destinations.map { ($0.name, $0.platform.name) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether all that the destination has in hand may be known. What it does for several clients together may not.
    func owns(destination name: String) -> Bool {
        clients.isAll || clients.contains(configuration.destinations.first { $0.name == name }?.client)
    }

    /// A lead belongs to the client that it was counted under, everything else to its source's.
    func shows(_ story: LeadHistory) -> Bool {
        if case .lead(let facts) = story.place { return clients.isAll || clients.contains(facts.dimension.client) }
        return shows(source: story.source)
    }

    /// The lines of the books that are about sources which may be seen.
    func part(of books: Books) -> Books {
        if clients.isAll { return books }
        var part = Books()
        for (line, count) in books.counts where shows(source: line.source) { part.add(count, to: line) }
        return part
    }
}

extension LeadHistory {
    /// Without what may be personal: enough to recognise a lead, not enough to reach the person.
    var masked: LeadHistory {
        var story = self
        story.body = nil
        // Made of the sender's id, which can be anything.
        story.aliases = story.aliases.mapValues { $0 == id.description ? $0 : Masking.stars }
        switch place {
        case .lead(var facts):
            var event = facts.payload.flatMap { LeadEvent(payload: $0, receivedAt: receivedAt) }?.masked
            if event?.eventID != nil { event?.eventID = Masking.stars }
            facts.payload = event?.json.bytes
            // The sender's own id can be anything; ours cannot.
            facts.eventID = facts.eventID == id.description ? facts.eventID : Masking.stars
            story.place = .lead(facts)
        case .quarantined(let event): story.place = .quarantined(event.masked)
        case .inbox, .duplicate: break
        }
        return story
    }
}

extension QuarantinedEvent {
    /// What could not be read cannot be masked: it is left out.
    var masked: QuarantinedEvent {
        var event = self
        event.body = []
        event.query = ""
        event.edited = nil
        return event
    }
}

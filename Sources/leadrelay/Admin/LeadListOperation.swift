import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// The single leads behind a number: those that `/api/figures` counts as leads.
enum LeadListOperation {
    static let all = [
        Operation(
            .get, "/api/leads", needs: .readLeads,
            query: ["client", "from", "to", "group", "campaign", "adset", "ad", "before", "limit"], list)
    ]

    /// Leads on a page, unless `limit` says otherwise, and at most.
    private static let usual = 50
    private static let most = 200

    /// What a `LeadQuestion` asks about, newest first; `before` is the `next` of the page before this one.
    @Sendable private static func list(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let question = try LeadQuestion(call, relay)
        let limit = try call.limit(usual, atMost: most)
        var before: LeadID?
        if let text = call.query["before"], !text.isEmpty {
            guard let id = LeadID(text) else {
                throw Problem(
                    .requestUnusable, "\"before\" is the \"next\" of an earlier answer.", invalid: "before")
            }
            before = id
        }
        let view = relay.view(of: call.clients)
        return try reader.snapshot {
            let found = try reader.leads(
                of: question.scope, question.days, in: question.client.timeZone, before: before, limit: limit)
            let titles = try reader.titles(of: question.keys + found.leads.flatMap(DisplayNames.keys))
            let isCounted = try reader.rollupProgress() == nil
            return .object(
                question.members(titles) + [
                    JSON.Member(
                        "total", isCounted ? JSON(try reader.count(question.scope, days: question.days)) : .null),
                    JSON.Member(
                        "leads",
                        .array(found.leads.map { lead($0, call, view, question.client.timeZone, titles) })),
                    JSON.Member("next", found.next.map { .string($0.description) } ?? .null),
                    JSON.Member(
                        "kept_from",
                        question.days.lowerBound < question.keptFrom
                            ? .string(question.keptFrom.civil.date) : .null),
                    JSON.Member("looked_at", JSON(found.lookedAt)),
                    JSON.Member(
                        "looked_back_to",
                        found.isCutShort
                            ? found.next.map { .string(local($0.moment, question.client.timeZone)) } ?? .null : .null),
                ])
        }
    }

    private static func lead(
        _ story: LeadHistory, _ call: Operation.Call, _ view: ClientView, _ zone: TimeZoneRules, _ titles: DisplayNames
    ) -> JSON {
        guard case .lead(let facts) = story.place else { preconditionFailure("a list of leads holds leads") }
        let event = facts.payload.flatMap { LeadEvent(payload: $0, receivedAt: story.receivedAt) }
        let shown = call.caller.may(.readPersonal) ? event : event?.masked
        func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
        let states = story.deliveries.filter { view.shows(destination: $0.destination) }.map { delivery -> JSON in
            [
                "destination": .string(delivery.destination), "state": .string(StoryJSON.word(for: delivery.state)),
                "code": .string(delivery.code),
            ]
        }
        return [
            "id": .string(story.id.description), "received_at": .string(story.receivedAt.rfc3339),
            "local": .string(local(story.receivedAt, zone)), "source": .string(story.source),
            "event": .string(facts.event), "value": event?.value.map { .number($0.text) } ?? .null,
            "currency": text(event?.currency), "dimension": StoryJSON.dimension(facts.dimension, titles),
            "email": text(shown?.person.email), "phone": text(shown?.person.phone), "deliveries": .array(states),
            "junk": .bool(facts.junk != nil),
        ]
    }

    /// `2026-11-24 09:15:03` by the client's clock.
    private static func local(_ moment: Instant, _ zone: TimeZoneRules) -> String {
        String(zone.local(moment).rfc3339.prefix(19)).replacing("T", with: " ")
    }
}

extension DeliveryStory {
    /// Under which code it ended.
    fileprivate var code: String {
        switch state {
        case .open: ""
        case .ended(_, _, _, let receipt): receipt.code
        }
    }
}

import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// The single leads behind a number: those that `/api/figures` counts as leads.
enum LeadListOperation {
    static let all: [any AnyHandler] = [Handlers.leadList]

    /// Leads on a page, unless `limit` says otherwise, and at most.
    private static let usual = 50
    private static let most = 200

    /// What a `LeadQuestion` asks about, newest first; `before` is the `next` of the page before this one.
    @Sendable static func list(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> LeadListDocument {
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
            return LeadListDocument(
                question: question.document(titles),
                total: isCounted ? try reader.count(question.scope, days: question.days) : nil,
                leads: found.leads.map { lead($0, call, view, question.client.timeZone, titles) }, next: found.next,
                keptFrom: question.days.lowerBound < question.keptFrom ? question.keptFrom.civil.date : nil,
                lookedAt: found.lookedAt,
                lookedBackTo: found.isCutShort
                    ? found.next.map { local($0.moment, question.client.timeZone) } : nil)
        }
    }

    private static func lead(
        _ story: LeadHistory, _ call: APICall, _ view: ClientView, _ zone: TimeZoneRules, _ titles: DisplayNames
    ) -> LeadRow {
        guard case .lead(let facts) = story.place else { preconditionFailure("a list of leads holds leads") }
        let event = facts.payload.flatMap { LeadEvent(payload: $0, receivedAt: story.receivedAt) }
        let person = (call.caller.may(.readPersonal) ? event : event?.masked)?.person
        return LeadRow(
            id: story.id, receivedAt: PreciseInstant(story.receivedAt), local: local(story.receivedAt, zone),
            source: story.source, event: facts.event, value: event?.value.map { DecimalNumber($0.text) },
            currency: event?.currency, dimension: DimensionDocument(facts.dimension, titles), email: person?.email,
            phone: person?.phone,
            deliveries: story.deliveries.filter { view.shows(destination: $0.destination) }.map { delivery in
                LeadRow.Delivery(
                    destination: delivery.destination, state: DeliveryState(delivery.state), code: delivery.code)
            }, junk: facts.junk != nil)
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

extension Handlers {
    package static let leadList = Handler(Operations.leadList, LeadListOperation.list)
}

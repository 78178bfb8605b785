import Configuration
import Domain
import Forwarding
import HTTP
import Intake
import Service
import Store

/// Sending again what has ended: what would come of it, or doing it.
enum ReplayOperation {
    /// Ids in one request.
    static let maximumNamed = 10_000
    private static let maximumNote = 400

    /// For the audit log: what was asked for, apart from the words of whoever asked.
    @Sendable static func trace(_ call: APICall) -> String {
        let words = ["destination", "from", "to"].compactMap { name in
            call.body[name]?.string.map { "\(name) \($0.prefix(80))" }
        }
        let ids = call.body["ids"]?.array.map { ["\($0.count) by id"] } ?? []
        return ([call.body["run"]?.bool == true ? "run" : "preview"] + ids + words).joined(separator: ", ")
    }

    @Sendable static func run(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ReplayDocument {
        let configuration = relay.configuration.withLock { $0 }
        let now = relay.now
        let body = try call.decoded(ReplayRequest.self)
        let selection = try selection(body, configuration, now: now)
        let isReal = body.run ?? false
        let words = String((body.note ?? "").prefix(maximumNote))
        guard !isReal || !words.isEmpty else {
            throw Problem(
                .requestUnusable, "Say why in \"note\": it is kept in the story of each lead.", invalid: "note")
        }
        var replayer = Replayer(
            ledger: relay.ledger, reader: reader, countries: configuration.dispatching.countries,
            kinds: configuration.dispatching.kinds,
            note: isReal ? "\(words) (by \(call.actor))" : nil, now: { relay.now })
        if isReal {
            relay.log.info(
                "replay.started",
                ["destinations": selection.destinations.map(\.name).joined(separator: ","), "by": call.actor])
        }
        defer {
            if isReal {
                relay.log.info(
                    "replay.ended",
                    [
                        "again": "\(replayer.report.totalAgain)", "considered": "\(replayer.report.considered)",
                        "by": call.actor,
                    ])
            }
        }
        try replayer.run(selection)
        return document(replayer.report, selection, isReal: isReal, lanes: relay.ledger.deliveries.lanes)
    }

    // MARK: The question

    static func selection(_ body: ReplayRequest, _ configuration: Configuration, now: Instant) throws -> ReplaySelection
    {
        var terms = Replay.Terms(endedBefore: try instant(body.endedBefore, "ended_before", now: now) ?? now)
        terms.includesDelivered = body.includeDelivered ?? false
        terms.outcomes.formUnion(body.outcomes ?? [])
        var selection = ReplaySelection(
            leads: try leads(body, now: now), destinations: try destinations(body, configuration),
            client: body.client, group: body.group, terms: terms)
        if let limit = body.limit {
            guard limit > 0 else {
                throw Problem(.requestUnusable, ReplayRequest.remedies["limit"] ?? "", invalid: "limit")
            }
            selection.limit = limit
        }
        return selection
    }

    private static func leads(_ body: ReplayRequest, now: Instant) throws -> ReplaySelection.Leads {
        let from = try instant(body.from, "from", now: now)
        let to = try instant(body.to, "to", now: now)
        if let named = body.ids {
            guard from == nil, to == nil else {
                throw Problem(.requestUnusable, "Choose by \"ids\" or by \"from\" and \"to\", not by both.")
            }
            let ids = try named.map { text in
                guard let id = LeadID(text) else {
                    throw Problem(
                        .requestUnusable, "\"\(text)\" is no lead id (13 letters and digits).", invalid: "ids")
                }
                return id
            }
            guard !ids.isEmpty, ids.count <= maximumNamed else {
                throw Problem(.requestUnusable, "Name 1 to \(maximumNamed) ids at a time.", invalid: "ids")
            }
            return .named(ids)
        }
        guard let from else {
            throw Problem(
                .requestUnusable,
                "Choose leads: by \"ids\", or by the time they were received with \"from\" and \"to\".",
                invalid: "from")
        }
        let end = to ?? now
        guard from < end else { throw Problem(.requestUnusable, "\"from\" must be before \"to\".", invalid: "to") }
        return .received(from: from, to: end)
    }

    private static func destinations(_ body: ReplayRequest, _ configuration: Configuration) throws -> [Destination] {
        let all = configuration.destinations
        guard let name = body.destination else {
            guard !all.isEmpty else { throw Problem(.notFound, "No destination is configured.") }
            return all
        }
        guard let one = all.first(where: { $0.name == name }) else {
            let near = suggestion(for: name, among: all.map(\.name)).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(
                .notFound, "No destination \"\(name)\" is configured.\(near)", invalid: "destination")
        }
        return [one]
    }

    /// A moment as RFC 3339, or so long ago: `26h`.
    private static func instant(_ text: String?, _ name: String, now: Instant) throws -> Instant? {
        guard let text else { return nil }
        if let moment = Instant(rfc3339: text) { return moment }
        if let ago = Duration(configured: text) { return now - ago }
        throw Problem(.requestUnusable, ReplayRequest.remedies[name] ?? "", invalid: name)
    }

    // MARK: The answer

    private static func document(
        _ report: ReplayReport, _ selection: ReplaySelection, isReal: Bool, lanes: [Lane]
    ) -> ReplayDocument {
        ReplayDocument(
            run: isReal, endedBefore: PreciseInstant(selection.terms.endedBefore), considered: report.considered,
            again: report.totalAgain, complete: !report.isCut,
            destinations: report.again.sorted { $0.key < $1.key }.map { name, found in
                ReplayDocument.Again(
                    destination: name, lane: lanes.first { $0.name == name }?.state ?? .running, count: found.count,
                    examples: found.examples)
            },
            left: report.left.sorted { ($0.value.count, $1.key.name) > ($1.value.count, $0.key.name) }.map {
                ReplayDocument.Left(
                    reason: $0.key.name, kind: $0.key.kind.rawValue, words: $0.key.words, count: $0.value.count,
                    examples: $0.value.examples)
            }, unknownIDs: Array(report.unknown.prefix(ReplayReport.examples)), unknown: report.unknown.count)
    }
}

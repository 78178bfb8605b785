import Domain
import HTTP
import Intake
import Service
import Store

/// Events of other tools, so that one place holds all alerts of a team: `POST /api/alerts/events`.
///
///     { "action": "open", "key": "disk-7", "text": "The disk of web-7 is full.", "severity": "warning" }
///
/// A key belongs to the caller: two tools cannot touch each other's alerts. Saying the same again changes nothing.
enum AlertEvents {
    /// Events in one request.
    private static let most = 100
    private static let longestKey = 200
    private static let longestText = 500
    private static let mostEvidence = 20

    private enum Action: String, CaseIterable {
        /// It is so; opens an alert unless one is open.
        case open
        /// New figures or another severity for one that is open.
        case update
        case resolve
    }

    @Sendable static func take(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let bodies = call.body["events"]?.array ?? [call.body]
        guard !bodies.isEmpty, bodies.count <= most else {
            throw Problem(.batchTooLarge, "Send 1 to \(most) events at a time.", invalid: "events")
        }
        let now = relay.now
        let clients = Set(relay.configuration.withLock { $0.clients.map(\.name) })
        // All of them are read before anything is done.
        let events = try bodies.map { try read($0, call, clients, now) }
        let before = Dictionary(relay.ledger.openAlerts.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        for (action, observation) in events where action == .update && before[observation.key] == nil {
            throw Problem(
                .notFound, "There is no open alert under this key: send \"open\" to open one.", invalid: "key")
        }
        _ = try relay.ledger.observe(events.map(\.observation))
        let after = Dictionary(relay.ledger.openAlerts.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        return [
            "events": .array(
                events.map { _, observation in
                    guard let alert = after[observation.key] else {
                        // It has just ended, or there was none.
                        guard let ended = before[observation.key] else { return ["state": "none"] }
                        return [
                            "id": .string(ended.id.description), "state": .string(Alert.State.resolved.rawValue),
                        ]
                    }
                    return ["id": .string(alert.id.description), "state": .string(alert.state.rawValue)]
                })
        ]
    }

    private static func read(
        _ body: JSON, _ call: Operation.Call, _ clients: Set<String>, _ now: Instant
    ) throws -> (action: Action, observation: Observation) {
        let action = try AlertOperations.choice(body["action"]?.string ?? "", "action", Action.self)
        let key = body["key"]?.string ?? ""
        guard !key.isEmpty, key.utf8.count <= longestKey, key.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw Problem(
                .requestUnusable,
                "\"key\" names the matter, in 1 to \(longestKey) bytes: the same for open, update and resolve.",
                invalid: "key")
        }
        let at = try moment(body, "at") ?? now
        guard at <= now + .minutes(5) else {
            throw Problem(.requestUnusable, "\"at\" lies in the future.", invalid: "at")
        }
        let scope = AlertScope.external("\(AlertOperations.person(call))/\(key)")
        guard action != .resolve else {
            let reason =
                body["text"]?.string.map { String($0.prefix(longestText)) } ?? "The tool that reported it says so."
            return (
                action,
                .recovered(key: Finding.key(.external, scope), ended: min(at, now), reason: reason)
            )
        }
        guard let text = body["text"]?.string, !text.isEmpty else {
            throw Problem(.requestUnusable, "\"text\" says in one sentence what is wrong.", invalid: "text")
        }
        let client = body["client"]?.string ?? ""
        guard client.isEmpty || clients.contains(client) else {
            throw Problem(.requestUnusable, "There is no client of this name in the configuration.", invalid: "client")
        }
        let severity = try AlertOperations.choice(body["severity"]?.string ?? "warning", "severity", Severity.self)
        let evidence = (body["evidence"]?.object ?? []).prefix(mostEvidence).map {
            Finding.Evidence(
                String($0.name.prefix(100)), String(($0.value.string ?? $0.value.text).prefix(longestText)))
        }
        return (
            action,
            .problem(
                Finding(
                    .external, scope, severity, began: min(at, now), sentence: String(text.prefix(longestText)),
                    evidence: evidence, client: client))
        )
    }

    private static func moment(_ body: JSON, _ name: String) throws -> Instant? {
        guard let value = body[name], value != .null else { return nil }
        guard let moment = value.string.flatMap({ Instant(rfc3339: $0) }) else {
            throw Problem(
                .requestUnusable, "\"\(name)\" is a moment as RFC 3339 has it, for example 2026-11-24T18:00:00Z.",
                invalid: name)
        }
        return moment
    }
}

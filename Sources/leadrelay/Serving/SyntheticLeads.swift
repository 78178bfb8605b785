import Curl
import Domain
import Intake
import Monitoring
import Service
import Store

/// Sends leads of our own by the public address and waits until they are judged. They are marked by a secret of this
/// process (see `SyntheticGate`), leave nothing behind, and say `test` besides: should they ever reach another relay,
/// that one does not count or forward them either.
final class SyntheticLeads: Sendable {
    private let gate: SyntheticGate
    private let web: any WebClient
    private let clock: Clock
    private let judged = Locked<[LeadID: Judgement]>([:])

    private static let patience: Duration = .seconds(10)
    /// Answers that nobody waits for are dropped beyond this.
    private static let most = 100

    init(_ gate: SyntheticGate, _ validation: ValidationRole, web: any WebClient, clock: Clock) {
        self.gate = gate
        self.web = web
        self.clock = clock
        validation.onSynthetic { [judged] id, judgement in
            judged.update { judged in
                if judged.count >= Self.most { judged.removeAll() }
                judged[id] = judgement
            }
        }
    }

    /// `nil` if the source has no key. Blocks for twice `patience` at most.
    func send(for source: Source, to address: String) -> ChecklistFacts.SyntheticFacts? {
        guard let key = source.keys.first else { return nil }
        let started = Clock.monotonic
        func end(_ end: ChecklistFacts.SyntheticFacts.End) -> ChecklistFacts.SyntheticFacts {
            ChecklistFacts.SyntheticFacts(end, took: Clock.monotonic - started)
        }
        switch web.perform(transfer(source, key, address)) {
        case .failure(let error): return end(.unreachable(error.reason))
        case .success(let answer):
            let body = try? JSON(parsing: answer.body)
            guard answer.status == 202, let id = body?["id"]?.string.flatMap({ LeadID($0) }) else {
                let isOurs = body?["type"]?.string?.hasPrefix("urn:leadrelay:problem:") == true
                guard isOurs else { return end(.blocked(status: answer.status)) }
                let reason = String(body?["type"]?.string?.dropFirst("urn:leadrelay:problem:".count) ?? "")
                return end(.refused(status: answer.status, reason: reason))
            }
            let judgement = judged.wait(atMost: Self.patience) { $0.removeValue(forKey: id) }
            switch judgement {
            case nil: return end(.notJudged)
            case .lead?, .discard?: return end(.judged)
            case .quarantine(let defects, _)?:
                let first = defects.first.map { "\($0.code.rawValue) \($0.pointer)" } ?? ""
                return end(.quarantined(first))
            }
        }
    }

    private func transfer(_ source: Source, _ key: String, _ address: String) -> Transfer {
        let event: JSON = [
            "event": "lead", "test": true, "event_id": "leadrelay-synthetic",
            "person": ["email": "synthetic@leadrelay.invalid"],
            "page": ["url": .string(source.origins.first { $0.hasPrefix("http") } ?? address)],
        ]
        let body = event.bytes
        var fields = [
            (name: "Content-Type", value: "application/json"), (name: "X-LeadRelay-Key", value: key),
            (name: SyntheticGate.field, value: gate.value),
        ]
        if let secret = source.signatureSecret {
            let now = Instant(milliseconds: clock.milliseconds())
            fields.append(
                (name: "X-LeadRelay-Signature", value: Signature.header(body: body, secret: secret, now: now)))
        }
        var transfer = Transfer("POST", address + "/v1/leads", fields: fields, body: body)
        transfer.connectTimeout = Self.patience
        transfer.totalTimeout = Self.patience
        return transfer
    }
}

extension TransferError {
    fileprivate var reason: String {
        switch self {
        case .unreachable(let words), .interrupted(let words), .unsendable(let words): words
        case .answerTooLarge: "the answer is too large"
        }
    }
}

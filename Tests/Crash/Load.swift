import Curl
import Domain
import Service
import TestSupport

/// Posts leads with ids of their own over many connections, for as long as it is told, and remembers what was
/// acknowledged.
///
/// Like a landing page it sometimes sends an event again: after a failure, and sometimes although it was acknowledged;
/// under the same idempotency key, and sometimes in other bytes, because something beside the lead has changed.
final class Load: Sendable {
    private let stage: Stage
    private let connections: Int
    private let seed: UInt64
    private let state: Locked<State>

    private struct State {
        var random: SeededGenerator
        var isStopping = false
        var underWay = 0
        var issued = 0
        var acknowledged: Set<Int> = []
        /// What was posted when an id was answered: each is to be found under it.
        var promised: [String: [UInt8]] = [:]
        var refused = 0
        var failed = 0
    }

    init(_ stage: Stage, connections: Int, seed: UInt64) {
        self.stage = stage
        self.connections = connections
        self.seed = seed
        state = Locked(State(random: SeededGenerator(seed: seed &+ 1)))
    }

    var acknowledged: Int { state.withLock { $0.acknowledged.count } }
    var acknowledgedNumbers: Set<Int> { state.withLock { $0.acknowledged } }
    var issued: Int { state.withLock { $0.issued } }
    var promised: [String: [UInt8]] { state.withLock { $0.promised } }

    var counts: String {
        state.withLock {
            "\($0.issued) events posted, \($0.acknowledged.count) acknowledged, \($0.refused) refused, \($0.failed) without an answer"
        }
    }

    func start() {
        for _ in 0..<connections { post(nil) }
    }

    /// Goes on after `stop`.
    func resume() {
        state.update { $0.isStopping = false }
        start()
    }

    /// Waits until the last answer has come.
    func stop() {
        state.update { $0.isStopping = true }
        state.wait { $0.underWay == 0 ? true : nil }
    }

    /// Posts an event: a new one, or once more the one with this number.
    private func post(_ again: Int?) {
        let number: Int? = state.update { state in
            if state.isStopping { return nil }
            state.underWay += 1
            if let again { return again }
            state.issued += 1
            return state.issued
        }
        guard let number else { return }
        let (isKeyed, variant) = state.withLock { state in
            (Bool.random(using: &state.random), again == nil ? 0 : Int.random(in: 0..<3, using: &state.random))
        }
        var fields = [("Content-Type", "application/json"), ("X-LeadRelay-Key", Stage.key)]
        if isKeyed { fields.append(("Idempotency-Key", id(number))) }
        let body = event(number, variant: variant).bytes
        var transfer = Transfer(
            "POST", stage.intakeURL, fields: fields.map { (name: $0, value: $1) }, body: body)
        transfer.totalTimeout = .seconds(5)
        stage.transfers.start(transfer) { [self] result in
            let next: Int? = state.update { state in
                state.underWay -= 1
                let isRepeated = Int.random(in: 0..<20, using: &state.random) == 0
                switch result {
                case .success(let answer) where answer.status == 202:
                    state.acknowledged.insert(number)
                    if let id = (try? JSON(parsing: answer.body))?["id"]?.string {
                        // The same was said before in other bytes: the first answer stands for both.
                        if state.promised[id] == nil { state.promised[id] = body }
                    }
                    return isRepeated ? number : nil
                case .success:
                    state.refused += 1
                    return isRepeated ? number : nil
                case .failure:
                    state.failed += 1
                    return Bool.random(using: &state.random) ? number : nil
                }
            }
            post(next)
        }
    }

    /// The event with a number; always the same for the same run, but for what `variant` changes beside the lead.
    func event(_ number: Int, variant: Int = 0) -> JSON {
        let event = event(number)
        guard variant > 0, case .object(let members) = event else { return event }
        return .object(members + [JSON.Member("custom", ["attempt": JSON(variant)])])
    }

    private func event(_ number: Int) -> JSON {
        [
            "event_id": .string(id(number)), "event": "lead", "occurred_at": .string(moment.rfc3339),
            "value": .number("\(number % 500).5"), "currency": "EUR", "campaign_id": .string("c\(number % 7)"),
            "click": [
                "gclid": .string("gclid-\(seed)-\(number)"), "fbclid": .string("fbclid-\(seed)-\(number)"),
                "landed_at": .string((moment - .hours(8)).rfc3339),
            ],
            "person": ["email": .string("person\(number)@example.com"), "phone": "+4930901820"],
            "page": ["url": "https://www.example.com/offer?utm_source=test"],
            "client": ["ip": "203.0.113.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)"],
            "consent": ["ad_user_data": "granted", "ad_personalization": "granted"],
        ]
    }

    func id(_ number: Int) -> String { "crash-\(seed)-\(number)" }

    let moment = Instant(seconds: Clock.system.milliseconds() / 1000 - 60)
}

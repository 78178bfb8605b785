import Crypto
package import Curl
import Domain
import HTTP
package import Service

/// Asks the providers of widgets about the tokens of leads, while these wait in the inbox.
///
/// A lead whose source wants it waits there, durable, until the last verdict or `patience` after its receipt, whichever
/// comes first; then it is judged once, with all that is known. So nothing that was sent, counted or put aside ever has
/// to be taken back, and a restart asks again or, when the time has passed, goes on without. A provider that does not
/// answer is no sign of anything.
///
/// Deliveries that wait for a verdict instead would be judged earlier, and have to be undone for `hold` and `discard`:
/// books, statistics and duplicates with them.
package final class TokenChecks: Sendable {
    /// The longest that a lead waits.
    static let patience: Duration = .seconds(30)
    /// Leads that wait at the same time; others go on without a verdict.
    static let most = 2000
    /// Verdicts that are kept until their lead has been written.
    private static let mostKept = 10_000
    private static let pauses: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8)]
    /// An event that is told so late may carry a token that has ended.
    static let lateness: Duration = .minutes(2)

    enum Standing {
        /// Nobody has asked about it.
        case unasked
        case waiting
        case known([TokenProvider: TokenVerdict])
    }

    private struct Errand {
        var until: Instant
        var isLate: Bool
        var open: [TokenProvider: Question]
        var verdicts: [TokenProvider: TokenVerdict] = [:]
    }

    private struct Question {
        var check: JunkSettings.TokenCheck
        var token: String
        var attempts = 0
        /// When to ask next; `nil` while an answer is awaited.
        var due: Instant?
    }

    private struct State {
        var errands: [LeadID: Errand] = [:]
        var known: [LeadID: [TokenProvider: TokenVerdict]] = [:]
        /// In the order in which they became known.
        var order: [LeadID] = []
        var isStopping = false
    }

    private let state = Locked(State())
    private let worker = Locked<Worker?>(nil)
    private let transfers: Transfers
    private let clock: Clock
    private let log: Log
    private let wake: @Sendable () -> Void

    /// `wake` is called when a lead can be judged.
    package init(_ transfers: Transfers, clock: Clock, log: Log, wake: @escaping @Sendable () -> Void) {
        self.transfers = transfers
        self.clock = clock
        self.log = log
        self.wake = wake
    }

    private var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    package func start() { worker.withLock { $0 = Worker("tokens", priority: .background) { [self] in run() } } }

    package func stop() {
        state.update { $0.isStopping = true }
        let worker = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.join()
    }

    func standing(of lead: LeadID) -> Standing {
        state.withLock { state in
            if let verdicts = state.known[lead] { return .known(verdicts) }
            return state.errands[lead] == nil ? .unasked : .waiting
        }
    }

    /// Begins to ask. False if the lead has to go on without: it has waited long enough, or too many wait.
    func begin(
        _ lead: LeadID, _ tokens: [(check: JunkSettings.TokenCheck, token: String)], receivedAt: Instant, isLate: Bool
    ) -> Bool {
        let now = now
        let until = receivedAt + Self.patience
        guard until > now, now >= receivedAt - Self.patience else { return false }
        return state.update { state in
            guard state.errands.count < Self.most, !state.isStopping else { return false }
            var errand = Errand(until: until, isLate: isLate, open: [:])
            for (check, token) in tokens {
                errand.open[check.provider] = Question(check: check, token: token, due: now)
            }
            state.errands[lead] = errand
            return true
        }
    }

    private func run() {
        while true {
            let now = now
            var isOver = false
            let asked: [(LeadID, Question)]? = state.withLock { state in
                if state.isStopping { return nil }
                var asked: [(LeadID, Question)] = []
                for (lead, errand) in state.errands {
                    if errand.until <= now {
                        for provider in errand.open.keys { state.errands[lead]?.verdicts[provider] = .unknown }
                        isOver = finish(lead, &state) || isOver
                        continue
                    }
                    for (provider, question) in errand.open {
                        guard let due = question.due, due <= now else { continue }
                        state.errands[lead]?.open[provider]?.due = nil
                        state.errands[lead]?.open[provider]?.attempts += 1
                        asked.append((lead, question))
                    }
                }
                return asked
            }
            guard let asked else { return }
            for (lead, question) in asked { ask(lead, question) }
            if isOver { wake() }
            wait()
        }
    }

    /// Until something is due, or somebody comes.
    private func wait() {
        let isIdle = state.withLock { $0.errands.isEmpty }
        _ = state.wait(atMost: isIdle ? .seconds(60) : .milliseconds(250)) { [self] state -> Bool? in
            if state.isStopping { return true }
            let now = now
            let isDue = state.errands.values.contains { errand in
                errand.until <= now || errand.open.values.contains { $0.due.map { $0 <= now } ?? false }
            }
            return isDue ? true : nil
        }
    }

    private func ask(_ lead: LeadID, _ question: Question) {
        let check = question.check
        var fields = [("secret", check.secret.value), ("response", question.token)]
        // Turnstile answers the same question twice under one key, also after a restart: a UUID made of the lead's id.
        if check.provider == .turnstile { fields.append(("idempotency_key", Self.uuid(lead))) }
        let body = fields.map { "\($0.0)=\($0.1.percentEncoded())" }.joined(separator: "&")
        var transfer = Transfer(
            "POST", check.endpoint, fields: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(body.utf8))
        transfer.connectTimeout = .seconds(5)
        transfer.totalTimeout = .seconds(10)
        transfer.maximumAnswer = 64 << 10
        transfers.start(transfer) { [self] result in took(result, lead, question) }
    }

    private func took(_ result: Result<Answer, TransferError>, _ lead: LeadID, _ question: Question) {
        let provider = question.check.provider
        let now = now
        let isKnown: Bool = state.update { state in
            guard let errand = state.errands[lead], errand.open[provider] != nil else { return false }
            guard let verdict = verdict(result, question, isLate: errand.isLate) else {
                let pause = Self.pauses[min(question.attempts, Self.pauses.count - 1)]
                state.errands[lead]?.open[provider]?.due = now + pause
                return false
            }
            state.errands[lead]?.open[provider] = nil
            state.errands[lead]?.verdicts[provider] = verdict
            guard state.errands[lead]?.open.isEmpty == true else { return false }
            return finish(lead, &state)
        }
        if isKnown { wake() }
    }

    private func verdict(_ result: Result<Answer, TransferError>, _ question: Question, isLate: Bool) -> TokenVerdict? {
        guard case .success(let answer) = result, answer.status < 500, answer.status != 429 else { return nil }
        guard let document = try? JSON(parsing: answer.body) else { return answer.status == 200 ? nil : .unknown }
        let verdict = TokenVerdict(
            answer: document, minimumScore: question.check.minimumScore, isFirst: question.attempts == 0, isLate: isLate
        )
        if verdict == .unknown {
            let codes = (document["error-codes"]?.array ?? []).compactMap(\.string).prefix(3).joined(separator: ",")
            log.warning(
                "junk.verification_failed",
                ["provider": question.check.provider.rawValue, "codes": String(codes.prefix(100))])
        }
        return verdict
    }

    private func finish(_ lead: LeadID, _ state: inout State) -> Bool {
        guard let errand = state.errands.removeValue(forKey: lead) else { return false }
        if state.known[lead] == nil { state.order.append(lead) }
        state.known[lead] = errand.verdicts
        if state.order.count > Self.mostKept {
            state.known[state.order.removeFirst()] = nil
        }
        return true
    }

    private static func uuid(_ lead: LeadID) -> String {
        var hex = Array(SHA256.hex(of: lead.description).prefix(32))
        hex[12] = "4"
        hex[16] = "8"
        let text = String(hex)
        func part(_ from: Int, _ length: Int) -> String { String(text.dropFirst(from).prefix(length)) }
        return [part(0, 8), part(8, 4), part(12, 4), part(16, 4), part(20, 12)].joined(separator: "-")
    }
}

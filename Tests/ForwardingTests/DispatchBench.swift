import Curl
import Domain
import Forwarding
import Service
import Store
import TestSupport
import Testing

/// The forwarding thread's work without the thread: a store in memory, platforms as closures, and a clock that is moved
/// from one thing that happens to the next.
final class DispatchBench {
    let time = Locked<Int64>(Instant.start.milliseconds)
    let store: MemoryStore
    let transport = MemoryTransport()
    let mailbox = MessageQueue<Message>()
    let reports = Locked<[LaneReport]>([])
    let lines = Locked<[String]>([])
    private(set) var loop: DispatchLoop
    private let settings: Dispatcher.Settings

    init(_ destinations: [Destination] = Samples.destinations) {
        let time = time
        let clock = Clock { time.withLock { $0 } }
        store = MemoryStore(clock)
        settings = Dispatcher.Settings(destinations)
        let (mailbox, lines) = (mailbox, lines)
        store.onDue { names in mailbox.put(.due(names)) }
        loop = DispatchLoop(
            settings, store: store, leads: store.reader, transport: transport, clock: clock,
            log: Log(clock: clock, sink: { line in lines.withLock { $0.append(line) } }), messages: mailbox,
            reports: reports,
            jitter: { 0.5 })
    }

    var now: Instant {
        get { Instant(milliseconds: time.withLock { $0 }) }
        set { time.withLock { $0 = newValue.milliseconds } }
    }

    /// The process ends without a word and starts again.
    func restart() {
        transport.forget()
        store.giveBackEverything()
        let (time, lines) = (time, lines)
        let clock = Clock { time.withLock { $0 } }
        _ = mailbox.take(waitingAtMost: .zero)
        loop = DispatchLoop(
            settings, store: store, leads: store.reader, transport: transport, clock: clock,
            log: Log(clock: clock, sink: { line in lines.withLock { $0.append(line) } }), messages: mailbox,
            reports: reports,
            jitter: { 0.5 })
    }

    /// Leads `ids`, owed to every destination from now on.
    func add(
        _ ids: some Sequence<Int>, expires: Duration = .days(7), to names: [String]? = nil,
        _ event: LeadEvent = Samples.event
    ) {
        store.add(ids, owedTo: names ?? settings.destinations.map(\.name), event, expires: now + expires)
    }

    /// Lets everything happen that happens until `moment`; the clock stands there afterwards.
    func run(until moment: Instant, maximumSteps: Int = 1_000_000) {
        for _ in 0..<maximumSteps {
            transport.deliver(at: now)
            let messages = mailbox.take(waitingAtMost: .zero)
            guard let next = loop.step(messages) else { return }
            if transport.hasAnswers(at: now) || !mailbox.isEmpty { continue }
            guard let then = [next.moment, transport.nextAnswer].compactMap({ $0 }).min(), then <= moment else {
                now = max(now, moment)
                return
            }
            now = max(then, now)
        }
        Issue.record("the lanes do not come to rest")
    }

    func run(for time: Duration = .seconds(5)) { run(until: now + time) }
}

extension MessageQueue<Message> {
    /// Whether nothing waits; what waits is put back.
    var isEmpty: Bool {
        let messages = take(waitingAtMost: .zero)
        for message in messages { put(message) }
        return messages.isEmpty
    }
}

/// Deliveries in memory, with the store's rules: one claim each, settled by its claim only, back to due when the lease
/// runs out.
final class MemoryStore: DeliveryStore {
    struct Owed {
        var due: Instant
        var failures = 0
        var expires: Instant
        var uncertainSince: Instant?
        var claim: Int64?
        var leasedUntil = Instant(milliseconds: 0)
        var attempts: [Verdict.Cause] = []
        var outcome: Outcome?
        var receipt: Receipt?
    }

    struct State {
        var owed: [String: [LeadID: Owed]] = [:]
        var payloads: [LeadID: LeadPayload] = [:]
        var lanes: [String: (state: LaneState, reason: String)] = [:]
        var lastClaim: Int64 = 0
        var claims: [String: Int] = [:]
        var notify: @Sendable (Set<String>) -> Void = { _ in }
        /// Settlements are refused for so many calls.
        var overloaded = 0
        /// Changes of a lane's state wait for `writeHolds`.
        var delaysHolds = false
        var delayed: [@Sendable () -> Void] = []
        /// As are changes of lanes, and claims.
        var isFull = false
    }

    let state = Locked(State())
    let reader: MemoryReader
    private let clock: Clock

    init(_ clock: Clock) {
        self.clock = clock
        reader = MemoryReader(state)
    }

    private var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    func add(_ ids: some Sequence<Int>, owedTo names: [String], _ event: LeadEvent, expires: Instant) {
        let payload = event.json.bytes
        let ids = ids.map { LeadID(rawValue: Int64($0)) }
        let now = now
        state.withLock { state in
            for id in ids {
                state.payloads[id] = LeadPayload(
                    id: id, eventID: "event-\(id.rawValue)", dimension: Dimension(source: "site", client: "acme"),
                    receivedAt: now, payload: payload)
                for name in names { state.owed[name, default: [:]][id] = Owed(due: now, expires: expires) }
            }
        }
        state.withLock { $0.notify }(Set(names))
    }

    func giveBackEverything() {
        let now = now
        state.withLock { state in
            for (name, rows) in state.owed {
                for (id, row) in rows where row.claim != nil {
                    state.owed[name]?[id]?.claim = nil
                    state.owed[name]?[id]?.uncertainSince = row.uncertainSince ?? now
                }
            }
        }
    }

    func claim(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Claim, StoreError>) -> Void
    ) {
        let now = now
        if state.withLock({ $0.isFull }) { return then(.failure(.diskFull)) }
        let claim = state.withLock { state -> Claim in
            state.claims[destination, default: 0] += 1
            state.lastClaim += 1
            var rows = state.owed[destination] ?? [:]
            for (id, row) in rows where row.claim != nil && row.leasedUntil <= now { rows[id]?.claim = nil }
            let open = rows.filter { $0.value.outcome == nil && $0.value.claim == nil }
            let due = open.filter { $0.value.due <= now }.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
            let taken = due.prefix(limit)
            for (id, _) in taken {
                rows[id]?.claim = state.lastClaim
                rows[id]?.leasedUntil = now + lease
            }
            state.owed[destination] = rows
            // As the ledger has it: the next due time or the end of a lease.
            let left = rows.values.filter { $0.outcome == nil }.map { $0.claim == nil ? $0.due : $0.leasedUntil }.min()
            return Claim(
                id: state.lastClaim, destination: destination,
                deliveries: taken.map {
                    Delivery(
                        lead: $0.key, failures: $0.value.failures, expires: $0.value.expires,
                        uncertainSince: $0.value.uncertainSince)
                }, nextDue: left)
        }
        then(.success(claim))
    }

    func settle(
        _ claim: Int64, _ settlements: [Settlement], then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        let now = now
        let count = state.withLock { state -> Int? in
            if state.isFull { return nil }
            if state.overloaded > 0 {
                state.overloaded -= 1
                return nil
            }
            var count = 0
            for settlement in settlements {
                for name in state.owed.keys where state.owed[name]?[settlement.lead]?.claim == claim {
                    state.owed[name]?[settlement.lead]?.apply(settlement, at: now)
                    count += 1
                }
            }
            return count
        }
        then(count.map { .success($0) } ?? .failure(.overloaded))
    }

    /// What became of requests is `ConfirmationTests`' business, with a real store.
    func inquire(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Inquiries, StoreError>) -> Void
    ) {
        then(.success(Inquiries(requests: [], nextDue: nil)))
    }

    func confirm(
        _ destination: String, _ outcome: InquiryOutcome,
        then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        then(.success(0))
    }

    func set(
        _ destination: String, _ newState: LaneState, reason: String,
        then: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        if state.withLock({ $0.isFull }) { return then(.failure(.diskFull)) }
        let write: @Sendable () -> Void = { [state] in
            state.withLock { $0.lanes[destination] = (newState, reason) }
            state.withLock { $0.notify }([destination])
            then(.success(()))
        }
        let isDelayed = state.withLock { state in
            if state.delaysHolds { state.delayed.append(write) }
            return state.delaysHolds
        }
        if !isDelayed { write() }
    }

    func writeHolds() {
        let delayed = state.withLock { state in
            defer { state.delayed = [] }
            return state.delayed
        }
        for write in delayed { write() }
    }

    func laneState(_ destination: String) -> LaneState { state.withLock { $0.lanes[destination]?.state ?? .running } }
    func onDue(_ notify: @escaping @Sendable (Set<String>) -> Void) { state.withLock { $0.notify = notify } }
    func leads() throws(StoreError) -> any LeadSource { reader }

    /// How many deliveries of a destination ended so; `nil` counts the open ones.
    func count(_ destination: String, _ outcome: Outcome?) -> Int {
        state.withLock { $0.owed[destination]?.values.count { $0.outcome == outcome } ?? 0 }
    }

    func owed(_ destination: String, _ id: Int) -> Owed? {
        state.withLock { $0.owed[destination]?[LeadID(rawValue: Int64(id))] }
    }
}

extension MemoryStore.Owed {
    mutating func apply(_ settlement: Settlement, at now: Instant) {
        claim = nil
        switch settlement.end {
        case .outcome(let outcome): (self.outcome, receipt) = (outcome, settlement.receipt)
        case .retry(let due, let cause, let uncertain):
            self.due = due
            failures += 1
            attempts.append(cause)
            if uncertain { uncertainSince = uncertainSince ?? now }
        case .release, .alone: break
        }
    }
}

final class MemoryReader: LeadSource, Sendable {
    private let state: Locked<MemoryStore.State>
    init(_ state: Locked<MemoryStore.State>) { self.state = state }
    func parcels(_ ids: [LeadID]) throws -> [LeadPayload] {
        state.withLock { state in ids.compactMap { state.payloads[$0] } }
    }
    var revision: Int { 0 }
    func rest() -> Duration? { nil }
}

/// Platforms as closures that answer after some time.
final class MemoryTransport: Transport {
    typealias Platform = @Sendable (Transfer, Instant) -> (Result<Answer, TransferError>, after: Duration)

    struct State {
        var platforms: [String: Platform] = [:]
        var started: [(Transfer, @Sendable (Result<Answer, TransferError>) -> Void)] = []
        var answers: [(at: Instant, Result<Answer, TransferError>, @Sendable (Result<Answer, TransferError>) -> Void)] =
            []
        var requests: [Transfer] = []
    }

    let state = Locked(State())

    /// What answers requests whose address begins with `prefix`.
    subscript(prefix: String) -> Platform {
        get { state.withLock { $0.platforms[prefix]! } }
        set { state.withLock { $0.platforms[prefix] = newValue } }
    }

    func start(_ transfer: Transfer, then: @escaping @Sendable (Result<Answer, TransferError>) -> Void) {
        state.withLock {
            $0.started.append((transfer, then))
            $0.requests.append(transfer)
        }
    }

    var requests: [Transfer] { state.withLock { $0.requests } }
    func requests(to prefix: String) -> [Transfer] { requests.filter { $0.url.hasPrefix(prefix) } }
    var nextAnswer: Instant? { state.withLock { $0.answers.map(\.at).min() } }
    func hasAnswers(at now: Instant) -> Bool {
        state.withLock { !$0.started.isEmpty || $0.answers.contains { $0.at <= now } }
    }
    func forget() {
        state.withLock {
            $0.started = []
            $0.answers = []
        }
    }

    func deliver(at now: Instant) {
        let (started, platforms) = state.withLock { state in
            defer { state.started = [] }
            return (state.started, state.platforms)
        }
        for (transfer, then) in started {
            Recording.keep(transfer, at: now)
            let platform = platforms.first { transfer.url.hasPrefix($0.key) }?.value
            let (result, after) = platform?(transfer, now) ?? (.failure(.unreachable("nobody there")), .zero)
            state.withLock { $0.answers.append((now + after, result, then)) }
        }
        let ready = state.withLock { state in
            let ready = state.answers.filter { $0.at <= now }
            state.answers.removeAll { $0.at <= now }
            return ready
        }
        for (_, result, then) in ready { then(result) }
    }
}

/// Answers as the platforms give them.
enum Platforms {
    static func answer(_ status: Int, _ body: String, _ fields: [(name: String, value: String)] = []) -> Result<
        Answer, TransferError
    > {
        .success(Answer(status: status, fields: fields, body: Array(body.utf8)))
    }

    /// The ids of the events in a request to either platform. Reads no JSON, for there are many.
    static func ids(_ transfer: Transfer) -> [String] {
        let text = String(decoding: transfer.body ?? [], as: UTF8.self)
        let names = ["\"transactionId\":\"", "\"orderId\":\"", "\"event_id\":\""]
        guard let name = names.first(where: text.contains) else { return [] }
        return text.split(separator: name).dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    static func metaTakes(_ transfer: Transfer) -> Result<Answer, TransferError> {
        answer(200, #"{"events_received":\#(ids(transfer).count),"messages":[],"fbtrace_id":"T"}"#)
    }

    static let meta: MemoryTransport.Platform = { transfer, _ in (metaTakes(transfer), .milliseconds(80)) }
    static let google: MemoryTransport.Platform = { _, _ in (answer(200, #"{"requestId":"R"}"#), .milliseconds(80)) }
    static let upload: MemoryTransport.Platform = { transfer, _ in
        let rows = Array(repeating: #"{"conversionAction":"a"}"#, count: ids(transfer).count)
        return (answer(200, #"{"results":[\#(rows.joined(separator: ","))],"jobId":"7"}"#), .milliseconds(80))
    }
    static let token: MemoryTransport.Platform = { _, _ in
        (answer(200, #"{"access_token":"ya29.one","expires_in":3599,"token_type":"Bearer"}"#), .milliseconds(30))
    }
    static let dead: MemoryTransport.Platform = { _, _ in
        (.failure(.unreachable("connection refused")), .milliseconds(1))
    }
    static let silent: MemoryTransport.Platform = { _, _ in (.failure(.interrupted("timed out")), .seconds(60)) }
}

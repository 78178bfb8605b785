import Curl
import Domain
import Forwarding
import HTTP
import Sandbox
import Service
import Store
import TestSupport
import Testing

/// The relay's own store and dispatcher before the imitated platforms, over real connections, under a clock that the
/// test moves.
///
/// Nothing sleeps: the clock jumps to the next moment at which somebody has something to do, and only once everybody
/// has answered. Answers are heard in the order in which they were asked for, whichever came first, so that a run can
/// be repeated.
final class Rig {
    let folder = TemporaryFolder()
    let sandbox: Sandbox
    let lines = Locked<[String]>([])
    let reports = Locked<[LaneReport]>([])
    private(set) var ledger: Ledger
    private(set) var destinations: [Destination]
    private let time: Locked<Int64>
    private let server: Server
    private let transfers = Transfers(userAgent: "test/1")
    private var order = Order()
    private var mailbox = MessageQueue<Message>()
    private var loop: DispatchLoop
    private var seed: UInt64

    var now: Instant { Instant(milliseconds: time.withLock { $0 }) }
    private var clock: Clock { Clock { [time] in time.withLock { $0 } } }
    private var log: Log {
        Log(clock: clock, sink: { [lines] line in lines.withLock { $0.append(line) } })
    }

    /// Lanes to all three platforms. Their requests go to the sandbox.
    init(_ destinations: [Destination] = Samples.all, options: SandboxOptions = SandboxOptions(), seed: UInt64 = 1)
        throws
    {
        let time = Locked(Instant.start.milliseconds)
        let clock = Clock { time.withLock { $0 } }
        self.time = time
        self.seed = seed
        var options = options
        options.records = Recording.sandbox
        sandbox = Sandbox(options, faults: Faults(seed: seed), clock: clock)
        server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
        let port = server.port
        self.destinations = destinations.map { $0.before(port) }
        ledger = try Self.open(folder, clock)
        try ledger.deliveries.register(destinations.map(\.name))
        loop = Self.makeLoop(
            self.destinations, try ledger.deliveries.leads(), ledger, transfers, order, mailbox, clock,
            Log(clock: clock, sink: { [lines] line in lines.withLock { $0.append(line) } }), reports, seed)
    }

    deinit {
        _ = order.wait()
        ledger.close()
        transfers.stop()
        server.drain(within: .zero)
    }

    /// Processes end here, not machines: nothing needs to reach the disk.
    private static func open(_ folder: TemporaryFolder, _ clock: Clock) throws -> Ledger {
        var options = Ledger.Options()
        options.synchronous = "OFF"
        return try Ledger(path: folder.file("relay.db"), options: options, clock: clock, log: .silent)
    }

    private static func makeLoop(
        _ destinations: [Destination], _ leads: any LeadSource, _ ledger: Ledger, _ transfers: Transfers,
        _ order: Order,
        _ mailbox: MessageQueue<Message>, _ clock: Clock, _ log: Log, _ reports: Locked<[LaneReport]>, _ seed: UInt64
    ) -> DispatchLoop {
        ledger.deliveries.onDue { names in order.noteDue(names) }
        let dice = Locked(SeededGenerator(seed: seed))
        return DispatchLoop(
            Dispatcher.Settings(destinations), store: OrderedStore(ledger.deliveries, order), leads: leads,
            transport: OrderedTransport(transfers, order), clock: clock, log: log, messages: mailbox, reports: reports,
            jitter: { dice.withLock { dice in Double.random(in: 0...1, using: &dice) } })
    }

    // MARK: What happens

    /// A new lead, judged at once.
    @discardableResult
    func post(_ eventID: String, _ event: LeadEvent = Samples.event) throws -> LeadID {
        try post([eventID], event)[0]
    }

    @discardableResult
    func post(_ eventIDs: [String], _ event: LeadEvent = Samples.event) throws -> [LeadID] {
        // No two visitors have the same click.
        let events = eventIDs.map { name in
            var event = event
            event.click.gclid = event.click.gclid.map { "\($0)-\(name)" }
            return event
        }
        let submissions = events.map {
            Submission(source: "site", receivedAt: now, format: .json, body: $0.json.bytes)
        }
        let ids = try ledger.inbox.append([AppendRequest(submissions)])[0].ids
        let dimension = Dimension(source: "site", client: "acme")
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: ids.count)
        let judgements = rows.indices.map { index in
            let (row, event) = (rows[index], events[index])
            let routes = destinations.map { $0.route(for: event, dimension: dimension, country: nil, now: now) }
            let lead = Lead(
                id: row.id, source: "site", receivedAt: now, eventID: eventIDs[index], event: event.event,
                occurredAt: event.occurredAt, dimension: dimension, payload: row.submission.body, routes: routes)
            return (row: row, judgement: Judgement.lead(lead))
        }
        _ = try ledger.validation.judge(judgements)
        return ids
    }

    /// The process ends in the middle of what it is doing, and starts again. What it had sent has arrived; the answers
    /// are lost.
    func crash() throws {
        _ = order.wait()
        order = Order()
        mailbox = MessageQueue<Message>()
        ledger.close()
        seed &+= 1
        ledger = try Self.open(folder, clock)
        loop = Self.makeLoop(
            destinations, try ledger.deliveries.leads(), ledger, transfers, order, mailbox, clock, log, reports, seed)
    }

    func resume(_ name: String) throws {
        try ledger.deliveries.set(name, .running, reason: "")
        try ledger.deliveries.hurry(name)
    }

    /// Lets everything happen that happens until `moment`; the clock stands there afterwards. `crashes` is asked after
    /// each step whether the process ends there; requests may be under way.
    func run(until moment: Instant, crashes: () -> Bool = { false }) throws {
        for _ in 0..<1_000_000 {
            if crashes() { try crash() }
            try #require(order.wait(), "somebody does not answer")
            order.deliver(to: mailbox)
            guard let next = loop.step(mailbox.take(waitingAtMost: .zero)) else { return }
            if order.isBusy { continue }
            guard let then = next.moment, then <= moment else {
                time.withLock { $0 = max($0, moment.milliseconds) }
                return
            }
            time.withLock { $0 = max($0, then.milliseconds) }
        }
        Issue.record("the lanes do not come to rest")
    }

    /// Whether something is under way that the dispatcher has not heard the end of.
    var isBusy: Bool { order.isBusy }

    // MARK: What has become of it

    func outcome(_ lead: LeadID, at name: String) throws -> String {
        switch try delivery(lead, at: name)?.state {
        case nil: "not owed"
        case .open: "open"
        case .ended(let outcome, _, _, _): outcome.rawValue
        }
    }

    func delivery(_ lead: LeadID, at name: String) throws -> DeliveryStory? {
        try ledger.reader().story(lead)?.deliveries.first { $0.destination == name }
    }
}

extension Destination {
    /// The same, but before a sandbox at that port.
    fileprivate func before(_ port: UInt16) -> Destination {
        var copy = self
        let root = "http://127.0.0.1:\(port)"
        switch platform {
        case .googleAds(var google):
            google.endpoint = root
            google.credential.tokenEndpoint = root + "/token"
            copy.platform = .googleAds(google)
        case .metaAds(var meta):
            meta.endpoint = root
            copy.platform = .metaAds(meta)
        case .webhook(var webhook):
            webhook.url = root + "/webhook/crm"
            copy.platform = .webhook(webhook)
        }
        return copy
    }
}

/// Everything that was asked of store and platforms and has not been told to the dispatcher yet.
private final class Order: Sendable {
    private struct State {
        var asked = 0
        var underWay = 0
        var answers: [Int: @Sendable () -> Void] = [:]
        var due: Set<String> = []
    }

    private let state = Locked(State())
    /// Longer than any fault keeps an answer back.
    private static let patience: Duration = .seconds(60)

    func ask() -> Int {
        state.withLock { state in
            state.asked += 1
            state.underWay += 1
            return state.asked
        }
    }

    func answer(_ number: Int, _ tell: @escaping @Sendable () -> Void) {
        state.update { state in
            state.underWay -= 1
            state.answers[number] = tell
        }
    }

    func noteDue(_ names: Set<String>) { state.update { $0.due.formUnion(names) } }

    var isBusy: Bool { state.withLock { $0.underWay > 0 || !$0.answers.isEmpty || !$0.due.isEmpty } }

    /// Waits until everybody has answered.
    func wait() -> Bool { state.wait(atMost: Self.patience) { $0.underWay == 0 ? true : nil } ?? false }

    func deliver(to mailbox: MessageQueue<Message>) {
        let (answers, due) = state.withLock { state in
            defer { (state.answers, state.due) = ([:], []) }
            return (state.answers.sorted { $0.key < $1.key }.map(\.value), state.due)
        }
        for tell in answers { tell() }
        if !due.isEmpty { mailbox.put(.due(due)) }
    }
}

private final class OrderedStore: DeliveryStore {
    private let deliveries: DeliveryRole
    private let order: Order

    init(_ deliveries: DeliveryRole, _ order: Order) {
        self.deliveries = deliveries
        self.order = order
    }

    private func ordered<Value: Sendable>(_ then: @escaping @Sendable (Value) -> Void) -> @Sendable (Value) -> Void {
        let number = order.ask()
        return { [order] value in order.answer(number) { then(value) } }
    }

    func claim(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Claim, StoreError>) -> Void
    ) {
        deliveries.claim(destination, limit: limit, lease: lease, then: ordered(then))
    }

    func settle(
        _ claim: Int64, _ settlements: [Settlement], then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        deliveries.settle(claim, settlements, then: ordered(then))
    }

    func inquire(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Inquiries, StoreError>) -> Void
    ) {
        deliveries.inquire(destination, limit: limit, lease: lease, then: ordered(then))
    }

    func confirm(
        _ destination: String, _ outcome: InquiryOutcome,
        then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        deliveries.confirm(destination, outcome, then: ordered(then))
    }

    func set(
        _ destination: String, _ state: LaneState, reason: String,
        then: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        deliveries.set(destination, state, reason: reason, then: ordered(then))
    }

    func laneState(_ destination: String) -> LaneState { deliveries.laneState(destination) }
    func onDue(_ notify: @escaping @Sendable (Set<String>) -> Void) { deliveries.onDue(notify) }
    func leads() throws(StoreError) -> any LeadSource { try deliveries.leads() }
}

private final class OrderedTransport: Transport {
    private let transfers: Transfers
    private let order: Order

    init(_ transfers: Transfers, _ order: Order) {
        self.transfers = transfers
        self.order = order
    }

    func start(_ transfer: Transfer, then: @escaping @Sendable (Result<Answer, TransferError>) -> Void) {
        let number = order.ask()
        transfers.start(transfer) { [order] result in order.answer(number) { then(result) } }
    }
}

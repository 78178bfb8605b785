import Curl
import Domain
import Forwarding
import HTTP
import Sandbox
import Service
import Store
import TestSupport
import Testing

/// What becomes of leads that Google took with a receipt: with the real store and the real sandbox, on a moved clock.
@Suite struct `Leads that Google took with a receipt` {
    @Test func `are delivered when Google says so, half an hour later and with one question for all`() throws {
        let bench = try InquiryBench()
        try bench.add(1...50)
        bench.run(for: .minutes(29))
        #expect(bench.count(.sent) == 50 && bench.questions == 0)
        bench.run(for: .minutes(2))
        #expect(bench.count(.delivered) == 50 && bench.count(.sent) == 0 && bench.questions == 1)
        try bench.expectBalance()
    }

    @Test func `are asked about again while Google is working on them, and after a restart`() throws {
        var options = SandboxOptions()
        options.processingTime = .hours(5)
        let bench = try InquiryBench(options)
        try bench.add(1...10)
        for _ in 0..<4 {
            bench.run(for: .hours(1))
            try bench.restart()
        }
        #expect(bench.count(.sent) == 10 && bench.questions > 3)
        bench.run(for: .hours(2))
        #expect(bench.count(.delivered) == 10 && bench.questions <= 8)
        try bench.expectBalance()
    }

    @Test func `of whom Google names the bad ones are judged one by one`() throws {
        let bench = try InquiryBench(faults: [
            Fault(
                .processing, on: .googleAds, code: "PROCESSING_ERROR_REASON_EVENT_TOO_OLD",
                events: Fault.Events(id: "event-7")),
            Fault(
                .processing, on: .googleAds, code: "PROCESSING_ERROR_REASON_TOO_RECENT_CLICK", count: 1,
                events: Fault.Events(id: "event-8")),
        ])
        let ids = try bench.add(1...50)
        bench.run(for: .hours(1))
        #expect(bench.count(.delivered) == 48 && bench.count(.rejected) == 1 && bench.count(.open) == 1)
        let rejected = try bench.delivery(ids[6])
        guard case .ended(.rejected, _, _, let receipt) = rejected.state else { Issue.record("\(rejected)"); return }
        #expect(receipt.code == "PROCESSING_ERROR_REASON_EVENT_TOO_OLD" && !receipt.requestID.isEmpty)
        try bench.expectBalance()
        bench.run(for: .hours(7))
        #expect(bench.count(.delivered) == 49, "the young click has grown old enough")
        #expect(try bench.delivery(ids[7]).attempts.map(\.cause) == ["sent", "transient", "sent"])
        try bench.expectBalance()
    }

    @Test func `go out again alone when Google does not say which of them are bad`() throws {
        let bench = try InquiryBench(faults: [
            Fault(
                .processingUnnamed, on: .googleAds, code: "PROCESSING_ERROR_REASON_INVALID_EVENT",
                events: Fault.Events(id: "event-13"))
        ])
        try bench.add(1...20)
        bench.run(for: .minutes(30) + .seconds(5))
        #expect(bench.count(.open) > 0 && bench.count(.sent) > 0, "one after the other, not all at once")
        bench.run(for: .hours(1))
        #expect(bench.count(.delivered) == 19 && bench.count(.rejected) == 1)
        let received = bench.sandbox.received(.googleAds)
        #expect(received.count == 20, "the same transaction ids")
        #expect(bench.questions == 1 + 20)
        try bench.expectBalance()
    }

    static let clicks = [
        "INVALID_GCLID", "CLICK_NOT_FOUND", "EXPIRED_CLICK", "INVALID_CLICK", "USER_ID_NOT_FOUND_FOR_GCLID",
        "CONVERSION_PRECEDES_CLICK", "INVALID_AD_IDENTIFIERS",
    ]

    @Test(arguments: clicks, [Fault.Kind.processing, .processingUnnamed])
    func `go out once more without a click id that turns out to be none`(_ reason: String, _ kind: Fault.Kind) throws {
        let bench = try InquiryBench(faults: [
            Fault(
                kind, on: .googleAds, code: "PROCESSING_ERROR_REASON_" + reason, events: Fault.Events(id: "event-7"))
        ])
        let ids = try bench.add(1...10)
        bench.run(for: .hours(3))
        #expect(bench.count(.delivered) == 10 && bench.count(.rejected) == 0)
        let attempts = try bench.delivery(ids[6]).attempts
        #expect(attempts.contains { $0.receipt.code == "PROCESSING_ERROR_REASON_" + reason }, "it is told why")
        try bench.expectBalance()
    }

    @Test func `are rejected for a click id only when there is nothing else`() throws {
        let bench = try InquiryBench(faults: [
            Fault(
                .processing, on: .googleAds, code: "PROCESSING_ERROR_REASON_INVALID_GCLID",
                events: Fault.Events(id: "event-7"))
        ])
        try bench.add(1...10) { $0.person = LeadEvent.Person() }
        bench.run(for: .hours(3))
        #expect(bench.count(.delivered) == 9 && bench.count(.rejected) == 1)
        try bench.expectBalance()
    }

    /// What is sent without a click id is in memory only: after a restart it is refused, and sent without it, once
    /// more.
    @Test func `go out without their click id after a restart, too`() throws {
        let bench = try InquiryBench(faults: [
            Fault(
                .processing, on: .googleAds, code: "PROCESSING_ERROR_REASON_INVALID_GCLID",
                events: Fault.Events(id: "event-7"))
        ])
        try bench.add(1...10)
        bench.run(for: .minutes(30) + .milliseconds(500))
        try bench.restart()
        bench.run(for: .hours(4))
        #expect(bench.count(.delivered) == 10 && bench.count(.rejected) == 0)
        try bench.expectBalance()
    }

    @Test func `stop the lane when a person must act, and go out again afterwards`() throws {
        let bench = try InquiryBench(faults: [
            Fault(
                .processing, on: .googleAds, code: "PROCESSING_ERROR_REASON_NO_CONSENT", count: 1,
                events: Fault.Events(id: "event-"))
        ])
        try bench.add(1...5)
        bench.run(for: .hours(2))
        #expect(bench.ledger.deliveries.lane("google")?.state == .held)
        #expect(bench.ledger.deliveries.lane("google")?.reason == "PROCESSING_ERROR_REASON_NO_CONSENT")
        #expect(bench.count(.open) == 5)
        try bench.ledger.deliveries.set("google", .running, reason: "")
        bench.run(for: .hours(1))
        #expect(bench.count(.delivered) == 5)
        try bench.expectBalance()
    }

    @Test func `stay sent when Google never makes up its mind`() throws {
        var options = SandboxOptions()
        options.processingTime = .days(90)
        let bench = try InquiryBench(options)
        let ids = try bench.add(1...3)
        bench.run(for: .days(3))
        #expect(bench.count(.sent) == 3)
        #expect((24...27).contains(bench.questions), "\(bench.questions)")
        guard case .ended(.sent, _, _, let receipt) = try bench.delivery(ids[0]).state else { Issue.record(); return }
        #expect(receipt.code == "unconfirmed")
        #expect(receipt.message == "taken, but never confirmed; last answer: PROCESSING")
        try bench.expectBalance()
    }

    @Test func `are not given up while Google does not answer`() throws {
        let bench = try InquiryBench()
        let ids = try bench.add(1...3)
        bench.run(for: .minutes(1))
        bench.sandbox.faults { _ = $0.add(Fault(.status, on: .googleStatus, status: 503)) }
        bench.run(for: .days(3))
        #expect(bench.count(.sent) == 3)
        #expect(bench.questions < 80, "\(bench.questions) questions in three days")
        bench.sandbox.faults { $0.removeAll() }
        bench.run(for: .hours(2))
        #expect(bench.count(.delivered) == 3)
        #expect(try bench.delivery(ids[0]).attempts.map(\.cause) == ["sent"])
    }

    @Test func `are asked about with a new token when the old one is refused`() throws {
        let bench = try InquiryBench()
        try bench.add(1...3)
        bench.run(for: .minutes(1))
        bench.sandbox.faults { _ = $0.add(Fault(.expiredToken, on: .googleStatus, count: 1)) }
        bench.run(for: .minutes(30))
        #expect(bench.count(.delivered) == 3 && bench.questions == 2)
    }

    @Test func `are left alone while the lane is paused`() throws {
        let bench = try InquiryBench()
        try bench.add(1...3)
        bench.run(for: .minutes(1))
        try bench.ledger.deliveries.set("google", .paused, reason: "spring clean")
        bench.run(for: .hours(30))
        #expect(bench.count(.sent) == 3 && bench.questions == 0)
        try bench.ledger.deliveries.set("google", .running, reason: "")
        bench.run(for: .minutes(1))
        #expect(bench.count(.delivered) == 3 && bench.questions == 1)
    }

    @Test func `stay sent when the lane has another transport meanwhile, for nobody can be asked`() throws {
        let bench = try InquiryBench()
        let ids = try bench.add(1...3)
        bench.run(for: .minutes(1))
        #expect(bench.count(.sent) == 3)
        bench.configure { google in
            Destination.GoogleAds(
                account: google.account, conversionActions: google.conversionActions, credential: google.credential,
                transport: .clickConversionUpload(version: "v26"))
        }
        bench.run(for: .hours(1))
        #expect(bench.count(.sent) == 3 && bench.questions == 0)
        guard case .ended(.sent, _, _, let receipt) = try bench.delivery(ids[0]).state else {
            Issue.record("\(try bench.delivery(ids[0]))"); return
        }
        #expect(receipt.code == "unconfirmed" && receipt.message.contains("transport_changed"))
        try bench.expectBalance()
    }

    @Test func `share the questions that their project may ask`() throws {
        // What may be asked in a minute, at nine tenths: 54 at once at most.
        let bench = try InquiryBench(batch: 1, asking: ProjectQuota.Rate(perMinute: 60, perDay: 40_000))
        try bench.add(1...200)
        bench.run(for: .minutes(29))
        #expect(bench.questions == 0)
        bench.run(for: .minutes(2))
        #expect((27...108).contains(bench.questions), "\(bench.questions) in the first two minutes")
        bench.run(for: .minutes(8))
        #expect(bench.count(.delivered) == 200 && bench.questions == 200)
        try bench.expectBalance()
    }
}

/// The forwarding thread's work between a real store and a real sandbox, one step after the other, under a clock that
/// is moved from one thing that happens to the next.
final class InquiryBench {
    let sandbox: Sandbox
    private(set) var ledger: Ledger
    private let folder = TemporaryFolder()
    private let time: Locked<Int64>
    private let clock: Clock
    private let server: Server
    private let transport = DirectTransport()
    private let settings: Dispatcher.Settings
    private var mailbox = MessageQueue<Message>()
    private var loop: DispatchLoop?

    init(
        _ options: SandboxOptions = SandboxOptions(), faults: [Fault] = [], batch: Int = 500,
        asking: ProjectQuota.Rate? = nil, transport chosen: Destination.GoogleAds.Transport = .dataManager
    ) throws {
        let time = Locked(Instant.start.milliseconds)
        self.time = time
        clock = Clock { time.withLock { $0 } }
        var options = options
        options.records = Recording.sandbox
        sandbox = Sandbox(options, faults: Faults(faults), clock: clock)
        server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
        var destination = Samples.google
        if case .googleAds(var google) = destination.platform {
            google = Destination.GoogleAds(
                account: google.account, conversionActions: google.conversionActions, credential: google.credential,
                transport: chosen)
            google.endpoint = "http://127.0.0.1:\(server.port)"
            google.credential.tokenEndpoint = "http://127.0.0.1:\(server.port)/token"
            if let asking { google.credential.quota.asking = asking }
            destination.platform = .googleAds(google)
        }
        destination.pace.batch = batch
        settings = Dispatcher.Settings([destination])
        ledger = try Ledger(path: folder.file("relay.db"), clock: clock, log: .silent)
        try start()
    }

    deinit {
        ledger.close()
        transport.transfers.stop()
        server.drain(within: .zero)
    }

    private func start() throws {
        let mailbox = MessageQueue<Message>()
        self.mailbox = mailbox
        ledger.deliveries.onDue { mailbox.put(.due($0)) }
        try ledger.deliveries.register(["google"])
        let store = DirectStore(deliveries: ledger.deliveries)
        loop = DispatchLoop(
            settings, store: store, leads: try store.leads(), transport: transport, clock: clock, log: .silent,
            messages: mailbox, reports: Locked([]), jitter: { 0.5 })
    }

    func configure(_ change: (Destination.GoogleAds) -> Destination.GoogleAds) {
        var destination = settings.destinations[0]
        if case .googleAds(let google) = destination.platform { destination.platform = .googleAds(change(google)) }
        mailbox.put(.configure(Dispatcher.Settings([destination])))
    }

    /// The process ends without a word and starts again.
    func restart() throws {
        loop = nil
        ledger.close()
        ledger = try Ledger(path: folder.file("relay.db"), clock: clock, log: .silent)
        try start()
    }

    private var now: Instant { Instant(milliseconds: time.withLock { $0 }) }

    @discardableResult
    func add(_ numbers: ClosedRange<Int>, _ change: (inout LeadEvent) -> Void = { _ in }) throws -> [LeadID] {
        let submissions = numbers.map { number in
            var event = Samples.event
            event.click.gclid = "click-\(number)"
            change(&event)
            return Submission(source: "site", receivedAt: now, format: .json, body: event.json.bytes)
        }
        let ids = try ledger.inbox.append([AppendRequest(submissions)])[0].ids
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1000)
        _ = try ledger.validation.judge(
            zip(rows, numbers).map { row, number in
                let route = Route("google", .open(notBefore: now, expires: now + .days(30)))
                let lead = Lead(
                    id: row.id, source: "site", receivedAt: now, eventID: "event-\(number)", event: "lead",
                    occurredAt: now, dimension: Dimension(source: "site"), payload: row.submission.body,
                    routes: [route])
                return (row, .lead(lead))
            })
        return ids
    }

    func run(for duration: Duration) {
        let end = now + duration
        for _ in 0..<100_000 {
            guard let next = loop?.step(mailbox.take(waitingAtMost: .zero)) else { return }
            if !mailbox.isEmpty { continue }
            guard let moment = next.moment, moment <= end else {
                time.withLock { $0 = end.milliseconds }
                return
            }
            time.withLock { $0 = max($0, moment.milliseconds) }
        }
        Issue.record("the lane does not come to rest")
    }

    /// How many deliveries stand in that line of the books.
    func count(_ tally: Tally) -> Int64 { ledger.books[tally, source: "site", destination: "google"] }
    /// How often Google was asked what became of a request.
    var questions: Int { transport.questions.withLock { $0 } }

    func delivery(_ id: LeadID) throws -> DeliveryStory {
        try #require(try ledger.reader().story(id)?.deliveries.first)
    }

    func expectBalance() throws { #expect(try ledger.reader().audit().faults == []) }
}

/// Answers before `start` returns, so that nothing is ever under way.
private final class DirectTransport: Transport {
    let transfers = Transfers(userAgent: "test/1")
    let questions = Locked(0)

    func start(_ transfer: Transfer, then: @escaping @Sendable (Result<Answer, TransferError>) -> Void) {
        if transfer.url.contains("requestStatus:retrieve") { questions.withLock { $0 += 1 } }
        then(transfers.perform(transfer))
    }
}

/// The ledger, waiting for each answer.
private struct DirectStore: DeliveryStore {
    let deliveries: DeliveryRole

    private func answer<Value: Sendable>(
        _ then: (Result<Value, StoreError>) -> Void, _ body: () throws(StoreError) -> Value
    ) {
        do throws(StoreError) {
            then(.success(try body()))
        } catch {
            then(.failure(error))
        }
    }

    func claim(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Claim, StoreError>) -> Void
    ) {
        answer(then) { () throws(StoreError) in try deliveries.claim(destination, limit: limit, lease: lease) }
    }
    func settle(
        _ claim: Int64, _ settlements: [Settlement], then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        answer(then) { () throws(StoreError) in try deliveries.settle(claim, settlements) }
    }
    func inquire(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Inquiries, StoreError>) -> Void
    ) {
        answer(then) { () throws(StoreError) in try deliveries.inquire(destination, limit: limit, lease: lease) }
    }
    func confirm(
        _ destination: String, _ outcome: InquiryOutcome,
        then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        answer(then) { () throws(StoreError) in try deliveries.confirm(destination, outcome) }
    }
    func set(
        _ destination: String, _ state: LaneState, reason: String,
        then: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        answer(then) { () throws(StoreError) in try deliveries.set(destination, state, reason: reason) }
    }
    func laneState(_ destination: String) -> LaneState { deliveries.laneState(destination) }
    func onDue(_ notify: @escaping @Sendable (Set<String>) -> Void) { deliveries.onDue(notify) }
    func leads() throws(StoreError) -> any LeadSource { try deliveries.leads() }
}

import Curl
import Domain
import Forwarding
import Service
import Store
import TestSupport
import Testing

/// The thread, the store's file and the machines together; only the platforms are closures.
@Suite struct `Forwarding with the real store` {
    /// Platforms that answer at once, and a count of the events they took to wait for.
    private final class InstantTransport: Transport {
        let events = Locked<[String: Int]>([:])
        let platform: @Sendable (Transfer) -> Result<Answer, TransferError>

        init(_ platform: @escaping @Sendable (Transfer) -> Result<Answer, TransferError>) { self.platform = platform }

        func start(_ transfer: Transfer, then: @escaping @Sendable (Result<Answer, TransferError>) -> Void) {
            Recording.keep(transfer, at: nil)
            let result = platform(transfer)
            then(result)
            guard case .success(let answer) = result, answer.status == 200 else { return }
            events.update { events in
                for id in Platforms.ids(transfer) { events["\(transfer.url) \(id)", default: 0] += 1 }
            }
        }

        func waitForEvents(_ count: Int) -> Bool {
            events.wait(atMost: .seconds(20)) { $0.count >= count ? true : nil } ?? false
        }
    }

    private static let takesEverything: @Sendable (Transfer) -> Result<Answer, TransferError> = { transfer in
        if transfer.url.hasPrefix("http://oauth") {
            return Platforms.answer(200, #"{"access_token":"t","expires_in":3599}"#)
        }
        return transfer.url.hasPrefix("http://meta")
            ? Platforms.metaTakes(transfer) : Platforms.answer(200, #"{"requestId":"R"}"#)
    }

    private func post(_ ids: ClosedRange<Int>, to ledger: Ledger) throws {
        let now = Instant(milliseconds: Clock.system.milliseconds())
        var event = Samples.event
        event.occurredAt = now - .minutes(1)
        event.click.landedAt = now - .minutes(5)
        let submissions = ids.map { id in
            event.eventID = "event-\(id)"
            return Submission(source: "site", receivedAt: now, format: .json, body: event.json.bytes)
        }
        _ = try ledger.inbox.append([AppendRequest(submissions)])
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10_000)
        _ = try ledger.validation.judge(
            rows.map { row in
                let event = LeadEvent(payload: row.submission.body, receivedAt: row.submission.receivedAt)!
                let routes = Samples.destinations.map {
                    $0.route(for: event, dimension: Dimension(source: "site"), country: nil, now: now)
                }
                return (
                    row,
                    .lead(
                        Lead(
                            id: row.id, source: "site", receivedAt: row.submission.receivedAt, eventID: event.eventID!,
                            event: "lead", occurredAt: event.occurredAt, dimension: Dimension(source: "site"),
                            payload: row.submission.body, routes: routes))
                )
            })
    }

    @Test func `brings every lead to both platforms and balances the books`() throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(path: folder.file("relay.db"), log: .silent)
        defer { ledger.close() }
        try ledger.deliveries.register(Samples.destinations.map(\.name))
        try post(1...200, to: ledger)
        let transport = InstantTransport(Self.takesEverything)
        let dispatcher = try Dispatcher(
            Dispatcher.Settings(Samples.destinations), store: ledger.deliveries, transport: transport, log: .silent)
        try post(201...400, to: ledger)
        #expect(transport.waitForEvents(800))
        dispatcher.stop(within: .seconds(10))
        #expect(ledger.books.total(.delivered, destination: "meta") == 400)
        #expect(ledger.books.total(.sent, destination: "google") == 400)
        #expect(ledger.books.total(.open, destination: "meta") == 0 && ledger.books.imbalances == [])
        #expect(transport.events.withLock { $0.values.allSatisfy { $0 == 1 } })
        #expect(dispatcher.lanes.map(\.destination) == ["google", "meta"])
    }

    @Test func `goes on after a restart with what an earlier process had in hand`() throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(path: folder.file("relay.db"), log: .silent)
        try ledger.deliveries.register(Samples.destinations.map(\.name))
        try post(1...50, to: ledger)
        // Claimed, sent perhaps, never settled.
        _ = try ledger.deliveries.claim("meta", limit: 50, lease: .minutes(5))
        ledger.close()
        let again = try Ledger(path: folder.file("relay.db"), log: .silent)
        defer { again.close() }
        let transport = InstantTransport(Self.takesEverything)
        let dispatcher = try Dispatcher(
            Dispatcher.Settings(Samples.destinations), store: again.deliveries, transport: transport, log: .silent)
        #expect(transport.waitForEvents(100))
        dispatcher.stop(within: .seconds(10))
        #expect(again.books.total(.delivered, destination: "meta") == 50)
    }

    @Test func `holds a lane durably and resumes it with one command`() throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(path: folder.file("relay.db"), log: .silent)
        defer { ledger.close() }
        try ledger.deliveries.register(Samples.destinations.map(\.name))
        let refuses = Locked(true)
        let transport = InstantTransport { transfer in
            if transfer.url.hasPrefix("http://meta"), refuses.withLock({ $0 }) {
                return Platforms.answer(400, #"{"error":{"message":"token","code":190}}"#)
            }
            return Self.takesEverything(transfer)
        }
        let lines = Locked<[String]>([])
        let dispatcher = try Dispatcher(
            Dispatcher.Settings(Samples.destinations), store: ledger.deliveries, transport: transport,
            log: Log(sink: { line in lines.update { $0.append(line) } }))
        try post(1...50, to: ledger)
        #expect(transport.waitForEvents(50), "Google's")
        let isHeld = lines.wait(atMost: .seconds(20)) { $0.contains { $0.contains("lane.held") } ? true : nil }
        #expect(isHeld == true)
        dispatcher.stop(within: .seconds(10))
        #expect(
            ledger.deliveries.lane("meta")?.state == .held && ledger.deliveries.lane("meta")?.reason == "190: token")
        #expect(ledger.books.total(.open, destination: "meta") == 50)
        refuses.update { $0 = false }
        let next = try Dispatcher(
            Dispatcher.Settings(Samples.destinations), store: ledger.deliveries, transport: transport, log: .silent)
        try ledger.deliveries.set("meta", .running, reason: "")
        #expect(transport.waitForEvents(100))
        next.stop(within: .seconds(10))
        #expect(ledger.books.total(.delivered, destination: "meta") == 50)
    }
}

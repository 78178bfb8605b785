import Curl
import Domain
import Monitoring
import Service
import TestSupport
import Testing

@testable import Configuration
@testable import leadrelay

/// A relay that cannot open its database has no table for an alert, and says it all the same.
@Suite struct `A relay that waits for its database` {
    /// PagerDuty, which takes what it is told, or does not.
    private final class Pager: NoticeTransport {
        private let state = Locked((status: 202, told: [String]()))
        var told: [String] { state.withLock { $0.told } }
        func answer(_ status: Int) { state.update { $0.status = status } }

        func start(_ request: Call.Request, then: @escaping @Sendable (CallAnswer) -> Void) {
            guard case .transfer(let transfer) = request, let event = try? JSON(parsing: transfer.body ?? []) else {
                return
            }
            let status = state.update { state in
                let words = [event["event_action"]?.string, event["dedup_key"]?.string].compactMap(\.self)
                state.told.append((["\(state.status)"] + words).joined(separator: " "))
                return state.status
            }
            then(.transfer(.success(Answer(status: status, body: Array(#"{"status":"success"}"#.utf8)))))
        }
    }

    private let pager = Pager()
    private let time = Locked(Instant.start)

    private func notices() throws -> WaitingNotices {
        let text = """
            { channels: { pager: { kind: "pagerduty", routing_key: { env: "KEY" } },
                mail: { kind: "email", server: "smtp.example.com:587", from: "a@b.de", to: "team@example.com" } },
              routes: [{ severity: "critical", tell: ["pager"] }, { tell: ["mail"] }] }
            """
        let secrets = SecretReader(
            environment: { $0 == "KEY" ? String(repeating: "k", count: 32) : nil }, file: { _ in .missing("") })
        let report = ConfigurationReport(Array(text.utf8), secrets: secrets, now: .start)
        #expect(report.mistakes.isEmpty)
        return WaitingNotices(
            try #require(report.configuration), reason: "the disk is full", transport: pager,
            clock: Clock { [time] in time.withLock { $0 }.milliseconds }, log: .silent)
    }

    private func look(_ notices: WaitingNotices, after time: Duration = .zero, isFull: Bool = true) {
        self.time.update { $0 = $0 + time }
        notices.look(isFull: isFull)
        notices.settle()
    }

    @Test func `tells those who are to be told of what is critical, once an hour, and when it is over`() throws {
        let notices = try notices()
        for _ in 0..<30 { look(notices, after: .minutes(4)) }
        #expect(pager.told == ["202 trigger leadrelay-A-1", "202 trigger leadrelay-A-1"])
        notices.end()
        notices.settle()
        #expect(pager.told.last == "202 resolve leadrelay-A-1" && pager.told.count == 3)
        look(notices, after: .hours(2))
        #expect(pager.told.count == 3)
    }

    @Test func `says again soon what did not arrive, and no end of what nobody has heard`() throws {
        let notices = try notices()
        pager.answer(500)
        for _ in 0..<3 { look(notices, after: .seconds(40)) }
        #expect(pager.told == ["500 trigger leadrelay-A-1", "500 trigger leadrelay-A-1"])
        notices.end()
        notices.settle()
        #expect(pager.told.count == 2)
    }

    @Test func `waits a minute for whoever has locked the file`() throws {
        let notices = try notices()
        look(notices, after: .seconds(59), isFull: false)
        #expect(pager.told.isEmpty)
        look(notices, after: .seconds(1), isFull: false)
        #expect(pager.told.count == 1)
    }
}

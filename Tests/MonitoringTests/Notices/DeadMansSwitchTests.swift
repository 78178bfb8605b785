import Curl
import Domain
import Service
import Store
import TestSupport
import Testing

@testable import Monitoring

@Suite struct `The dead man's switch` {
    /// Keeps what is sent, and answers it at once.
    private final class Watcher: NoticeTransport {
        let pings = Locked<[String]>([])
        let answer: Locked<Result<Answer, TransferError>>

        init(_ status: Int = 200) { answer = Locked(.success(Answer(status: status))) }

        func start(_ request: Call.Request, then: @escaping @Sendable (CallAnswer) -> Void) {
            guard case .transfer(let transfer) = request else { return }
            pings.withLock { $0.append("\(transfer.url) \(String(decoding: transfer.body ?? [], as: UTF8.self))") }
            then(.transfer(answer.withLock { $0 }))
        }

        var all: [String] { pings.withLock { $0 } }
    }

    private func make(_ watcher: Watcher) -> DeadMansSwitch {
        DeadMansSwitch(url: Secret("https://hc-ping.com/uuid"), transport: watcher, log: .silent)
    }

    @Test func `is pinged once a minute, with figures, after cycles that were whole`() {
        let watcher = Watcher()
        let deadMansSwitch = make(watcher)
        for second in stride(from: 0, through: 120, by: 20) {
            deadMansSwitch.report(.succeeded(["open": 2]), at: .start + .seconds(second))
        }
        #expect(watcher.all == Array(repeating: #"https://hc-ping.com/uuid {"open":2}"#, count: 3))
        #expect(deadMansSwitch.status.lastAnswer == .start + .seconds(120) && deadMansSwitch.status.trouble.isEmpty)
    }

    @Test func `hears of a failure at once, and of the first cycle that is whole again`() {
        let watcher = Watcher()
        let deadMansSwitch = make(watcher)
        deadMansSwitch.report(.succeeded([:]), at: .start)
        deadMansSwitch.report(.failed(reason: "the disk is full"), at: .start + .seconds(5))
        deadMansSwitch.report(.failed(reason: "the disk is full"), at: .start + .seconds(10))
        deadMansSwitch.report(.succeeded([:]), at: .start + .seconds(15))
        #expect(
            watcher.all == [
                "https://hc-ping.com/uuid {}", "https://hc-ping.com/uuid/fail the disk is full",
                "https://hc-ping.com/uuid {}",
            ])
    }

    @Test func `is pinged on when the clock is set back`() {
        let watcher = Watcher()
        let deadMansSwitch = make(watcher)
        deadMansSwitch.report(.succeeded([:]), at: .start + .hours(1))
        deadMansSwitch.report(.succeeded([:]), at: .start)
        #expect(watcher.all.count == 2)
    }

    @Test func `says what is wrong with the watcher, until it answers`() {
        let watcher = Watcher(404)
        let deadMansSwitch = make(watcher)
        deadMansSwitch.report(.succeeded([:]), at: .start)
        #expect(deadMansSwitch.status == (nil, "the watcher says 404"))
        watcher.answer.withLock { $0 = .success(Answer(status: 200)) }
        deadMansSwitch.report(.succeeded([:]), at: .start + .minutes(1))
        #expect(deadMansSwitch.status == (.start + .minutes(1), ""))
    }

    @Test func `sends no more than the watcher keeps`() {
        let watcher = Watcher()
        make(watcher).report(.failed(reason: String(repeating: "x", count: 20_000)), at: .start)
        #expect(watcher.all.first?.utf8.count == "https://hc-ping.com/uuid/fail ".utf8.count + 10_000)
    }
}

@Suite struct `The audit of notices` {
    private func channel(
        due: Duration?, waiting: Int = 2, failing: Duration? = nil, _ reason: String = ""
    ) -> ChannelState {
        ChannelState(
            name: "slack", lastSent: nil, failingSince: failing.map { .start - $0 }, failures: 0, reason: reason,
            waiting: waiting, oldestDue: due.map { .start - $0 })
    }

    @Test func `finds what should have gone out long ago`() {
        #expect(NoticeAudit.trouble([channel(due: .minutes(14))], at: .start) == nil)
        #expect(NoticeAudit.trouble([channel(due: nil, waiting: 0)], at: .start) == nil)
        #expect(
            NoticeAudit.trouble([channel(due: .minutes(15))], at: .start) == "2 messages cannot be sent to slack")
        // A retry is due in a moment, but nothing has got through for long.
        #expect(
            NoticeAudit.trouble(
                [channel(due: .zero, waiting: 1, failing: .hours(1), "Slack says token_revoked")], at: .start)
                == "1 message cannot be sent to slack: Slack says token_revoked")
        #expect(NoticeAudit.trouble([channel(due: .minutes(20))], limited: ["slack"], at: .start) == nil)
    }
}

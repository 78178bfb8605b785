import Curl
import Domain
import HTTP
import Monitoring
import Sandbox
import Service
import Store
import TestSupport
import Testing

/// Reports over the wire, to a Slack that misbehaves.
@Suite struct `A weekly report to Slack` {
    private static let due = Instant(rfc3339: "2026-11-23T07:00:00Z")!

    /// Messages in the channel after one fault and some minutes, with a restart in between.
    private func messages(_ fault: Fault, readsHistory: Bool) throws -> Int {
        let folder = TemporaryFolder()
        let time = Locked(Self.due)
        let clock = Clock { time.withLock { $0.milliseconds } }
        let sandbox = Sandbox(SandboxOptions(), faults: Faults([fault]), clock: clock)
        let server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
        let transfers = Transfers(userAgent: "test")
        defer {
            transfers.stop()
            server.drain(within: .zero)
        }
        var slack = Channel.Slack(token: Secret("xoxb-test"), channel: "C0123ABCD")
        slack.endpoint = "http://127.0.0.1:\(server.port)/slack/api"
        slack.readsHistory = readsHistory
        for _ in 0..<3 {
            let ledger = try Ledger(path: folder.file("relay.db"), clock: clock, log: .silent)
            let sender = ReportSender(ledger, transfers, clock: clock, log: .silent) {
                client, week, zone in
                WeeklyReport(.client(name: client, title: client), week: week, zone: zone, .init())
            }
            sender.configure([.init(client: "acme", zone: .utc, channels: [Channel("slack", .slack(slack))])])
            sender.step()
            ledger.close()
            time.withLock { $0 = $0 + .minutes(10) }
        }
        return sandbox.channels.slack.count
    }

    @Test(arguments: [
        Fault(.throttle, retryAfter: 7, count: 2), Fault(.status, status: 503, count: 2), Fault(.dropBefore, count: 2),
        Fault(.dropAfter, count: 2), Fault(.garbage, count: 1),
    ])
    func `arrives once despite a fault, where the channel can be read`(_ fault: Fault) throws {
        #expect(try messages(fault, readsHistory: true) == 1)
    }

    @Test func `arrives at least once after a lost answer where it cannot`() throws {
        #expect(try messages(Fault(.dropAfter, count: 1), readsHistory: false) == 2)
        #expect(try messages(Fault(.dropBefore, count: 1), readsHistory: false) == 1)
    }
}

import Curl
import Domain
import Monitoring
import Service
import Store
import TestSupport
import Testing

@Suite struct `The weekly report's sender` {
    /// Monday 2026-11-23 07:00 UTC.
    private static let due = Instant(rfc3339: "2026-11-23T07:00:00Z")!

    private static func channels() -> [Channel] {
        var email = Channel.Email(
            host: "mail.test", port: 25, security: .none, from: "relay@acme.example",
            to: ["a@acme.example", "b@acme.example"])
        email.fromName = "LeadRelay"
        return [
            Channel("mail", .email(email)), Channel("slack", .slack(.init(token: Secret("xoxb"), channel: "C1"))),
        ]
    }

    private final class Bench {
        let folder = TemporaryFolder()
        let time = Locked(due - .minutes(1))
        let post = AppendRequest()
        private(set) var ledger: Ledger
        private(set) var sender: ReportSender

        init() throws {
            ledger = try Self.ledger(folder, time)
            sender = Self.sender(ledger, post, time)
        }

        private static func ledger(_ folder: TemporaryFolder, _ time: Locked<Instant>) throws -> Ledger {
            try Ledger(path: folder.file("relay.db"), clock: Clock { time.withLock { $0.milliseconds } }, log: .silent)
        }

        private static func sender(_ ledger: Ledger, _ post: AppendRequest, _ time: Locked<Instant>) -> ReportSender {
            let sender = ReportSender(ledger, post, clock: Clock { time.withLock { $0.milliseconds } }, log: .silent) {
                client, week, zone in
                WeeklyReport(.client(name: client, title: client), week: week, zone: zone, .init())
            }
            sender.configure([.init(client: "acme", zone: .utc, channels: channels())])
            return sender
        }

        func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }

        func restart() throws {
            ledger.close()
            ledger = try Self.ledger(folder, time)
            sender = Self.sender(ledger, post, time)
        }

        deinit { ledger.close() }
    }

    /// Remembers what was sent, and answers as told.
    private final class AppendRequest: ReportTransport {
        let sent = Locked<[String]>([])
        let mail = Locked<Result<MailReceipt, MailError>>(.success(MailReceipt(code: 250, words: "ok")))
        let slack = Locked(Answer(status: 200, body: Array(#"{"ok":true,"ts":"1.2"}"#.utf8)))

        func perform(_ transfer: Transfer) -> Result<Answer, TransferError> {
            let answer = slack.withLock { $0 }
            sent.withLock {
                $0.append("slack \(String(decoding: transfer.body ?? [], as: UTF8.self).contains("2026-W47"))")
            }
            return .success(answer)
        }

        func perform(_ mailing: Mailing) -> Result<MailReceipt, MailError> {
            let text = String(decoding: mailing.message, as: UTF8.self)
            sent.withLock {
                $0.append("mail \(mailing.recipient) \(text.contains("report-acme-2026-w47@acme.example"))")
            }
            return mail.withLock { $0 }
        }

        var all: [String] { sent.withLock { $0.sorted() } }
    }

    private let everything = ["mail a@acme.example true", "mail b@acme.example true", "slack true"]

    @Test func `sends on Monday at seven, and each report once across restarts`() throws {
        let bench = try Bench()
        bench.sender.step()
        #expect(bench.post.all.isEmpty)
        bench.advance(.minutes(1))
        bench.sender.step()
        #expect(bench.post.all == everything)
        for _ in 0..<3 {
            try bench.restart()
            bench.advance(.hours(7))
            bench.sender.step()
        }
        #expect(bench.post.all == everything)
        // And the next week again.
        bench.advance(.days(7))
        bench.sender.step()
        #expect(bench.post.all.count == 6)
    }

    @Test func `makes up for a downtime, but not for a long one`() throws {
        let late = try Bench()
        late.advance(.days(2))
        late.sender.step()
        #expect(late.post.all == everything)
        let tooLate = try Bench()
        tooLate.advance(.days(5))
        tooLate.sender.step()
        #expect(tooLate.post.all.isEmpty)
    }

    @Test func `tries again what did not get through, and only that`() throws {
        let bench = try Bench()
        bench.post.mail.withLock { $0 = .failure(.unreachable("no route")) }
        bench.advance(.minutes(1))
        bench.sender.step()
        bench.sender.step()
        #expect(bench.post.all == everything, "not before its time")
        try bench.restart()
        bench.post.mail.withLock { $0 = .success(MailReceipt(code: 250, words: "ok")) }
        bench.advance(.minutes(2))
        bench.sender.step()
        #expect(
            bench.post.all.count { $0.hasPrefix("mail") } == 4 && bench.post.all.count { $0.hasPrefix("slack") } == 1)
        bench.advance(.hours(5))
        bench.sender.step()
        #expect(bench.post.all.count == 5)
    }

    @Test(arguments: [
        (200, #"{"ok":false,"error":"channel_not_found"}"#, 1), (200, #"{"ok":false,"error":"ratelimited"}"#, 2),
        (429, "", 2), (500, "", 2), (200, "nonsense", 1), (200, "ok", 1),
    ])
    func `reads what Slack says`(status: Int, body: String, attempts: Int) throws {
        let bench = try Bench()
        bench.post.slack.withLock { $0 = Answer(status: status, body: Array(body.utf8)) }
        bench.advance(.minutes(1))
        bench.sender.step()
        bench.advance(.minutes(2))
        bench.sender.step()
        #expect(bench.post.all.count { $0.hasPrefix("slack") } == attempts)
    }

    @Test func `gives up what a mail server refuses for good`() throws {
        let bench = try Bench()
        bench.post.mail.withLock { $0 = .failure(.refused(code: 550, "no such user")) }
        bench.advance(.minutes(1))
        bench.sender.step()
        bench.advance(.hours(2))
        bench.sender.step()
        #expect(bench.post.all == everything)
    }
}

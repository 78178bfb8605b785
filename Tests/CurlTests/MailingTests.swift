import Curl
import Service
import TestSupport
import Testing

@Suite struct `A message to a mail server` {
    private func mailing(_ server: MailServer) -> Mailing {
        mailing(port: server.port)
    }

    private func mailing(port: UInt16, _ security: Mailing.Security = .none) -> Mailing {
        var mailing = Mailing(
            host: "127.0.0.1", port: port, security: security, helo: "relay.example", sender: "relay@example.com",
            recipient: "night@example.com", message: Array("Subject: hello\r\n\r\n.a dot\r\n.\r\nend\r\n".utf8))
        mailing.answerTimeout = .seconds(1)
        return mailing
    }

    private func send(
        _ replies: [(command: String, reply: MailServer.Reply)], _ change: (inout Mailing) -> Void = { _ in }
    ) -> (result: Result<MailReceipt, MailError>, server: Seen) {
        let server = MailServer(replies)
        let transfers = Transfers(userAgent: "test/1")
        var mailing = mailing(server)
        change(&mailing)
        let result = transfers.perform(mailing)
        transfers.stop()
        server.stop()
        return (result, Seen(commands: server.commands, taken: server.taken))
    }

    private struct Seen {
        let commands: [String]
        let taken: [MailServer.Taken]
    }

    @Test func `arrives as it was given, dots and all`() throws {
        let (result, server) = send([])
        try #expect(result.get() == MailReceipt(code: 250, words: "250 queued as 1234"))
        #expect(
            server.taken == [
                MailServer.Taken(
                    sender: "relay@example.com", recipient: "night@example.com",
                    message: "Subject: hello\r\n\r\n.a dot\r\n.\r\nend\r\n")
            ])
        #expect(server.commands.first == "EHLO relay.example")
    }

    @Test func `says who it is where the server asks`() throws {
        let (result, server) = send([]) { $0.login = .init(user: "relay", password: "secret") }
        try #expect(result.get().code == 250)
        // base64 of NUL relay NUL secret (RFC 4616)
        #expect(server.commands.contains("AHJlbGF5AHNlY3JldA=="))
    }

    static let refusals: [(command: String, reply: String, code: Int)] = [
        ("CONNECT", "554 not you", 554), ("AUTH", "535 wrong password", 535), ("MAIL", "451 later", 451),
        ("RCPT", "550 no such person", 550), ("RCPT", "450 greylisted", 450), ("DATA", "452 no room", 452),
        (".", "554 this is spam", 554), (".", "451 the disk is full", 451), ("EHLO", "421 going down", 421),
    ]
    @Test(arguments: refusals)
    func `is refused with the server's code and words`(_ command: String, _ reply: String, _ code: Int) {
        let (result, server) = send([(command, .say(reply)), ("HELO", .say(reply))]) {
            $0.login = .init(user: "relay", password: "secret")
        }
        #expect(result == .failure(.refused(code: code, reply)))
        #expect(server.taken.isEmpty)
    }

    @Test(arguments: ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
    func `was certainly not taken if the connection breaks before it is complete`(_ command: String) {
        let (result, _) = send([(command, .close), ("HELO", .close)])
        guard case .failure(.unreachable) = result else { return #expect(Bool(false), "\(result)") }
    }

    @Test func `was perhaps taken if the answer to it is lost`() {
        let (result, server) = send([(".", .close)])
        guard case .failure(.interrupted) = result else { return #expect(Bool(false), "\(result)") }
        #expect(server.taken.count == 1)
    }

    @Test func `was perhaps taken if time runs out before the answer`() {
        let (result, _) = send([(".", .wait)]) {
            $0.totalTimeout = .milliseconds(200)
        }
        guard case .failure(.interrupted) = result else { return #expect(Bool(false), "\(result)") }
    }

    @Test func `is not sent in the clear to a server without STARTTLS`() {
        let (result, server) = send([]) { $0.security = .startTLS }
        guard case .failure(.unreachable) = result else { return #expect(Bool(false), "\(result)") }
        #expect(server.taken.isEmpty && !server.commands.contains { $0.hasPrefix("MAIL") })
    }

    @Test func `is not sent in the clear to a server that does not speak TLS`() {
        let (result, server) = send([("CONNECT", .close)]) { $0.security = .tls }
        guard case .failure(.unreachable) = result else { return #expect(Bool(false), "\(result)") }
        #expect(server.taken.isEmpty)
    }

    @Test func `goes nowhere where nobody listens`() {
        let transfers = Transfers(userAgent: "test/1")
        let result = transfers.perform(mailing(port: 1))
        guard case .failure(.unreachable(let reason)) = result else { return #expect(Bool(false), "\(result)") }
        #expect(reason.contains("127.0.0.1 port 1"))
        transfers.stop()
        #expect(transfers.perform(mailing(port: 1)) == .failure(.unreachable("stopped")))
    }

    @Test func `does not disturb requests on the same thread, nor they it`() throws {
        let web = ScriptedServer { _, _ in [answer("200 OK")] }
        let mail = MailServer()
        let transfers = Transfers(userAgent: "test/1")
        for _ in 0..<3 {
            try #expect(transfers.perform(Transfer("POST", web.url, body: [1])).get().status == 200)
            try #expect(transfers.perform(mailing(mail)).get().code == 250)
        }
        transfers.stop()
        web.stop()
        mail.stop()
        #expect(mail.taken.count == 3)
    }
}

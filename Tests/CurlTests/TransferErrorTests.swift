import Curl
import Glibc
import Service
import Testing

@Suite struct `A transfer without an answer` {
    enum Kind: Sendable { case unreachable, interrupted }

    private func kind(_ result: Result<Answer, TransferError>) -> Kind? {
        switch result {
        case .failure(.unreachable): .unreachable
        case .failure(.interrupted): .interrupted
        case .failure(.answerTooLarge), .failure(.unsendable), .success: nil
        }
    }

    static let scripts: [(name: String, steps: [ScriptedServer.Step])] = [
        ("closed without an answer", [.close]),
        ("reset without an answer", [.reset]),
        ("closed within the head", [.send("HTTP/1.1 200 OK\r\nContent-"), .close]),
        ("closed within the body", [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), .close]),
        ("closed within a chunk", [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), .close]),
        ("not HTTP", [.send("SSH-2.0-OpenSSH_9.2\r\n"), .close]),
    ]
    @Test(arguments: scripts)
    func `was perhaps received`(_ name: String, _ steps: [ScriptedServer.Step]) {
        let server = ScriptedServer { _, _ in steps }
        let transfers = Transfers(userAgent: "test/1")
        let result = transfers.perform(Transfer("POST", server.url, body: [1]))
        #expect(kind(result) == .interrupted, "\(result)")
        transfers.stop()
        server.stop()
        #expect(server.state.withLock { $0.requests.count } == 1)
    }

    @Test func `was perhaps received when time ran out after sending`() {
        let server = ScriptedServer { _, _ in [.wait] }
        let transfers = Transfers(userAgent: "test/1")
        var transfer = Transfer("POST", server.url, body: [1])
        transfer.totalTimeout = .milliseconds(50)
        #expect(kind(transfers.perform(transfer)) == .interrupted)
        transfers.stop()
        server.stop()
    }

    @Test func `is not sent again when a kept connection breaks, since the first copy may have been received`() throws {
        let server = ScriptedServer { number, _ in number == 1 ? [answer("200 OK")] : [.close] }
        let transfers = Transfers(userAgent: "test/1")
        try #expect(transfers.perform(Transfer("POST", server.url, body: [1])).get().status == 200)
        #expect(kind(transfers.perform(Transfer("POST", server.url, body: [2]))) == .interrupted)
        transfers.stop()
        server.stop()
        #expect(server.state.withLock { $0.requests.count } == 2)
    }

    static let unreachable = [
        "http://127.0.0.1:1/", "http://name.invalid/", "ftp://127.0.0.1/", "file:///etc/hostname", "no URL at all", "",
    ]
    @Test(arguments: unreachable)
    func `was certainly not received`(_ url: String) {
        let transfers = Transfers(userAgent: "test/1")
        let result = transfers.perform(Transfer("POST", url, body: [1]))
        #expect(kind(result) == .unreachable, "\(result)")
        transfers.stop()
    }

    @Test func `was certainly not received by somebody who does not speak TLS`() {
        let server = ScriptedServer { _, _ in [] }
        let transfers = Transfers(userAgent: "test/1")
        var transfer = Transfer("POST", "https://127.0.0.1:\(server.port)/", body: [1])
        transfer.connectTimeout = .milliseconds(50)
        #expect(kind(transfers.perform(transfer)) == .unreachable)
        transfers.stop()
        server.stop()
    }

    @Test func `was certainly not received on a missing unix socket`() {
        let transfers = Transfers(userAgent: "test/1")
        var transfer = Transfer("GET", "http://localhost/")
        transfer.unixSocket = "/nowhere/socket"
        #expect(kind(transfers.perform(transfer)) == .unreachable)
        transfers.stop()
    }

    @Test func `says why, and not what was sent`() {
        let transfers = Transfers(userAgent: "test/1")
        let result = transfers.perform(Transfer("POST", "http://127.0.0.1:1/?token=secret", body: Array("person".utf8)))
        guard case .failure(.unreachable(let reason)) = result else { return #expect(Bool(false), "\(result)") }
        #expect(reason.contains("127.0.0.1 port 1"))
        #expect(!reason.contains("secret") && !reason.contains("person"))
        transfers.stop()
    }
}

@Suite struct `Stopping` {
    @Test func `breaks off what is under way and refuses what comes later`() {
        let server = ScriptedServer { _, _ in [.wait] }
        let transfers = Transfers(userAgent: "test/1")
        let results = Locked<[TransferError?]>([])
        for _ in 0..<3 {
            transfers.start(Transfer("POST", server.url, body: [1])) { result in
                results.update { $0.append(result.failure) }
            }
        }
        _ = server.awaitRequests(3)
        transfers.stop()
        #expect(results.withLock { $0 } == Array(repeating: .interrupted("stopped"), count: 3))
        #expect(transfers.perform(Transfer("GET", server.url)).failure == .unreachable("stopped"))
        transfers.stop()
        server.stop()
    }

    @Test func `answers everything that was started, however it races`() {
        let server = ScriptedServer { _, _ in [answer("200 OK")] }
        for round in 0..<20 {
            let transfers = Transfers(userAgent: "test/1")
            let answered = Locked(0)
            for _ in 0..<round { transfers.start(Transfer("GET", server.url)) { _ in answered.update { $0 += 1 } } }
            transfers.stop()
            #expect(answered.withLock { $0 } == round)
        }
        server.stop()
    }
}

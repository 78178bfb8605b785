import HTTP
import Testing

@Suite struct `A slow client` {
    /// Short, so that waiting for them is not; those that an innocent connection meets are as usual.
    static let limits: Limits = {
        var limits = Limits()
        limits.headTimeout = .milliseconds(300)
        limits.bodyTimeout = .milliseconds(300)
        limits.writeTimeout = .milliseconds(300)
        limits.answerTimeout = .milliseconds(300)
        limits.minimumProgress = 1000
        return limits
    }()

    static let all = [
        HostileRequest("nothing for ever", "", .closed),
        HostileRequest("half a request line for ever", "GET /", .headTimeout),
        HostileRequest("half a head for ever", "GET / HTTP/1.1\r\nHost: h\r\n", .headTimeout),
        HostileRequest("an empty line for ever", "\r\n", .headTimeout),
        HostileRequest(
            "a head byte by byte", "GET / HTTP/1.1\r\nHost: h\r\nX: ", ending: .drips("a"), .headTimeout),
        HostileRequest(
            "a head field by field", "GET / HTTP/1.1\r\nHost: h\r\n", ending: .drips("X: y\r\n"), .headTimeout),
        HostileRequest(
            "half a body for ever", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello", .bodyTimeout),
        HostileRequest(
            "a body byte by byte", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n", ending: .drips("a"),
            .bodyTimeout),
        HostileRequest(
            "a chunk that stops", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
            .bodyTimeout),
        HostileRequest(
            "chunks one byte at a time", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
            ending: .drips("1\r\na\r\n"), .bodyTimeout),
        HostileRequest("a request that is never answered", "GET /never HTTP/1.1\r\nHost: h\r\n\r\n", .answerTimeout),
    ]

    static let server = try? Server.echoing(limits)

    @Test(arguments: all)
    func `gets its answer and harms nobody else`(_ hostile: HostileRequest) throws {
        try expectNoHarm(from: hostile, to: try #require(Self.server))
    }

    @Test func `that waits to be asked for its body is asked, and then has to send it`() throws {
        let client = try Client(port: try #require(Self.server).port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        #expect(try client.answer().status == 100)
        #expect(try client.answer().status == 408)
        #expect(client.seesTheEnd())
    }

    @Test func `may send a large body as slowly as the limit allows`() throws {
        let client = try Client(port: try #require(Self.server).port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n")
        // Ten pieces, each of what counts as progress, with pauses that together are far over the limit.
        for _ in 0..<10 {
            #expect(!client.hears(withinMilliseconds: 60))
            client.send(String(repeating: "x", count: 1000))
        }
        #expect(try client.answer().status == 200)
    }

    @Test func `that sends nothing more after an answer is let go`() throws {
        var limits = Limits()
        limits.idleTimeout = .milliseconds(50)
        let server = try Server.echoing(limits)
        let client = try Client(port: server.port)
        #expect(try client.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
        #expect(client.seesTheEnd())
    }

    @Test func `that does not take its answer is cut off`() throws {
        var limits = Limits()
        limits.writeTimeout = .milliseconds(100)
        let server = try Server.echoing(limits)
        let client = try Client(port: server.port, receiveBuffer: 4096)
        client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n")
        awaitCounters(of: server) { $0.accepted == 1 && $0.open == 0 }
        #expect(server.counters.slowReaders == 1)
        #expect(client.drainToTheEnd() < 16_000_000)
    }

    @Test func `that does not take its answers is not asked for more requests`() throws {
        var limits = Limits()
        limits.writeTimeout = .milliseconds(100)
        let server = try Server.echoing(limits)
        let client = try Client(port: server.port, receiveBuffer: 4096)
        client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: h\r\n\r\n", count: 100))
        awaitCounters(of: server) { $0.accepted == 1 && $0.open == 0 }
        #expect(server.counters.requests == 1)
    }

    @Test func `is not waited for after a refusal longer than the limit`() throws {
        var limits = Limits()
        limits.lingerTimeout = .milliseconds(50)
        let server = try Server.echoing(limits)
        let client = try Client(port: server.port)
        #expect(try client.ask("nonsense\r\n").status == 400)
        #expect(client.seesTheEnd())
        // The client keeps its side open.
        awaitCounters(of: server) { $0.accepted == 1 && $0.open == 0 }
    }
}

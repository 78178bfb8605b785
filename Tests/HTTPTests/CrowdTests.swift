import HTTP
import Service
import Testing

/// What many connections together may take.
@Suite struct `A crowd` {
    private static func post(_ length: Int, _ begun: Int) -> String {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n" + String(repeating: "x", count: begun)
    }

    @Test func `of bodies that do not end is bounded, and ordinary requests pass by it`() throws {
        var limits = Limits()
        limits.unfinishedBodies = 600_000
        let server = try Server.echoing(limits)
        var holders: [Client] = []
        for _ in 0..<2 {
            let client = try Client(port: server.port)
            client.send(Self.post(400_000, 300_000))
            #expect(!client.hears(withinMilliseconds: 50))
            holders.append(client)
        }
        let newest = try Client(port: server.port)
        newest.send(Self.post(400_000, 100_000))
        let refused = try newest.answer()
        #expect(refused.status == 503 && refused.fields["retry-after"] == "1")
        #expect(server.counters.refusals == [.tooManyBodies: 1])
        // An ordinary one, in two pieces.
        let ordinary = try Client(port: server.port)
        ordinary.send(Self.post(10_000, 1000))
        #expect(!ordinary.hears(withinMilliseconds: 50))
        ordinary.send(String(repeating: "x", count: 9000))
        #expect(try ordinary.answer().status == 200)
        // Whoever goes, gives back what was held: by being cut off, and by ending.
        for client in [newest, ordinary] { client.close() }
        holders[1].reset()
        awaitCounters(of: server) { $0.open == 1 }
        holders[0].send(String(repeating: "x", count: 100_000))
        #expect(try holders[0].answer().status == 200)
        let next = try Client(port: server.port)
        next.send(Self.post(600_000, 500_000))
        #expect(!next.hears(withinMilliseconds: 50))
        next.send(String(repeating: "x", count: 100_000))
        #expect(try next.answer().status == 200)
    }

    @Test func `from one address has its own limit`() throws {
        var limits = Limits()
        limits.connectionsPerAddress = 2
        limits.turnedAway = 1
        limits.peerGroup = { $0 == "127.0.0.1" ? 7 : nil }
        let server = try Server.echoing(limits, loops: 2)
        let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        let clients = try (0..<2).map { _ in try Client(port: server.port) }
        for client in clients { #expect(try client.ask(request).status == 200) }
        let third = try Client(port: server.port)
        #expect(try third.answer().status == 503)
        #expect(try Client(port: server.port).seesTheEnd())
        #expect(server.counters.refusals == [.tooManyFromAddress: 2])
        third.close()
        clients[0].close()
        awaitCounters(of: server) { $0.open == 1 }
        #expect(try Client(port: server.port).ask(request).status == 200)
        // Those that count with nobody come as many as they like.
        limits.peerGroup = { _ in nil }
        let open = try Server.echoing(limits)
        let many = try (0..<9).map { _ in try Client(port: open.port) }
        for client in many { #expect(try client.ask(request).status == 200) }
    }

    /// Wants no body of the path `/unwanted`, and none that is announced to be longer than ten bytes.
    private final class Choosy: Responder {
        func respond(to request: Request, _ exchange: Exchange) {
            exchange.reply(Response(200, body: Array("\(request.body.count)".utf8)))
        }

        func refusal(of head: Request, length: Int?) -> Response? {
            head.path == "/unwanted" ? Response(401) : length ?? 0 > 10 ? Response(413) : nil
        }
    }

    static let heads: [(String, Int)] = [
        ("/unwanted HTTP/1.1\r\nHost: h\r\nContent-Length: 5", 401),
        ("/ HTTP/1.1\r\nHost: h\r\nContent-Length: 11", 413),
        ("/unwanted HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked", 401),
        ("/unwanted HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5", 401),
        ("/ HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5", 100),
    ]

    @Test(arguments: heads)
    func `of strangers is refused by their heads, before a body has come`(_ head: String, _ status: Int) throws {
        let server = try Server([.tcp(host: "127.0.0.1", port: 0)]) { _ in Choosy() }
        let client = try Client(port: server.port)
        #expect(try client.ask("POST \(head)\r\n\r\n").status == status)
        guard status != 100 else {
            client.send("hello")
            #expect(try client.answer().body == "5")
            return
        }
        #expect(client.seesTheEnd())
    }
}

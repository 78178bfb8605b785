import HTTP
import Service
import Testing

@Suite struct `Many clients at once` {
    @Test(arguments: [1, 3], ["/plain", "/round", "/later"])
    func `each get their own answers`(_ loops: Int, _ path: String) throws {
        let server = try Server.echoing(loops: loops, helper: Helper())
        let wrong = Locked(0)
        let workers = (0..<8).map { worker in
            Worker("client \(worker)") {
                do {
                    // Several connections each, with one request under way on every one of them.
                    let clients = try (0..<8).map { _ in try Client(port: server.port) }
                    for round in 0..<50 {
                        for (index, client) in clients.enumerated() {
                            let body = "\(worker)-\(index)-\(round)"
                            client.send(
                                "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                        }
                        for (index, client) in clients.enumerated() {
                            let isRight = try client.answer().body == "POST \(path) \(worker)-\(index)-\(round)"
                            if !isRight { wrong.withLock { $0 += 1 } }
                        }
                    }
                } catch {
                    wrong.withLock { $0 += 1000 }
                }
            }
        }
        for worker in workers { worker.join() }
        #expect(wrong.withLock { $0 } == 0)
        #expect(server.counters.requests == 8 * 8 * 50)
        #expect(server.counters.accepted == 64)
        awaitCounters(of: server) { $0.open == 0 }
    }

    @Test func `are served by all loops in turn`() throws {
        final class Naming: Responder {
            let loop: Int
            init(_ loop: Int) { self.loop = loop }
            func respond(to request: Request, _ exchange: Exchange) {
                exchange.reply(Response(200, body: Array("\(loop)".utf8)))
            }
        }
        let server = try Server([.tcp(host: "127.0.0.1", port: 0)], loops: 3) { Naming($0) }
        var served: [String: Int] = [:]
        let clients = try (0..<9).map { _ in try Client(port: server.port) }
        for client in clients { served[try client.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").body, default: 0] += 1 }
        #expect(served == ["0": 3, "1": 3, "2": 3])
    }

    @Test func `that come and go in a hurry leave nothing behind`() throws {
        let server = try Server.echoing(helper: Helper())
        for round in 0..<500 {
            let client = try Client(port: server.port)
            client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
            if round.isMultiple(of: 2) { client.reset() } else { client.close() }
        }
        awaitCounters(of: server) { $0.accepted == 500 && $0.open == 0 }
        #expect(try Client(port: server.port).ask("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").body == "GET /a ")
    }
}

import HTTP
import Service
import Testing

private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n" }

@Suite struct `Draining` {
    @Test(arguments: [1, 3])
    func `answers what is under way, closes what is idle, takes nothing new`(_ loops: Int) throws {
        let helper = Helper(waitingFor: 6)
        let server = try Server.echoing(loops: loops, helper: helper)
        let idle = try (0..<3).map { _ in try Client(port: server.port) }
        for client in idle { #expect(try client.ask(get("/")).status == 200) }
        let waiting = try (0..<5).map { _ in try Client(port: server.port) }
        for client in waiting { client.send(get("/later")) }
        let half = try Client(port: server.port)
        half.send("POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel")
        helper.awaitRequests(5)
        awaitCounters(of: server) { $0.open == 9 }

        let drained = Locked(false)
        let drainer = Worker("drainer") {
            server.drain(within: .seconds(30))
            drained.update { $0 = true }
        }
        for client in idle { #expect(client.seesTheEnd()) }
        #expect(throws: Client.Failure.cannotConnect) { try Client(port: server.port) }
        #expect(!drained.withLock { $0 })
        // The sixth request is complete only now, and the helper answers all six.
        half.send("lo")
        for client in waiting + [half] {
            let answer = try client.answer()
            #expect(answer.status == 200)
            #expect(answer.fields["connection"] == "close")
            #expect(client.seesTheEnd())
            client.close()
        }
        drainer.join()
        #expect(server.counters.open == 0)
    }

    @Test func `cuts off what takes longer than the time given`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        client.send(get("/never"))
        awaitCounters(of: server) { $0.requests == 1 }
        let start = Clock.monotonic
        server.drain(within: .milliseconds(100))
        #expect(Clock.monotonic - start >= .milliseconds(100))
        #expect(server.counters.open == 0)
        #expect(client.drainToTheEnd() == 0)
    }

    @Test func `twice is the same as once, and replies afterwards do nothing`() throws {
        let kept = Locked<[Exchange]>([])
        final class Keeping: Responder {
            let kept: Locked<[Exchange]>
            init(_ kept: Locked<[Exchange]>) { self.kept = kept }
            func respond(to request: Request, _ exchange: Exchange) { kept.update { $0.append(exchange) } }
        }
        let server = try Server([.tcp(host: "127.0.0.1", port: 0)]) { _ in Keeping(kept) }
        let client = try Client(port: server.port)
        client.send(get("/"))
        let exchange = kept.wait { $0.first }
        server.drain(within: .zero)
        server.drain(within: .zero)
        exchange.reply(Response(200))
        #expect(client.drainToTheEnd() == 0)
    }
}

import Glibc
import HTTP
import Testing

private func get(_ path: String, _ fields: String = "") -> String { "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }

@Suite struct `A server` {
    @Test func `answers with date, length and what the responder says`() throws {
        let server = try Server.echoing()
        let answer = try Client(port: server.port).ask(get("/a?b=c"))
        #expect(answer.status == 200)
        #expect(answer.body == "GET /a?b=c ")
        #expect(answer.fields["content-type"] == "text/plain")
        #expect(answer.fields["content-length"] == "11")
        #expect(answer.fields["connection"] == nil)
        let date = try #require(answer.fields["date"])
        #expect(
            date.wholeMatch(of: /(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
    }

    @Test func `keeps a connection for many requests`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        for number in 0..<100 { #expect(try client.ask(get("/\(number)")).body == "GET /\(number) ") }
        #expect(server.counters.accepted == 1)
        #expect(server.counters.requests == 100)
    }

    @Test(arguments: ["/plain", "/round", "/later"])
    func `answers pipelined requests one after the other`(_ path: String) throws {
        let server = try Server.echoing(helper: Helper())
        let client = try Client(port: server.port)
        client.send((0..<1000).map { get("\(path)?\($0)") }.joined())
        for number in 0..<1000 { #expect(try client.answer().body == "GET \(path)?\(number) ") }
    }

    @Test func `answers requests that were sent before the client closed its side`() throws {
        let server = try Server.echoing(helper: Helper())
        let client = try Client(port: server.port)
        client.send(get("/later") + get("/plain"))
        client.endSending()
        #expect(try client.answer().body == "GET /later ")
        #expect(try client.answer().body == "GET /plain ")
        #expect(client.seesTheEnd())
    }

    @Test func `reads bodies in chunks and drops extensions and trailers`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        let answer = try client.ask(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "5\r\nhello\r\n7 ; a = \"b;\\\"\"\r\n, world\r\n000\r\nX-Trailer: x\r\n\r\n")
        #expect(answer.body == "POST / hello, world")
        #expect(try client.ask(get("/next")).body == "GET /next ")
    }

    @Test func `takes a body of exactly the size allowed`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        client.send(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\n" + String(repeating: "x", count: 1_048_576))
        #expect(try client.answer().body.utf8.count == 7 + 1_048_576)
    }

    @Test func `asks for the body of a client that expects it`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n")
        #expect(try client.answer().status == 100)
        #expect(try client.ask("hello").body == "POST / hello")
    }

    @Test func `does not ask for a body that is there, or that HTTP/1.0 sends, or that is empty`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        let expecting = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length:"
        #expect(try client.ask("\(expecting) 5\r\n\r\nhello").body == "POST / hello")
        #expect(try client.ask("\(expecting) 0\r\n\r\n").body == "POST / ")
        client.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        #expect(!client.hears(withinMilliseconds: 50))
        #expect(try client.ask("hello").body == "POST / hello")
    }

    @Test func `sends no body to HEAD, but its length`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = try client.answer(toHead: true)
        #expect(answer.fields["content-length"] == "8")
        #expect(try client.ask(get("/b")).body == "GET /b ")
    }

    @Test func `sends neither body nor length with 204`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        let answer = try client.ask(get("/empty"))
        #expect(answer.status == 204)
        #expect(answer.fields["content-length"] == nil)
        #expect(try client.ask(get("/b")).body == "GET /b ")
    }

    @Test func `takes OPTIONS for the whole server`() throws {
        let server = try Server.echoing()
        let answer = try Client(port: server.port).ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(answer.body == "OPTIONS * ")
    }

    @Test func `closes after HTTP/1.0, unless asked to keep the connection`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        let kept = try client.ask("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
        #expect(kept.fields["connection"] == "keep-alive")
        let last = try client.ask("GET /b HTTP/1.0\r\n\r\n")
        #expect(last.body == "GET /b ")
        #expect(last.fields["connection"] == "close")
        #expect(client.seesTheEnd())
    }

    @Test(arguments: [get("/a", "Connection: x, CLOSE\r\n"), get("/closing")])
    func `closes when one of both wishes it, and heeds nothing further`(_ text: String) throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        let answer = try client.ask(text + get("/b"))
        #expect(answer.fields["connection"] == "close")
        #expect(client.seesTheEnd())
        #expect(server.counters.requests == 1)
    }

    @Test func `sends only the first reply of an exchange`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        #expect(try client.ask(get("/twice")).status == 200)
        #expect(try client.ask(get("/b")).body == "GET /b ")
    }

    @Test func `lets no value add a field`() throws {
        let server = try Server.echoing()
        let answer = try Client(port: server.port).ask(get("/injected"))
        #expect(answer.fields["x-value"] == "a  X-Other: b")
        #expect(answer.fields["x-other"] == nil)
    }

    @Test func `sends an answer larger than every buffer`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        #expect(try client.ask(get("/large", "Connection: close\r\n")).body.utf8.count == 16_000_000)
        #expect(client.seesTheEnd())
    }

    @Test func `has its refusal read by a client that is still sending`() throws {
        let server = try Server.echoing()
        let client = try Client(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50000000\r\n\r\n")
        client.send(String(repeating: "x", count: 20_000_000))
        #expect(try client.answer().status == 413)
    }

    @Test func `turns away connections over the limit, until others close`() throws {
        var limits = Limits()
        limits.connections = 3
        limits.turnedAway = 1
        let server = try Server.echoing(limits)
        let clients = try (0..<3).map { _ in try Client(port: server.port) }
        for client in clients { #expect(try client.ask(get("/")).status == 200) }

        let fourth = try Client(port: server.port)
        let answer = try fourth.answer()
        #expect(answer.status == 503)
        #expect(answer.fields["retry-after"] == "1")
        #expect(fourth.seesTheEnd())
        // The fourth has not closed yet; beyond it there are no words.
        let fifth = try Client(port: server.port)
        #expect(fifth.seesTheEnd())
        #expect(server.counters.refusals == [.tooManyConnections: 2])

        fourth.close()
        clients[0].close()
        awaitCounters(of: server) { $0.open == 2 }
        #expect(try Client(port: server.port).ask(get("/")).status == 200)
        for client in clients[1...] { #expect(try client.ask(get("/")).status == 200) }
    }

    @Test func `waits for descriptors when there are none left`() async {
        await #expect(processExitsWith: .success) {
            let server = try Server.echoing()
            let first = try Client(port: server.port)
            #expect(try first.ask(get("/a")).body == "GET /a ")
            // Room for the client's side of one more connection, but not for the server's.
            let before = limitDescriptors(toFurther: 1)
            let second = try Client(port: server.port)
            second.send(get("/b"))
            awaitCounters(of: server) { $0.failedAccepts >= 2 }
            #expect(server.counters.failedAccepts < 10)
            #expect(try first.ask(get("/c")).body == "GET /c ")
            limitDescriptors(to: before)
            #expect(try second.answer().body == "GET /b ")
        }
    }

    @Test func `counts refusals by reason`() throws {
        let server = try Server.echoing()
        #expect(try Client(port: server.port).ask("nonsense\r\n").status == 400)
        #expect(try Client(port: server.port).ask(get("/", "Host: h\r\n")).status == 400)
        #expect(server.counters.refusals == [.malformedRequestLine: 1, .repeatedHost: 1])
        #expect(server.counters.requests == 0)
    }

    @Test func `knows its client's address`() throws {
        final class Peers: Responder {
            func respond(to request: Request, _ exchange: Exchange) {
                exchange.reply(Response(200, body: Array(request.peer.utf8)))
            }
        }
        let path = "/tmp/leadrelay-http-\(getpid())-peer.sock"
        let server = try Server([.tcp(host: "127.0.0.1", port: 0), .unix(path: path, mode: 0o600)]) { _ in Peers() }
        #expect(try Client(port: server.port).ask(get("/")).body == "127.0.0.1")
        #expect(try Client(unixPath: path).ask(get("/")).body == "unix")
    }
}

@Suite struct `An endpoint` {
    private func path(_ name: String) -> String { "/tmp/leadrelay-http-\(getpid())-\(name).sock" }

    private func server(at path: String, mode: mode_t = 0o600) throws -> Server {
        try Server([.unix(path: path, mode: mode)]) { _ in Echo() }
    }

    @Test(arguments: [0o600, 0o660, 0o666] as [mode_t])
    func `in the file system has the permissions asked for and goes with its server`(_ mode: mode_t) throws {
        let path = path("mode-\(mode)")
        let server = try server(at: path, mode: mode)
        #expect(permissions(path) == mode)
        #expect(try Client(unixPath: path).ask(get("/a")).body == "GET /a ")
        server.drain(within: .zero)
        #expect(permissions(path) == nil)
    }

    @Test func `on which somebody answers is left alone`() throws {
        let path = path("used")
        let first = try server(at: path)
        #expect(throws: ServerError.inUse(endpoint: path)) { try server(at: path) }
        #expect(try Client(unixPath: path).ask(get("/a")).body == "GET /a ")
        first.drain(within: .zero)
    }

    @Test func `left behind by a killed server is taken over`() throws {
        let path = path("stale")
        abandonSocket(at: path)
        #expect(permissions(path) != nil)
        let server = try server(at: path)
        #expect(try Client(unixPath: path).ask(get("/a")).body == "GET /a ")
        server.drain(within: .zero)
    }

    @Test func `that is an ordinary file is left alone`() throws {
        let path = path("file")
        makeFile(at: path)
        defer { removeFile(at: path) }
        #expect(throws: ServerError.self) { try server(at: path) }
        #expect(permissions(path) == 0o600)
    }

    @Test func `is given to a group, if there is such a one`() throws {
        let path = path("group")
        let name = try #require(unsafe getgrgid(getegid()).map { unsafe String(cString: $0.pointee.gr_name) })
        let server = try Server([.unix(path: path, mode: 0o660, group: name)]) { _ in Echo() }
        #expect(permissions(path) == 0o660)
        server.drain(within: .zero)
        #expect {
            try Server([.unix(path: path, mode: 0o660, group: "no-such-group")]) { _ in Echo() }
        } throws: {
            "\($0)".contains("chown to group no-such-group")
        }
        removeFile(at: path)
    }

    @Test func `whose path is longer than a socket's may be is reported`() {
        #expect(throws: ServerError.self) { try server(at: "/tmp/\(String(repeating: "x", count: 200))") }
    }

    @Test func `in use on TCP is reported`() throws {
        let first = try Server.echoing()
        #expect(throws: ServerError.inUse(endpoint: "127.0.0.1:\(first.port)")) {
            try Server([.tcp(host: "127.0.0.1", port: first.port)]) { _ in Echo() }
        }
    }

    @Test func `of an unknown host is reported`() {
        #expect(throws: ServerError.unknownHost("nowhere.invalid")) {
            try Server([.tcp(host: "nowhere.invalid", port: 0)]) { _ in Echo() }
        }
    }
}

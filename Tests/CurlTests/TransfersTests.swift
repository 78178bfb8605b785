import Curl
import Service
import Testing

@Suite struct `A transfer` {
    private func with(
        _ script: @escaping ScriptedServer.Script, _ body: (Transfers, ScriptedServer) throws -> Void
    ) throws {
        let server = ScriptedServer(script)
        let transfers = Transfers(userAgent: "test/1")
        defer {
            transfers.stop()
            server.stop()
        }
        try body(transfers, server)
    }

    @Test func `sends what it was given and nothing that was not asked for`() throws {
        try with({ _, _ in [answer("200 OK")] }) { transfers, server in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
            let transfer = Transfer(
                "POST", server.url + "path?a=b", fields: [("Content-Type", "application/json"), ("X-Empty", "")],
                body: body)
            _ = try transfers.perform(transfer).get()
            let request = server.awaitRequests(1)[0]
            let head = request.split(separator: "\r\n\r\n")[0].split(separator: "\r\n").map { $0.lowercased() }
            #expect(head[0] == "post /path?a=b http/1.1")
            #expect(
                Set(head.dropFirst()) == [
                    "host: 127.0.0.1:\(server.port)", "user-agent: test/1", "accept: */*", "content-length: 100000",
                    "content-type: application/json", "x-empty:",
                ])
            #expect(request.utf8.suffix(100_000).elementsEqual(body))
        }
    }

    static let methods: [(method: String, body: String?, line: String)] = [
        ("GET", nil, "GET / HTTP/1.1"), ("HEAD", nil, "HEAD / HTTP/1.1"), ("DELETE", nil, "DELETE / HTTP/1.1"),
        ("POST", nil, "POST / HTTP/1.1"), ("POST", "x", "POST / HTTP/1.1"), ("PUT", "x", "PUT / HTTP/1.1"),
    ]
    @Test(arguments: methods)
    func `uses the method it is told`(_ method: String, _ body: String?, _ line: String) throws {
        try with({ _, _ in [.send("HTTP/1.1 204 No Content\r\n\r\n")] }) { transfers, server in
            let transfer = Transfer(method, server.url, body: body.map { Array($0.utf8) })
            try #expect(transfers.perform(transfer).get().status == 204)
            let request = server.awaitRequests(1)[0]
            #expect(request.hasPrefix(line + "\r\n"))
            #expect(request.hasSuffix("\r\n\r\n" + (body ?? "")))
        }
    }

    @Test func `returns status, fields and body`() throws {
        let script: ScriptedServer.Script = { _, _ in
            [answer("429 Too Many Requests", ["Retry-After: 7", "X-Two: a", "x-two:  b ", "X-None:"], "slow down")]
        }
        try with(script) { transfers, server in
            let answer = try transfers.perform(Transfer("GET", server.url)).get()
            #expect(answer.status == 429)
            #expect(answer.field("retry-after") == "7")
            #expect(answer.field("x-two") == "a, b")
            #expect(answer.field("x-none") == "")
            #expect(answer.field("x-other") == nil)
            #expect(answer.body == Array("slow down".utf8))
            #expect(answer.took > .zero)
        }
    }

    @Test func `keeps the fields of the final answer only`() throws {
        let script: ScriptedServer.Script = { _, _ in
            [.send("HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n"), answer("200 OK", ["X-Late: yes"])]
        }
        try with(script) { transfers, server in
            let answer = try transfers.perform(Transfer("GET", server.url)).get()
            #expect(answer.status == 200)
            #expect(answer.field("x-early") == nil)
            #expect(answer.field("x-late") == "yes")
        }
    }

    @Test func `does not follow a redirect`() throws {
        try with({ _, _ in [answer("302 Found", ["Location: /elsewhere"])] }) { transfers, server in
            try #expect(transfers.perform(Transfer("GET", server.url)).get().status == 302)
            #expect(server.awaitRequests(1).count == 1)
        }
    }

    @Test func `keeps its connection for the next one`() throws {
        try with({ _, _ in [answer("200 OK", [], "yes")] }) { transfers, server in
            for _ in 0..<10 { _ = try transfers.perform(Transfer("POST", server.url, body: [1])).get() }
            #expect(server.state.withLock { $0.accepted } == 1)
        }
    }

    @Test func `is one of many at the same time, over a bounded number of connections`() throws {
        try with({ _, request in [answer("200 OK", [], String(request.split(separator: " ")[1]))] }) {
            transfers, server in
            let paths = Locked<Set<String>>([])
            for number in 0..<500 {
                transfers.start(Transfer("POST", server.url + "\(number)", body: [1])) { result in
                    let path = (try? result.get()).map { String(decoding: $0.body, as: UTF8.self) }
                    paths.update { _ = $0.insert(path ?? "failed \(result)") }
                }
            }
            let all = paths.wait { $0.count == 500 || $0.contains { $0.hasPrefix("failed") } ? $0 : nil }
            #expect(all == Set((0..<500).map { "/\($0)" }))
            #expect(server.state.withLock { $0.accepted } <= 16)
        }
    }

    @Test func `may have an answer up to its bound`() throws {
        try with({ _, _ in [answer("200 OK", [], String(repeating: "x", count: 100_000))] }) { transfers, server in
            var transfer = Transfer("GET", server.url)
            transfer.maximumAnswer = 100_000
            try #expect(transfers.perform(transfer).get().body.count == 100_000)
            transfer.maximumAnswer = 99_999
            #expect(transfers.perform(transfer).failure == .answerTooLarge)
        }
    }

    @Test func `has no answer if the head alone is too large`() throws {
        let field = "X-Long: " + String(repeating: "x", count: 70_000)
        try with({ _, _ in [answer("200 OK", [field])] }) { transfers, server in
            #expect(transfers.perform(Transfer("GET", server.url)).failure == .answerTooLarge)
        }
    }
}

extension Result {
    var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}

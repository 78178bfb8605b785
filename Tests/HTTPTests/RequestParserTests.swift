import HTTP
import Testing

/// Everything the parser says about a stream, in words, when the stream comes in these pieces.
private func steps(_ pieces: [ArraySlice<UInt8>], _ limits: Limits) -> [String] {
    var parser = RequestParser()
    var result: [String] = []
    for piece in pieces {
        let bytes = Array(piece)
        var offset = 0
        while offset < bytes.count {
            switch parser.receive(bytes.span, from: &offset, within: limits) {
            case .needMore: break
            case .expectsContinue: result.append("continue")
            case .request(let request):
                let body = String(decoding: request.body, as: UTF8.self)
                result.append("\(request.methodName) \(request.target) \(request.fields) \(body) \(request.isHTTP10)")
            case .refuse(let refusal): return result + ["refuse \(refusal)"]
            }
        }
    }
    return result + ["\(parser.phase)"]
}

@Suite struct `The request parser` {
    static let limits: Limits = {
        var limits = Limits()
        limits.head = 400
        limits.requestLine = 100
        limits.fields = 6
        limits.body = 60
        limits.chunkExtensions = 20
        return limits
    }()

    /// A form may bring files along, which nobody keeps; everything else has the plain bound, in either framing.
    @Test(
        arguments: [
            ("multipart/form-data; boundary=b", 100, "body"), ("Multipart/Form-Data", 100, "body"),
            ("multipart/form-data; boundary=b", 101, "refuse bodyTooLarge"),
            ("multipart/mixed; boundary=b", 61, "refuse bodyTooLarge"),
            ("application/json", 61, "refuse bodyTooLarge"), ("application/json", 60, "body"),
            ("text/plain; x=multipart/form-data", 61, "refuse bodyTooLarge"),
        ] as [(String, Int, String)])
    func `lets forms with files be larger`(_ type: String, _ count: Int, _ end: String) {
        var limits = Self.limits
        limits.upload = 100
        let hexadecimal = String(count, radix: 16)
        for framing in ["Content-Length: \(count)\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n\(hexadecimal)\r\n"] {
            let bytes = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n\(framing)".utf8)
            #expect(steps([bytes[...]], limits) == [end])
        }
        let late = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\nContent-Type: \(type)\r\n\r\n".utf8)
        #expect(steps([late[...]], limits) == [end])
    }

    static let streams =
        [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET",
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\\\"\"\r\nhello\r\n0A \t;x\r\n0123456789\r\n"
                + "0\r\nTrailer: x\r\nB:\r\n\r\nGET / HTTP/1.0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3D\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;0123456789012345678901\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\nF: 6\r\n"
                + "G: 7\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 61\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\nF: 6\r\nG: 7\r\n\r\n",
            "GET /" + String(repeating: "a", count: 100) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "a", count: 400) + "\r\n\r\n",
            // The limit falls on the carriage return, on the line feed, and behind it.
            "GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "a", count: 368) + "\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "a", count: 369) + "\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "a", count: 370) + "\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "a", count: 371) + "\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}",
        ]

    @Test(arguments: streams)
    func `says the same wherever the bytes are cut`(_ stream: String) {
        let bytes = Array(stream.utf8)
        let whole = steps([bytes[...]], Self.limits)
        for cut in bytes.indices {
            #expect(steps([bytes[..<cut], bytes[cut...]], Self.limits) == whole, "cut at \(cut)")
        }
        #expect(steps(bytes.indices.map { bytes[$0...$0] }, Self.limits) == whole, "byte by byte")
    }

    @Test func `takes a head of exactly the size allowed, and none that is larger`() {
        func outcome(padding: Int) -> String {
            let start = "GET / HTTP/1.1\r\nHost: a\r\nA: "
            let head = start + String(repeating: "a", count: padding) + "\r\n\r\n"
            return String(steps([Array(head.utf8)[...]], Self.limits)[0].prefix(6))
        }
        let fitting = 400 - "GET / HTTP/1.1\r\nHost: a\r\nA: \r\n\r\n".utf8.count
        #expect(outcome(padding: fitting) == "GET / ")
        #expect(outcome(padding: fitting + 1) == "refuse")
    }

    /// One request, or nothing.
    private func parsed(_ head: String) -> Request? {
        var parser = RequestParser()
        var offset = 0
        let bytes = Array(head.utf8)
        guard case .request(let request) = parser.receive(bytes.span, from: &offset, within: Limits()) else {
            return nil
        }
        return request
    }

    @Test(
        arguments: [
            ("GET", "/", "/", nil), ("GET", "/a/b?c=d?e", "/a/b", "c=d?e"), ("GET", "/?", "/", ""),
            ("OPTIONS", "*", "*", nil), ("GET", "http://h", "/", nil), ("GET", "HTTP://h:80?q", "/", "q"),
            ("GET", "https://[::1]:8080/p?q", "/p", "q"), ("GET", "/a%20b{}|", "/a%20b{}|", nil),
            ("GET", "//x", "//x", nil),
        ] as [(String, String, String, String?)])
    func `finds path and query in every form of target`(
        _ method: String, _ target: String, _ path: String, _ query: String?
    ) throws {
        let request = try #require(parsed("\(method) \(target) HTTP/1.1\r\nHost: h\r\n\r\n"))
        #expect(request.target == target)
        #expect(request.path == path)
        #expect(request.query == query)
    }

    @Test(
        arguments: [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch), ("DELETE", .delete),
            ("OPTIONS", .options), ("get", .other), ("BREW", .other), ("PROPFIND", .other),
        ] as [(String, Request.Method)])
    func `knows methods by their exact name`(_ name: String, _ method: Request.Method) throws {
        let request = try #require(parsed("\(name) / HTTP/1.1\r\nHost: h\r\n\r\n"))
        #expect(request.method == method)
        #expect(request.methodName == name)
    }

    @Test func `finds fields whatever their case, without blanks, and joins those of one name`() throws {
        let request = try #require(
            parsed("GET / HTTP/1.1\r\nHOST: h\r\nAccept:a\r\nX-Empty:\r\naccEPT: \t b c \t\r\nX-Bytes: \u{e4}\r\n\r\n"))
        #expect(request.field("host") == "h")
        #expect(request.field("accept") == "a, b c")
        #expect(request.field("x-empty") == "")
        #expect(request.field("x-bytes") == "\u{e4}")
        #expect(request.field("x-other") == nil)
        #expect(request.fields.map(\.name) == ["host", "accept", "x-empty", "accept", "x-bytes"])
    }

    @Test(arguments: [
        "h", "h:80", "h:", "example.com", "127.0.0.1:8080", "[::1]", "[2001:db8::1]:443", "", "a_b", "%41",
    ])
    func `takes valid hosts`(_ host: String) {
        #expect(parsed("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") != nil)
    }
}

import HTTP
import Testing

@Suite struct `Form fields` {
    @Test(
        arguments: [
            ("", [:]), ("a=1", ["a": "1"]), ("a=1&b=2", ["a": "1", "b": "2"]), ("a", ["a": ""]), ("a=", ["a": ""]),
            ("=v", ["": "v"]), ("a=b=c", ["a": "b=c"]), ("&&a=1&", ["a": "1"]), ("a=1&a=2", ["a": "1", "a": "2"]),
            ("first+name=Ann+Lee", ["first name": "Ann Lee"]), ("a=%2B%26%3d%25", ["a": "+&=%"]),
            ("n=J%C3%BCrgen", ["n": "J\u{fc}rgen"]), ("n=J\u{fc}rgen", ["n": "J\u{fc}rgen"]), ("a=%00", ["a": "\u{0}"]),
        ] as [(String, KeyValuePairs<String, String>)])
    func `are read in their order`(_ text: String, _ expected: KeyValuePairs<String, String>) throws {
        let fields = try FormFields(Array(text.utf8))
        #expect(fields.all.map { "\($0.name)=\($0.value)" } == expected.map { "\($0.key)=\($0.value)" })
        #expect(try FormFields(query: text).all.count == expected.count)
    }

    @Test(
        arguments: [
            ("a=%", .malformedEncoding(offset: 0)), ("a=1&b=%4", .malformedEncoding(offset: 4)),
            ("a=1&%zz=1", .malformedEncoding(offset: 4)), ("a=%4g", .malformedEncoding(offset: 0)),
            ("a=1&&b=%FF", .notUTF8(offset: 5)), ("%C3=1", .notUTF8(offset: 0)), ("a=%ED%A0%80", .notUTF8(offset: 0)),
            ("a&b&c&d", .tooManyFields(limit: 3)),
        ] as [(String, FormFields.Fault)])
    func `that are malformed say where`(_ text: String, _ fault: FormFields.Fault) {
        #expect(throws: fault) { try FormFields(query: text, maximumFields: 3) }
    }

    @Test func `are found by name`() throws {
        let fields = try FormFields(query: "a=1&a=2&b=3")
        #expect(fields["a"] == "1")
        #expect(fields["b"] == "3")
        #expect(fields["c"] == nil)
    }
}

@Suite struct `Percent-encoding` {
    @Test(
        arguments: [
            ("", "", ""), ("abc", "abc", "abc"), ("a+b", "a+b", "a b"), ("%41%2f%2F", "A//", "A//"),
            ("%E2%82%AC", "\u{20ac}", "\u{20ac}"), ("%", nil, nil), ("%1", nil, nil), ("%%41", nil, nil),
            ("%FF", nil, nil),
            ("%+1", nil, nil),
        ] as [(String, String?, String?)])
    func `is undone or refused`(_ text: String, _ plain: String?, _ form: String?) {
        #expect(text.percentDecoded() == plain)
        #expect(text[...].percentDecoded(plusIsSpace: true) == form)
    }
}

@Suite struct `A media type` {
    @Test(
        arguments: [
            ("application/json", "application/json", nil, nil), ("Application/JSON", "application/json", nil, nil),
            (" text/plain ; charset=UTF-8", "text/plain", "utf-8", nil),
            ("text/plain;CHARSET=\"utf-8\"", "text/plain", "utf-8", nil),
            ("text/plain;", "text/plain", nil, nil), ("text/plain;;charset=a;", "text/plain", "a", nil),
            ("multipart/form-data; boundary=----WebKit7MA4", "multipart/form-data", nil, "----WebKit7MA4"),
            ("multipart/form-data; boundary=\"a b;c\\\"d\"; charset=x", "multipart/form-data", "x", "a b;c\"d"),
            ("application/vnd.api+json", "application/vnd.api+json", nil, nil),
        ] as [(String, String, String?, String?)])
    func `is read with its parameters`(_ text: String, _ name: String, _ charset: String?, _ boundary: String?) throws {
        let type = try #require(MediaType(text))
        #expect(type.name == name)
        #expect(type.charset == charset)
        #expect(type.boundary == boundary)
    }

    @Test(arguments: [
        "", "json", "/json", "text/", "a/b/c", "text/plain charset=a", "text/plain; charset", "text/plain; charset=",
        "text/plain; =a", "text/plain; a=\"b", "text/plain; a=\"b\"c", "te xt/plain", "text/plain, text/html",
        "text/plain; a b=c",
    ])
    func `that is malformed is none`(_ text: String) { #expect(MediaType(text) == nil) }
}

@Suite struct `A multipart form` {
    /// One part per element, between boundaries called `b`.
    private func body(_ parts: [String], end: String = "--b--\r\n") -> [UInt8] {
        Array((parts.map { "--b\r\n\($0)\r\n" }.joined() + end).utf8)
    }

    private func field(_ name: String, _ value: String) -> String {
        "Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)"
    }

    @Test func `has parts in their order`() throws {
        let form = try Multipart(
            body([
                field("a", "1"), field("b", ""), field("c", "x\r\ny\r\n"), field("a", "a --b is no boundary here"),
                "content-disposition: FORM-DATA; Name=d\r\nContent-Type: text/plain\r\n\r\n\u{fc}",
            ]), boundary: "b")
        #expect(form.parts.map(\.name) == ["a", "b", "c", "a", "d"])
        #expect(form.parts.map(\.value) == ["1", "", "x\r\ny\r\n", "a --b is no boundary here", "\u{fc}"])
        #expect(form.parts.allSatisfy { $0.fileName == nil })
        #expect(form["a"] == "1")
        #expect(form["z"] == nil)
    }

    @Test func `names files and does not keep them`() throws {
        let file = "Content-Disposition: form-data; name=\"f\"; filename=\"C:\\cv.pdf\"\r\n\r\n\u{0}\u{1}\r\n\r\n--"
        let form = try Multipart(body([file, field("a", "1")]), boundary: "b")
        #expect(form.parts[0].name == "f")
        #expect(form.parts[0].fileName == "C:\\cv.pdf")
        #expect(form.parts[0].value.isEmpty)
        #expect(form.parts[0].size == 8)
        #expect(form["f"] == nil)
        #expect(form["a"] == "1")
    }

    @Test func `may begin with a preamble, end with an epilogue and pad its boundaries`() throws {
        let text = "preamble\r\n--b \t\r\n\(field("a", "1"))\r\n--b--epilogue\r\n--b\r\n"
        #expect(try Multipart(Array(text.utf8), boundary: "b")["a"] == "1")
    }

    @Test(arguments: [
        ("a%22b", "a\"b"), ("a\\\"b\\\\", "a\"b\\"), ("a\\b", "a\\b"), ("%0D%0A", "\r\n"), ("100%", "100%"),
    ])
    func `undoes what browsers and others do to names`(_ sent: String, _ meant: String) throws {
        #expect(try Multipart(body([field(sent, "1")]), boundary: "b").parts.map(\.name) == [meant])
    }

    static let malformed: [(String, String, Multipart.Fault)] = [
        ("no boundary", "hello", .noParts),
        ("an empty body", "", .noParts),
        ("another boundary", "--c\r\n\r\n--c--", .noParts),
        ("no end", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1", .cutShort),
        ("no end of a head", "--b\r\nContent-Disposition: form-data; name=a\r\n", .cutShort),
        ("nothing behind a boundary", "--b", .cutShort),
        ("half an end", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b-", .cutShort),
        (
            "something behind a boundary", "--bx\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",
            .malformedPart(1)
        ),
        ("a bare line feed", "--b\r\nContent-Disposition: form-data; name=a\n\n1\r\n--b--", .malformedPart(1)),
        ("a line without colon", "--b\r\nnonsense\r\n\r\n1\r\n--b--", .malformedPart(1)),
        (
            "two dispositions",
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n1\r\n--b--",
            .malformedPart(1)
        ),
        ("another disposition", "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--", .malformedPart(1)),
        ("no disposition", "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--", .namelessPart(1)),
        ("no name", "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", .namelessPart(1)),
        (
            "too many parts",
            String(repeating: "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n", count: 4) + "--b--",
            .tooManyParts(limit: 3)
        ),
        ("a head too large", "--b\r\nX: \(String(repeating: "x", count: 9000))\r\n\r\n1\r\n--b--", .malformedPart(1)),
    ]

    @Test(arguments: malformed)
    func `that is malformed says how`(_ name: String, _ text: String, _ fault: Multipart.Fault) {
        #expect(throws: fault) { try Multipart(Array(text.utf8), boundary: "b", maximumParts: 3) }
    }

    @Test func `takes only text in UTF-8`() {
        let bytes = Array("--b\r\n\(field("a", ""))".utf8) + [0xFF] + Array("\r\n--b--".utf8)
        #expect(throws: Multipart.Fault.notUTF8(name: "a")) { try Multipart(bytes, boundary: "b") }
    }

    @Test(arguments: ["", " ", "a ", "a\r\n", "a;b", String(repeating: "a", count: 71)])
    func `takes only well-formed boundaries`(_ boundary: String) {
        #expect(throws: Multipart.Fault.malformedBoundary) { try Multipart([], boundary: boundary) }
    }
}

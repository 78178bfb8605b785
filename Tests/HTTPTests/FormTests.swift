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

    /// WHATWG URL 1.3, percent-decode: what is no encoded byte stands for itself.
    @Test(
        arguments: [
            ("a=%", "%"), ("a=100%+sure", "100% sure"), ("a=50%off", "50%off"), ("a=%4", "%4"), ("a=%4g%41", "%4gA"),
            ("a=%%41", "%A"), ("a=%zz", "%zz"), ("a=%2", "%2"), ("a=%25zz", "%zz"),
        ] as [(String, String)])
    func `keep a bare percent sign`(_ text: String, _ value: String) throws {
        let fields = try FormFields(query: text)
        #expect(fields["a"] == value)
        #expect(!fields.hasReplacements)
        #expect(try FormFields(query: "%zz=1")["%zz"] == "1")
    }

    @Test(
        arguments: [
            ("n=J%FCrgen", nil, "J\u{FFFD}rgen", true), ("n=J%FCrgen", "iso-8859-1", "J\u{fc}rgen", false),
            ("n=J%FCrgen", "utf-8", "J\u{FFFD}rgen", true), ("n=J%C3%BCrgen", "utf-8", "J\u{fc}rgen", false),
            ("n=%80", "ISO-8859-1", "\u{20ac}", false), ("n=%A4", "iso-8859-15", "\u{20ac}", false),
            ("n=%F6&_charset_=iso-8859-2", nil, "\u{f6}", false), ("_charset_=latin1&n=%E9", "utf-8", "\u{e9}", false),
            ("n=%C3%A9&_charset_=UTF-8", "latin1", "\u{e9}", false),
            ("n=%E9&_charset_=nonsense", "latin1", "\u{e9}", false),
            ("n=%83e%83X%83g", "Shift_JIS", "\u{30c6}\u{30b9}\u{30c8}", false),
            ("n=%ED%A0%80", nil, "\u{FFFD}\u{FFFD}\u{FFFD}", true),
        ] as [(String, String?, String, Bool)])
    func `are read in their character set`(_ text: String, _ label: String?, _ value: String, _ isDamaged: Bool) throws
    {
        let fields = try FormFields(Array(text.utf8), charset: label.flatMap { Charset(label: $0) })
        #expect(fields["n"] == value)
        #expect(fields.hasReplacements == isDamaged)
    }

    @Test func `are bounded in number`() {
        #expect(throws: FormFields.Fault.tooManyFields(limit: 3)) { try FormFields(query: "a&b&c&d", maximumFields: 3) }
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

    private static func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    /// The bytes of latin1 between ASCII, and in what they were said to be.
    @Test(
        arguments: [
            ("name=\"a\"\r\n\r\nJ\u{fc}rgen", nil, "a", "J\u{FFFD}rgen", true),
            ("name=\"a\"\r\n\r\nJ\u{fc}rgen", "latin1", "a", "J\u{fc}rgen", false),
            (
                "name=\"a\"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nJ\u{fc}rgen", nil, "a",
                "J\u{fc}rgen", false
            ),
            (
                "name=\"a\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\u{c3}\u{bc}", "latin1", "a", "\u{fc}",
                false
            ),
            ("name=\"a\"\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nx", nil, "a", "x", false),
            ("name=\"gr\u{fc}n\"\r\n\r\n1", "latin1", "gr\u{fc}n", "1", false),
            (
                "name=\"a\"\r\n\r\n\u{e9}\r\n--b\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\nlatin1",
                nil, "a", "\u{e9}", false
            ),
        ] as [(String, String?, String, String, Bool)])
    func `is read in its character set`(
        _ part: String, _ label: String?, _ name: String, _ value: String, _ isDamaged: Bool
    ) throws {
        let bytes = Self.bytes("--b\r\nContent-Disposition: form-data; \(part)\r\n--b--\r\n")
        let form = try Multipart(bytes, boundary: "b", charset: label.flatMap { Charset(label: $0) })
        #expect(form[name] == value)
        #expect(form.hasReplacements == isDamaged)
    }

    /// Whatever a file is and however it is called, the fields beside it can be read.
    @Test(arguments: [
        "name=\"f\"; filename=\"cv.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\u{0}\u{ff}\u{fe}\r\n\r\n--",
        "name=\"f\"; filename=\"b\u{fc}ro.png\"\r\n\r\n\u{89}PNG", "name=f; filename=my cv.pdf\r\n\r\n\u{ff}",
        "filename=\"a\"\r\n\r\n\u{ff}", "name=\"f\"; filename*=UTF-8''%e2%82%ac.pdf\r\n\r\n\u{ff}",
        "name=\"f\"\r\nContent-Type: application/octet-stream\r\n\r\n\u{ff}\u{fe}",
        "name=\"f\"\r\nContent-Type: image/png\r\n\r\n\u{89}PNG", "name=\"f\"; filename=\"\"\r\n\r\n",
    ])
    func `gives its files away and keeps its fields`(_ file: String) throws {
        let head = "--b\r\nContent-Disposition: form-data; "
        let bytes = Self.bytes("\(head)name=a\r\n\r\n1\r\n\(head)\(file)\r\n\(head)name=c\r\n\r\n2\r\n--b--\r\n")
        let form = try Multipart(bytes, boundary: "b")
        #expect(form["a"] == "1" && form["c"] == "2")
        #expect(!form.hasReplacements)
        let rest = form.withoutFiles(bytes)
        #expect(!rest.contains(0xFF) && !rest.contains(0x89))
        #expect(rest.count == bytes.count - form.parts[1].size)
        let again = try Multipart(rest, boundary: "b")
        #expect(again.parts.filter { $0.fileName == nil } == form.parts.filter { $0.fileName == nil })
    }

    @Test(arguments: ["", " ", "a ", "a\r\n", "a;b", String(repeating: "a", count: 71)])
    func `takes only well-formed boundaries`(_ boundary: String) {
        #expect(throws: Multipart.Fault.malformedBoundary) { try Multipart([], boundary: boundary) }
    }
}

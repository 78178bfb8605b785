import Glibc
import HTTP
import Testing

/// A request nobody should send, and what comes of it.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    /// What the client does after it has sent its bytes.
    enum Ending: Sendable {
        /// Waits, with the connection open.
        case waits
        /// Closes its sending side.
        case ends
        /// Goes away with a reset.
        case resets
        /// Sends a byte of this every now and then, for ever.
        case drips(String)
    }

    /// How the server's last words read.
    enum Outcome: Sendable, Equatable {
        case refused(Refusal)
        /// Closed without a word.
        case closed
        /// Nothing can be heard any more, since the client has gone.
        case none
    }

    var name: String
    var bytes: [UInt8]
    var ending = Ending.waits
    /// Ordinary answers before the last words.
    var answersBefore = 0
    var outcome: Outcome

    var testDescription: String { name }

    init(_ name: String, _ text: String, ending: Ending = .waits, answersBefore: Int = 0, _ outcome: Outcome) {
        self.name = name
        bytes = Array(text.utf8)
        self.ending = ending
        self.answersBefore = answersBefore
        self.outcome = outcome
    }

    init(_ name: String, _ text: String, ending: Ending = .waits, answersBefore: Int = 0, _ refusal: Refusal) {
        self.init(name, text, ending: ending, answersBefore: answersBefore, .refused(refusal))
    }
}

extension HostileRequest {
    private static func fields(_ lines: String, body: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: h\r\n\(lines)\r\n\r\n\(body)"
    }

    private static func chunked(_ body: String) -> String { fields("Transfer-Encoding: chunked", body: body) }

    static let requestLines = [
        Self("no method", " / HTTP/1.1\r\n", .malformedMethod),
        Self("a method that is no token", "GE(T / HTTP/1.1\r\n", .malformedMethod),
        Self("tabs between the words", "GET\t/\tHTTP/1.1\r\n", .malformedMethod),
        Self("HTTP/0.9", "GET /\r\n", .malformedRequestLine),
        Self("only a method", "GET\r\n", .malformedRequestLine),
        Self("two spaces before the target", "GET  / HTTP/1.1\r\n", .malformedRequestLine),
        Self("two spaces behind the target", "GET /  HTTP/1.1\r\n", .malformedVersion),
        Self("a space at the end", "GET / HTTP/1.1 \r\n", .malformedVersion),
        Self("a space in the target", "GET /a b HTTP/1.1\r\n", .malformedVersion),
        Self("the version in lower case", "GET / http/1.1\r\n", .malformedVersion),
        Self("a version of two digits", "GET / HTTP/1.10\r\n", .malformedVersion),
        Self("another protocol", "GET / RTSP/1.0\r\n", .malformedVersion),
        Self("HTTP/3.0", "GET / HTTP/3.0\r\n", .unsupportedVersion),
        Self("HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        Self("a TLS hello", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}", .controlByte),
        Self("a fragment in the target", "GET /a#b HTTP/1.1\r\n", .malformedTarget),
        Self("a raw umlaut in the target", "GET /\u{e4} HTTP/1.1\r\n", .malformedTarget),
        Self("NUL in the target", "GET /\u{0} HTTP/1.1\r\n", .controlByte),
        Self("a relative target", "GET index.html HTTP/1.1\r\n", .malformedTarget),
        Self("an asterisk with GET", "GET * HTTP/1.1\r\n", .malformedTarget),
        Self("an asterisk with more behind it", "OPTIONS *a HTTP/1.1\r\n", .malformedTarget),
        Self("a user name in the target", "GET http://me@h/ HTTP/1.1\r\n", .malformedTarget),
        Self("an address without host", "GET http:///x HTTP/1.1\r\n", .malformedTarget),
        Self("an address of another scheme", "GET ftp://h/ HTTP/1.1\r\n", .malformedTarget),
        Self("CONNECT", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", .connectMethod),
        Self("a target too long", "GET /\(String(repeating: "a", count: 600)) HTTP/1.1\r\n", .targetTooLong),
        Self("a request line that never ends", String(repeating: "a", count: 100_000), .targetTooLong),
        Self("two empty lines before it", "\r\n\r\nGET / HTTP/1.1\r\n", .malformedMethod),
        Self("a bare line feed", "GET / HTTP/1.1\nHost: h\r\n\r\n", .bareLineFeed),
        Self("a bare carriage return", "GET / HTTP/1.1\rHost: h\r\n\r\n", .bareCarriageReturn),
    ]

    static let fieldLines = [
        Self("a line without colon", fields("nonsense"), .malformedField),
        Self("a field without name", fields(": value"), .malformedField),
        Self("a name with a space inside", fields("X Y: z"), .blankBeforeColon),
        Self("a space before the colon", fields("Content-Length : 5", body: "hello"), .blankBeforeColon),
        Self("a tab before the colon", fields("Transfer-Encoding\t: chunked", body: "0\r\n\r\n"), .blankBeforeColon),
        Self("a name that is no token", fields("X@Y: z"), .malformedField),
        Self("an umlaut in a name", fields("\u{e4}: z"), .malformedField),
        Self("a folded field", fields("X: a\r\n b"), .foldedField),
        Self("a field folded by a tab", fields("X: a\r\n\tb"), .foldedField),
        Self("blanks before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", .foldedField),
        Self("NUL in a value", fields("X: a\u{0}b"), .controlByte),
        Self("escape in a value", fields("X: \u{1b}[2J"), .controlByte),
        Self("DEL in a value", fields("X: \u{7f}"), .controlByte),
        Self("a vertical tab before chunked", fields("Transfer-Encoding: \u{b}chunked"), .controlByte),
        Self("a bare carriage return in a value", fields("X: a\rContent-Length: 5"), .bareCarriageReturn),
        Self("a bare line feed behind a field", fields("X: a\nContent-Length: 5"), .bareLineFeed),
        Self("a head that a bare line feed ends", "GET / HTTP/1.1\r\nHost: h\r\n\n", .bareLineFeed),
        Self("too many fields", fields((1...30).map { "X-\($0): x" }.joined(separator: "\r\n")), .tooManyFields),
        Self("a field too large", fields("X: \(String(repeating: "a", count: 3000))"), .headTooLarge),
        Self(
            "a field that never ends", "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 100_000))", .headTooLarge),
        Self("no Host", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", .missingHost),
        Self("two Hosts", fields("Host: h"), .repeatedHost),
        Self("two Hosts that differ in case", fields("hOST: other"), .repeatedHost),
        Self("a path in Host", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", .malformedHost),
        Self("a list in Host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .malformedHost),
        Self("a user name in Host", "GET / HTTP/1.1\r\nHost: me@h\r\n\r\n", .malformedHost),
        Self("a port of letters in Host", "GET / HTTP/1.1\r\nHost: h:http\r\n\r\n", .malformedHost),
        Self("an address in Host left open", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .malformedHost),
        Self(
            "an unknown expectation", fields("Expect: the-unexpected\r\nContent-Length: 2", body: "hi"),
            .unknownExpectation),
    ]

    static let framings = [
        Self("two lengths that differ", fields("Content-Length: 5\r\nContent-Length: 6"), .repeatedContentLength),
        Self("two equal lengths", fields("Content-Length: 5\r\nContent-Length: 5"), .repeatedContentLength),
        Self("a list of lengths", fields("Content-Length: 5, 5"), .malformedContentLength),
        Self("a negative length", fields("Content-Length: -5"), .malformedContentLength),
        Self("a length with a plus sign", fields("Content-Length: +5"), .malformedContentLength),
        Self("a hexadecimal length", fields("Content-Length: 0x5"), .malformedContentLength),
        Self("a length in words", fields("Content-Length: five"), .malformedContentLength),
        Self("an empty length", fields("Content-Length:"), .malformedContentLength),
        Self("a length with a space inside", fields("Content-Length: 1 0"), .malformedContentLength),
        Self("a length over the limit", fields("Content-Length: 2001"), .bodyTooLarge),
        Self("a length of forty digits", fields("Content-Length: \(String(repeating: "9", count: 40))"), .bodyTooLarge),
        Self(
            "a length over the limit, asked first", fields("Expect: 100-continue\r\nContent-Length: 2001"),
            .bodyTooLarge),
        Self(
            "a body over the limit, sent at once",
            fields("Content-Length: 500000", body: String(repeating: "x", count: 500_000)), .bodyTooLarge),
        Self(
            "a length and then a coding",
            fields("Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\nGET"), .lengthAndTransferCoding),
        Self(
            "a coding and then a length", fields("Transfer-Encoding: chunked\r\nContent-Length: 5"),
            .lengthAndTransferCoding),
        Self("a coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .transferCodingInHTTP10),
        Self("a coding other than chunked", fields("Transfer-Encoding: gzip"), .malformedTransferCoding),
        Self("a coding called identity", fields("Transfer-Encoding: identity"), .malformedTransferCoding),
        Self("a coding like chunked", fields("Transfer-Encoding: xchunked"), .malformedTransferCoding),
        Self("a coding between quotation marks", fields("Transfer-Encoding: \"chunked\""), .malformedTransferCoding),
        Self("chunked with a parameter", fields("Transfer-Encoding: chunked;q=1"), .malformedTransferCoding),
        Self("chunked and then another coding", fields("Transfer-Encoding: chunked, gzip"), .malformedTransferCoding),
        Self("chunked twice", fields("Transfer-Encoding: chunked, chunked"), .malformedTransferCoding),
        Self(
            "chunked on two lines", fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            .malformedTransferCoding),
        Self("an empty coding", fields("Transfer-Encoding:"), .malformedTransferCoding),
        Self("chunked and a comma", fields("Transfer-Encoding: chunked,"), .malformedTransferCoding),
        Self("another coding below chunked", fields("Transfer-Encoding: gzip, chunked"), .unsupportedTransferCoding),
    ]

    static let chunks = [
        Self("a size that is no number", chunked("five\r\n"), .malformedChunkSize),
        Self("a negative size", chunked("-5\r\n"), .malformedChunkSize),
        Self("a size with 0x", chunked("0x5\r\nhello\r\n"), .malformedChunkSize),
        Self("no size", chunked("\r\n"), .malformedChunkSize),
        Self("a space before the size", chunked(" 5\r\n"), .malformedChunkSize),
        Self("a space behind the size", chunked("5 \r\n"), .malformedChunkSize),
        Self("a size of seventeen digits", chunked("00000000000000005\r\n"), .malformedChunkSize),
        Self("a size that would overflow", chunked("FFFFFFFFFFFFFFFF\r\n"), .bodyTooLarge),
        Self("a size over the limit", chunked("7D1\r\n"), .bodyTooLarge),
        Self("sizes over the limit together", chunked("5\r\nhello\r\n7CC\r\n"), .bodyTooLarge),
        Self("a bare line feed behind the size", chunked("5\nhello\r\n"), .bareLineFeed),
        Self("a bare carriage return behind the size", chunked("5\rhello\r\n"), .bareCarriageReturn),
        Self("a control character in an extension", chunked("5;a\u{1}\r\n"), .malformedChunkExtension),
        Self("an extension without a name", chunked("5;\r\nhello\r\n0\r\n\r\n"), .malformedChunkExtension),
        Self("an extension that begins with a sign", chunked("5;=\r\nhello\r\n"), .malformedChunkExtension),
        Self("an extension without a value", chunked("5;a=\r\nhello\r\n"), .malformedChunkExtension),
        Self("extensions without names", chunked("5;;;\r\nhello\r\n"), .malformedChunkExtension),
        Self("words in an extension", chunked("5;a b c\r\nhello\r\n"), .malformedChunkExtension),
        Self("two values in an extension", chunked("5;a=b=c\r\nhello\r\n"), .malformedChunkExtension),
        Self("text behind a quotation", chunked("5;a=\"b\"c\r\nhello\r\n"), .malformedChunkExtension),
        Self("blanks behind an extension", chunked("5;a=b \r\nhello\r\n"), .malformedChunkExtension),
        Self("an extension with an open quotation", chunked("5;a=\"b\r\n"), .malformedChunkExtension),
        Self("a bare line feed in an extension", chunked("5;a\nhello\r\n0\r\n\r\n"), .bareLineFeed),
        Self("an extension too long", chunked("5;\(String(repeating: "a", count: 2000))"), .chunkExtensionsTooLong),
        Self(
            "too many extensions", chunked(String(repeating: "1;aaaaaaaaaa\r\nx\r\n", count: 200)),
            .chunkExtensionsTooLong),
        Self("more data than announced", chunked("5\r\nhello!\r\n"), .malformedChunkEnd),
        Self("less data than announced", chunked("5\r\nhel\r\n0\r\n\r\n"), .malformedChunkEnd),
        Self("a bare line feed behind the data", chunked("5\r\nhello\n"), .bareLineFeed),
        Self("a trailer without colon", chunked("0\r\ntrailer\r\n\r\n"), .malformedField),
        Self("a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), .foldedField),
        Self("a space before a trailer's colon", chunked("0\r\nA : b\r\n\r\n"), .blankBeforeColon),
        Self("NUL in a trailer", chunked("0\r\nA: \u{0}\r\n\r\n"), .controlByte),
        Self("a bare line feed behind a trailer", chunked("0\r\nA: b\n\r\n"), .bareLineFeed),
        Self("a bare line feed at the end", chunked("0\r\n\n"), .bareLineFeed),
        Self("too many trailers", chunked("0\r\n" + String(repeating: "A: b\r\n", count: 30)), .tooManyFields),
        Self("trailers too large", chunked("0\r\nA: \(String(repeating: "a", count: 3000))"), .headTooLarge),
    ]

    static let halves = [
        Self("nothing at all", "", ending: .ends, .closed),
        Self("nothing but a reset", "", ending: .resets, .none),
        Self("half a request line", "GET /", ending: .ends, .cutShort),
        Self("half a head", "GET / HTTP/1.1\r\nHost: h\r\n", ending: .ends, .cutShort),
        Self("half a body", fields("Content-Length: 10", body: "hello"), ending: .ends, .cutShort),
        Self("half a chunk", chunked("A\r\nhello"), ending: .ends, .cutShort),
        Self("chunks without an end", chunked("5\r\nhello\r\n"), ending: .ends, .cutShort),
        Self("half a body and a reset", fields("Content-Length: 10", body: "hello"), ending: .resets, .none),
        Self("a whole request and a reset", fields("Content-Length: 5", body: "hello"), ending: .resets, .none),
        Self(
            "a request without its answer, and a reset", "GET /never HTTP/1.1\r\nHost: h\r\n\r\n", ending: .resets,
            .none),
        Self("a large answer wanted, and a reset", "GET /large HTTP/1.1\r\nHost: h\r\n\r\n", ending: .resets, .none),
        Self(
            "a good request and half another", fields("Content-Length: 2", body: "hiGET /"), ending: .ends,
            answersBefore: 1, .cutShort),
    ]

    static let smuggled = [
        Self(
            "garbage behind a body", fields("Content-Length: 2", body: "hi\u{0}\u{1}\u{2}"), answersBefore: 1,
            .controlByte),
        Self(
            "a body longer than its length", fields("Content-Length: 2", body: "hi, you"), answersBefore: 1,
            ending: .ends),
        Self(
            "a bad request behind two good ones",
            fields("Content-Length: 2", body: "hi" + fields("Content-Length: 0") + "GET / HTTP/9.9\r\n"),
            answersBefore: 2, .unsupportedVersion),
        Self(
            "a request in the body of another",
            fields(
                "Content-Length: 2",
                body: "hi"
                    + fields(
                        "Content-Length: 6\r\nTransfer-Encoding: chunked", body: "0\r\n\r\nGET /admin HTTP/1.1\r\n")),
            answersBefore: 1, .lengthAndTransferCoding),
    ]

    /// A text behind a complete request that is no request either.
    private init(_ name: String, _ text: String, answersBefore: Int, ending: Ending) {
        self.init(name, text, ending: ending, answersBefore: answersBefore, .malformedRequest)
    }
}

extension HostileRequest.Outcome {
    fileprivate static let malformedRequest = Self.refused(.cutShort)
}

@Suite struct `A hostile request` {
    static let limits: Limits = {
        var limits = Limits()
        limits.head = 2048
        limits.requestLine = 512
        limits.fields = 20
        limits.body = 2000
        limits.chunkExtensions = 1000
        return limits
    }()

    static let server = try? Server.echoing(limits)

    static let all =
        HostileRequest.requestLines + HostileRequest.fieldLines + HostileRequest.framings + HostileRequest.chunks
        + HostileRequest.halves + HostileRequest.smuggled

    @Test(arguments: all)
    func `gets its answer and harms nobody else`(_ hostile: HostileRequest) throws {
        try expectNoHarm(from: hostile, to: try #require(Self.server))
    }

    @Test func `is one of many`() {
        #expect(Self.all.count + `A slow client`.all.count >= 120)
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }
}

private let plain = "POST /plain HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"

/// Plays a hostile request beside an innocent connection; both that one and a new one must then find the server as
/// before.
func expectNoHarm(from hostile: HostileRequest, to server: Server) throws {
    let innocent = try Client(port: server.port)
    #expect(try innocent.ask(plain).body == "POST /plain hello")

    let client = try Client(port: server.port)
    client.send(hostile.bytes)
    switch hostile.ending {
    case .waits: break
    case .ends: client.endSending()
    case .resets: client.reset()
    case .drips(let drop):
        while !client.hears(withinMilliseconds: 20) { client.send(drop) }
    }
    for _ in 0..<hostile.answersBefore { #expect(try client.answer().status == 200) }
    switch hostile.outcome {
    case .refused(let refusal):
        let answer = try client.answer()
        #expect(answer.status == refusal.status)
        #expect(answer.body.contains(#""reason":"\#(refusal.rawValue)""#), "\(answer.body)")
        #expect(answer.fields["content-type"] == "application/problem+json")
        #expect(answer.fields["connection"] == "close")
        #expect(client.seesTheEnd())
    case .closed: #expect(client.seesTheEnd())
    case .none: break
    }

    #expect(try Client(port: server.port).ask(plain).body == "POST /plain hello")
    #expect(try innocent.ask(plain).body == "POST /plain hello")
}

import Crypto
import Domain
import Monitoring
import Testing

@Suite struct `A message by e-mail` {
    static let moment = Instant(rfc3339: "2026-11-24T05:06:07Z")!

    private func message(_ change: (inout MailMessage) -> Void = { _ in }) -> String {
        var message = MailMessage(
            from: .init("relay@example.com", name: "LeadRelay"), to: .init("night@example.com"), subject: "No leads",
            date: Self.moment, id: "a-1.opened@relay.example", text: "None came.\n")
        change(&message)
        return String(decoding: message.bytes, as: UTF8.self)
    }

    @Test func `has the fields of RFC 5322 and says that no person wrote it`() {
        #expect(
            message() == """
                Date: Tue, 24 Nov 2026 05:06:07 +0000\r
                From: LeadRelay <relay@example.com>\r
                To: night@example.com\r
                Subject: No leads\r
                Message-ID: <a-1.opened@relay.example>\r
                Auto-Submitted: auto-generated\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                None came.\r

                """)
    }

    @Test func `follows what it refers to`() {
        let text = message { $0.references = ["first@relay.example", "second@relay.example"] }
        #expect(text.contains("\r\nIn-Reply-To: <second@relay.example>\r\n"))
        #expect(text.contains("\r\nReferences: <first@relay.example> <second@relay.example>\r\n"))
    }

    @Test func `has the same in HTML behind the text`() throws {
        let text = message { $0.html = "<p>None <b>came</b>.</p>" }
        let boundary = try #require(text.split(separator: "boundary=\"").last?.split(separator: "\"").first)
        let parts = text.split(separator: "--\(boundary)", omittingEmptySubsequences: false)
        #expect(parts.count == 4 && parts[3] == "--\r\n")
        #expect(parts[1].contains("text/plain") && parts[1].hasSuffix("\r\n\r\nNone came.\r\n\r\n"))
        #expect(parts[2].contains("text/html") && parts[2].contains("\r\n\r\n<p>None <b>came</b>.</p>\r\n"))
    }

    static let subjects: [(String, String)] = [
        ("No leads", "No leads"), ("Keine Leads: Wärmepumpen", "=?utf-8?B?S2VpbmUgTGVhZHM6IFfDpHJtZXB1bXBlbg==?="),
        ("a\r\nBcc: x@y.z", "a  Bcc: x@y.z"), ("=?utf-8?Q?x?=", "=?utf-8?B?PT91dGYtOD9RP3g/PQ==?="),
    ]
    @Test(arguments: subjects)
    func `has a subject in any language, on one line of ours`(_ subject: String, _ field: String) {
        let lines = message { $0.subject = subject }.split(separator: "\r\n")
        let expected = field.replacing("  ", with: " ")
        #expect(lines.contains("Subject: \(expected)"))
        #expect(!lines.contains { $0.hasPrefix("Bcc") })
    }

    @Test func `has no line above 78 characters, whatever is in it`() {
        let long = String(repeating: "Wärmepumpen und Solar 🌞 ", count: 40)
        for text in [long, String(repeating: "x", count: 5000), String(repeating: "word ", count: 500), "\u{1F31E}"] {
            let message = message {
                $0.subject = text
                $0.from.name = text
                $0.text = text
                $0.html = "<p>\(text)</p>"
                $0.references = (0..<20).map { "\($0).opened@relay.example" }
            }
            for line in message.split(separator: "\r\n") { #expect(line.utf8.count <= 78, "\(line)") }
            #expect(message.utf8.allSatisfy { $0 < 0x80 })
            #expect(!message.replacing("\r\n", with: "").utf8.contains { $0 == 0x0A || $0 == 0x0D })
        }
    }

    @Test func `keeps characters whole in each encoded word`() {
        let words = message { $0.subject = String(repeating: "ä🌞", count: 60) }.split(separator: "=?utf-8?B?")
            .dropFirst()
        for word in words {
            let bytes = Base64.plain.decode(String(word.prefix { $0 != "?" }))
            #expect(bytes.flatMap { String(validating: $0, as: UTF8.self) } != nil)
        }
    }

    static let quoted: [(String, String)] = [
        ("a=b", "a=3Db\r\n"), ("blank \nnext", "blank=20\r\nnext\r\n"), (".\n..", "=2E\r\n=2E.\r\n"),
        ("From me", "=46rom me\r\n"), ("tab\t", "tab=09\r\n"),
        ("ü and much more plain text", "=C3=BC and much more plain text\r\n"),
        ("\r\na\rb\r\n", "\r\na\r\nb\r\n"),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 76) + "\r\n"),
        (
            String(repeating: "x", count: 77),
            String(repeating: "x", count: 75) + "=\r\nxx\r\n"
        ),
    ]
    @Test(arguments: quoted)
    func `is written in quoted-printable`(_ text: String, _ expected: String) {
        let message = message { $0.text = text }
        #expect(message.hasSuffix("quoted-printable\r\n\r\n" + expected), "\(message)")
    }

    @Test func `is written in base 64 where that is shorter`() throws {
        let greek = "Δεν ήρθε καμία επαφή από τις 14:05.\n"
        let text = message { $0.text = greek }
        let body = try #require(text.split(separator: "base64\r\n\r\n").last)
        let decoded = try #require(Base64.plain.decode(String(body.replacing("\r\n", with: ""))))
        #expect(String(decoding: decoded, as: UTF8.self) == greek.replacing("\n", with: "\r\n"))
    }

    static let names: [(String, String)] = [
        ("", "relay@example.com"), ("Lead Relay", "Lead Relay <relay@example.com>"),
        ("Relay, Lead", "\"Relay, Lead\" <relay@example.com>"), ("a\"b\\c", "\"a\\\"b\\\\c\" <relay@example.com>"),
        ("Größe", "=?utf-8?B?R3LDtsOfZQ==?= <relay@example.com>"),
    ]
    @Test(arguments: names)
    func `names its sender`(_ name: String, _ field: String) {
        let text = message { $0.from.name = name }
        #expect(text.contains("\r\nFrom: \(field)\r\n"))
    }

    static let dates: [(String, String)] = [
        ("1970-01-01T00:00:00Z", "Thu, 1 Jan 1970 00:00:00 +0000"),
        ("2024-02-29T23:59:59Z", "Thu, 29 Feb 2024 23:59:59 +0000"),
        ("1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 +0000"),
    ]
    @Test(arguments: dates)
    func `is dated`(_ moment: String, _ date: String) throws {
        let moment = try #require(Instant(rfc3339: moment))
        let text = message { $0.date = moment }
        #expect(text.hasPrefix("Date: \(date)\r\n"))
    }

    @Test func `goes to addresses only`() {
        for fine in ["a@b.de", "first.last+alerts@mail.example.com", "x@localhost"] {
            #expect(MailMessage.isAddress(fine), "\(fine)")
        }
        for wrong in [
            "", "a", "@b", "a@", "a@b@c", "a b@c.de", "a@b.de\r\nBcc: x@y.z", "<a@b.de>", "a..b@c.de", ".a@b.de",
            "ä@b.de", "a@-b .de", "\"a\"@b.de",
        ] {
            #expect(!MailMessage.isAddress(wrong), "\(wrong)")
        }
    }
}

import Crypto
package import Domain

/// A message as it goes to a mail server: the head of RFC 5322, a body with a plain text and, if there is one, the same
/// in HTML (RFC 2046 section 5.1.4). Lines are ended by CRLF and never longer than 78 characters, whatever is in the
/// parts.
package struct MailMessage: Sendable, Equatable {
    package struct Address: Sendable, Equatable {
        package var name: String
        /// `local@domain`, ASCII.
        package var address: String
        package init(_ address: String, name: String = "") {
            self.name = name
            self.address = address
        }
    }

    package var from: Address
    package var to: Address
    package var subject: String
    package var date: Instant
    /// Without angle brackets: `a-1v2w3x@relay.example`.
    package var id: String
    /// Ids of what this one follows, the first message of the thread first.
    package var references: [String]
    package var text: String
    package var html: String?

    package init(
        from: Address, to: Address, subject: String, date: Instant, id: String, references: [String] = [],
        text: String, html: String? = nil
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.id = id
        self.references = references
        self.text = text
        self.html = html
    }

    /// Whether a text can stand in an envelope and in a head: one `@`, nothing but printable ASCII that needs no
    /// quoting.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, !parts[0].isEmpty, parts[0].utf8.count <= 64 else {
            return false
        }
        // RFC 5322 section 3.2.3: the characters of an atom, and the full stop between them.
        let isLocal = parts[0].utf8.allSatisfy { $0.isAlphanumeric || "!#$%&'*+-/=?^_`{|}~.".utf8.contains($0) }
        let isDomain = parts[1].utf8.allSatisfy { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x2E }
        return isLocal && isDomain && !parts[0].hasPrefix(".") && !parts[0].hasSuffix(".") && !parts[0].contains("..")
            && !parts[1].isEmpty && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".") && !parts[1].contains("..")
    }

    package var bytes: [UInt8] {
        var head = MailHead()
        head.add("Date", date.mailDate)
        head.add("From", MailHead.address(from))
        head.add("To", MailHead.address(to))
        head.addText("Subject", subject)
        head.add("Message-ID", ["<\(id)>"])
        if let last = references.last {
            head.add("In-Reply-To", ["<\(last)>"])
            head.add("References", references.map { "<\($0)>" })
        }
        // RFC 3834: so that nobody's holiday notice answers.
        head.add("Auto-Submitted", "auto-generated")
        head.add("MIME-Version", "1.0")
        guard let html else {
            let part = MailPart(text, type: "text/plain")
            return Array((head.text + part.head + "\r\n" + part.body).utf8)
        }
        // "=_" cannot stand in quoted-printable nor in base 64 (RFC 2045 section 6.7, note 5 before the grammar).
        let boundary = "=_" + SHA256.hex(of: id).prefix(32)
        head.add("Content-Type", ["multipart/alternative;", "boundary=\"\(boundary)\""])
        var body = "\r\n"
        for part in [MailPart(text, type: "text/plain"), MailPart(html, type: "text/html")] {
            body += "--\(boundary)\r\n\(part.head)\r\n\(part.body)\r\n"
        }
        return Array((head.text + body + "--\(boundary)--\r\n").utf8)
    }
}

/// One text of a message, in the encoding that makes it shorter.
struct MailPart {
    let head: String
    /// Ends with CRLF.
    let body: String

    init(_ text: String, type: String) {
        let quoted = QuotedPrintable.encode(text)
        let isMostlyForeign = text.utf8.count { $0 >= 0x80 } * 6 > text.utf8.count
        let encoding = isMostlyForeign ? "base64" : "quoted-printable"
        head = "Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: \(encoding)\r\n"
        body = isMostlyForeign ? Self.base64(text) : quoted
    }

    /// RFC 2045 section 6.8: lines of at most 76 characters.
    private static func base64(_ text: String) -> String {
        let encoded = Array(Base64.plain.encode(Array(text.withMailLineBreaks.utf8)).utf8)
        var result = ""
        for start in stride(from: 0, to: encoded.count, by: 76) {
            result += String(decoding: encoded[start..<min(start + 76, encoded.count)], as: UTF8.self) + "\r\n"
        }
        return result
    }
}

/// RFC 2045 section 6.7.
enum QuotedPrintable {
    private static let longestLine = 76

    /// Ends with CRLF.
    static func encode(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + text.utf8.count / 20)
        let lines = text.withMailLineBreaks.split(separator: "\r\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where number + 1 < lines.count || !line.isEmpty {
            var length = 0
            let bytes = Array(line.utf8)
            for (index, byte) in bytes.enumerated() {
                let isLast = index + 1 == bytes.count
                let token = token(byte, isLast: isLast, isFirst: length == 0)
                // Room for the "=" of a soft break, unless the line ends here.
                if length + token.count > longestLine - (isLast ? 0 : 1) {
                    result += Array("=\r\n".utf8)
                    length = 0
                }
                result += token
                length += token.count
            }
            result += Array("\r\n".utf8)
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func token(_ byte: UInt8, isLast: Bool, isFirst: Bool) -> [UInt8] {
        let isPlain: Bool
        switch byte {
        case 0x20, 0x09: isPlain = !isLast
        case UInt8(ascii: "="): isPlain = false
        // A dot alone would end the message, and "From " be quoted, wherever somebody on the way is careless.
        case UInt8(ascii: "."), UInt8(ascii: "F"): isPlain = !isFirst
        default: isPlain = (0x21...0x7E).contains(byte)
        }
        if isPlain { return [byte] }
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}

/// Header fields, folded (RFC 5322 section 2.2.3).
struct MailHead {
    private(set) var text = ""
    private static let longestLine = 78

    /// A value that is short and needs no folding.
    mutating func add(_ name: String, _ value: String) { add(name, [value]) }

    /// A value that may be folded between its parts.
    mutating func add(_ name: String, _ parts: [String]) {
        var line = name + ":"
        for part in parts {
            if line.utf8.count + 1 + part.utf8.count > Self.longestLine, !line.hasSuffix(":") {
                text += line + "\r\n"
                line = ""
            }
            line += " " + part
        }
        text += line + "\r\n"
    }

    /// Free text.
    mutating func addText(_ name: String, _ value: String) {
        let value = String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        let words = value.split(separator: " ").map(String.init)
        let isPlain =
            value.utf8.allSatisfy { $0 < 0x7F } && !value.contains("=?")
            && words.allSatisfy { $0.utf8.count + name.utf8.count + 2 <= Self.longestLine }
        add(name, isPlain ? words : Self.encodedWords(value))
    }

    /// In the parts between which it may be folded.
    static func address(_ address: MailMessage.Address) -> [String] {
        let name = address.name
        guard !name.isEmpty else { return [address.address] }
        let isShort = name.utf8.count <= longestName
        if isShort, name.utf8.allSatisfy({ $0.isAlphanumeric || $0 == 0x20 || $0 == 0x2D }) {
            return [name, "<\(address.address)>"]
        }
        if isShort, name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            let escaped = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return ["\"\(escaped)\"", "<\(address.address)>"]
        }
        return encodedWords(name) + ["<\(address.address)>"]
    }

    /// Longer names are written as encoded words, which can be folded.
    private static let longestName = 30

    /// RFC 2047 section 2: at most 75 characters each, whole characters in each (section 5).
    static func encodedWords(_ text: String) -> [String] {
        // 12 characters of frame and 52 of base 64 leave room for the field's name on the first line.
        let most = 39
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if word.count + bytes.count > most {
                words.append("=?utf-8?B?\(Base64.plain.encode(word))?=")
                word = []
            }
            word += bytes
        }
        if !word.isEmpty { words.append("=?utf-8?B?\(Base64.plain.encode(word))?=") }
        return words
    }
}

extension Instant {
    /// RFC 5322 section 3.3, in UTC: `Tue, 24 Nov 2026 05:56:10 +0000`.
    var mailDate: String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = Int((seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400)
        let (year, month, dayOfMonth) = Instant.date(daysSince1970: day)
        let clock = rfc3339Seconds.dropFirst(11).prefix(8)
        return "\(days[(day % 7 + 7) % 7]), \(dayOfMonth) \(months[month - 1]) \(year) \(clock) +0000"
    }
}

extension String {
    /// CRLF for every kind of line break.
    fileprivate var withMailLineBreaks: String {
        var result = ""
        for character in self { result += character.isNewline ? "\r\n" : String(character) }
        return result
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}

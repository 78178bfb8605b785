import CSnippet
import Crypto
import HTTP

/// The script that landing pages load from `/v1/relay.js`: `Sources/CSnippet/relay.js` without its comments and blanks.
enum Snippet {
    static let script: [UInt8] = stripped((0..<snippet_length()).map { snippet_byte($0) })

    /// So long a browser asks nobody; so much longer it shows the old one while it asks.
    private static let cacheControl = "public, max-age=3600, stale-while-revalidate=86400"
    /// Strong: names exactly these bytes (RFC 9110 section 8.8.3).
    static let tag = "\"" + Hex.encode(Array(SHA256.hash(script).prefix(8))) + "\""

    /// Any page may load it: there is nothing in it but the program. The fields are the same for `304` (RFC 9110
    /// section 15.4.5).
    static func response(to request: Request) -> Response {
        let fields: [(name: String, value: String)] = [
            ("Content-Type", "text/javascript; charset=utf-8"), ("Cache-Control", cacheControl), ("ETag", tag),
            ("X-Content-Type-Options", "nosniff"), ("Access-Control-Allow-Origin", "*"),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
        ]
        if let known = request.field("if-none-match"), isKnown(known) { return Response(304, fields: fields) }
        return Response(200, fields: fields, body: script)
    }

    /// RFC 9110 section 13.1.2: `*`, or a list of tags that are compared weakly.
    private static func isKnown(_ tags: String) -> Bool {
        tags.split(separator: ",").contains { candidate in
            let candidate = candidate.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return candidate == "*" || candidate == tag || candidate == "W/" + tag
        }
    }

    /// Without comments, empty lines and needless blanks. Lines stay lines, so that what a browser says of one can be
    /// found, and nothing depends on where JavaScript would put a semicolon by itself.
    ///
    /// This knows as much of JavaScript as `relay.js` uses. Comments are behind two strokes at the beginning of a line
    /// or after a blank; there are no template literals, and neither blanks nor quotation marks in regular expressions.
    static func stripped(_ source: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        for line in source.split(separator: UInt8(ascii: "\n")) {
            let start = result.count
            strip(line, into: &result)
            if result.count > start { result.append(UInt8(ascii: "\n")) }
        }
        return result
    }

    /// Outside of quotation marks a blank stays between two words, as in `new URL`, and between two signs that would
    /// mean something else together, as in `a + +b`.
    private static func strip(_ line: ArraySlice<UInt8>, into result: inout [UInt8]) {
        var quotationMark: UInt8?
        var isEscaped = false
        var before = UInt8(ascii: " ")
        for index in line.indices {
            let byte = line[index]
            result.append(byte)
            if let mark = quotationMark {
                if byte == mark, !isEscaped { quotationMark = nil }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else if byte == UInt8(ascii: " ") {
                let after = index + 1 < line.endIndex ? line[index + 1] : byte
                let isNeeded = isOfWord(before) && isOfWord(after) || isOfSign(before) && isOfSign(after)
                if !isNeeded { result.removeLast() }
            } else if line[index...].starts(with: "//".utf8),
                index == line.startIndex || line[index - 1] == UInt8(ascii: " ")
            {
                result.removeLast()
                return
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quotationMark = byte
            }
            before = byte
        }
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || "_$".utf8.contains(byte) || byte > 0x7F
    }
    private static func isOfSign(_ byte: UInt8) -> Bool { "+-/<!".utf8.contains(byte) }
}

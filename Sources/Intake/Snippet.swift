import CSnippet
import Crypto
import HTTP

/// The script that landing pages load from `/v1/relay.js`: `Sources/CSnippet/relay.js` without its comments and indentation.
enum Snippet {
    static let script: [UInt8] = stripped((0..<snippet_length()).map { snippet_byte($0) })

    /// So long a browser asks nobody; so much longer it shows the old one while it asks.
    private static let cacheControl = "public, max-age=3600, stale-while-revalidate=86400"
    /// Strong: names exactly these bytes (RFC 9110 section 8.8.3).
    static let tag = "\"" + Hex.encode(Array(SHA256.hash(script).prefix(8))) + "\""

    /// Any page may load it: there is nothing in it but the program. The fields are the same for `304` (RFC 9110 section 15.4.5).
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

    /// Without indentation, empty lines, and lines that are a comment. The source keeps to comments on lines of their own, or behind
    /// code after three blanks.
    static func stripped(_ source: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        for line in source.split(separator: UInt8(ascii: "\n")) {
            var line = line.drop { $0 == UInt8(ascii: " ") }
            if let comment = line.firstRange(of: Array("   // ".utf8)) { line = line[..<comment.lowerBound] }
            if line.isEmpty || line.starts(with: "//".utf8) { continue }
            result.append(contentsOf: line)
            result.append(UInt8(ascii: "\n"))
        }
        return result
    }
}

import HTTP

/// Where a request says which source it comes from.
enum SourceKey {
    /// `X-LeadRelay-Key`, then `Authorization: Bearer`, then `key` in the query.
    static func find(in request: Request) throws(Problem) -> String {
        if let key = request.field("x-leadrelay-key") { return key }
        if let authorization = request.field("authorization") {
            let words = authorization.split(separator: " ")
            if words.count == 2, words[0].lowercased() == "bearer" { return String(words[1]) }
        }
        if let key = inQuery(request.query) { return key }
        throw Problem(
            .keyMissing, "Send the source's key as header X-LeadRelay-Key, as /v1/leads/KEY, or as ?key=KEY.",
            invalid: "key")
    }

    /// Keys consist of characters that need no encoding.
    static func inQuery(_ query: String?) -> String? {
        guard let query else { return nil }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) where pair.starts(with: "key=".utf8) {
            return String(Substring(pair.dropFirst(4)))
        }
        return nil
    }

    static func removed(from query: String) -> String {
        query.utf8.split(separator: UInt8(ascii: "&")).filter { !$0.starts(with: "key=".utf8) }
            .map { String(Substring($0)) }.joined(separator: "&")
    }
}

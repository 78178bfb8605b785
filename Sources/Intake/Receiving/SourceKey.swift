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
    static func inQuery(_ query: String?) -> String? { AddressFields.value(of: AddressFields.key, in: query) }
}

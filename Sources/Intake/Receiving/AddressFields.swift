/// The fields in the query of an address that leads are posted to. Their names need no encoding, and neither do the
/// values of ours.
enum AddressFields {
    static let key = "key"
    static let idempotencyKey = "idempotency_key"
    /// What the sender's clock said when it sent the request.
    static let clock = "sent_at"

    /// The value of the first field of this name, as it stands there.
    static func value(of name: String, in query: String?) -> String? {
        guard let query else { return nil }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) where pair.starts(with: "\(name)=".utf8) {
            return String(Substring(pair.dropFirst(name.utf8.count + 1)))
        }
        return nil
    }

    /// The query without fields of these names.
    static func removing(_ names: [String], from query: String) -> String {
        query.utf8.split(separator: UInt8(ascii: "&")).filter { pair in
            !names.contains { name in pair.starts(with: "\(name)=".utf8) || pair.elementsEqual(name.utf8) }
        }
        .map { String(Substring($0)) }.joined(separator: "&")
    }
}

/// One lead event as it came in, before anybody has looked inside: a row of the inbox.
package struct Submission: Equatable, Sendable {
    package var source: String
    package var receivedAt: Instant
    package var format: Format
    /// The raw bytes. For `form` and `query` the encoded pairs, for `multipart` the whole body.
    package var body: [UInt8]
    /// The boundary of a multipart body; otherwise empty.
    package var boundary: String = ""
    /// The visitor's address as the connection or a trusted proxy told it.
    package var address: String
    package var userAgent: String

    package init(
        source: String, receivedAt: Instant, format: Format, body: [UInt8], address: String = "",
        userAgent: String = ""
    ) {
        self.source = source
        self.receivedAt = receivedAt
        self.format = format
        self.body = body
        self.address = address
        self.userAgent = userAgent
    }

    /// How `body` is to be read. The number is what the store keeps.
    package enum Format: Int64, Sendable, CaseIterable {
        case json = 1
        /// `application/x-www-form-urlencoded` pairs of a form post.
        case form = 2
        /// `multipart/form-data`.
        case multipart = 3
        /// The query of `GET /v1/pixel.gif`, encoded like a form.
        case query = 4
        /// What somebody made of a quarantined event: JSON in our own shape, whatever the source sends. No mapping is applied to it.
        case repaired = 5
    }
}

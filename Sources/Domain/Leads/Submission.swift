/// One lead event as it came in, before anybody has looked inside: a row of the inbox.
package struct Submission: Equatable, Sendable {
    package var source: String
    package var receivedAt: Instant
    package var format: Format
    /// The raw bytes, unpacked where they were packed. For `form` and `query` the encoded pairs, for `multipart` the
    /// body without the contents of its files.
    package var body: [UInt8]
    /// The boundary of a multipart body; otherwise empty.
    package var boundary: String = ""
    /// What the sender said the text is written in, by the WHATWG's name for it; empty for UTF-8, and where nothing was
    /// said.
    package var charset: String = ""
    /// The query of the address that it was posted to, without what is the relay's own; encoded like a form. Of a batch
    /// it is not kept.
    package var query: String = ""
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
        /// What somebody made of a quarantined event: JSON in our own shape, whatever the source sends. No mapping is
        /// applied to it.
        case repaired = 5
    }
}

/// An answer. The server adds Date, Content-Length and Connection itself.
package struct Response: Sendable {
    package var status: Int
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// The connection closes after this answer.
    package var closes: Bool
    /// What is sent instead of all of this.
    var raw: (bytes: [UInt8], isLast: Bool)?

    /// Control characters in a field's value are sent as blanks, so that no value can add a line to the head.
    package init(
        _ status: Int, fields: [(name: String, value: String)] = [], body: [UInt8] = [], closes: Bool = false
    ) {
        precondition((200...599).contains(status), "\(status) is not a final status")
        self.status = status
        self.fields = fields
        self.body = body
        self.closes = closes
    }
}

/// Every bound of the server, by name. What goes over one is answered with the `Refusal` named beside it.
package struct Limits: Sendable {
    /// Bytes of request line and fields together (`headTooLarge`). At most 65,535: positions in a head are kept in 16
    /// bits.
    package var head = 16 * 1024
    /// Bytes of the request line (`targetTooLong`). RFC 9112 3 recommends to support at least 8,000.
    package var requestLine = 8 * 1024
    /// Lines of fields, of a head or a trailer section (`tooManyFields`).
    package var fields = 100
    /// Bytes of a body after decoding (`bodyTooLarge`).
    package var body = 1024 * 1024
    /// The same for `multipart/form-data`, if that is more: forms bring files along (`bodyTooLarge`).
    package var upload = 1024 * 1024
    /// Bytes of all bodies that have begun and not ended, over all loops; whoever goes over it is told to come again
    /// (`tooManyBodies`).
    package var unfinishedBodies = 64 << 20
    /// Bytes of each body that do not count for that: an ordinary request gets through whatever others hold.
    package var uncountedBody = 16 * 1024
    /// Bytes of chunk extensions in one body (`chunkExtensionsTooLong`). RFC 9112 7.1.1 asks for a limit.
    package var chunkExtensions = 4 * 1024

    /// Connections open at once, over all loops (`tooManyConnections`).
    package var connections = 10_000
    /// The same of one `peerGroup` (`tooManyFromAddress`).
    package var connectionsPerAddress = 1000
    /// By what connections are counted together, from their peer's text; `nil`: this one is not counted, a proxy for
    /// example.
    package var peerGroup: @Sendable (_ peer: String) -> UInt64? = { _ in nil }
    /// Connections over `connections` that are told so; further ones are closed without a word.
    package var turnedAway = 64
    /// Connections the system completes for us before we accept them.
    package var backlog = 1024

    /// From the first byte of a head, or from the start of a connection, to the end of the head (`headTimeout`).
    package var headTimeout = Duration.seconds(10)
    /// Within this time `minimumProgress` bytes of a body must have come, or its end (`bodyTimeout`).
    package var bodyTimeout = Duration.seconds(10)
    /// Within this time `minimumProgress` bytes of an answer must have been taken, or all of it; else the connection is
    /// cut.
    package var writeTimeout = Duration.seconds(10)
    /// What counts as progress of a body or an answer that is larger.
    package var minimumProgress = 16 * 1024
    /// From an answer to the next request; then the connection is closed without a word (RFC 9112 9.5).
    package var idleTimeout = Duration.seconds(60)
    /// From handing a request over to its reply (`answerTimeout`).
    package var answerTimeout = Duration.seconds(60)
    /// After the last answer of a connection: how long to wait for the client to have read it and gone (RFC 9112 9.6).
    package var lingerTimeout = Duration.seconds(5)

    /// Bytes of answers not yet taken by the client above which no further pipelined request is begun.
    package var unsentAnswers = 64 * 1024
    /// How long accepting rests when the system has no descriptor or memory left.
    package var acceptPause = Duration.milliseconds(100)

    package init() {}

    /// Bytes of a body, by whether it is a form that may bring files along.
    func body(isMultipart: Bool) -> Int { isMultipart ? max(body, upload) : body }
}

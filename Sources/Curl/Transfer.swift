/// A request to somebody else's server.
package struct Transfer: Sendable {
    package var method: String
    /// `http` or `https`; anything else is refused before a connection is opened.
    package var url: String
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]?
    /// How long name lookup, connecting and the TLS handshake may take together.
    package var connectTimeout: Duration = .seconds(10)
    /// How long everything may take, from `start` to the last byte of the answer.
    package var totalTimeout: Duration = .seconds(60)
    /// Bytes of body that are read at most; an answer with more is not looked at.
    package var maximumAnswer = 1 << 20
    /// Where to connect instead of the URL's host and port.
    package var unixSocket: String?
    /// Told before the completion, on curl's thread; asking for it means a connection of its own.
    package var trace: (@Sendable (Trace) -> Void)?
    /// Ends after the TLS handshake, which believes any certificate: to look at one that is not trusted. Nothing is sent; the answer
    /// has the status 0.
    package var onlyHandshake = false
    /// Connects to public addresses only: for addresses that somebody else has chosen.
    package var refusesPrivateAddresses = false

    package init(
        _ method: String, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// What the other side said, complete.
package struct Answer: Sendable {
    package var status: Int
    /// In the order they came, names in lower case.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// From `start` to the last byte.
    package var took: Duration

    package init(status: Int, fields: [(name: String, value: String)] = [], body: [UInt8] = [], took: Duration = .zero)
    {
        self.status = status
        self.fields = fields
        self.body = body
        self.took = took
    }

    /// The field's value; several lines are joined by a comma (RFC 9110 section 5.3). The name is given in lower case.
    package func field(_ name: String) -> String? {
        let values = fields.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

/// Why there is no answer. What a sender must know is whether the other side may have acted on the request.
///
/// The texts say what happened in libcurl's words, never a part of the request.
package enum TransferError: Error, Sendable, Equatable {
    /// Certainly nothing was received: no such host, no connection, no trust in the certificate.
    case unreachable(String)
    /// At least a part was sent and no complete answer came: perhaps it was received, perhaps acted upon.
    case interrupted(String)
    /// There was an answer, too large to look at: it was received.
    case answerTooLarge
}

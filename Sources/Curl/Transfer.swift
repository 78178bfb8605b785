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
    /// Ends after the TLS handshake, which believes any certificate: to look at one that is not trusted. Nothing is
    /// sent; the answer has the status 0.
    package var onlyHandshake = false
    /// Connects to public addresses only: for addresses that somebody else has chosen.
    package var refusesPrivateAddresses = false
    /// How the other side is reached and recognised.
    package var network = TransferNetwork()

    package init(
        _ method: String, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

extension Transfer {
    /// Why it must not be sent; `nil`: it may be. A line break in a field would start another one (RFC 9110 section
    /// 5.5), and a NUL would end the text early: what came of it would be another request than the one that was asked
    /// for. Names the place, never what stands there.
    package var fault: String? {
        if method.isEmpty || !method.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return "the method is no word" }
        if url.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "the address has a control character" }
        if url.utf8.count > Self.longestURL { return "the address is too long" }
        for (name, value) in fields {
            if name.isEmpty || !name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) {
                return "a header field's name is no word"
            }
            if value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                return "the header field \(name) has a control character"
            }
        }
        return unixSocket?.utf8.contains(0) == true ? "the socket's path has a control character" : network.fault
    }

    /// libcurl takes no longer text (CURL_MAX_INPUT_LENGTH) and answers it as it answers a mistake of ours.
    private static let longestURL = 1 << 20
}

/// What the other side said, complete.
package struct Answer: Sendable {
    package var status: Int
    /// In the order they came, names in lower case.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// From `start` to the last byte.
    package var took: Duration
    /// When its last byte came, by our clock, in milliseconds since 1970; `nil`: not known.
    package var received: Int64?

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
    /// Nothing was sent, and nothing would be at another attempt: the request would be another one on the way
    /// (`Transfer.fault`).
    case unsendable(String)
}

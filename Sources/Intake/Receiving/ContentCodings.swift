import HTTP

/// What a body was packed with: the value of `Content-Encoding` (RFC 9110 8.4).
struct ContentCodings {
    /// How often it was packed with gzip.
    private let layers: Int

    /// Nobody has a reason for more, and each costs a pass over the body.
    static let maximumLayers = 2

    /// `identity` and an empty list say nothing; `x-gzip` is gzip (RFC 9110 8.4.1.3).
    init(_ field: String?) throws(Problem) {
        var layers = 0
        for member in (field ?? "").split(separator: ",") {
            switch String(member.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }).lowercased() {
            case "", "identity": break
            case "gzip", "x-gzip": layers += 1
            default: throw Self.unsupported("Send the body packed with gzip, or as it is, without Content-Encoding.")
            }
        }
        guard layers <= Self.maximumLayers else { throw Self.unsupported("Pack the body with gzip once.") }
        if layers > 0, !Gzip.isAvailable {
            throw Self.unsupported(
                """
                This relay's machine has no zlib (libz.so.1) to unpack it. Send the body as it is, without \
                Content-Encoding.
                """
            )
        }
        self.layers = layers
    }

    var isPacked: Bool { layers > 0 }

    /// The body unpacked; what comes out is at most `limit` bytes.
    func unpacked(_ body: [UInt8], limit: Int) throws(Problem) -> [UInt8] {
        var body = body
        for _ in 0..<layers {
            do throws(Gzip.Fault) {
                body = try Gzip.unpacked(body, limit: limit)
            } catch {
                switch error {
                case .tooLarge:
                    throw Problem(
                        .bodyTooLarge,
                        """
                        This source may send \(limit) bytes in one request, counted when unpacked. Send fewer \
                        events at a time.
                        """
                    )
                case .broken:
                    throw Problem(
                        .bodyBroken,
                        """
                        The body is not gzip as Content-Encoding says, or was damaged on its way. Nothing was \
                        kept. Pack it again and send it again.
                        """,
                        invalid: "body")
                case .cutShort:
                    throw Problem(
                        .bodyBroken,
                        """
                        The packed body ends too early. Nothing was kept. Pack it again, close the stream, and \
                        send it again.
                        """,
                        invalid: "body")
                case .unavailable:
                    throw Self.unsupported(
                        "The body cannot be unpacked here. Send it as it is, without Content-Encoding.")
                }
            }
        }
        return body
    }

    private static func unsupported(_ detail: String) -> Problem {
        Problem(.encodingNotSupported, detail, invalid: "Content-Encoding")
    }
}

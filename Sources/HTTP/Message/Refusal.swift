/// Why the server itself answers a request, and closes the connection afterwards: after a fault in the framing nobody
/// can tell where the next request begins (RFC 9112 9.6 and 11.2).
///
/// A closed list, so that its raw value can be a label of a metric.
package enum Refusal: String, Error, CaseIterable, Sendable {
    // The request line.
    case malformedRequestLine = "malformed_request_line"
    case malformedMethod = "malformed_method"
    case malformedTarget = "malformed_target"
    case malformedVersion = "malformed_version"
    case unsupportedVersion = "unsupported_version"
    case targetTooLong = "target_too_long"
    case connectMethod = "connect_method"

    // Any line of a head.
    case bareLineFeed = "bare_line_feed"
    case bareCarriageReturn = "bare_carriage_return"
    case controlByte = "control_byte"
    case headTooLarge = "head_too_large"

    // Fields.
    case foldedField = "folded_field"
    case malformedField = "malformed_field"
    case blankBeforeColon = "blank_before_colon"
    case tooManyFields = "too_many_fields"
    case missingHost = "missing_host"
    case repeatedHost = "repeated_host"
    case malformedHost = "malformed_host"
    case unknownExpectation = "unknown_expectation"

    // The framing of the body.
    case malformedContentLength = "malformed_content_length"
    case repeatedContentLength = "repeated_content_length"
    case lengthAndTransferCoding = "length_and_transfer_coding"
    case transferCodingInHTTP10 = "transfer_coding_in_http_1_0"
    case malformedTransferCoding = "malformed_transfer_coding"
    case unsupportedTransferCoding = "unsupported_transfer_coding"
    case bodyTooLarge = "body_too_large"
    case malformedChunkSize = "malformed_chunk_size"
    case malformedChunkExtension = "malformed_chunk_extension"
    case chunkExtensionsTooLong = "chunk_extensions_too_long"
    case malformedChunkEnd = "malformed_chunk_end"
    case cutShort = "cut_short"

    // Time and room.
    case headTimeout = "head_timeout"
    case bodyTimeout = "body_timeout"
    case answerTimeout = "answer_timeout"
    case tooManyConnections = "too_many_connections"
    case tooManyFromAddress = "too_many_from_address"
    case tooManyBodies = "too_many_bodies"
}

extension Refusal {
    /// The status it is answered with.
    package var status: Int {
        switch self {
        case .malformedRequestLine, .malformedMethod, .malformedTarget, .malformedVersion, .bareLineFeed,
            .bareCarriageReturn, .controlByte, .foldedField, .malformedField, .blankBeforeColon, .missingHost,
            .repeatedHost, .malformedHost, .malformedContentLength, .repeatedContentLength, .lengthAndTransferCoding,
            .transferCodingInHTTP10, .malformedTransferCoding, .malformedChunkSize, .malformedChunkExtension,
            .chunkExtensionsTooLong, .malformedChunkEnd, .cutShort:
            400
        case .headTimeout, .bodyTimeout: 408
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unknownExpectation: 417
        case .headTooLarge, .tooManyFields: 431
        case .connectMethod, .unsupportedTransferCoding: 501
        case .answerTimeout, .tooManyConnections, .tooManyFromAddress, .tooManyBodies: 503
        case .unsupportedVersion: 505
        }
    }

    /// What the client should do about it.
    package var detail: String {
        switch self {
        case .malformedRequestLine:
            "Begin a request with a method, one space, a target, one space and HTTP/1.1."
        case .malformedMethod: "Send a method of letters, digits and hyphens, such as POST."
        case .malformedTarget:
            "Send a target that begins with a slash, or a whole http address, with special characters percent-encoded."
        case .malformedVersion: "End the request line with HTTP/1.1."
        case .unsupportedVersion: "Speak HTTP/1.1 or HTTP/1.0."
        case .targetTooLong: "Send a shorter address; put data into the body."
        case .connectMethod: "This is not a proxy; send the request to its own server."
        case .bareLineFeed: "End every line with carriage return and line feed."
        case .bareCarriageReturn: "Send a carriage return only before a line feed."
        case .controlByte: "Send no control characters in the head. If this was meant to be TLS, use plain http here."
        case .headTooLarge: "Send fewer or smaller fields, cookies for example."
        case .foldedField: "Send every field on one line."
        case .malformedField: "Send every field as name, colon and value; a name has no blanks."
        case .blankBeforeColon: "Put the colon right after the field's name."
        case .tooManyFields: "Send fewer fields."
        case .missingHost: "Send a Host field."
        case .repeatedHost: "Send only one Host field."
        case .malformedHost: "Send a host name or address in the Host field, with a port at most."
        case .unknownExpectation: "Expect nothing but 100-continue."
        case .malformedContentLength: "Send the body's length in bytes as a plain decimal number in Content-Length."
        case .repeatedContentLength: "Send only one Content-Length field."
        case .lengthAndTransferCoding: "Send either Content-Length or Transfer-Encoding, not both."
        case .transferCodingInHTTP10: "Send Content-Length; HTTP/1.0 has no Transfer-Encoding."
        case .malformedTransferCoding: "Send exactly Transfer-Encoding: chunked, or Content-Length."
        case .unsupportedTransferCoding: "Send no transfer coding but chunked."
        case .bodyTooLarge: "Send a smaller body, or several requests."
        case .malformedChunkSize: "Begin every chunk with its size in hexadecimal digits on a line of its own."
        case .malformedChunkExtension: "Send no chunk extensions, or well-formed ones."
        case .chunkExtensionsTooLong: "Send no chunk extensions, or shorter ones."
        case .malformedChunkEnd: "End every chunk after as many bytes as announced with carriage return and line feed."
        case .cutShort: "Send the whole request before closing the sending side."
        case .headTimeout: "Send the head of a request faster."
        case .bodyTimeout: "Send the body faster."
        case .answerTimeout: "The answer took too long; try again later."
        case .tooManyConnections: "Too many connections are open; try again later."
        case .tooManyFromAddress: "Too many connections are open from this address; close some, or try again later."
        case .tooManyBodies: "Too many large bodies are on their way; try again later, or send a smaller one."
        }
    }

    /// A body that is too large is one problem, whoever has counted: a source's own limit is told under this name, too.
    private var type: String {
        self == .bodyTooLarge ? "urn:leadrelay:problem:body-too-large" : "about:blank"
    }
    /// Of the document, the same wherever a body is refused for its size.
    package static let bodyTooLargeTitle = "The body is too large"
    private var title: String {
        self == .bodyTooLarge ? Self.bodyTooLargeTitle : StatusPhrase.of(status)
    }

    /// The answer: a problem document (RFC 9457) after which the connection closes.
    package var response: Response {
        var fields: [(name: String, value: String)] = [("Content-Type", "application/problem+json")]
        if status == 503 { fields.append(("Retry-After", "1")) }
        // No member holds a character that JSON would want escaped; a test sees to it.
        let body =
            #"{"type":"\#(type)","title":"\#(title)","status":\#(status),"#
            + #""detail":"\#(detail)","reason":"\#(rawValue)"}"#
        return Response(status, fields: fields, body: Array(body.utf8), closes: true)
    }
}

/// Reads a head (RFC 9112 2 to 6), byte after byte and line after line, over bytes that may still grow at their end.
///
/// It keeps positions only, so the same reader goes on when the bytes have moved to another place. What it finds wrong
/// depends on the bytes in their order, never on where they were cut.
struct HeadReader {
    enum Step: Equatable {
        case needMore
        /// The head ends before this position.
        case complete(end: Int)
        case refuse(Refusal)
    }

    private(set) var head = RequestHead()
    private var position = 0
    private var lineStart = 0
    private var line = Line.beforeRequest

    private var hosts = 0
    private var length: Int?
    private var coding = TransferCoding.none
    private var endsChunked = false
    private var expectation = false
    private var closeOption = false
    private var keepAliveOption = false

    private enum Line { case beforeRequest, request, field }

    /// What all Transfer-Encoding fields together say.
    private enum TransferCoding { case none, chunked, unsupported, malformed }

    /// Looks at the bytes it has not seen yet. `bytes` begins where the head begins.
    mutating func read(_ bytes: Span<UInt8>, within limits: borrowing Limits) -> Step {
        do throws(Refusal) {
            return try advance(bytes, within: limits).map(Step.complete(end:)) ?? .needMore
        } catch {
            return .refuse(error)
        }
    }

    private mutating func advance(_ bytes: Span<UInt8>, within limits: borrowing Limits) throws(Refusal) -> Int? {
        while position < bytes.count {
            if position >= limits.head { throw .headTooLarge }
            if line != .field, position >= limits.requestLine { throw .targetTooLong }
            let byte = bytes[position]
            if byte >= 0x20 && byte != 0x7F || byte == .tab {
                position += 1
            } else if byte == .carriageReturn {
                // RFC 9112 2.2: a CR that no LF follows is an attack or an accident. Whether one follows is seen with
                // the next byte.
                if position + 1 >= limits.head { throw .headTooLarge }
                guard position + 1 < bytes.count else { return nil }
                guard bytes[position + 1] == .lineFeed else { throw .bareCarriageReturn }
                let content = lineStart..<position
                position += 2
                lineStart = position
                if try end(content, of: bytes, within: limits) { return position }
            } else if byte == .lineFeed {
                // RFC 9112 2.2 would let us take a lone LF as the end of a line; those who disagree about it get
                // smuggled requests.
                throw .bareLineFeed
            } else {
                throw .controlByte
            }
        }
        return nil
    }

    /// Takes in a line. True if it was the last one.
    private mutating func end(
        _ content: Range<Int>, of bytes: Span<UInt8>, within limits: borrowing Limits
    ) throws(Refusal) -> Bool {
        switch line {
        case .beforeRequest where content.isEmpty:
            // RFC 9112 2.2: one empty line before a request is ignored; old clients send it after a form.
            line = .request
        case .beforeRequest, .request:
            try readRequestLine(content, of: bytes)
            line = .field
        case .field where content.isEmpty:
            try finish(within: limits)
            return true
        case .field:
            if head.fields.count >= limits.fields { throw .tooManyFields }
            try readField(content, of: bytes)
        }
        return false
    }

    // MARK: The request line

    /// `method SP request-target SP HTTP-version` (RFC 9112 3), with exactly these two spaces.
    private mutating func readRequestLine(_ content: Range<Int>, of bytes: Span<UInt8>) throws(Refusal) {
        var methodEnd = content.lowerBound
        while methodEnd < content.upperBound, bytes[methodEnd].isTokenByte { methodEnd += 1 }
        guard methodEnd > content.lowerBound else { throw .malformedMethod }
        guard methodEnd < content.upperBound else { throw .malformedRequestLine }
        guard bytes[methodEnd] == .space else { throw .malformedMethod }

        let targetStart = methodEnd + 1
        var targetEnd = targetStart
        while targetEnd < content.upperBound, bytes[targetEnd].isTargetByte { targetEnd += 1 }
        guard targetEnd > targetStart, targetEnd < content.upperBound else { throw .malformedRequestLine }
        guard bytes[targetEnd] == .space else { throw .malformedTarget }

        try readVersion(bytes, targetEnd + 1..<content.upperBound)
        head.methodRun = ByteRange(content.lowerBound..<methodEnd)
        head.method = Self.method(bytes, content.lowerBound..<methodEnd)
        head.target = ByteRange(targetStart..<targetEnd)
        try readTarget(bytes, targetStart..<targetEnd)
    }

    /// RFC 9110 9.1: method names heed case.
    private static func method(_ bytes: Span<UInt8>, _ run: Range<Int>) -> Request.Method {
        func reads(_ name: StaticString) -> Bool { bytes.extracting(run).reads(name) }
        return switch run.count {
        case 3: reads("GET") ? .get : reads("PUT") ? .put : .other
        case 4: reads("POST") ? .post : reads("HEAD") ? .head : .other
        case 5: reads("PATCH") ? .patch : .other
        case 6: reads("DELETE") ? .delete : .other
        case 7: reads("OPTIONS") ? .options : .other
        default: .other
        }
    }

    /// `HTTP/` digit `.` digit (RFC 9112 2.3). A minor version above 1 is answered as 1.1 (RFC 9110 2.5).
    private mutating func readVersion(_ bytes: Span<UInt8>, _ run: Range<Int>) throws(Refusal) {
        let version = bytes.extracting(run)
        guard version.count == 8, version.extracting(0..<5).reads("HTTP/"), version[5].isDigit,
            version[6] == UInt8(ascii: "."), version[7].isDigit
        else { throw .malformedVersion }
        guard version[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        head.isHTTP10 = version[7] == UInt8(ascii: "0")
    }

    /// The four forms of a target (RFC 9112 3.2).
    private mutating func readTarget(_ bytes: Span<UInt8>, _ run: Range<Int>) throws(Refusal) {
        // RFC 9112 3.2.3: the authority form belongs to CONNECT, which is for proxies.
        if bytes.extracting(head.methodRun.range).reads("CONNECT") { throw .connectMethod }
        var pathStart = run.lowerBound
        if bytes[pathStart] == UInt8(ascii: "*") {
            // RFC 9112 3.2.4: the asterisk form belongs to OPTIONS.
            guard head.method == .options, run.count == 1 else { throw .malformedTarget }
        } else if bytes[pathStart] != UInt8(ascii: "/") {
            // RFC 9112 3.2.2: a server must take the absolute form too.
            pathStart = try Self.endOfAuthority(bytes, run)
        }
        var pathEnd = pathStart
        while pathEnd < run.upperBound, bytes[pathEnd] != UInt8(ascii: "?") { pathEnd += 1 }
        head.path = ByteRange(pathStart..<pathEnd)
        if pathEnd < run.upperBound { head.query = ByteRange(pathEnd + 1..<run.upperBound) }
    }

    /// Behind `http://host:port`. RFC 9110 4.2.4: a user name in it is an error.
    private static func endOfAuthority(_ bytes: Span<UInt8>, _ run: Range<Int>) throws(Refusal) -> Int {
        var start = run.lowerBound
        for scheme in ["http://", "https://"] as [StaticString]
        where bytes.extracting(run).beginsIgnoringCase(scheme) { start += scheme.utf8CodeUnitCount }
        guard start > run.lowerBound else { throw .malformedTarget }
        var end = start
        while end < run.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        guard end > start, isHost(bytes.extracting(start..<end)) else { throw .malformedTarget }
        return end
    }

    // MARK: Fields

    /// `field-name ":" OWS field-value OWS` (RFC 9112 5).
    private mutating func readField(_ content: Range<Int>, of bytes: Span<UInt8>) throws(Refusal) {
        // RFC 9112 5.2 (folding) and 2.2 (white space before the first field): both are refused.
        if bytes[content.lowerBound].isBlank { throw .foldedField }
        var nameEnd = content.lowerBound
        while nameEnd < content.upperBound, bytes[nameEnd].isTokenByte { nameEnd += 1 }
        guard nameEnd > content.lowerBound, nameEnd < content.upperBound else { throw .malformedField }
        guard bytes[nameEnd] == .colon else {
            // RFC 9112 5.1: white space before the colon must be refused.
            throw bytes[nameEnd].isBlank ? .blankBeforeColon : .malformedField
        }
        var (start, end) = (nameEnd + 1, content.upperBound)
        while start < end, bytes[start].isBlank { start += 1 }
        while end > start, bytes[end - 1].isBlank { end -= 1 }

        if head.fields.isEmpty { head.fields.reserveCapacity(16) }
        head.fields.append(
            RequestHead.Field(name: ByteRange(content.lowerBound..<nameEnd), value: ByteRange(start..<end)))
        try heed(name: bytes.extracting(content.lowerBound..<nameEnd), value: bytes.extracting(start..<end))
    }

    /// What a field means for the connection and the body's framing; most mean nothing.
    private mutating func heed(name: Span<UInt8>, value: Span<UInt8>) throws(Refusal) {
        switch name.count {
        case 4 where name.readsIgnoringCase("host"): try heedHost(value)
        case 6 where name.readsIgnoringCase("expect"): try heedExpect(value)
        case 10 where name.readsIgnoringCase("connection"): heedConnection(value)
        case 12 where name.readsIgnoringCase("content-type"):
            head.isMultipart = value.beginsIgnoringCase("multipart/form-data")
        case 14 where name.readsIgnoringCase("content-length"): try heedContentLength(value)
        case 17 where name.readsIgnoringCase("transfer-encoding"): heedTransferEncoding(value)
        default: break
        }
    }

    private mutating func heedHost(_ value: Span<UInt8>) throws(Refusal) {
        // RFC 9112 3.2: more than one Host field, or one with an invalid value, must be refused. An empty one is valid.
        hosts += 1
        if hosts > 1 { throw .repeatedHost }
        if value.count > 0, !Self.isHost(value) { throw .malformedHost }
    }

    private mutating func heedExpect(_ value: Span<UInt8>) throws(Refusal) {
        // RFC 9110 10.1.1: 100-continue is the only expectation there is; HTTP/1.0 clients do not know what they say.
        if head.isHTTP10 { return }
        guard value.readsIgnoringCase("100-continue") else { throw .unknownExpectation }
        expectation = true
    }

    private mutating func heedConnection(_ value: Span<UInt8>) {
        value.forEachListMember { option in
            if option.readsIgnoringCase("close") { closeOption = true }
            if option.readsIgnoringCase("keep-alive") { keepAliveOption = true }
        }
    }

    private mutating func heedContentLength(_ value: Span<UInt8>) throws(Refusal) {
        // RFC 9112 6.3 (5): equal repetitions may be taken as one; refusing them too leaves nothing to disagree about.
        if length != nil { throw .repeatedContentLength }
        // RFC 9110 8.6: one or more digits; no sign, no list, no blanks.
        guard value.count > 0 else { throw .malformedContentLength }
        var sum = 0
        for index in value.indices {
            guard value[index].isDigit else { throw .malformedContentLength }
            let (product, overflow) = sum.multipliedReportingOverflow(by: 10)
            sum = overflow || product > Int.max - 9 ? Int.max - 9 : product + Int(value[index] - 0x30)
        }
        length = sum
    }

    private mutating func heedTransferEncoding(_ value: Span<UInt8>) {
        // RFC 9112 6.1: chunked is the last coding, and there only once. RFC 9112 7: without parameters.
        value.forEachListMember { member in
            let isChunked = member.readsIgnoringCase("chunked")
            coding =
                switch coding {
                case .none: isChunked ? .chunked : .unsupported
                case .unsupported: .unsupported
                case .chunked, .malformed: .malformed
                }
            if !isChunked, member.count == 0 || !member.isToken { coding = .malformed }
            endsChunked = isChunked
        }
    }

    /// `uri-host [ ":" port ]` (RFC 9110 7.2 and RFC 3986 3.2).
    private static func isHost(_ value: Span<UInt8>) -> Bool {
        var index = 0
        if value[0] == UInt8(ascii: "[") {
            index = 1
            while index < value.count,
                value[index].hexadecimalValue != nil || value[index] == .colon || value[index] == 0x2E
            { index += 1 }
            guard index > 1, index < value.count, value[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            while index < value.count, value[index].isHostByte { index += 1 }
            guard index > 0 else { return false }
        }
        guard index < value.count else { return true }
        guard value[index] == .colon, value.count - index <= 6 else { return false }
        for digit in index + 1..<value.count where !value[digit].isDigit { return false }
        return true
    }

    // MARK: The whole head

    /// The rules about what must be there, and about fields that exclude each other.
    private mutating func finish(within limits: borrowing Limits) throws(Refusal) {
        // RFC 9112 3.2: a request of HTTP/1.1 without Host must be refused.
        if hosts == 0, !head.isHTTP10 { throw .missingHost }

        switch coding {
        case .none:
            if let length {
                if length > limits.body(isMultipart: head.isMultipart) { throw .bodyTooLarge }
                head.framing = .length(length)
            }
        case .chunked, .unsupported, .malformed:
            // RFC 9112 6.1: a server must close after a coding in HTTP/1.0, and should fear smuggling where both fields
            // are.
            if head.isHTTP10 { throw .transferCodingInHTTP10 }
            if length != nil { throw .lengthAndTransferCoding }
            // RFC 9112 6.3 (4): without chunked as the last coding nobody knows the length.
            if coding == .malformed || !endsChunked { throw .malformedTransferCoding }
            if coding == .unsupported { throw .unsupportedTransferCoding }
            head.framing = .chunked
        }

        // RFC 9112 9.3: close wins; HTTP/1.1 persists by default, HTTP/1.0 by its keep-alive option.
        head.persists = !closeOption && (!head.isHTTP10 || keepAliveOption)
        head.expectsContinue = expectation && head.framing != .length(0)
    }

    /// The head with its bytes, once complete.
    consuming func finished(_ bytes: consuming [UInt8]) -> RequestHead {
        head.bytes = bytes
        return head
    }
}

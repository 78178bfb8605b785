/// Reads a body in either framing (RFC 9112 6.3) into one array; knows where it ends.
struct BodyReader {
    enum Step: Equatable {
        case needMore
        case complete
        case refuse(Refusal)
    }

    private var body: [UInt8] = []
    /// Bytes taken from the connection, framing included: what counts as progress.
    private(set) var received = 0
    private var state: State
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailerLines = 0

    /// What comes next. The cases from `size` on are the grammar of RFC 9112 7.1, in its order.
    private enum State {
        case complete
        case content(Int)
        case size(Int, digits: Int)
        case blankBeforeExtension
        case chunkExtension(Extension)
        case lineFeedAfterSize(Int)
        case data(Int)
        case carriageReturnAfterData
        case lineFeedAfterData
        case trailerStart
        case trailerName
        case trailerValue
        case lineFeedAfterTrailer
        case lastLineFeed
    }

    /// Where in `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )` the reader is (RFC 9112 7.1.1); a value
    /// is a token or a quoted string (RFC 9110 5.6.4).
    private enum Extension {
        case beforeName, name, afterName, beforeValue, token, quoted, escaped, endOfQuoted, afterValue
    }

    /// The size of the chunk whose extensions are being skipped.
    private var chunkSize = 0

    /// However much a client announces, only this much is set aside before it has come.
    private static let firstReservation = 64 * 1024

    /// Of `Limits.body`, the one for forms that may bring files along.
    private let isMultipart: Bool

    init(_ framing: RequestHead.Framing, isMultipart: Bool = false) {
        self.isMultipart = isMultipart
        switch framing {
        case .length(0): state = .complete
        case .length(let count): state = .content(count)
        case .chunked: state = .size(0, digits: 0)
        }
    }

    /// Takes bytes from `offset` on, as many as belong to the body.
    mutating func read(
        _ bytes: Span<UInt8>, from offset: inout Int, within limits: borrowing Limits
    ) -> Step {
        let start = offset
        defer { received += offset - start }
        do throws(Refusal) {
            return try advance(bytes, from: &offset, within: limits) ? .complete : .needMore
        } catch {
            return .refuse(error)
        }
    }

    /// The body, once complete.
    consuming func finished() -> [UInt8] { body }

    private mutating func advance(
        _ bytes: Span<UInt8>, from offset: inout Int, within limits: borrowing Limits
    ) throws(Refusal) -> Bool {
        while true {
            switch state {
            case .complete:
                return true
            case .content(let remaining):
                guard offset < bytes.count else { return false }
                let count = take(remaining, of: bytes, from: &offset)
                state = count == remaining ? .complete : .content(remaining - count)
            case .data(let remaining):
                guard offset < bytes.count else { return false }
                let count = take(remaining, of: bytes, from: &offset)
                state = count == remaining ? .carriageReturnAfterData : .data(remaining - count)
            default:
                guard offset < bytes.count else { return false }
                state = try next(after: bytes[offset], within: limits)
                offset += 1
            }
        }
    }

    /// Copies content in bulk.
    private mutating func take(_ wanted: Int, of bytes: Span<UInt8>, from offset: inout Int) -> Int {
        let count = min(wanted, bytes.count - offset)
        let piece = bytes.extracting(offset..<offset + count)
        if body.isEmpty {
            if count == wanted, case .content = state {
                body = Array(copying: piece)
            } else {
                body.reserveCapacity(min(wanted, Self.firstReservation))
                body.append(copying: piece)
            }
        } else {
            body.append(copying: piece)
        }
        offset += count
        return count
    }

    /// One byte of framing. In one piece: it is the table of states.
    private mutating func next(after byte: UInt8, within limits: borrowing Limits) throws(Refusal) -> State {
        switch state {
        case .complete, .content, .data:
            preconditionFailure("content is taken in bulk")

        // chunk-size: one or more hexadecimal digits.
        case .size(let size, let digits):
            if let value = byte.hexadecimalValue {
                // Sixteen digits say every size there is; more are there to overflow somebody (RFC 9112 7.1).
                guard digits < 16 else { throw .malformedChunkSize }
                // Saturates far above any limit.
                let larger = size > Int.max >> 8 ? size : size << 4 | Int(value)
                if larger > limits.body(isMultipart: isMultipart) - body.count { throw .bodyTooLarge }
                return .size(larger, digits: digits + 1)
            }
            guard digits > 0 else { throw byte == .lineFeed ? .bareLineFeed : .malformedChunkSize }
            chunkSize = size
            return try endOfSize(byte, within: limits)
        case .blankBeforeExtension:
            // RFC 9112 7.1.1 allows blanks before the semicolon, and nowhere else on this line.
            guard byte.isBlank || byte == UInt8(ascii: ";") else { throw .malformedChunkSize }
            return try endOfSize(byte, within: limits)
        case .chunkExtension(let place):
            return try nextInExtension(byte, place, within: limits)
        case .lineFeedAfterSize(let size):
            guard byte == .lineFeed else { throw .bareCarriageReturn }
            return size == 0 ? .trailerStart : .data(size)

        case .carriageReturnAfterData:
            guard byte == .carriageReturn else { throw byte == .lineFeed ? .bareLineFeed : .malformedChunkEnd }
            return .lineFeedAfterData
        case .lineFeedAfterData:
            guard byte == .lineFeed else { throw .bareCarriageReturn }
            return .size(0, digits: 0)

        // Trailer fields are read by the rules of fields and dropped (RFC 9112 7.1.2).
        case .trailerStart:
            if byte == .carriageReturn { return .lastLineFeed }
            try countTrailer(newLine: true, within: limits)
            if byte.isBlank { throw .foldedField }
            if byte == .lineFeed { throw .bareLineFeed }
            guard byte.isTokenByte else { throw .malformedField }
            return .trailerName
        case .trailerName:
            try countTrailer(newLine: false, within: limits)
            if byte == .colon { return .trailerValue }
            if byte.isBlank { throw .blankBeforeColon }
            if byte == .lineFeed { throw .bareLineFeed }
            guard byte.isTokenByte else { throw .malformedField }
            return .trailerName
        case .trailerValue:
            try countTrailer(newLine: false, within: limits)
            if byte == .carriageReturn { return .lineFeedAfterTrailer }
            if byte == .lineFeed { throw .bareLineFeed }
            guard byte >= 0x20 && byte != 0x7F || byte == .tab else { throw .controlByte }
            return .trailerValue
        case .lineFeedAfterTrailer:
            guard byte == .lineFeed else { throw .bareCarriageReturn }
            return .trailerStart
        case .lastLineFeed:
            guard byte == .lineFeed else { throw .bareCarriageReturn }
            return .complete
        }
    }

    /// Behind the digits: the end of the line, or extensions, which are skipped (RFC 9112 7.1.1).
    private mutating func endOfSize(_ byte: UInt8, within limits: borrowing Limits) throws(Refusal) -> State {
        switch byte {
        case .carriageReturn: return .lineFeedAfterSize(chunkSize)
        case .lineFeed: throw .bareLineFeed
        case .space, .tab:
            try countExtension(within: limits)
            return .blankBeforeExtension
        case UInt8(ascii: ";"):
            try countExtension(within: limits)
            return .chunkExtension(.beforeName)
        default: throw .malformedChunkSize
        }
    }

    private mutating func nextInExtension(
        _ byte: UInt8, _ place: Extension, within limits: borrowing Limits
    ) throws(Refusal) -> State {
        try countExtension(within: limits)
        if byte == .lineFeed { throw .bareLineFeed }
        if byte == .carriageReturn {
            switch place {
            case .name, .token, .endOfQuoted: return .lineFeedAfterSize(chunkSize)
            // A name or a value is missing, or blanks end the line, or a quoted string would reach over its end.
            default: throw .malformedChunkExtension
            }
        }
        guard let next = Self.next(after: byte, place) else { throw .malformedChunkExtension }
        return .chunkExtension(next)
    }

    private static func next(after byte: UInt8, _ place: Extension) -> Extension? {
        let isSemicolon = byte == UInt8(ascii: ";")
        let isEqualsSign = byte == UInt8(ascii: "=")
        switch place {
        case .beforeName: return byte.isBlank ? .beforeName : byte.isTokenByte ? .name : nil
        case .name where byte.isTokenByte: return .name
        case .name, .afterName:
            return byte.isBlank ? .afterName : isSemicolon ? .beforeName : isEqualsSign ? .beforeValue : nil
        case .beforeValue:
            if byte.isBlank { return .beforeValue }
            return byte == UInt8(ascii: "\"") ? .quoted : byte.isTokenByte ? .token : nil
        case .token where byte.isTokenByte: return .token
        case .token, .endOfQuoted, .afterValue: return byte.isBlank ? .afterValue : isSemicolon ? .beforeName : nil
        case .quoted:
            if byte == UInt8(ascii: "\"") { return .endOfQuoted }
            if byte == UInt8(ascii: "\\") { return .escaped }
            return isText(byte) ? .quoted : nil
        case .escaped: return isText(byte) ? .quoted : nil
        }
    }

    /// What may stand in a quoted string.
    private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == .tab }

    private mutating func countExtension(within limits: borrowing Limits) throws(Refusal) {
        extensionBytes += 1
        if extensionBytes > limits.chunkExtensions { throw .chunkExtensionsTooLong }
    }

    /// A trailer section is bounded as a head is.
    private mutating func countTrailer(newLine: Bool, within limits: borrowing Limits) throws(Refusal) {
        trailerBytes += 1
        if newLine { trailerLines += 1 }
        if trailerBytes > limits.head { throw .headTooLarge }
        if trailerLines > limits.fields { throw .tooManyFields }
    }
}

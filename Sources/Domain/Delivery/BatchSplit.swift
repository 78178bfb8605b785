/// Where the events of a batch lie in a body, found without reading them: what is broken inside one event is that
/// event's own affair, and is told by the validator later.
package enum BatchSplit: Equatable, Sendable {
    /// No batch: the whole body is one event, or is to be kept as one row because it is broken between the events.
    case one(Whole)
    /// A JSON array or lines; each range holds one event without the blanks around it.
    case many([Range<Int>])
    /// More events than are taken at once.
    case tooMany(maximum: Int)

    package enum Whole: Equatable, Sendable {
        case event
        /// An array that does not end, an element that is missing, or something after the end.
        case broken
    }

    package static let maximum = 1000

    /// Splits a JSON array at its top-level commas. Anything else is one event, unless more follows on a line of its
    /// own: then somebody has sent lines under the wrong name.
    package static func json(_ body: [UInt8], maximum: Int = maximum) -> BatchSplit {
        var scan = LexicalScan(body)
        scan.skipBlanks()
        guard scan.current == UInt8(ascii: "[") else {
            guard scan.current == UInt8(ascii: "{"), scan.skipValue(), scan.skipLine() else { return .one(.event) }
            return lines(body, maximum: maximum)
        }
        scan.advance()
        scan.skipBlanks()
        var slices: [Range<Int>] = []
        if scan.take(UInt8(ascii: "]")) { return scan.isAtBlankEnd() ? .many([]) : .one(.broken) }
        while true {
            scan.skipBlanks()
            let start = scan.position
            guard scan.skipValue() else { return .one(.broken) }
            guard slices.count < maximum else { return .tooMany(maximum: maximum) }
            slices.append(start..<scan.position)
            scan.skipBlanks()
            if scan.take(UInt8(ascii: ",")) { continue }
            guard scan.take(UInt8(ascii: "]")), scan.isAtBlankEnd() else { return .one(.broken) }
            return .many(slices)
        }
    }

    /// Splits NDJSON: every line that is not blank is one event. JSON texts never contain a bare line feed, so that a
    /// broken line cannot harm its neighbours.
    package static func lines(_ body: [UInt8], maximum: Int = maximum) -> BatchSplit {
        var scan = LexicalScan(body)
        var slices: [Range<Int>] = []
        while true {
            scan.skipBlanks()
            if scan.isAtEnd { return .many(slices) }
            guard slices.count < maximum else { return .tooMany(maximum: maximum) }
            slices.append(scan.line())
        }
    }
}

/// Moves over JSON by its brackets and quotation marks only.
private struct LexicalScan {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    var isAtEnd: Bool { position == bytes.count }
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func advance() { position += 1 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func skipBlanks() {
        while position < bytes.count, bytes[position].isBlank { position += 1 }
    }

    mutating func isAtBlankEnd() -> Bool {
        skipBlanks()
        return isAtEnd
    }

    /// To the end of the line; whether only blanks stood there and something follows on a later one.
    mutating func skipLine() -> Bool {
        var hasEnded = false
        while position < bytes.count, bytes[position].isBlank {
            hasEnded = hasEnded || bytes[position] == 0x0A
            position += 1
        }
        return hasEnded && !isAtEnd
    }

    /// The rest of this line without the blanks at its end.
    mutating func line() -> Range<Int> {
        let start = position
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        var end = position
        while end > start, bytes[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// Over one value up to the comma, closing bracket or end that is not its own. False if nothing was there, if a
    /// text does not end, or if brackets stay open.
    mutating func skipValue() -> Bool {
        let bytes = bytes
        let count = bytes.count
        let start = position
        var index = position
        var depth = 0
        var last = position
        defer { position = last }
        while index < count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                while index < count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard index < count else { return false }
                index += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return last > start }
                depth -= 1
                if depth == 0 {
                    last = index
                    return true
                }
            case UInt8(ascii: ","):
                if depth == 0 { return last > start }
            case 0x20, 0x0A, 0x0D, 0x09: continue
            default: break
            }
            last = index
        }
        return depth == 0 && last > start
    }
}

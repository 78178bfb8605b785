/// A JSON5 text (json5.org, version 1.0.0) as a value that knows where it was written. Objects keep their order, and
/// names that appear twice: the caller decides.
package struct JSON5: Sendable, Equatable {
    package let value: Value
    /// Where it begins.
    package let place: Place

    package init(_ value: Value, at place: Place) {
        self.value = value
        self.place = place
    }

    package indirect enum Value: Sendable, Equatable {
        case null
        case flag(Bool)
        /// A number without a fraction that fits, however it was written: `1000`, `1e3`, `0x3E8`.
        case whole(Int64)
        /// Any other number; `Infinity` and `NaN`, too.
        case number(Double)
        case text(String)
        case list([JSON5])
        case object([Member])
    }

    package struct Member: Sendable, Equatable {
        package let name: String
        /// Where the name begins.
        package let place: Place
        package let value: JSON5
    }

    /// Counted from 1. A line ends with LF, CR LF or CR; a column is a Unicode scalar, also a tab.
    package struct Place: Sendable, Equatable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// Deeper nesting than this is refused, so that no text can exhaust the stack.
    package static let maximumDepth = 64
    /// A longer text, in bytes, is something else than what people write.
    package static let maximumSize = 4 << 20

    /// Reads one JSON5 text in UTF-8, as json5.org says. Refused besides are control characters other than tab and line
    /// ends, which JSON5 would let stand in comments and texts: in what people write they are damage.
    package init(parsing bytes: [UInt8]) throws(Fault) {
        var parser = try JSON5Parser(bytes)
        self = try parser.document()
    }
}

/// The relay's own name for a lead: 63 bits that grow with time, so that the newest lead is the last row of every
/// table.
///
/// The upper 41 bits are milliseconds since 2025-01-01T00:00:00Z (enough until 2094), the lower 22 bits tell leads of
/// the same millisecond apart. As text it is 13 characters of Crockford's base 32 in lower case (no i, l, o, u), in the
/// same order.
package struct LeadID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// 2025-01-01T00:00:00Z in milliseconds since 1970.
    private static let epoch: Int64 = 1_735_689_600_000
    private static let sequenceBits: Int64 = 22

    /// The smallest id of the given moment, the bound for searches by time.
    package static func first(at moment: Instant) -> LeadID {
        LeadID(rawValue: min(max(0, moment.milliseconds - epoch), Int64.max >> sequenceBits) << sequenceBits)
    }

    /// The id after this one; never before `moment`. Two leads never get the same, even when the clock is set back.
    package func next(at moment: Instant) -> LeadID {
        LeadID(rawValue: max(rawValue + 1, Self.first(at: moment).rawValue))
    }

    /// When the id was given.
    package var moment: Instant { Instant(milliseconds: (rawValue >> Self.sequenceBits) + Self.epoch) }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let length = 13

    package var description: String {
        let digits = (1...Self.length).map { Self.alphabet[Int(rawValue >> Int64(5 * (Self.length - $0)) & 31)] }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Reads the text form, in either case. `nil` if it is anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.length else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            let lower = byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte
            guard let digit = Self.alphabet.firstIndex(of: lower) else { return nil }
            value = value << 5 | UInt64(digit)
            if value > UInt64(Int64.max) { return nil }
        }
        self.rawValue = Int64(value)
    }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

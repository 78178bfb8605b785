// Spans and arrays of bytes meet here: the standard library has no bulk copy from one to the other yet.

extension [UInt8] {
    /// A copy, allocated once and exactly.
    init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }

    mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}

/// A run of bytes inside a head. Heads have less than 64 KiB, so that a field takes eight bytes.
struct ByteRange: Equatable, Sendable {
    var start: UInt16
    var count: UInt16

    init(_ range: Range<Int>) {
        start = UInt16(range.lowerBound)
        count = UInt16(range.count)
    }

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")

    /// SP or HTAB: what optional white space is made of (RFC 9110 5.6.3).
    var isBlank: Bool { self == .space || self == .tab }

    /// May stand in a token (RFC 9110 5.6.2): a letter, a digit, or one of `!#$%&'*+-.^_`|~`.
    var isTokenByte: Bool { Self.contains(self, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// May stand in a request target as we take it: visible ASCII without `"`, `#`, `<` and `>`.
    ///
    /// RFC 3986 allows fewer, but browsers leave ``[ ] { } | \ ^ ` `` as they are in a query (WHATWG URL), and the
    /// pages we serve put whatever an ad platform sent them into one.
    var isTargetByte: Bool { Self.contains(self, low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }

    /// May stand in a registered name or IPv4 address (RFC 3986 3.2.2), less the comma, at which some recipients would
    /// split.
    var isHostByte: Bool { Self.contains(self, low: 0x2BFF_6FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    var isDigit: Bool { self &- 0x30 < 10 }

    /// What a hexadecimal digit stands for.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self &- 0x30
        case 0x41...0x46: self &- 0x37
        case 0x61...0x66: self &- 0x57
        default: nil
        }
    }

    /// The small letter for a capital one, any other byte as it is.
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// A set of ASCII characters as two words of bits: no table to load, nothing to initialise.
    private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let bit = (UInt64(1) &<< UInt64(byte & 63))
        return byte < 64 ? low & bit != 0 : byte < 128 && high & bit != 0
    }
}

import HTTP
import Testing

@Suite struct `gzip` {
    /// `printf '{"event_id":"1"}' | gzip -n9`
    private static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x4A, 0x2D, 0x4B, 0xCD, 0x2B, 0x89,
        0xCF, 0x4C, 0x51, 0xB2, 0x52, 0x32, 0x54, 0xAA, 0x05, 0x00, 0x4F, 0x67, 0x0C, 0x0C, 0x10, 0x00, 0x00, 0x00,
    ]
    private static let plain = Array(#"{"event_id":"1"}"#.utf8)
    /// `gzip -n9 < /dev/null`
    private static let nothing: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    /// A megabyte of zeros in a thousand bytes: `head -c 1048576 /dev/zero | gzip -n9`, as a run of stored and repeated
    /// bytes.
    private static let bomb: [UInt8] =
        [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2,
            0xA0, 0xF5, 0x4F, 0x6D, 0x08, 0x5F, 0xA0,
        ] + Array(repeating: 0, count: 1016) + [0x3E, 0x03, 0x1C, 0xEA, 0x38, 0xA7, 0x00, 0x00, 0x10, 0x00]

    @Test func `gives back what was packed`() throws {
        #expect(try Gzip.unpacked(Self.packed, limit: 100) == Self.plain)
        #expect(try Gzip.unpacked(Self.packed, limit: Self.plain.count) == Self.plain)
        #expect(try Gzip.unpacked(Self.nothing, limit: 0).isEmpty)
        #expect(try Gzip.unpacked(Self.bomb, limit: 1 << 20) == Array(repeating: 0, count: 1 << 20))
    }

    /// RFC 1952 2.2: members follow one another.
    @Test func `takes several members as one`() throws {
        let several = Self.packed + Self.nothing + Self.packed
        #expect(try Gzip.unpacked(several, limit: 100) == Self.plain + Self.plain)
        #expect(throws: Gzip.Fault.tooLarge) { try Gzip.unpacked(several, limit: Self.plain.count * 2 - 1) }
    }

    @Test func `stops at its bound`() {
        #expect(throws: Gzip.Fault.tooLarge) { try Gzip.unpacked(Self.packed, limit: Self.plain.count - 1) }
        #expect(throws: Gzip.Fault.tooLarge) { try Gzip.unpacked(Self.packed, limit: 0) }
        #expect(throws: Gzip.Fault.tooLarge) { try Gzip.unpacked(Self.bomb, limit: (1 << 20) - 1) }
    }

    @Test func `refuses a stream that ends anywhere before its end`() {
        for count in 0..<Self.packed.count {
            #expect(throws: Gzip.Fault.cutShort) { try Gzip.unpacked(Array(Self.packed.prefix(count)), limit: 100) }
        }
        #expect(throws: Gzip.Fault.cutShort) { try Gzip.unpacked(Self.packed + [0x1F], limit: 100) }
    }

    /// Whichever bit of the data or the check values is turned: it is noticed, or it was one that fills a byte up. The
    /// head's time, flags and system say nothing of the data.
    @Test func `refuses a stream that was damaged`() {
        for index in Array(0..<3) + Array(10..<Self.packed.count) {
            for bit in 0..<8 {
                var damaged = Self.packed
                damaged[index] ^= 1 << UInt8(bit)
                let unpacked = try? Gzip.unpacked(damaged, limit: 100)
                #expect(unpacked == nil || unpacked == Self.plain, "byte \(index), bit \(bit)")
                if index >= Self.packed.count - 8 { #expect(unpacked == nil) }
            }
        }
    }

    @Test(
        arguments: [
            [0], Array("{}".utf8), Array(repeating: 0, count: 512), [0x1F, 0x8B, 9],
            // zlib (RFC 1950) and bare deflate (RFC 1951) are other codings.
            [0x78, 0x9C, 3, 0, 0, 0, 0, 1], [3, 0],
        ] as [[UInt8]])
    func `takes nothing else, alone or behind a member`(_ garbage: [UInt8]) {
        #expect(throws: Gzip.Fault.self) { try Gzip.unpacked(garbage, limit: 100) }
        #expect(throws: Gzip.Fault.self) { try Gzip.unpacked(Self.packed + garbage, limit: 100) }
    }
}

internal import CEncodings

/// The content coding `gzip` (RFC 9110 8.4.1.3): one member or several (RFC 1952 2.2), each with its check value.
package enum Gzip {
    /// Why a body cannot be unpacked.
    package enum Fault: Error, Equatable, Sendable {
        /// More bytes than allowed come out; it was given up there.
        case tooLarge
        /// It is no gzip, a check value is wrong, or something else stands behind the last member.
        case broken
        /// It ends within a member.
        case cutShort
        /// This machine has no zlib (`libz.so.1`).
        case unavailable
    }

    /// Whether this machine has zlib. It is looked for when this is first asked.
    package static var isAvailable: Bool { encodings_can_gunzip() != 0 }

    /// What was packed, of which at most `limit` bytes may come out.
    package static func unpacked(_ bytes: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
        var output: UnsafeMutablePointer<UInt8>?
        var count = 0
        let end = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe encodings_gunzip(input.baseAddress, input.count, limit, &output, &count)
        }
        defer { unsafe encodings_free(output) }
        switch end {
        case ENCODINGS_COMPLETE: return unsafe Array(UnsafeBufferPointer(start: output, count: count))
        case ENCODINGS_TOO_LARGE: throw .tooLarge
        case ENCODINGS_CUT_SHORT: throw .cutShort
        case ENCODINGS_UNAVAILABLE: throw .unavailable
        default: throw .broken
        }
    }
}

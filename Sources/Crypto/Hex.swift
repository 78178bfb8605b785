/// Bytes as hexadecimal digits (RFC 4648 section 8, in lower case).
package enum Hex {
    package static func encode(_ bytes: [UInt8]) -> String { unsafe bytes.withUnsafeBytes { unsafe encode($0) } }

    static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        unsafe String(unsafeUninitializedCapacity: 2 * bytes.count) { output in
            for index in bytes.indices {
                let byte = unsafe bytes[index]
                unsafe output[2 * index] = digit(byte >> 4)
                unsafe output[2 * index + 1] = digit(byte & 15)
            }
            return 2 * bytes.count
        }
    }

    static func append(_ bytes: UnsafeRawBufferPointer, to result: inout [UInt8]) {
        for index in bytes.indices {
            let byte = unsafe bytes[index]
            result.append(digit(byte >> 4))
            result.append(digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    /// The bytes behind an even number of digits of either case; `nil` for anything else.
    package static func decode(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for byte in text.utf8 {
            guard let value = value(of: byte) else { return nil }
            if let upper = high {
                result.append(upper << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? result : nil
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}

/// Percent-encoding (RFC 3986 2.1), and the plus sign of forms.
enum PercentEncoding {
    static let digits = Array("0123456789ABCDEF".utf8)

    /// The bytes meant, or nothing if a percent sign is not followed by two hexadecimal digits.
    static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        let (result, isWellFormed) = read(bytes, plusIsSpace: plusIsSpace)
        return isWellFormed ? result : nil
    }

    /// The bytes meant. A percent sign without two hexadecimal digits stands for itself (WHATWG URL 1.3,
    /// percent-decode).
    static func decodeForm(_ bytes: ArraySlice<UInt8>) -> [UInt8] { read(bytes, plusIsSpace: true).bytes }

    private static func read(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> (bytes: [UInt8], isWellFormed: Bool) {
        var isWellFormed = true
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex, let high = bytes[index + 1].hexadecimalValue,
                    let low = bytes[index + 2].hexadecimalValue
                else {
                    isWellFormed = false
                    result.append(bytes[index])
                    index += 1
                    continue
                }
                result.append(high << 4 | low)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                result.append(.space)
                index += 1
            case let byte:
                result.append(byte)
                index += 1
            }
        }
        return (result, isWellFormed)
    }
}

extension StringProtocol {
    /// The text with everything but the unreserved characters (RFC 3986 2.3) encoded, so that it stays one part of an
    /// address or one value of a form.
    package func percentEncoded() -> String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default:
                bytes += [
                    UInt8(ascii: "%"), PercentEncoding.digits[Int(byte >> 4)], PercentEncoding.digits[Int(byte & 15)],
                ]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text meant, or nothing if the encoding is malformed or what comes out is not UTF-8.
    package func percentDecoded(plusIsSpace: Bool = false) -> String? {
        PercentEncoding.decode(Array(utf8)[...], plusIsSpace: plusIsSpace).flatMap {
            String(validating: $0, as: UTF8.self)
        }
    }
}

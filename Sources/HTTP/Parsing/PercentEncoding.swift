/// Percent-encoding (RFC 3986 2.1), and the plus sign of forms.
enum PercentEncoding {
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
    /// The text meant, or nothing if the encoding is malformed or what comes out is not UTF-8.
    package func percentDecoded(plusIsSpace: Bool = false) -> String? {
        PercentEncoding.decode(Array(utf8)[...], plusIsSpace: plusIsSpace).flatMap {
            String(validating: $0, as: UTF8.self)
        }
    }
}

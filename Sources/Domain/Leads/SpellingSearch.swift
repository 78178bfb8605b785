/// Looks for an address, a number or another text in bodies that nobody could read as an event: however they encode it,
/// and however it is written there.
package struct SpellingSearch: Sendable {
    private let text: String
    /// The digits of the numbers that the text may be, with country code and without.
    private let numbers: [String]

    /// `countries` are those whose national numbers may be meant.
    package init(_ text: String, countries: [String]) {
        self.text = Self.folded(text)
        let isNumber = !text.contains("@") && !text.unicodeScalars.contains { $0.properties.isAlphabetic }
        numbers =
            isNumber
            ? LeadIdentifier.meant(by: text, countries: countries).filter { $0.kind == .phone }
                .map { $0.text.hasPrefix("+") ? String($0.text.dropFirst()) : $0.text } : []
    }

    /// A body made comparable once for all that is looked for in it.
    package struct Body {
        fileprivate let text: String
        /// As a form means it: its plus signs are blanks.
        fileprivate let formText: String?
        fileprivate let digits: String

        package init(_ bytes: [UInt8]) {
            let bytes = SpellingSearch.utf16(bytes).map { Array($0.utf8) } ?? bytes
            let plain = String(decoding: SpellingSearch.decoded(bytes), as: UTF8.self)
            text = SpellingSearch.folded(plain)
            formText = bytes.contains(UInt8(ascii: "+")) ? text.replacing("+", with: "") : nil
            digits = SpellingSearch.digits(of: plain)
        }

        /// Whether something in it has the shape of an e-mail address.
        package var hasAddress: Bool {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count > 1 && zip(parts, parts.dropFirst()).contains { !$0.isEmpty && $1.contains(".") }
        }
    }

    package func matches(_ body: Body) -> Bool {
        !text.isEmpty && (body.text.contains(text) || body.formText?.contains(text) ?? false)
            || numbers.contains { body.digits.contains($0) }
    }

    /// Without blanks and characters that nobody sees, in lower case.
    private static func folded(_ text: String) -> String {
        text.dropping { $0.isBlank || $0.isInvisible || $0.isControl }.inLowerCase
    }

    /// The digits of every script in ASCII; what people write between the digits of a number is left out, everything
    /// else stands between two numbers.
    private static func digits(of text: String) -> String {
        var result: [UInt8] = []
        for scalar in text.unicodeScalars {
            if scalar.isDecimalDigit {
                result.append(
                    0x30
                        + UInt8(scalar.value < 0x80 ? scalar.value - 0x30 : UInt32(scalar.properties.numericValue ?? 0))
                )
            } else if !scalar.isBlank, !scalar.isInvisible,
                !"()[].-/+\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}".unicodeScalars.contains(scalar),
                result.last != separator
            {
                result.append(separator)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let separator = UInt8(ascii: " ")

    /// What was written in UTF-16 and not said to be: by its byte order mark, or because every other byte of its
    /// beginning is 0, as in any text that is mostly ASCII. `nil` for everything else.
    private static func utf16(_ bytes: [UInt8]) -> String? {
        let head = bytes.prefix(looksLike)
        guard head.count >= 2 else { return nil }
        let zeros = [0, 1].map { parity in head.enumerated().count { $0 % 2 == parity && $1 == 0 } }
        let isBigEndian: Bool
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF): isBigEndian = true
        case (0xFF, 0xFE): isBigEndian = false
        case _ where zeros[0] * 4 > head.count: isBigEndian = true
        case _ where zeros[1] * 4 > head.count: isBigEndian = false
        default: return nil
        }
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Bytes whose zeros are counted.
    private static let looksLike = 512

    /// Percent-encoding (of forms, the plus sign too) and the escapes of JSON texts undone, one as often as it was done
    /// twice.
    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        let once = unescaped(bytes)
        return once.contains(UInt8(ascii: "%")) || once.contains(UInt8(ascii: "\\")) ? unescaped(once) : once
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        func hex(_ start: Int, _ count: Int) -> UInt32? {
            guard start + count <= bytes.count else { return nil }
            return bytes[start..<start + count].reduce(UInt32(0) as UInt32?) { value, byte in
                byte.hexDigit.flatMap { digit in value.map { $0 << 4 | UInt32(digit) } }
            }
        }
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), let byte = hex(index + 1, 2) {
                result.append(UInt8(byte))
                index += 3
            } else if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "u"),
                let unit = hex(index + 2, 4)
            {
                result.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
                index += 6
            } else if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "/")
            {
                result.append(UInt8(ascii: "/"))
                index += 2
            } else if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "\\")
            {
                // An escape inside a text that holds JSON again.
                result.append(UInt8(ascii: "\\"))
                index += 2
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}

/// What fields such as Content-Type and Content-Disposition have in common: a first word, then parameters.
///
/// `text/plain; charset="utf-8"` (RFC 9110 5.6.6): names heed no case, values are tokens or quoted strings.
struct FieldParameters {
    /// Before the first semicolon, without blanks around it.
    let first: String
    /// Names in lower case.
    private(set) var all: [(name: String, value: String)] = []

    /// How a backslash inside a quoted string is read.
    enum Backslash {
        /// It makes the next character stand for itself (RFC 9110 5.6.4).
        case escapes
        /// So do curl and others in multipart forms, but browsers send it as an ordinary character (WHATWG HTML
        /// 4.10.21.8).
        case escapesQuoteAndBackslash
    }

    init?(_ text: String, backslash: Backslash = .escapes) {
        let bytes = Array(text.utf8)
        var index = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.endIndex
        let word = bytes[..<index]
        first = String(decoding: word.trimmingBlanks, as: UTF8.self)
        while index < bytes.endIndex {
            // At a semicolon.
            index += 1
            index = bytes[index...].firstIndex { !$0.isBlank } ?? bytes.endIndex
            if index == bytes.endIndex || bytes[index] == UInt8(ascii: ";") { continue }
            let nameEnd = bytes[index...].firstIndex { !$0.isTokenByte } ?? bytes.endIndex
            guard nameEnd > index, nameEnd < bytes.endIndex, bytes[nameEnd] == UInt8(ascii: "=") else { return nil }
            let name = String(decoding: bytes[index..<nameEnd], as: UTF8.self).lowercased()
            index = nameEnd + 1
            guard let value = Self.value(bytes, &index, backslash) else { return nil }
            all.append((name, value))
            index = bytes[index...].firstIndex { !$0.isBlank } ?? bytes.endIndex
            if index < bytes.endIndex, bytes[index] != UInt8(ascii: ";") { return nil }
        }
    }

    subscript(name: String) -> String? { all.first { $0.name == name }?.value }

    private static func value(_ bytes: [UInt8], _ index: inout Int, _ backslash: Backslash) -> String? {
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else {
            let end = bytes[index...].firstIndex { !$0.isTokenByte } ?? bytes.endIndex
            defer { index = end }
            return end > index ? String(decoding: bytes[index..<end], as: UTF8.self) : nil
        }
        var value: [UInt8] = []
        index += 1
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return String(validating: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), index < bytes.endIndex {
                let next = bytes[index]
                if backslash == .escapes || next == UInt8(ascii: "\"") || next == byte {
                    value.append(next)
                    index += 1
                    continue
                }
            }
            value.append(byte)
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    var trimmingBlanks: ArraySlice<UInt8> {
        var slice = self
        while slice.first?.isBlank == true { slice.removeFirst() }
        while slice.last?.isBlank == true { slice.removeLast() }
        return slice
    }
}

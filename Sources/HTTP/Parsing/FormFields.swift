/// The fields of a form or a query: `application/x-www-form-urlencoded` (WHATWG URL 5).
package struct FormFields: Sendable {
    /// Why it cannot be read. The standard's parser never fails; ours has a bound.
    package enum Fault: Error, Equatable, Sendable {
        case tooManyFields(limit: Int)
    }

    /// In the order in which they were sent. Names may repeat.
    package let all: [(name: String, value: String)]
    /// What was not in the character set became U+FFFD.
    package let hasReplacements: Bool

    /// The field in which a browser says what it encoded the form in (WHATWG HTML 4.10.21.5).
    package static let charsetField = "_charset_"

    /// What the form itself says about its character set goes before `charset`; without either it is UTF-8.
    package init(_ bytes: [UInt8], charset: Charset? = nil, maximumFields: Int = 1000) throws(Fault) {
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.endIndex
            if start < end {
                guard pairs.count < maximumFields else { throw .tooManyFields(limit: maximumFields) }
                let middle = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
                pairs.append(
                    (
                        PercentEncoding.decodeForm(bytes[start..<middle]),
                        PercentEncoding.decodeForm(bytes[min(middle + 1, end)..<end])
                    ))
            }
            start = end + 1
        }
        let said = pairs.first { $0.name.elementsEqual(Self.charsetField.utf8) }.flatMap {
            Charset(label: String(decoding: $0.value, as: UTF8.self))
        }
        let charset = said ?? charset ?? .utf8
        var hasReplacements = false
        func text(_ bytes: [UInt8]) -> String {
            let decoded = charset.decode(bytes)
            if decoded.hasReplacements { hasReplacements = true }
            return decoded.text
        }
        all = pairs.map { (text($0.name), text($0.value)) }
        self.hasReplacements = hasReplacements
    }

    package init(query: String, maximumFields: Int = 1000) throws(Fault) {
        try self.init(Array(query.utf8), maximumFields: maximumFields)
    }

    /// The value of the first field of this name.
    package subscript(name: String) -> String? { all.first { $0.name == name }?.value }
}

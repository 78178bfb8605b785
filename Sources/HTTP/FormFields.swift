/// The fields of a form or a query: `application/x-www-form-urlencoded` (WHATWG URL 5).
package struct FormFields: Sendable {
    /// Why it cannot be read. Browsers never send such a thing, so nothing is guessed.
    package enum Fault: Error, Equatable, Sendable {
        /// A percent sign without two hexadecimal digits, in the field that begins at this byte.
        case malformedEncoding(offset: Int)
        /// The field that begins at this byte is not UTF-8.
        case notUTF8(offset: Int)
        case tooManyFields(limit: Int)
    }

    /// In the order in which they were sent. Names may repeat.
    package let all: [(name: String, value: String)]

    package init(_ bytes: [UInt8], maximumFields: Int = 1000) throws(Fault) {
        var fields: [(name: String, value: String)] = []
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.endIndex
            if start < end {
                guard fields.count < maximumFields else { throw .tooManyFields(limit: maximumFields) }
                let middle = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
                let name = try Self.text(bytes[start..<middle], in: start)
                fields.append((name, try Self.text(bytes[min(middle + 1, end)..<end], in: start)))
            }
            start = end + 1
        }
        all = fields
    }

    package init(query: String, maximumFields: Int = 1000) throws(Fault) {
        try self.init(Array(query.utf8), maximumFields: maximumFields)
    }

    /// The value of the first field of this name.
    package subscript(name: String) -> String? { all.first { $0.name == name }?.value }

    private static func text(_ bytes: ArraySlice<UInt8>, in offset: Int) throws(Fault) -> String {
        guard let decoded = PercentEncoding.decode(bytes, plusIsSpace: true) else {
            throw .malformedEncoding(offset: offset)
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .notUTF8(offset: offset) }
        return text
    }
}

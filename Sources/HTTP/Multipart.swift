/// The parts of a form sent as `multipart/form-data` (RFC 7578, in the frame of RFC 2046 5.1).
package struct Multipart: Sendable {
    /// Why it cannot be read.
    package enum Fault: Error, Equatable, Sendable {
        /// Not 1 to 70 characters of those that RFC 2046 5.1.1 allows.
        case malformedBoundary
        /// No line of the body begins a part.
        case noParts
        /// The body stops before the last boundary.
        case cutShort
        /// The part with this number, from 1, has a malformed head, or something strange behind its boundary.
        case malformedPart(Int)
        /// RFC 7578 4.2: every part has a name.
        case namelessPart(Int)
        case tooManyParts(limit: Int)
        /// The value of this field is not UTF-8.
        case notUTF8(name: String)
    }

    package struct Part: Sendable, Equatable {
        package var name: String
        /// Set if the part is a file; its content is not kept.
        package var fileName: String?
        /// The text of a field; empty for a file.
        package var value: String
        /// Bytes of the content.
        package var size: Int
    }

    package let parts: [Part]

    /// The bytes of a part's head are bounded by this.
    private static let maximumPartHead = 8 * 1024

    package init(_ body: [UInt8], boundary: String, maximumParts: Int = 1000) throws(Fault) {
        guard Self.isBoundary(boundary) else { throw .malformedBoundary }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // RFC 2046 5.1.1: what stands before the first boundary is ignored. It may begin the body, without a line end before it.
        var index: Int
        if body.starts(with: delimiter.dropFirst(2)) {
            index = delimiter.count - 2
        } else if let first = body.firstRange(of: delimiter, from: 0) {
            index = first.upperBound
        } else {
            throw .noParts
        }
        var parts: [Part] = []
        while true {
            let number = parts.count + 1
            if body[index...].starts(with: "--".utf8) { break }
            index = body[index...].firstIndex { !$0.isBlank } ?? body.endIndex
            guard index + 2 <= body.endIndex else { throw .cutShort }
            guard body[index] == .carriageReturn, body[index + 1] == .lineFeed else { throw .malformedPart(number) }
            guard parts.count < maximumParts else { throw .tooManyParts(limit: maximumParts) }
            // The line end before a boundary belongs to the boundary, also where a part has neither fields nor content.
            let head = try Self.head(body, from: index + 2, number)
            guard let end = body.firstRange(of: delimiter, from: head.end - 2) else { throw .cutShort }
            parts.append(try Self.part(head, body[head.end..<max(head.end, end.lowerBound)], number))
            index = end.upperBound
        }
        self.parts = parts
    }

    /// The value of the first field of this name.
    package subscript(name: String) -> String? { parts.first { $0.name == name && $0.fileName == nil }?.value }

    /// `bchars`, not ending with a space (RFC 2046 5.1.1).
    private static func isBoundary(_ text: String) -> Bool {
        (1...70).contains(text.utf8.count) && text.last != " "
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "'()+_,-./:=? ".utf8.contains(byte)
                }
            }
    }

    private struct Head {
        var disposition: String?
        var end: Int
    }

    /// The fields of a part up to its empty line. Only Content-Disposition matters (RFC 7578 4.8).
    private static func head(_ body: [UInt8], from start: Int, _ number: Int) throws(Fault) -> Head {
        var head = Head(end: start)
        while true {
            guard let lineEnd = body[head.end...].firstIndex(of: .lineFeed) else { throw .cutShort }
            guard lineEnd > head.end, body[lineEnd - 1] == .carriageReturn, lineEnd - start < maximumPartHead else {
                throw .malformedPart(number)
            }
            let line = body[head.end..<lineEnd - 1]
            head.end = lineEnd + 1
            if line.isEmpty { return head }
            guard let colon = line.firstIndex(of: .colon), line[..<colon].allSatisfy(\.isTokenByte) else {
                throw .malformedPart(number)
            }
            if String(decoding: line[..<colon], as: UTF8.self).lowercased() == "content-disposition" {
                guard head.disposition == nil, let text = String(validating: line[(colon + 1)...], as: UTF8.self) else {
                    throw .malformedPart(number)
                }
                head.disposition = text
            }
        }
    }

    /// `Content-Disposition: form-data; name="..."; filename="..."` (RFC 7578 4.2).
    private static func part(_ head: Head, _ content: ArraySlice<UInt8>, _ number: Int) throws(Fault) -> Part {
        guard let text = head.disposition else { throw .namelessPart(number) }
        guard let disposition = FieldParameters(text, backslash: .escapesQuoteAndBackslash),
            disposition.first.lowercased() == "form-data"
        else { throw .malformedPart(number) }
        guard let name = disposition["name"].map(unescaped) else { throw .namelessPart(number) }
        if let fileName = disposition["filename"].map(unescaped) ?? disposition["filename*"] {
            return Part(name: name, fileName: fileName, value: "", size: content.count)
        }
        guard let value = String(validating: content, as: UTF8.self) else { throw .notUTF8(name: name) }
        return Part(name: name, value: value, size: content.count)
    }

    /// Browsers write these three in names, and only these, by their numbers (WHATWG HTML 4.10.21.8).
    private static func unescaped(_ name: String) -> String {
        var bytes = Array(name.utf8)
        for (escaped, byte) in [("%22", UInt8(ascii: "\"")), ("%0D", .carriageReturn), ("%0A", .lineFeed)] {
            while let found = bytes.firstRange(of: Array(escaped.utf8), from: 0) {
                bytes.replaceSubrange(found, with: [byte])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Where `pattern` occurs first, from an index on. Quick where its first byte is rare, as a carriage return is.
    fileprivate func firstRange(of pattern: [UInt8], from start: Int) -> Range<Int>? {
        var index = start
        while let found = self[index...].firstIndex(of: pattern[0]), found + pattern.count <= count {
            if self[found...].starts(with: pattern) { return found..<found + pattern.count }
            index = found + 1
        }
        return nil
    }
}

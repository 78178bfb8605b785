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
    }

    package struct Part: Sendable, Equatable {
        package var name: String
        /// Set if the part is a file; its content is not kept. Empty where a browser had no file to send, or a program
        /// did not name it.
        package var fileName: String?
        /// The text of a field; empty for a file.
        package var value: String
        /// Bytes of the content.
        package var size: Int
    }

    package let parts: [Part]
    /// What was not in the character set became U+FFFD.
    package let hasReplacements: Bool
    /// Where the contents of files are in the body, in order.
    private let files: [Range<Int>]

    /// The bytes of a part's head are bounded by this.
    private static let maximumPartHead = 8 * 1024

    /// A field is in the character set of its own Content-Type, else in the one that the field `_charset_` names (RFC
    /// 7578 4.6), else in `charset`, else in UTF-8.
    package init(_ body: [UInt8], boundary: String, charset: Charset? = nil, maximumParts: Int = 1000) throws(Fault) {
        guard Self.isBoundary(boundary) else { throw .malformedBoundary }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // RFC 2046 5.1.1: what stands before the first boundary is ignored. It may begin the body, without a line end
        // before it.
        var index: Int
        if body.starts(with: delimiter.dropFirst(2)) {
            index = delimiter.count - 2
        } else if let first = body.firstRange(of: delimiter, from: 0) {
            index = first.upperBound
        } else {
            throw .noParts
        }
        var found: [(head: Head, content: Range<Int>)] = []
        while true {
            let number = found.count + 1
            if body[index...].starts(with: "--".utf8) { break }
            index = body[index...].firstIndex { !$0.isBlank } ?? body.endIndex
            guard index + 2 <= body.endIndex else { throw .cutShort }
            guard body[index] == .carriageReturn, body[index + 1] == .lineFeed else { throw .malformedPart(number) }
            guard found.count < maximumParts else { throw .tooManyParts(limit: maximumParts) }
            // The line end before a boundary belongs to the boundary, also where a part has neither fields nor content.
            let head = try Self.head(body, from: index + 2, number)
            guard let end = body.firstRange(of: delimiter, from: head.end - 2) else { throw .cutShort }
            found.append((head, head.end..<max(head.end, end.lowerBound)))
            index = end.upperBound
        }
        var names: [PartName] = []
        for (index, one) in found.enumerated() { names.append(try Self.name(one.head, .utf8, index + 1)) }
        let said = zip(names, found).first { $0.0.name == FormFields.charsetField && $0.0.fileName == nil }.flatMap {
            Charset(label: String(decoding: body[$0.1.content], as: UTF8.self))
        }
        let common = said ?? charset ?? .utf8
        if common != .utf8 {
            for (index, one) in found.enumerated() { names[index] = try Self.name(one.head, common, index + 1) }
        }
        var parts: [Part] = []
        var files: [Range<Int>] = []
        var hasReplacements = false
        for (name, (head, content)) in zip(names, found) {
            var part = Part(name: name.name, fileName: name.fileName, value: "", size: content.count)
            if part.fileName == nil {
                let type = head.type.flatMap { MediaType($0) }
                let value = (type?.charset.flatMap { Charset(label: $0) } ?? common).decode(body[content])
                if value.hasReplacements || content.isEmpty, type?.isText == false {
                    // A picture that a script attached without saying that it is a file, or what `withoutFiles` has
                    // left of it.
                    part.fileName = name.name
                } else {
                    part.value = value.text
                    hasReplacements = hasReplacements || value.hasReplacements
                }
            }
            if part.fileName != nil { files.append(content) }
            parts.append(part)
        }
        (self.parts, self.files, self.hasReplacements) = (parts, files, hasReplacements)
    }

    /// The same form without the contents of its files, whose heads stay.
    package func withoutFiles(_ body: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(body.count - files.reduce(0) { $0 + $1.count })
        var start = 0
        for file in files {
            result.append(contentsOf: body[start..<file.lowerBound])
            start = file.upperBound
        }
        result.append(contentsOf: body[start...])
        return result
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
        var disposition: ArraySlice<UInt8>?
        var type: String?
        var end: Int
    }

    /// The fields of a part up to its empty line. Only Content-Disposition and Content-Type matter (RFC 7578 4.8).
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
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard head.disposition == nil else { throw .malformedPart(number) }
                head.disposition = line[(colon + 1)...]
            case "content-type": head.type = String(decoding: line[(colon + 1)...], as: UTF8.self)
            default: break
            }
        }
    }

    private struct PartName {
        var name: String
        var fileName: String?
    }

    /// `Content-Disposition: form-data; name="..."; filename="..."` (RFC 7578 4.2). Names are in the form's character
    /// set (RFC 7578 5.1).
    private static func name(_ head: Head, _ charset: Charset, _ number: Int) throws(Fault) -> PartName {
        guard let bytes = head.disposition else { throw .namelessPart(number) }
        let text = charset.decode(bytes).text
        guard let disposition = FieldParameters(text, backslash: .escapesQuoteAndBackslash),
            disposition.first.lowercased() == "form-data"
        else {
            // What a file is called is nothing that a form could fail by.
            if text.lowercased().contains("filename") { return PartName(name: "", fileName: "") }
            throw .malformedPart(number)
        }
        let fileName = disposition["filename"].map(unescaped) ?? disposition["filename*"]
        guard let name = disposition["name"].map(unescaped) ?? fileName.map({ _ in "" }) else {
            throw .namelessPart(number)
        }
        return PartName(name: name, fileName: fileName)
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

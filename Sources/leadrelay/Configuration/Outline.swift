/// Where things stand in a JSON5 text: what the decoder does not tell, so that a mistake can be named with its line, members
/// can be read in the order in which they were written, and a name that stands twice is not lost silently.
///
/// It only follows a text that the decoder has accepted; on anything else it stops early and knows less.
struct Outline {
    /// The line of each value, by its path (`destinations.meta-acme.pixel`, `groups[2].when`).
    private(set) var lines: [String: Int] = [:]
    /// The names of each object's members, by the object's path, in order.
    private(set) var names: [String: [String]] = [:]
    /// Members whose name has been there before in the same object.
    private(set) var repeated: [(path: String, line: Int)] = []

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        value(at: "", depth: 0)
    }

    static func path(_ parent: String, _ name: String) -> String { parent.isEmpty ? name : parent + "." + name }
    static func path(_ parent: String, _ index: Int) -> String { "\(parent)[\(index)]" }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func advance() {
        if byte == 0x0A { line += 1 }
        position += 1
    }

    private mutating func skipBlanksAndComments() {
        while let byte {
            switch byte {
            case 0x09...0x0D, 0x20: advance()
            case UInt8(ascii: "/") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "/"):
                while let byte = self.byte, byte != 0x0A { advance() }
            case UInt8(ascii: "/"):
                advance()
                advance()
                while self.byte != nil, !isAtCommentEnd { advance() }
                advance()
                advance()
            // U+FEFF and U+00A0, the blanks of JSON5 that people do type.
            case 0xEF, 0xC2: advance()
            case 0xBB, 0xBF, 0xA0: advance()
            default: return
            }
        }
    }

    private var isAtCommentEnd: Bool {
        position + 1 < bytes.count && bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/")
    }

    private mutating func value(at path: String, depth: Int) {
        skipBlanksAndComments()
        lines[path] = line
        guard depth < 64, let byte else { return }
        switch byte {
        case UInt8(ascii: "{"): object(at: path, depth: depth)
        case UInt8(ascii: "["): list(at: path, depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = quoted()
        default: _ = bare()
        }
    }

    private mutating func object(at path: String, depth: Int) {
        names[path] = []
        advance()
        while true {
            skipBlanksAndComments()
            guard let byte else { return }
            if byte == UInt8(ascii: "}") { return advance() }
            let start = line
            let name = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") ? quoted() : bare()
            let member = Self.path(path, name)
            if names[path, default: []].contains(name) {
                repeated.append((member, start))
            } else {
                names[path, default: []].append(name)
            }
            skipBlanksAndComments()
            guard self.byte == UInt8(ascii: ":") else { return }
            advance()
            value(at: member, depth: depth + 1)
            skipBlanksAndComments()
            if self.byte == UInt8(ascii: ",") { advance() } else if self.byte != UInt8(ascii: "}") { return }
        }
    }

    private mutating func list(at path: String, depth: Int) {
        advance()
        var index = 0
        while true {
            skipBlanksAndComments()
            guard let byte else { return }
            if byte == UInt8(ascii: "]") { return advance() }
            value(at: Self.path(path, index), depth: depth + 1)
            index += 1
            skipBlanksAndComments()
            if self.byte == UInt8(ascii: ",") { advance() } else if self.byte != UInt8(ascii: "]") { return }
        }
    }

    /// A text between quotation marks. Escapes other than `\x` for the character itself are left as they stand: names of
    /// configuration members have none.
    private mutating func quoted() -> String {
        let mark = byte
        advance()
        var text: [UInt8] = []
        while let byte, byte != mark {
            if byte == UInt8(ascii: "\\") { advance() }
            if let byte = self.byte { text.append(byte) }
            advance()
        }
        advance()
        return String(decoding: text, as: UTF8.self)
    }

    /// A name without quotation marks, a number or a literal.
    private mutating func bare() -> String {
        var text: [UInt8] = []
        while let byte, byte > 0x20, !",:{}[]".utf8.contains(byte) {
            text.append(byte)
            advance()
        }
        if text.isEmpty { advance() }
        return String(decoding: text, as: UTF8.self)
    }
}

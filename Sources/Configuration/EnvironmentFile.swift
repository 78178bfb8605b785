import Service

/// Secrets as systemd reads them for a service, for commands that systemd does not start: systemd.exec(5),
/// EnvironmentFile=. Lines NAME=value, the value perhaps in quotation marks; empty lines and those with # or ; are
/// passed over.
package struct EnvironmentFile: Sendable {
    private(set) var values: [String: String] = [:]

    static let maximumSize = 1 << 20

    /// Why it cannot be used, for people. Names the line, never what stands in it.
    package struct Fault: Error, Equatable, CustomStringConvertible { package let description: String }

    package init(_ path: String) throws(Fault) {
        switch Files.read(path, limit: Self.maximumSize) {
        case .failure(let failure): throw Fault(description: "\(path) cannot be read: \(failure.message)")
        case .success(let bytes):
            guard let line = read(String(decoding: bytes, as: UTF8.self)) else { return }
            throw Fault(description: "\(path): line \(line) is not NAME=value")
        }
    }

    /// Reads the text up to the first line that is none of it; answers its number.
    private mutating func read(_ text: String) -> Int? {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trimmed(line)
            guard let first = line.first, first != "#", first != ";" else { continue }
            guard let equals = line.firstIndex(of: "="), line[..<equals].allSatisfy(Self.isOfName),
                equals != line.startIndex
            else { return index + 1 }
            values[String(line[..<equals])] = Self.unquoted(Self.trimmed(line[line.index(after: equals)...]))
        }
        return nil
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return text
    }

    /// Between quotation marks everything counts; a backslash takes the next character as it is, but not between single
    /// ones.
    private static func unquoted(_ text: Substring) -> String {
        guard let mark = text.first, mark == "\"" || mark == "'", text.count > 1, text.last == mark else {
            return String(text)
        }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if mark == "\"", character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }
}

/// A place in a JSON document (RFC 6901), from the outermost name to the innermost.
package struct JSONPointer: Hashable, Sendable {
    package var names: [String]

    package init(_ names: [String]) { self.names = names }

    /// Reads the text form, in which `/` is written `~1` and `~` is written `~0`; `nil` if it does not begin with `/`.
    package init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        // By scalars: a name may begin with a combining character, which would hide the slash before it.
        names = text.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .map { Self.unescaped($0) }
    }

    package var text: String { names.map { "/" + Self.escaped($0) }.joined() }

    /// As people name it: `person.email`.
    package var path: String { names.joined(separator: ".") }

    /// One name, escaped for use in a pointer.
    package static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        var result = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": result.append(contentsOf: "~0".unicodeScalars)
            case "/": result.append(contentsOf: "~1".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    // One pass: "~01" is the name "~1", not "/" (section 4).
    private static func unescaped(_ name: Substring.UnicodeScalarView) -> String {
        var result = String.UnicodeScalarView()
        var rest = name
        while let scalar = rest.popFirst() {
            if scalar == "~", let next = rest.first, next == "0" || next == "1" {
                result.append(next == "0" ? "~" : "/")
                rest.removeFirst()
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}

extension JSON {
    /// The value at that place; `nil` if there is none. Elements of arrays are named by their index.
    package subscript(_ pointer: JSONPointer) -> JSON? {
        var value = self
        for name in pointer.names {
            let next: JSON? = if case .array = value { Int(name).flatMap { value[$0] } } else { value[name] }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}

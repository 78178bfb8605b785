/// What programs send where a value should be and nobody put one.
enum Placeholder {
    /// A template that nobody filled in: `{gclid}`, `{{ad.id}}`, `[email]`, `%%CLICK%%`, `${phone}`, `<%= name %>`,
    /// `__CLICKID__`.
    static func isTemplate(_ text: String) -> Bool {
        switch text.utf8.first {
        case UInt8(ascii: "{"), UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "@"), UInt8(ascii: "["),
            UInt8(ascii: "<"),
            UInt8(ascii: "%"), UInt8(ascii: "_"), UInt8(ascii: "*"):
            break
        default: return false
        }
        for (opening, closing) in brackets where text.hasPrefix(opening) && text.hasSuffix(closing) {
            let inside = text.utf8.dropFirst(opening.utf8.count).dropLast(closing.utf8.count)
            if text.utf8.count > opening.utf8.count + closing.utf8.count,
                inside.allSatisfy({
                    $0.isURLUnreserved || $0.isBlank || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "|")
                })
            {
                return true
            }
        }
        return false
    }

    /// A program's word for nothing: `undefined`, `null`, `NaN`, `(not set)`. Only where no name can be meant: people
    /// are called Null.
    static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= longestWord, !first.isDigit else { return false }
        return words.contains(text.trimmed.asciiLowercased)
    }

    private static let brackets = [
        ("{{", "}}"), ("{%", "%}"), ("${", "}"), ("#{", "}"), ("@{", "}"), ("{", "}"), ("[[", "]]"), ("[", "]"),
        ("<%=", "%>"), ("<%", "%>"),
        ("<", ">"), ("%%", "%%"), ("%", "%"), ("__", "__"), ("##", "##"), ("*|", "|*"),
    ]
    private static let words: Set<String> = [
        "undefined", "null", "none", "nil", "nan", "n/a", "na", "void", "false", "(not set)", "(none)", "(null)",
        "not set", "unknown", "empty",
        "[object object]", "[object undefined]", "-", "--",
    ]
    private static let longestWord = 20
}

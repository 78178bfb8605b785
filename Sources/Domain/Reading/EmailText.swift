/// The one e-mail address in what people and programs put into its field.
enum EmailText {
    /// The address, perhaps; whether it is one is for `TextShape.email` to say.
    ///
    ///     Jane Doe <jane@example.com>     jane@example.com     RFC 5322 section 3.4
    ///     mailto:jane@example.com         jane@example.com     RFC 6068
    ///     jane@ example.com.              jane@example.com     blanks: Google's rule for customer data
    ///     jane%40example.com              jane@example.com
    static func address(in text: String) -> String? {
        var address = text.plain.visible[...]
        if let open = address.lastIndex(of: "<"), address.hasSuffix(">") {
            address = address[address.index(after: open)...].dropLast()
        }
        if address.prefix(mailto.count).lowercased() == mailto {
            address = address.dropFirst(mailto.count).prefix { $0 != "?" }
        }
        if !address.contains("@") {
            address = address.replacing("%40", with: "@").replacing("\u{FF20}", with: "@")[...]
        }
        address = address.trimming { $0.isWhitespace || "\"'`;,.:<>()".contains($0) }
        guard let at = address.lastIndex(of: "@"), gaps(in: address[..<at]) <= 1 else { return nil }
        return String(address).dropping { $0.isBlank }
    }

    private static let mailto = "mailto:"

    /// Runs of blanks inside the part before the `@`. One is a slip of the thumb; more are words around an address.
    private static func gaps(in text: Substring) -> Int {
        text.split(whereSeparator: \.isWhitespace).count - 1
    }
}

extension Substring {
    /// Without the characters at either end that fit.
    func trimming(_ fits: (Character) -> Bool) -> Substring {
        var rest = drop(while: fits)
        while let last = rest.last, fits(last) { rest.removeLast() }
        return rest
    }
}

/// Click ids as they come instead of as they stand in the address: with more of the address, encoded, or as the cookie
/// that holds them.
enum ClickText {
    /// What of a text may be the id itself.
    ///
    ///     Cj0KCQ&gad_source=1              Cj0KCQ        more of the query
    ///     GCL.1795943730.Cj0KCQ            Cj0KCQ        Google's cookies _gcl_aw and _gcl_gb
    ///     fb.1.1795943730250.IwAR0         IwAR0         Meta's cookie _fbc
    static func id(in text: String) -> String? {
        var id = text.visible.trimmed[...]
        for name in parameters where id.hasPrefix(name) { id = id.dropFirst(name.count) }
        id = id.prefix { $0 != "&" && $0 != "#" && $0 != "?" }
        guard let decoded = decoded(id), !decoded.isEmpty else { return nil }
        if let inside = cookie(decoded) { return inside.isEmpty ? nil : inside }
        return Placeholder.isTemplate(decoded) || Placeholder.isWord(decoded) ? nil : decoded
    }

    /// Whether a text that has the form of a click id is none: a program's word for nothing, or a cookie.
    static func isSomethingElse(_ text: String) -> Bool {
        Placeholder.isWord(text) || text.hasPrefix("GCL.") || text.hasPrefix("fb.") || text.hasPrefix("__")
            || parameters.contains { text.hasPrefix($0) }
    }

    private static let parameters = ["gclid=", "gbraid=", "wbraid=", "fbclid="]

    /// The id in a cookie; empty if the cookie holds none, `nil` if the text is no cookie.
    private static func cookie(_ text: String) -> String? {
        let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        if parts.count >= 3, parts[0] == "GCL" {
            return parts[1].utf8.allSatisfy(\.isDigit) ? parts[2...].joined(separator: ".") : ""
        }
        guard parts[0] == "fb", parts.count == 4 else { return nil }
        // Meta's own library may append a fifth part.
        return String(parts[3].prefix { $0 != "." })
    }

    /// Percent-encoded once more than it should be.
    private static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        return WebAddress.parameter("v", of: "?v=" + text.replacing("+", with: "%2B"))
    }
}

/// Meta's cookies where a form or a tag manager has spoiled them.
enum CookieText {
    /// Decoded, and with the time in milliseconds where it was in seconds; `nil` if there is nothing to be mended so.
    static func cookie(in text: String) -> String? {
        let plain = text.visible.trimmed.replacing("%2E", with: ".").replacing("%2e", with: ".")
        var parts = plain.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[0] == "fb" else { return nil }
        if parts[2].utf8.count == 10, parts[2].utf8.allSatisfy(\.isDigit) { parts[2] += "000" }
        return parts.joined(separator: ".")
    }
}

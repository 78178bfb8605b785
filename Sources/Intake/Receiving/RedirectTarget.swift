/// An absolute web address, taken apart just far enough to compare it with an allow-list.
///
/// A redirect that anybody can choose lends our name to phishing, so everything is refused that two programs might read
/// differently: user names, backslashes, blanks and control characters, dot segments also when encoded, letters beyond
/// ASCII.
package struct RedirectTarget: Equatable, Sendable {
    /// Scheme, host and port in lower case without a default port, as a browser would send it in `Origin`.
    package let origin: String
    /// The path, never empty.
    package let path: String
    package let hasQueryOrFragment: Bool

    package static let maximumLength = 2048

    /// `nil` if the text is no address that may be sent to a browser.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumLength,
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\\\"<>^`{|}".utf8.contains($0) })
        else { return nil }
        let scheme: String
        let defaultPort: String
        if Self.lowercased(bytes.prefix(8)) == "https://" {
            (scheme, defaultPort) = ("https://", ":443")
        } else if Self.lowercased(bytes.prefix(7)) == "http://" {
            (scheme, defaultPort) = ("http://", ":80")
        } else {
            return nil
        }
        let rest = bytes.dropFirst(scheme.utf8.count)
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        guard var host = Self.authority(authority) else { return nil }
        if host.hasSuffix(defaultPort) { host.removeLast(defaultPort.count) }
        let tail = rest.dropFirst(authority.count)
        let path = tail.prefix { !"?#".utf8.contains($0) }
        hasQueryOrFragment = path.count < tail.count
        // A segment "..", "%2e." and so on would lead out of what was allowed.
        for segment in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            let plain = Self.lowercased(segment).replacing("%2e", with: ".")
            if plain == "." || plain == ".." || plain.contains("%2f") || plain.contains("%5c") { return nil }
        }
        origin = scheme + host
        self.path = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
    }

    /// Whether one of the allowed addresses has the same origin and a path that this one equals or lies below.
    package func isAllowed(by prefixes: [RedirectTarget]) -> Bool {
        prefixes.contains { prefix in
            guard prefix.origin == origin else { return false }
            if prefix.path == path { return true }
            // "/thanks" allows "/thanks/a" but not "/thanks-and-more".
            return path.hasPrefix(prefix.path.hasSuffix("/") ? prefix.path : prefix.path + "/")
        }
    }

    /// Host and optional port: letters, digits, hyphens and dots, or an IPv6 address in brackets.
    private static func authority(_ bytes: ArraySlice<UInt8>) -> String? {
        let text = lowercased(bytes)
        var host = text[...]
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), HostAddress(String(text[..<end].dropFirst())) != nil else {
                return nil
            }
            host = text[text.index(after: end)...]
            guard host.isEmpty || host.hasPrefix(":") else { return nil }
        } else {
            let name = text.prefix { $0 != ":" }
            guard !name.isEmpty, name.first != ".", !name.contains(".."),
                name.utf8.allSatisfy({
                    ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
                })
            else { return nil }
            host = text[name.endIndex...]
        }
        guard
            host.isEmpty || (host.dropFirst().utf8.allSatisfy { $0 &- 0x30 <= 9 } && UInt16(host.dropFirst()) ?? 0 > 0)
        else { return nil }
        return text
    }

    private static func lowercased(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}

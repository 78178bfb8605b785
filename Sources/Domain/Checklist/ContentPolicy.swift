/// A Content-Security-Policy as a page sets it, as far as it decides whether our snippet runs and may post: W3C Content
/// Security Policy Level 3. What only reports forbids nothing, and is not read here.
package struct ContentPolicy: Equatable, Sendable {
    /// By the directive's name in lower case; of two with one name the first counts (section 2.2.1).
    private var directives: [String: [String]] = [:]

    /// What is longer is no policy that a browser would be sent.
    private static let longest = 1 << 16

    /// Reads one serialized policy: `default-src 'self'; connect-src https:`.
    package init(_ text: String) {
        for part in text.utf8.count > Self.longest ? [] : text.split(separator: ";") {
            let words = part.split { $0.isWhitespace }.map(String.init)
            guard let name = words.first?.lowercased(), directives[name] == nil else { continue }
            directives[name] = Array(words.dropFirst())
        }
    }

    /// Those of a header field, in which commas stand between them (section 3.1). All of them count.
    package static func policies(ofHeader text: String) -> [ContentPolicy] {
        text.split(separator: ",").map { ContentPolicy(String($0)) }
    }

    /// That of `<meta http-equiv="Content-Security-Policy">`, which cannot have all directives (section 3.3).
    package init(ofMeta text: String) {
        self.init(text)
        for name in ["report-uri", "frame-ancestors", "sandbox"] { directives[name] = nil }
    }

    package enum Use: Sendable {
        /// Loading a script; `nonce` is that of its element.
        case script(nonce: String?)
        /// `fetch` and `sendBeacon`.
        case connection
        /// Where a form posts to.
        case form
    }

    /// The directive that forbids it, as the policy has it; `nil` if it is allowed. `page` is the page's own address.
    package func forbids(_ use: Use, of address: String, on page: String) -> String? {
        if let sandbox = directives["sandbox"]?.map({ $0.lowercased() }) {
            switch use {
            case .script, .connection: if !sandbox.contains("allow-scripts") { return "sandbox" }
            case .form: if !sandbox.contains("allow-forms") { return "sandbox" }
            }
        }
        // Section 6.8.3; form-action has no directive that stands in for it.
        let names =
            switch use {
            case .script: ["script-src-elem", "script-src", "default-src"]
            case .connection: ["connect-src", "default-src"]
            case .form: ["form-action"]
            }
        guard let name = names.first(where: { directives[$0] != nil }), let sources = directives[name]
        else {
            return nil
        }
        var isDynamic = false
        if case .script(let nonce) = use {
            if let nonce, !nonce.isEmpty, sources.contains("'nonce-\(nonce)'") { return nil }
            // Then addresses in the list do not count, and what trusted scripts load is trusted (section 8.2).
            isDynamic = sources.contains { $0.lowercased() == "'strict-dynamic'" }
            // The address of a script that is known by its hash alone cannot be judged from here.
            if sources.contains(where: { $0.lowercased().hasPrefix("'sha") }) { return nil }
        }
        if !isDynamic, let url = Place(address), let own = Place(page),
            sources.contains(where: { Self.matches($0, url, on: own) })
        {
            return nil
        }
        return name
    }

    // MARK: Sources

    private struct Place {
        var scheme: String
        var host: String
        var port: Int
        var path: String

        init?(_ address: String) {
            guard let mark = address.firstRange(of: "://") else { return nil }
            scheme = address[..<mark.lowerBound].lowercased()
            let rest = address[mark.upperBound...]
            let authority = rest.prefix { !"/?#".contains($0) }
            path = String(rest[authority.endIndex...].prefix { !"?#".contains($0) })
            if path.isEmpty { path = "/" }
            let name = authority.split(separator: "@").last ?? ""
            let colon = name.lastIndex(of: ":").flatMap {
                Int(name[name.index(after: $0)...]) == nil ? nil : $0
            }
            host = String(colon.map { name[..<$0] } ?? name[...]).lowercased()
            port = colon.flatMap { Int(name[name.index(after: $0)...]) } ?? Self.usualPort(scheme)
            if host.isEmpty { return nil }
        }

        static func usualPort(_ scheme: String) -> Int {
            scheme == "https" || scheme == "wss" ? 443 : 80
        }
    }

    /// Section 6.7.2.8.
    private static func matches(_ source: String, _ url: Place, on own: Place) -> Bool {
        if source == "*" { return ["http", "https", "ws", "wss", own.scheme].contains(url.scheme) }
        let lower = source.lowercased()
        if lower == "'self'" {
            return url.host == own.host
                && (url.port == own.port
                    || (url.port == Place.usualPort(url.scheme) && own.port == Place.usualPort(own.scheme)))
                && isScheme(own.scheme, matchedBy: url.scheme)
        }
        if lower.hasPrefix("'") { return false }
        if lower.hasSuffix(":"), !lower.contains("/") {
            return isScheme(String(lower.dropLast()), matchedBy: url.scheme)
        }
        var rest = source[...]
        if let mark = rest.firstRange(of: "://") {
            guard isScheme(rest[..<mark.lowerBound].lowercased(), matchedBy: url.scheme) else {
                return false
            }
            rest = rest[mark.upperBound...]
        } else if !isScheme(own.scheme, matchedBy: url.scheme) {
            return false
        }
        let authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        var host = authority.lowercased()
        var port: String?
        if let colon = host.lastIndex(of: ":") {
            port = String(host[host.index(after: colon)...])
            host = String(host[..<colon])
        }
        return isHost(host, matchedBy: url.host) && isPort(port, matchedBy: url)
            && isPath(path, matchedBy: url.path)
    }

    /// Section 6.7.2.9: what is encrypted stands in for what is not.
    private static func isScheme(_ wanted: String, matchedBy scheme: String) -> Bool {
        switch (wanted, scheme) {
        case ("http", "https"), ("ws", "wss"), ("ws", "http"), ("ws", "https"), ("wss", "https"): true
        default: wanted == scheme
        }
    }

    /// Section 6.7.2.10: `*.example.com` is not `example.com`.
    private static func isHost(_ pattern: String, matchedBy host: String) -> Bool {
        if pattern == "*" { return true }
        if pattern.hasPrefix("*.") {
            return host.hasSuffix(pattern.dropFirst()) && host.count > pattern.count - 1
        }
        return pattern == host
    }

    /// Section 6.7.2.11.
    private static func isPort(_ port: String?, matchedBy url: Place) -> Bool {
        guard let port, port != "*" else {
            return port == "*" || url.port == Place.usualPort(url.scheme)
        }
        if Int(port) == url.port { return true }
        return port == "80" && url.port == 443
    }

    /// Section 6.7.2.12: a path that ends with a slash stands for all below it.
    private static func isPath(_ pattern: Substring, matchedBy path: String) -> Bool {
        if pattern.isEmpty || pattern == "/" { return true }
        return pattern.hasSuffix("/") ? path.hasPrefix(pattern) : path == pattern
    }
}

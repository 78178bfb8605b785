/// Follows the redirects of a landing page by hand, to see at which step a click id gets lost. A value: answers in, the
/// next address out.
package struct RedirectWalk: Sendable {
    /// The address to ask next.
    package private(set) var address: String
    package private(set) var hops = 0
    /// The test ids that the address still carries.
    package private(set) var kept: [String]
    package private(set) var lost: [String] = []
    /// The host whose redirect dropped the first of them.
    package private(set) var lostAt: String?

    /// More redirects than this are not followed.
    package static let maximumHops = 10
    /// Upper and lower case matter in click ids: one that comes back in one case is damaged.
    package static let testID = "LrT3st-cLiCk_Id0"
    private static let names = ["gclid", "fbclid"]

    package enum Step: Equatable, Sendable {
        case ask(String)
        case arrived
        case tooMany
    }

    /// `page` is the configured address. Test ids are added to its query.
    package init(_ page: String) {
        var start = page
        var fragment = ""
        if let mark = start.firstIndex(of: "#") {
            fragment = String(start[mark...])
            start = String(start[..<mark])
        }
        let query = Self.names.map { "\($0)=\(Self.testID)" }.joined(separator: "&")
        address = start + (start.contains("?") ? "&" : "?") + query + fragment
        kept = Self.names
    }

    /// What an answer with this status and `Location` means (RFC 9110 section 15.4).
    package mutating func answered(_ status: Int, location: String?) -> Step {
        guard [301, 302, 303, 307, 308].contains(status), let location, !location.isEmpty,
            let next = WebAddress.resolve(location, against: address)
        else { return .arrived }
        hops += 1
        guard hops <= Self.maximumHops else { return .tooMany }
        let host = WebAddress.host(of: address) ?? ""
        for name in kept where WebAddress.parameter(name, of: next) != Self.testID {
            lost.append(name)
            lostAt = lostAt ?? host
        }
        kept.removeAll { lost.contains($0) }
        address = next
        return .ask(next)
    }
}

extension WebAddress {
    /// The host of an absolute `http` address in lower case, without port and user; `nil` for anything else.
    package static func host(of address: String) -> String? {
        guard isAbsolute(address, schemes: ["http", "https"]), let start = address.range(of: "://") else { return nil }
        let authority = address[start.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if place.hasPrefix("[") { return place.firstIndex(of: "]").map { place[...$0].lowercased() } }
        return place.prefix { $0 != ":" }.lowercased()
    }

    /// An address as it stands in `Location`, relative to the one that was asked (RFC 3986 section 5.2, without the
    /// removal of dots, which whoever asks does). `nil` if it is no `http` address.
    package static func resolve(_ reference: String, against base: String) -> String? {
        if isAbsolute(reference, schemes: ["http", "https"]) { return reference }
        guard let scheme = base.range(of: "://") else { return nil }
        // Another scheme: mailto:, javascript: …
        if let colon = reference.firstIndex(of: ":"), !reference[..<colon].contains(where: { "/?#".contains($0) }) {
            return nil
        }
        let authority = base[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let origin = base[..<scheme.upperBound] + authority
        let resolved: String
        if reference.hasPrefix("//") {
            resolved = base[..<scheme.lowerBound] + ":" + reference
        } else if reference.hasPrefix("/") {
            resolved = origin + reference
        } else {
            let page = Self.page(of: base)
            let path = String(page.dropFirst(origin.count))
            if reference.hasPrefix("?") {
                resolved = page + reference
            } else if reference.hasPrefix("#") {
                resolved = base.prefix { $0 != "#" } + reference
            } else {
                let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
                resolved = origin + folder + reference
            }
        }
        return isAbsolute(resolved, schemes: ["http", "https"]) ? resolved : nil
    }
}

extension String {
    /// The first place of a text, without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var start = startIndex
        while start < endIndex {
            let rest = self[start...].utf8
            if rest.starts(with: wanted) { return start..<self.utf8.index(start, offsetBy: wanted.count) }
            start = index(after: start)
        }
        return nil
    }
}

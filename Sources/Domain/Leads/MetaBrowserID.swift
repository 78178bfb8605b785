/// Meta's two cookies, and how the click id becomes one of them.
///
///     fbc   fb.<subdomain index>.<milliseconds of the click>.<fbclid>[.<appendix>]
///     fbp   fb.<subdomain index>.<milliseconds>.<random number>[.<appendix>]
///
/// The appendix is Meta's own Parameter Builder's and stays. Case carries meaning: nothing is folded, nothing is
/// hashed. What does not have this form is left out, for one malformed value fails a whole request (subcode 2804001).
package enum MetaBrowserID {
    /// The cookie if the page passed it; made of the landing's `fbclid` when there is no cookie, or the cookie is of
    /// another click.
    package static func fbc(for event: LeadEvent) -> String? {
        switch origin(of: event) {
        case .cookie(let cookie, _): cookie
        case .clickID(let id): "fb.\(indexOnServer).\(event.clickedAt.milliseconds).\(id)"
        case nil: nil
        }
    }

    /// When the click of `fbc` was; `nil` if there is none. A cookie carries its own time.
    package static func clicked(by event: LeadEvent) -> Instant? {
        switch origin(of: event) {
        case .cookie(_, let time): Int64(Substring(time)).map(Instant.init(milliseconds:))
        case .clickID: event.clickedAt
        case nil: nil
        }
    }

    private enum Origin {
        case cookie(String, time: Substring.UTF8View)
        case clickID(String)
    }

    private static func origin(of event: LeadEvent) -> Origin? {
        let click = event.click
        let id = click.fbclid.flatMap { !$0.isEmpty && $0.hasOnly(\.isBase64URL) ? $0 : nil }
        for cookie in [click.fbc, click.fbclid] {
            // Most have a click id and no cookie, and a click id has no dots.
            guard let cookie, cookie.utf8.starts(with: "fb.".utf8), let parts = Parts(cookie),
                isCookie(parts, isLast: isClickID)
            else { continue }
            if let id, !parts.id.elementsEqual(id.utf8) { break }
            return .cookie(cookie, time: parts.time)
        }
        return id.map { .clickID($0) }
    }

    package static func fbp(for event: LeadEvent) -> String? {
        event.click.fbp.flatMap { cookie in
            Parts(cookie).map { isCookie($0) { $0.allSatisfy { $0 &- 0x30 <= 9 } } } == true ? cookie : nil
        }
    }

    /// What Meta wants from those who cannot see the domain's cookie: "example.com".
    private static let indexOnServer = 1

    private static func isCookie(_ parts: Parts, isLast: (Substring.UTF8View) -> Bool) -> Bool {
        parts.version.elementsEqual("fb".utf8) && parts.index.count == 1
            && parts.index.allSatisfy { $0 &- 0x30 <= 9 } && parts.time.count == 13
            && parts.time.allSatisfy { $0 &- 0x30 <= 9 } && !parts.id.isEmpty && isLast(parts.id)
            && (parts.appendix.map { (2...8).contains($0.count) && isClickID($0) } ?? true)
    }

    /// What stands between the dots of a cookie: four parts, or five.
    private struct Parts {
        let version, index, time, id: Substring.UTF8View
        let appendix: Substring.UTF8View?

        init?(_ text: String) {
            var rest = text[...].utf8
            var isOver = false
            func next() -> Substring.UTF8View? {
                guard !isOver else { return nil }
                let part = rest.prefix { $0 != UInt8(ascii: ".") }
                isOver = part.endIndex == rest.endIndex
                rest = isOver ? rest[rest.endIndex...] : rest[part.endIndex...].dropFirst()
                return part
            }
            guard let version = next(), let index = next(), let time = next(), let id = next() else { return nil }
            (self.version, self.index, self.time, self.id) = (version, index, time, id)
            appendix = next()
            guard isOver else { return nil }
        }
    }

    private static func isClickID(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty && text.allSatisfy(\.isBase64URL)
    }
}

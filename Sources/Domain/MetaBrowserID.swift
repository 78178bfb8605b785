/// Meta's two cookies, and how the click id becomes one of them.
///
///     fbc   fb.<subdomain index>.<milliseconds of the click>.<fbclid>[.<appendix>]
///     fbp   fb.<subdomain index>.<milliseconds>.<random number>[.<appendix>]
///
/// The appendix is Meta's own Parameter Builder's and stays. Case carries meaning: nothing is folded, nothing is hashed. What does not
/// have this form is left out, for one malformed value fails a whole request (subcode 2804001).
package enum MetaBrowserID {
    /// The cookie if the page passed it; made of the landing's `fbclid` when there is no cookie, or the cookie is of another click.
    package static func fbc(for event: LeadEvent) -> String? {
        let cookie = [event.click.fbc, event.click.fbclid].compactMap { $0 }.first { isCookie($0, isLast: isClickID) }
        guard let clickID = event.click.fbclid, isClickID(clickID.utf8[...]) else { return cookie }
        if let cookie, cookie.utf8.split(separator: dot).dropFirst(3).first?.elementsEqual(clickID.utf8) == true {
            return cookie
        }
        return "fb.\(indexOnServer).\(event.clickedAt.milliseconds).\(clickID)"
    }

    package static func fbp(for event: LeadEvent) -> String? {
        event.click.fbp.flatMap { isCookie($0) { $0.allSatisfy { $0 &- 0x30 <= 9 } } ? $0 : nil }
    }

    /// What Meta wants from those who cannot see the domain's cookie: "example.com".
    private static let indexOnServer = 1
    private static let dot = UInt8(ascii: ".")

    private static func isCookie(_ text: String, isLast: (Substring.UTF8View) -> Bool) -> Bool {
        let parts = text.utf8.split(separator: dot, omittingEmptySubsequences: false)
        return (4...5).contains(parts.count) && parts[0].elementsEqual("fb".utf8) && parts[1].count == 1
            && parts[1].allSatisfy { $0 &- 0x30 <= 9 } && parts[2].count == 13
            && parts[2].allSatisfy { $0 &- 0x30 <= 9 } && !parts[3].isEmpty && isLast(parts[3])
            && (parts.count == 4 || ((2...8).contains(parts[4].count) && isClickID(parts[4])))
    }

    private static func isClickID(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty
            && text.allSatisfy { byte in
                byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
    }
}

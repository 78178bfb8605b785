/// The address of a page without what a form may have put into its query: e-mail addresses, names, phone numbers.
///
/// Platforms forbid personal data in addresses, and clear text is not to leave. Parameters that carry an `@` or a personal name
/// (`email`, `phone`, `first_name` …) are dropped; click ids, campaign parameters and everything else stay as they are.
enum PageAddress {
    /// `nil` if it is no http or https address.
    static func withoutPersonalData(_ address: String) -> String? {
        let scheme = address.prefix(8).lowercased()
        guard scheme.hasPrefix("https://") || scheme.hasPrefix("http://") else { return nil }
        let bytes = address.utf8
        guard let question = bytes.firstIndex(of: UInt8(ascii: "?")) else {
            return bytes.contains(UInt8(ascii: "@")) ? nil : address
        }
        let page = bytes[..<question]
        if page.contains(UInt8(ascii: "@")) { return nil }
        let rest = bytes[bytes.index(after: question)...]
        let query = rest.prefix { $0 != UInt8(ascii: "#") }
        let parameters = query.split(separator: UInt8(ascii: "&"))
        let kept = parameters.filter { !isPersonal($0) }
        if kept.count == parameters.count, query.endIndex == bytes.endIndex { return address }
        // The fragment never reaches a server; a single-page form may keep personal data there.
        var result = String(Substring(page))
        for (index, parameter) in kept.enumerated() {
            result += index == 0 ? "?" : "&"
            result += String(Substring(parameter))
        }
        return result
    }

    private static let personalNames = [
        "mail", "phone", "tel", "mobile", "firstname", "lastname", "fullname", "surname",
    ]

    private static func isPersonal(_ parameter: Substring.UTF8View) -> Bool {
        if parameter.contains(UInt8(ascii: "@")) { return true }
        let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard let name = parts.first else { return false }
        if parts.count == 2, String(Substring(parts[1])).contains("%40") { return true }
        let plain = name.filter { ($0 | 0x20) &- 0x61 < 26 }.map { $0 | 0x20 }
        let text = String(decoding: plain, as: UTF8.self)
        return personalNames.contains { text.contains($0) }
    }
}

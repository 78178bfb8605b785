/// The address of a page without what a form may have put into its query: e-mail addresses, names, phone numbers.
///
/// Platforms forbid personal data in addresses, and clear text is not to leave. Parameters that carry an `@` or a personal name
/// (`email`, `phone`, `first_name` …) are dropped; click ids, campaign parameters and everything else stay as they are.
enum PageAddress {
    /// `nil` if it is no http or https address.
    static func withoutPersonalData(_ address: String) -> String? {
        let bytes = Array(address.utf8)
        guard hasWebScheme(bytes) else { return nil }
        let question = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
        // Credentials, or an e-mail address as a part of the path: better no page than this one.
        if bytes[..<question].contains(UInt8(ascii: "@")) { return nil }
        guard question < bytes.count else { return address }
        let query = bytes[(question + 1)...].prefix { $0 != UInt8(ascii: "#") }
        let parameters = query.split(separator: UInt8(ascii: "&"))
        let kept = parameters.filter { !isPersonal($0) }
        if kept.count == parameters.count, query.endIndex == bytes.count { return address }
        // The fragment never reaches a server; a single-page form may keep personal data there.
        var result = Array(bytes[..<question])
        for (index, parameter) in kept.enumerated() {
            result.append(index == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            result += parameter
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hasWebScheme(_ bytes: [UInt8]) -> Bool {
        let start = bytes.prefix(8).map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        return start.starts(with: "https://".utf8) || start.starts(with: "http://".utf8)
    }

    private static let personalNames = [
        "mail", "phone", "tel", "mobile", "firstname", "lastname", "fullname", "surname",
    ].map { Array($0.utf8) }

    private static func isPersonal(_ parameter: ArraySlice<UInt8>) -> Bool {
        if parameter.contains(UInt8(ascii: "@")) || contains(parameter, Array("%40".utf8)) { return true }
        let name = parameter.prefix { $0 != UInt8(ascii: "=") }.filter { ($0 | 0x20) &- 0x61 < 26 }.map { $0 | 0x20 }
        return personalNames.contains { contains(name[...], $0) }
    }

    private static func contains(_ text: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool {
        guard text.count >= part.count else { return false }
        return (text.startIndex...(text.endIndex - part.count)).contains {
            text[$0] == part[0] && text[$0..<($0 + part.count)].elementsEqual(part)
        }
    }
}

import Domain

/// What each key of `user_data` must look like.
struct MetaUserKey: Sendable {
    let allowsList: Bool
    let words: String
    let subcode: Int?
    let isRight: @Sendable (String) -> Bool

    private init(
        _ words: String, list: Bool = false, subcode: Int? = nil, _ isRight: @escaping @Sendable (String) -> Bool
    ) {
        self.words = words
        self.subcode = subcode
        allowsList = list
        self.isRight = isRight
    }

    // Meta would take the hash of an empty text; but it would say nothing about anybody.
    private static let hash = MetaUserKey("is not a SHA-256 in lower-case hexadecimal digits", list: true) {
        $0.isHash && $0 != HashEncoding.empty
    }
    private static let text = MetaUserKey("is hashed, and must not be", list: true) { _ in true }
    private static let plain = MetaUserKey("is hashed, and must not be") { !$0.isHash }
    private static let address = MetaUserKey("is not an IP address") { IPAddress.isValid($0) }
    private static let click = MetaUserKey("is not fb.<index>.<milliseconds>.<fbclid>", subcode: 2_804_001) {
        isBrowserID($0) { !$0.contains(0x20) }
    }
    private static let browser = MetaUserKey("is not fb.<index>.<milliseconds>.<number>", subcode: 2_804_001) {
        isBrowserID($0) { $0.allSatisfy(\.isDigit) }
    }
    private static let lead = MetaUserKey("is not a number of 15 to 17 digits", subcode: 2_804_036) {
        $0.isDigits && (15...17).contains($0.utf8.count)
    }

    static let all: NameTable<MetaUserKey> = [
        "em": hash, "ph": hash, "fn": hash, "ln": hash, "db": hash, "ge": hash, "ct": hash, "st": hash, "zp": hash,
        "country": hash, "f5first": hash, "f5last": hash, "fi": hash, "dobd": hash, "dobm": hash, "doby": hash,
        "external_id": text, "client_ip_address": address, "client_user_agent": plain, "fbc": click, "fbp": browser,
        "subscription_id": plain, "fb_login_id": plain, "lead_id": lead, "madid": plain, "anon_id": plain,
        "page_id": plain, "page_scoped_user_id": plain, "ctwa_clid": plain, "ig_account_id": plain, "ig_sid": plain,
    ]

    /// `fb`, one digit, 13 digits, and the id; Meta's own library appends a fifth part of two to eight characters.
    private static func isBrowserID(_ text: String, _ isID: (Substring.UTF8View) -> Bool) -> Bool {
        let bytes = text.utf8
        guard bytes.count > prefix.count, zip(bytes, prefix).allSatisfy({ $1 == digit ? $0.isDigit : $0 == $1 }) else {
            return false
        }
        let rest = bytes.dropFirst(prefix.count)
        let end = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
        guard end > rest.startIndex, isID(rest[..<end]) else { return false }
        guard end < rest.endIndex else { return true }
        let appendix = rest[end...].dropFirst()
        return (2...8).contains(appendix.count) && !appendix.contains(UInt8(ascii: "."))
    }

    private static let digit = UInt8(ascii: "0")
    private static let prefix = Array("fb.0.0000000000000.".utf8)
}

/// The names under which a plain form may send the fields of a lead event.
enum FlatNames {
    /// Where a form field belongs; `nil` if its name means nothing to us. Besides the table, `person.email`,
    /// `person[email]` and `custom[anything]` name their place themselves.
    static func place(of name: String) -> JSONPointer? {
        let plain = name.hasSuffix("[]") ? String(name.dropLast(2)) : name
        if let pointer = table[plain] ?? table[plain.asciiLowercased] { return pointer }
        guard let mark = plain.utf8.firstIndex(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") })
        else { return nil }
        let parent = String(plain[..<mark])
        var child = plain[plain.utf8.index(after: mark)...]
        if plain.utf8[mark] == UInt8(ascii: "[") {
            guard child.last == "]" else { return nil }
            child.removeLast()
        }
        guard !child.isEmpty, names(in: parent)?.contains(String(child)) ?? (parent == "custom") else { return nil }
        return JSONPointer([parent, String(child)])
    }

    /// Ours at the top level by their own names; those of the objects by the shortest name that cannot be mistaken.
    static let table: [String: JSONPointer] = {
        var table: [String: JSONPointer] = [
            "page_url": JSONPointer(["page", "url"]),
            "page_referrer": JSONPointer(["page", "referrer"]),
            "client_ip": JSONPointer(["client", "ip"]),
            "client_user_agent": JSONPointer(["client", "user_agent"]),
            "consent_ad_user_data": JSONPointer(["consent", "ad_user_data"]),
            "consent_ad_personalization": JSONPointer(["consent", "ad_personalization"]),
            // The cookies by the names they have in the browser.
            "_fbc": JSONPointer(["click", "fbc"]),
            "_fbp": JSONPointer(["click", "fbp"]),
            "email_address": JSONPointer(["person", "email"]),
            "phone_number": JSONPointer(["person", "phone"]),
            "zip": JSONPointer(["person", "postal_code"]),
        ]
        for provider in TokenProvider.allCases {
            table[provider.formField] = JSONPointer(["signals", provider.rawValue])
        }
        for field in LeadContract.fields {
            switch field.kind {
            case .custom: break
            case .object(let fields):
                for inner in fields where inner.name != "url" && inner.name != "ip" {
                    table[inner.name] = JSONPointer([field.name, inner.name])
                }
            default: table[field.name] = JSONPointer([field.name])
            }
        }
        // Group rules look for them there when the address of the page does not show them.
        for name in ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"] {
            table[name] = JSONPointer(["custom", name])
        }
        return table
    }()

    private static func names(in object: String) -> [String]? {
        for field in LeadContract.fields where field.name == object {
            if case .object(let fields) = field.kind { return fields.map(\.name) }
        }
        return nil
    }
}

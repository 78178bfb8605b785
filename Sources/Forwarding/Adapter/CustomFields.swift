import Domain

extension EncodedLead {
    /// What is personal of the lead. Made anew at each call.
    var personalWords: PersonalWords { PersonalWords(event, country: country) }

    /// The sender's own fields that a destination is to be told, as texts under the platform's names, in a fixed order.
    ///
    /// Platforms refuse a whole lead for personal data in such a place, so a value that looks like an address, a number
    /// of a person or a hash is left out, and one with the person's own name; so is one that is too long to be kept
    /// there.
    func customFields(_ names: [String: String]) -> [(name: String, value: String)] {
        if names.isEmpty || event.custom.isEmpty { return [] }
        let words = personalWords
        return names.sorted { $0.key < $1.key }.compactMap { name, field in
            guard let member = event.custom.first(where: { $0.name == field }), let value = Self.text(member.value)
            else {
                return nil
            }
            let isTold = value.utf8.count <= Self.maximumCustomValue && redacted(value) == value && !words.isIn(value)
            return isTold ? (name, value) : nil
        }
    }

    /// What Google keeps of a custom variable.
    private static let maximumCustomValue = 100

    private static func text(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}

/// Something that a lead can be found by: an e-mail address, a telephone number, a click id. Compared after
/// normalisation, so that `Eva@Example.org ` finds what `eva@example.org` posted.
package struct LeadIdentifier: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable { case email, phone, click }

    package let kind: Kind
    /// Normalised: an address in lower case, a number in E.164, a click id as it is; or the SHA-256 that the sender
    /// gave in their place.
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// What fingerprints are made of.
    package var key: String { "\(kind.rawValue) \(text)" }

    /// `nil` if the text is no e-mail address.
    package static func email(_ text: String) -> LeadIdentifier? {
        switch GoogleFields.email(text) {
        case .clear(let address): LeadIdentifier(.email, address)
        case .hashed(let hash): LeadIdentifier(.email, hash)
        case nil: nil
        }
    }

    /// `nil` if the text is no telephone number, or a national one without a country.
    package static func phone(_ text: String, country: String?) -> LeadIdentifier? {
        if let hash = text.asHash, case .hashed(let digits) = hash { return LeadIdentifier(.phone, digits) }
        return PhoneNumber.e164(text, country: country).map { LeadIdentifier(.phone, $0) }
    }

    /// Everything that a text which somebody looks for may be. National numbers are tried in each of the countries, and
    /// every number also as it stands where its country was not known: with its country code or without.
    package static func meant(by text: String, countries: [String]) -> [LeadIdentifier] {
        let text = text.withoutOuterSpace
        if text.isEmpty { return [] }
        if text.utf8.contains(UInt8(ascii: "@")) { return email(text).map { [$0] } ?? [] }
        var found: [LeadIdentifier] = []
        for country in [nil] + countries.map(Optional.some) {
            if let phone = phone(text, country: country), !found.contains(phone) { found.append(phone) }
        }
        for digits in PhoneNumber.bareSpellings(text, found.map(\.text)) {
            found.append(LeadIdentifier(.phone, digits))
        }
        if case .hashed(let hash)? = text.asHash { found.append(LeadIdentifier(.email, hash)) }
        found.append(LeadIdentifier(.click, text))
        return found
    }
}

extension LeadEvent {
    /// What the lead can be found by. `country` is whose national numbers are meant.
    package func identifiers(country: String?) -> [LeadIdentifier] {
        EventIdentity(self, country: country).identifiers
    }
}

extension LeadEvent {
    /// The event as it may be shown: enough to recognise a lead one is looking for, not enough to reach the person.
    ///
    /// Names become initials, e-mail `j***@e***`, phone its last two digits; the place keeps only its country. The
    /// sender's own fields are hidden altogether: nobody knows what is in them.
    package var masked: LeadEvent {
        var event = self
        event.person.email = person.email.map { Masking.email($0) }
        event.person.phone = person.phone.map { Masking.phone($0) }
        event.person.firstName = person.firstName.map { Masking.initial($0) }
        event.person.lastName = person.lastName.map { Masking.initial($0) }
        event.person.city = person.city.map { _ in Masking.stars }
        event.person.region = person.region.map { _ in Masking.stars }
        event.person.postalCode = person.postalCode.map { _ in Masking.stars }
        event.person.externalID = person.externalID.map { _ in Masking.stars }
        event.page.url = page.url.map { WebAddress.page(of: $0) }
        event.page.referrer = page.referrer.map { WebAddress.page(of: $0) }
        event.client.ip = client.ip.map { _ in Masking.stars }
        event.custom = custom.map { JSON.Member($0.name, .string(Masking.stars)) }
        return event
    }
}

/// How personal values are shown.
package enum Masking {
    package static let stars = "***"

    /// `jane@example.com` → `j***@e***`.
    package static func email(_ text: String) -> String {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return stars }
        return initial(String(text[..<at])) + "@" + initial(String(text[at...].dropFirst()))
    }

    /// `+49 151 23456789` → `***89`.
    package static func phone(_ text: String) -> String {
        stars + String(decoding: text.utf8.filter(\.isDigit).suffix(2), as: UTF8.self)
    }

    package static func initial(_ text: String) -> String { (text.first.map { String($0) } ?? "") + stars }
}

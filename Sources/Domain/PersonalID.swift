/// Whether an `event_id` says who the lead is. Such an id goes with the personal data; see `Lead.idMark`.
package enum PersonalID {
    /// Letters of a name that is looked for; shorter ones are in too many words.
    private static let shortestName = 3
    /// E.164 has fifteen digits at most, and no country's numbers have fewer than these.
    private static let numberDigits = 8...15

    /// An e-mail address or an international number, however encoded; or the lead's own number, or both its names. `country` is whose national
    /// numbers are meant.
    package static func isMeant(by id: String, of person: LeadEvent.Person, country: String?) -> Bool {
        let body = SpellingSearch.Body(Array(id.utf8))
        if body.hasAddress || isNumber(id) { return true }
        let countries = [person.country, country].compactMap { $0 }
        func contains(_ text: String) -> Bool { SpellingSearch(text, countries: countries).matches(body) }
        if let phone = person.phone, id.utf8.contains(where: { $0.isDigit }), contains(phone) { return true }
        guard let first = person.firstName, let last = person.lastName, first.count >= shortestName,
            last.count >= shortestName
        else { return false }
        return contains(first) && contains(last)
    }

    private static func isNumber(_ id: String) -> Bool {
        guard id.hasPrefix("+") || id.hasPrefix("00") || id.hasPrefix("tel:") else { return false }
        let rest = id.hasPrefix("tel:") ? id.dropFirst(4) : id[...]
        return rest.utf8.allSatisfy { $0.isDigit || "+-/(). ".utf8.contains($0) }
            && numberDigits.contains(rest.utf8.count { $0.isDigit })
    }
}

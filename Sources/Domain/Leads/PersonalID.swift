/// Whether an `event_id` says who the lead is. Such an id goes with the personal data; see `Lead.idMark`.
package enum PersonalID {
    /// Letters of a name that is looked for; shorter ones are in too many words.
    private static let shortestName = 3
    /// E.164 has fifteen digits at most, and no country's numbers have fewer than these.
    private static let numberDigits = 8...15

    /// An e-mail address or an international number, however encoded; or the lead's own number, or both its names.
    /// `country` is whose national numbers are meant.
    package static func isMeant(by id: String, of person: LeadEvent.Person, country: String?) -> Bool {
        if isMachineMade(id, of: person) { return false }
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

    /// What nearly all ids are: letters and digits without an encoding, among them neither the end of the lead's number
    /// nor both its names. Cheap, for it is asked of every lead.
    private static func isMachineMade(_ id: String, of person: LeadEvent.Person) -> Bool {
        let bytes = id.utf8
        guard id.hasOnly({ $0.isBase64URL || $0 == UInt8(ascii: ".") }), !id.hasPrefix("00") else { return false }
        if let phone = person.phone {
            let end = phone.utf8.filter(\.isDigit).suffix(comparedDigits)
            // In a number with words or other scripts the last digits may be an extension's.
            guard phone.hasOnly({ $0.isDigit || "+-/(). ".utf8.contains($0) }), end.count == comparedDigits
            else { return false }
            if contains(bytes.filter(\.isDigit), Array(end)) { return false }
        }
        guard let first = person.firstName, let last = person.lastName else { return true }
        func isInside(_ name: String) -> Bool {
            // Letters of other scripts are not in the id.
            guard name.isASCII else { return false }
            return contains(bytes.map(folded), name.utf8.filter { $0 > 0x20 && $0 != 0x7F }.map(folded))
        }
        return !(isInside(first) && isInside(last))
    }

    /// Every way of writing a number ends with the same digits.
    private static let comparedDigits = 6

    private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 <= 25 ? byte + 0x20 : byte }

    private static func contains(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, text.count >= wanted.count else { return false }
        return (0...text.count - wanted.count).contains {
            text[$0] == first && text[$0..<$0 + wanted.count].elementsEqual(wanted)
        }
    }

    private static func isNumber(_ id: String) -> Bool {
        guard id.hasPrefix("+") || id.hasPrefix("00") || id.hasPrefix("tel:") else { return false }
        let rest = id.hasPrefix("tel:") ? id.dropFirst(4) : id[...]
        return rest.utf8.allSatisfy { $0.isDigit || "+-/(). ".utf8.contains($0) }
            && numberDigits.contains(rest.utf8.count { $0.isDigit })
    }
}

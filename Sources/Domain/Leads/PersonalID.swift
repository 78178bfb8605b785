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
        guard id.hasOnly({ $0.isBase64URL || $0 == UInt8(ascii: ".") }), !id.hasPrefix("00") else { return false }
        if let phone = person.phone {
            // In a number with words or other scripts the last digits may be an extension's.
            guard phone.hasOnly({ $0.isDigit || "+-/(). ".utf8.contains($0) }), let end = LastDigits(of: phone)
            else { return false }
            if end.areInside(id) { return false }
        }
        guard let first = person.firstName, let last = person.lastName else { return true }
        return !(isInside(first, id) && isInside(last, id))
    }

    /// The last digits of a number, four bits each. Every way of writing a number ends with the same.
    private struct LastDigits {
        private var digits: UInt32 = 0
        private var count = 0

        private static let compared = 6
        private static let mask: UInt32 = 1 << 24 - 1

        /// `nil` if the number has fewer.
        init?(of phone: String) {
            for byte in phone.utf8 where byte.isDigit { append(byte) }
            if count < Self.compared { return nil }
        }

        private init() {}

        private mutating func append(_ digit: UInt8) {
            digits = (digits << 4 | UInt32(digit - 0x30)) & Self.mask
            count += 1
        }

        /// Whether they follow each other in the text, whatever else is between them.
        func areInside(_ text: String) -> Bool {
            var run = LastDigits()
            for byte in text.utf8 where byte.isDigit {
                run.append(byte)
                if run.count >= Self.compared, run.digits == digits { return true }
            }
            return false
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 <= 25 ? byte + 0x20 : byte }

    /// Whether the name stands in the id, without its blanks and in any case. Letters of other scripts are not in ids.
    private static func isInside(_ name: String, _ id: String) -> Bool {
        guard name.isASCII else { return false }
        let (wanted, text) = (name.utf8.span, id.utf8.span)
        for start in text.indices {
            var (place, hasLetters, isThere) = (start, false, true)
            for index in wanted.indices where wanted[index] > 0x20 && wanted[index] != 0x7F {
                guard place < text.count, folded(text[place]) == folded(wanted[index]) else {
                    isThere = false
                    break
                }
                hasLetters = true
                place += 1
            }
            if isThere { return hasLetters }
        }
        return false
    }

    private static func isNumber(_ id: String) -> Bool {
        guard id.hasPrefix("+") || id.hasPrefix("00") || id.hasPrefix("tel:") else { return false }
        let rest = id.hasPrefix("tel:") ? id.dropFirst(4) : id[...]
        return rest.utf8.allSatisfy { $0.isDigit || "+-/(). ".utf8.contains($0) }
            && numberDigits.contains(rest.utf8.count { $0.isDigit })
    }
}

import Domain
import TestSupport
import Testing

/// Every country's own example numbers, fixed and mobile, as they are dialled at home, with the country code but no
/// plus sign, and with 00. `Fixtures/phone_spellings.tsv`: country, E.164, what was typed; numbers by phonenumbers
/// 9.0.43, and some by hand.
@Suite struct `The spellings of a telephone number` {
    private static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
    static let rows = readText(folder + "/Fixtures/phone_spellings.tsv").split(separator: "\n").map {
        $0.split(separator: "\t").map(String.init)
    }

    /// What cannot be told: a Swedish number without its 0 may be Lund's, and four digits may be anything.
    static let unreadable: [String: String?] = [
        "SE 468123456": "+46468123456", "NU 7012": nil, "TA 8999": nil, "TK 7290": nil, "TK 3101": nil,
    ]

    @Test func `are read in every country`() {
        #expect(Self.rows.count > 1400)
        var unread = 0
        for row in Self.rows {
            let ours = PhoneNumber.e164(row[2], country: row[0])
            if let known = Self.unreadable["\(row[0]) \(row[2])"] {
                unread += 1
                #expect(ours == known, "\(row)")
            } else {
                #expect(ours == row[1], "\(row)")
            }
        }
        #expect(unread == Self.unreadable.count)
    }

    /// Whoever looks for a person types the number in one way, and the lead had it in another.
    @Test func `all find the same lead`() {
        for row in Self.rows where Self.unreadable["\(row[0]) \(row[2])"] == nil {
            let typed = LeadIdentifier.meant(by: row[2], countries: [row[0]])
            #expect(typed.contains(LeadIdentifier(.phone, row[1])), "\(row)")
        }
    }
}

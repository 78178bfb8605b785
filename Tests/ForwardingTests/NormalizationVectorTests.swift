import Crypto
import Domain
import Testing

/// The platforms' own packages made these vectors; `golden/README.md` says which of them must pass.
@Suite struct `Normalisation` {
    private func hash(_ text: NormalizedText?) -> String? {
        switch text {
        case .clear(let text): SHA256.hex(of: text)
        case .hashed(let hash): hash
        case nil: nil
        }
    }

    /// Google's written rule, where it differs from the official formatter: e-mail addresses lose inner white space, and what is
    /// not E.164 is no phone number. We follow the rule.
    @Test func `for Google passes every vector`() throws {
        var checked = 0
        for row in try Fixture("google_identifiers.jsonl").rows {
            let isRule = row["source"]?.string?.hasPrefix("written-rule") == true
            if !isRule, row["rule_agrees"]?.bool == false { continue }
            let (field, input) = (try #require(row["field"]?.string), try #require(row["input"]?.string))
            let expected = row["expected_normalized"]?.string
            let comment: Comment = "\(field) \(input.debugDescription)"
            checked += 1
            switch field {
            case "region_code": #expect(GoogleFields.region(input) == expected, comment)
            case "postal_code": #expect(GoogleFields.postalCode(input) == expected, comment)
            default:
                let result =
                    switch field {
                    case "email": GoogleFields.email(input)
                    case "phone": GoogleFields.phone(input)
                    default: GoogleFields.name(input)
                    }
                #expect(hash(result) == row["expected_hash"]?.string, comment)
            }
        }
        #expect(checked == 208)
    }

    /// Where we do not do what both of Meta's tools do, and why.
    static let deviations: [String: String] = [
        "em d4c74594d841139328695756648b6bd6": "MD5 is not what Meta matches by: refused (meta-ads.md, section 10)"
    ]

    @Test func `for Meta passes every vector on which its tools agree`() throws {
        var (checked, deviating) = (0, 0)
        for row in try Fixture("meta_user_data.jsonl").rows {
            let isBlank = row["tags"]?.array?.contains("hash-of-empty-string") == true
            if isBlank || row["agree"]?.bool == false { continue }
            let (name, input) = (try #require(row["field"]?.string), try #require(row["input"]?.string))
            let field = try #require(MetaFields.Field(rawValue: name))
            if Self.deviations["\(name) \(input)"] != nil {
                deviating += 1
                #expect(MetaFields.normalized(field, input) == nil)
                continue
            }
            checked += 1
            #expect(
                hash(MetaFields.normalized(field, input)) == row["expected_hash"]?.string,
                "\(name) \(input.debugDescription)")
        }
        #expect(checked == 237 && deviating == Self.deviations.count)
    }

    /// Rows on which Meta's tools differ, decided by the written rule.
    @Test(arguments: [
        (MetaFields.Field.fn, "Mary Jane", "maryjane" as String?), (.fn, "O'Brien", "obrien"),
        (.fn, "Dr. John", "drjohn"),
        (.fn, "-", nil), (.fn, " ", nil), (.ln, "St. John", "stjohn"), (.ct, "Zürich", "zürich"),
        (.ct, "Coeur d'Alene", "coeurdalene"), (.ct, "Paris 16", "paris"), (.ct, "123", nil), (.ct, "서울", "서울"),
        (.st, "California", "california"), (.st, "12", nil), (.zp, "SW1A 1AA", "sw1a1aa"), (.zp, "D-10115", nil),
        (.zp, "-", nil), (.em, "üser@example.com", "üser@example.com"), (.em, "john doe@example.com", nil),
        (.em, "john@@example.com", nil), (.em, "mailto:john@example.com", nil), (.em, "John <john@example.com>", nil),
        (.country, "USA", nil), (.country, "zz", nil), (.ge, "female", "f"), (.db, "1997-02-16", "19970216"),
    ])
    func `for Meta follows the written rule where its tools differ`(
        field: MetaFields.Field, input: String, expected: String?
    ) {
        #expect(MetaFields.normalized(field, input) == expected.map { .clear($0) })
    }

    /// Numbers that libphonenumber makes something of and we do not, and why.
    static let phoneDeviations: [String: String] = [
        "+1-800-FLOWERS": "letters: nobody's own number is written so",
        "123": "too short to be anybody's number",
    ]

    @Test func `of phone numbers agrees with libphonenumber`() throws {
        for row in try Fixture("phone_e164.jsonl").rows {
            let input = try #require(row["input"]?.string)
            let number = PhoneNumber.e164(input, country: row["default_region"]?.string)
            let expected = Self.phoneDeviations[input] == nil ? row["expected_e164"]?.string : nil
            #expect(number == expected, "\(input) \(row["default_region"]?.string ?? "")")
        }
    }
}

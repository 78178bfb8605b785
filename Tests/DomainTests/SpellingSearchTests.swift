import Domain
import Testing

@Suite struct `Looking for a person in what could not be read` {
    @Test(arguments: [
        ("jane@example.com", "your-email=jane%40example.com", true),
        ("jane@example.com", "e=Jane%2540Example.com", true),
        ("jane@example.com", #"{"mail":"jane\u0040example.com"}"#, true),
        ("Jane@Example.com", "jane@ example.com", true),
        ("jane@example.com", "x=jane%40example.org", false), ("jane+a@example.com", "x=jane%2Ba%40example.com", true),
        ("jörg@example.com", "x=J%C3%B6rg%40example.com", true), ("jane@example.com", "jane\u{200B}@example.com", true),
        ("+49 151 23456789", "tel=0151%2F234+567-89", true),
        ("0151 23456789", #"{"tel":"+49 (0)151 234 567 89"}"#, true),
        ("0151 23456789", "tel=004915123456789", true), ("+4915123456789", "tel=٠١٥١٢٣٤٥٦٧٨٩", true),
        ("+4915123456789", "tel=0151 23456788", false), ("0151 23456789", "a=151&b=23456789", false),
        ("151 23456789", "tel=0151-23456789", true), ("12", "tel=0151-23456789", false), ("", "x", false),
        ("Cj0KCQ_x", "gclid=Cj0KCQ_x&a=b", true), ("call me", "note=Call+me", true),
        ("call me", "note=Call%20me", true),
        ("jane@example.com", #"{"inner":"{\"mail\":\"jane\\u0040example.com\"}"}"#, true),
        ("jörg@example.com", #"{"mail":"j\u00f6rg@example.com"}"#, true),
        ("jörg@example.com", "jo\u{308}rg@example.com", true),
    ])
    func `finds every way of writing it`(query: String, body: String, isFound: Bool) {
        let search = SpellingSearch(query, countries: ["DE"])
        #expect(search.matches(SpellingSearch.Body(Array(body.utf8))) == isFound)
        for isBigEndian in [true, false] {
            for mark in [[0xFEFF], []] as [[UInt16]] {
                let units = mark + Array(body.utf16)
                guard !mark.isEmpty || body.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
                let bytes = units.flatMap {
                    isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
                }
                #expect(search.matches(SpellingSearch.Body(bytes)) == isFound, "UTF-16 \(isBigEndian) \(mark)")
            }
        }
    }
}

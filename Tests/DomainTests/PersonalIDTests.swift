import Domain
import Testing

@Suite struct `An event_id that names a person` {
    @Test(arguments: [
        ("eva@example.org", true), ("order-of-eva%40example.org", true), ("eva%2540example.org-1", true),
        ("+49 151 23456789", true), ("004915123456789", true), ("tel:+4915123456789", true),
        ("lead-015123456789", true), ("eva-muster-2026", true), ("EVA_MUSTER", true),
        ("4711", false), ("1764504000123", false), ("0151999", false), ("evangeline", false), ("muster-7", false),
        ("2f9c1b1e-0a6b-4a53-9d0e-0151cafe2345", false), ("a@b", false), ("", false),
    ])
    func `is told from one that does not`(id: String, isPersonal: Bool) {
        var person = LeadEvent.Person()
        person.phone = "0151 23456789"
        person.firstName = "Eva"
        person.lastName = "Muster"
        #expect(PersonalID.isMeant(by: id, of: person, country: "DE") == isPersonal)
    }
}

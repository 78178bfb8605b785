import Testing

@testable import Domain

@Suite struct `What people call a field` {
    static let known: [(label: String, field: String)] = [
        ("email", "person.email"), ("E-Mail-Adresse *", "person.email"), ("your-email", "person.email"),
        ("No Label email", "person.email"), ("EMAIL", "person.email"), ("Adresse e-mail (obligatoire)", "person.email"),
        ("Correo electrónico", "person.email"), ("correo electro\u{301}nico", "person.email"), ("tel", "person.phone"),
        ("phoneNumber", "person.phone"),
        ("Telefonnummer:", "person.phone"), ("Seu WhatsApp", "person.phone"), ("Numéro de téléphone", "person.phone"),
        ("Vorname", "person.first_name"), ("first_name", "person.first_name"), ("Prénom", "person.first_name"),
        ("FNAME", "person.first_name"),
        ("Nachname", "person.last_name"), ("Apellidos", "person.last_name"), ("lastName", "person.last_name"),
        ("PLZ", "person.postal_code"), ("Zip Code", "person.postal_code"), ("Ort", "person.city"),
        ("gclid", "click.gclid"),
        ("utm_source", "custom.utm_source"), ("consent_ad_user_data", "consent.ad_user_data"), ("page_url", "page.url"),
        ("form_fields[email]", "person.email"),
    ]

    @Test(arguments: known)
    func `is our field`(label: String, field: String) throws {
        guard case .place(let place)? = FieldLabel(label) else {
            Issue.record("\(label) is not known")
            return
        }
        #expect(place.path == field)
    }

    @Test(arguments: ["name", "Your Name", "Ihr Name", "Nom", "Nombre y apellidos", "fullName", "imię i nazwisko"])
    func `is both names`(label: String) { #expect(FieldLabel(label) == .fullName) }

    @Test(arguments: [
        "", "*", "value", "event", "Test", "Currency", "company", "Firmenname", "Email of a friend", "message", "url",
        "Confirm email", "Phone model", "Date", "username",
    ])
    func `is nothing of ours`(label: String) { #expect(FieldLabel(label) == nil) }

    @Test(
        arguments: [
            (["Name": "Doe", "Vorname": "Jane"], ["first_name": "Jane", "last_name": "Doe"]),
            (["Nombre": "Jane", "Apellidos": "Doe"], ["first_name": "Jane", "last_name": "Doe"]),
            (["Name": "Jane Doe"], ["first_name": "Jane", "last_name": "Doe"]),
        ] as [(JSON, JSON)])
    func `has its meaning from its neighbours`(document: JSON, person: JSON) {
        let read = Self.labelled.applied(to: document).document
        #expect(read["person"]?["first_name"] == person["first_name"])
        #expect(read["person"]?["last_name"] == person["last_name"])
        #expect(read["custom"] == nil)
    }

    private static let labelled: FieldMapping = {
        var mapping = FieldMapping()
        mapping.others = .labels
        mapping.without = ["_wp*", "key"]
        return mapping
    }()

    @Test(
        arguments: [
            // Whatever cannot be placed is kept under its own name.
            (["Firma": "Acme", "key": "secret", "_wpnonce": "1"], ["custom": ["Firma": "Acme"]]),
            (
                ["E-Mail": "a@example.com", "Email": "b@example.com"],
                ["person": ["email": "a@example.com"], "custom": ["Email": "b@example.com"]]
            ),
            (["E-Mail": "a@example.com", "email": "a@example.com"], ["person": ["email": "a@example.com"]]),
            (["Name": "Acme GmbH"], ["custom": ["Name": "Acme GmbH"]]),
            (
                ["Vorname": "J", "Nachname": "D", "Name": "jd"],
                ["person": ["first_name": "J", "last_name": "D"], "custom": ["Name": "jd"]]
            ),
            (["Topics": ["a", "b"], "": "x"], ["custom": ["Topics": "a, b"]]),
            (["a\u{0}b\r\nc\u{2028}": "x", "\u{1B}": "y"], ["custom": ["a b  c": "x"]]),
            (["h-captcha-response": "token", "honeypot": ""], [:]),
        ] as [(JSON, JSON)])
    func `keeps the rest`(document: JSON, read: JSON) { #expect(Self.labelled.applied(to: document).document == read) }

    @Test func `cuts long names, and keeps those apart that begin alike`() throws {
        let long = String(repeating: "Ich willige ein, dass meine Angaben ", count: 3)
        let read = Self.labelled.applied(to: .object([.init(long + "1", "yes"), .init(long + "2\nund", "no")]))
        let custom = try #require(read.document["custom"]?.object)
        #expect(custom.map(\.value) == ["yes", "no"])
        #expect(custom.allSatisfy { $0.name.unicodeScalars.count <= 64 && !$0.name.contains("\n") })
        #expect(Set(custom.map(\.name)).count == 2)
    }

    @Test func `keeps no more than custom can hold`() throws {
        let many = (1...60).map { JSON.Member("q\($0)", "a") }
        let read = Self.labelled.applied(to: .object(many))
        #expect(read.document["custom"]?.object?.count == 50)
        #expect(read.lines.contains("mapping: only 50 fields are kept in custom"))
    }
}

import Domain
import TestSupport

/// Leads as nobody would write them: any field may be there, and say anything.
struct EventGenerator {
    var dice: SeededGenerator

    init(seed: UInt64) { dice = SeededGenerator(seed: seed) }

    private static let scraps = [
        "a", "Jane", "O'Brien", "\"", "\\", "\\u0022", "{", "}", "[", ",", ":", "null", "1e5", "-", "\u{0}", "\u{1}",
        "\n",
        "\r\n", "\t", "\u{7F}", "\u{2028}", "é", "Ü", "王", "😀", "\u{200E}", "@", "%40", "%", "+49", "00", " ", "<", "&",
        "'", "/", ".", "0", "007", "\u{FEFF}", "\u{FFFD}",
    ]

    mutating func text() -> String {
        (0...Int.random(in: 0...6, using: &dice)).map { _ in Self.scraps.randomElement(using: &dice) ?? "" }.joined()
    }

    private mutating func maybe(_ usual: String) -> String? {
        switch Int.random(in: 0...3, using: &dice) {
        case 0: nil
        case 1: text()
        default: usual
        }
    }

    private static let numbers = [
        "0", "25.50", "1e-7", "33.333333333333336", "1E400", "-5", "007", "1.", ".5", "0x10", "", "NaN", "1,5", "1e",
        "--1",
        "1 ", "\"", "1}", "99999999999999999999",
    ]

    mutating func event() -> LeadEvent {
        let moments: [Duration] = [.zero, .minutes(5), .days(6), .days(60), .days(89), .days(400)]
        var event = LeadEvent(
            event: Bool.random(using: &dice) ? "lead" : maybe("sale") ?? "lost",
            occurredAt: .start - (moments.prefix(4).randomElement(using: &dice) ?? .zero))
        event.restates = Int.random(in: 0...9, using: &dice) == 0
        event.value =
            Bool.random(using: &dice)
            ? LeadEvent.Decimal(text: Self.numbers.randomElement(using: &dice) ?? "") : nil
        event.currency = maybe("EUR")
        event.click.gclid = maybe("TeSter-123")
        event.click.gbraid = maybe("0AAAA")
        event.click.wbraid = maybe("Cj8K")
        event.click.fbclid = maybe("IwAR_x-Y")
        event.click.fbc = maybe("fb.1.1790000000000.IwAR_x-Y")
        event.click.fbp = maybe("fb.1.1790000000000.1098765432")
        event.click.metaLeadID =
            ["123456789012345", "012345678901234", "000000000000000", "1e5", "-1", text(), nil]
            .randomElement(using: &dice) ?? nil
        event.click.googleLeadID = maybe("lead-7")
        event.click.gadSource = maybe("1")
        event.click.gadCampaignID = maybe("2345")
        event.click.landedAt = .start - (moments.randomElement(using: &dice) ?? .zero)
        event.person.email = maybe("jane.doe@example.com")
        event.person.phone = maybe("+4915123456789")
        event.person.firstName = maybe("Jane")
        event.person.lastName = maybe("Doe")
        event.person.city = maybe("Berlin")
        event.person.region = maybe("BE")
        event.person.postalCode = maybe("10115")
        event.person.country = maybe("DE")
        event.person.externalID = maybe("CRM-1")
        event.page.url = maybe("https://www.acme.example/kitchen?utm_source=fb&email=jane.doe%40example.com#a")
        event.page.referrer = maybe("https://www.facebook.com/")
        event.client.ip = maybe("203.0.113.7")
        event.client.userAgent = maybe("Mozilla/5.0")
        event.consent.adUserData = [.granted, .denied, nil].randomElement(using: &dice) ?? nil
        event.consent.adPersonalization = [.granted, .denied, nil].randomElement(using: &dice) ?? nil
        event.custom = (0..<3).map { JSON.Member("field\($0)", .string(text())) }
        return event
    }
}

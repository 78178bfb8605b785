import Domain
import TestSupport
import Testing

@Suite struct `What a new lead means for a destination` {
    static let google = Destination(
        name: "google",
        platform: .googleAds(
            Destination.GoogleAds(
                account: "1234567890", conversionActions: ["lead": "111", "sale": "222"],
                credential: Destination.Credential(
                    clientID: "c", clientSecret: Secret("s"), refreshToken: Secret("r")))))
    static let meta = Destination(
        name: "meta", platform: .metaAds(Destination.MetaAds(pixel: "42", accessToken: Secret("t"))))

    static let webhook = Destination(
        name: "crm", platform: .webhook(Destination.Webhook(url: "https://crm.example", secrets: [])))

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var destination: Destination
        var event: LeadEvent
        var dimension = Dimension(source: "site", client: "acme", group: "north")
        var country: String?
        var now: Instant = .start
        var decision: Route.Decision
        var testDescription: String { name }

        init(
            _ name: String, _ destination: Destination, _ decision: Route.Decision, now: Instant = .start,
            country: String? = nil, configure: (inout Destination) -> Void = { _ in },
            _ change: (inout LeadEvent) -> Void
        ) {
            self.name = name
            self.destination = destination
            configure(&self.destination)
            event = LeadEvent(event: "lead", occurredAt: .start - .minutes(1))
            change(&event)
            self.now = now
            self.country = country
            self.decision = decision
        }
    }

    private static let metaEnd = Instant.start - .minutes(1) + .days(7) - .minutes(10)
    private static let googleEnd = Instant.start - .minutes(1) + .days(63) - .hours(1)

    private static let webhookEnd = Instant.start + .days(30)

    static let cases: [Case] = [
        Case("nothing to recognise anybody by, for a webhook", webhook, .open(notBefore: .start, expires: webhookEnd)) {
            _ in
        },
        Case("a denial, for a webhook", webhook, .open(notBefore: .start, expires: webhookEnd)) {
            $0.consent.adUserData = .denied
        },
        Case("an old event, for a webhook", webhook, .open(notBefore: .start, expires: webhookEnd)) {
            $0.occurredAt = .start - .days(89)
        },
        Case("a test, for a webhook", webhook, .skip(.test)) { $0.isTest = true },
        Case("another client's, for a webhook", webhook, .skip(.filtered), configure: { $0.client = "other" }) { _ in },
        Case("an e-mail for Google", google, .open(notBefore: .start, expires: googleEnd)) {
            $0.person.email = "a@b.de"
        },
        Case("an e-mail for Meta", meta, .open(notBefore: .start, expires: metaEnd)) { $0.person.email = "a@b.de" },
        Case("a test", meta, .skip(.test)) {
            $0.person.email = "a@b.de"
            $0.isTest = true
        },
        Case("another client's", meta, .skip(.filtered), configure: { $0.client = "other" }) {
            $0.person.email = "a@b.de"
        },
        Case("another group's", meta, .skip(.filtered), configure: { $0.groups = ["south", "west"] }) {
            $0.person.email = "a@b.de"
        },
        Case("another source's", meta, .skip(.filtered), configure: { $0.sources = ["shop"] }) {
            $0.person.email = "a@b.de"
        },
        Case(
            "what the filters name", meta, .open(notBefore: .start, expires: metaEnd),
            configure: {
                $0.client = "acme"
                $0.groups = ["north"]
                $0.sources = ["site"]
            }
        ) { $0.person.email = "a@b.de" },
        Case("an event without a conversion action", google, .skip(.notMapped)) {
            $0.person.email = "a@b.de"
            $0.event = "qualified"
        },
        Case("an event that only the asterisk names", meta, .open(notBefore: .start, expires: metaEnd)) {
            $0.person.email = "a@b.de"
            $0.event = "qualified"
        },
        Case("consent denied", meta, .skip(.consentDenied)) {
            $0.person.email = "a@b.de"
            $0.consent.adUserData = .denied
        },
        Case("consent not asked for", meta, .skip(.consentUnspecified), configure: { $0.consent.unspecified = .skip }) {
            $0.person.email = "a@b.de"
        },
        Case(
            "consent denied, a click id, and a policy that sends without identifiers", google,
            .open(notBefore: .start + .hours(5), expires: .start - .hours(1) + .days(90) - .hours(1)),
            configure: { $0.consent.denied = .sendWithoutIdentifiers }
        ) {
            $0.person.email = "a@b.de"
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .hours(1)
            $0.consent.adUserData = .denied
        },
        Case(
            "consent denied, and nothing left without identifiers", google, .skip(.noIdentifier),
            configure: { $0.consent.denied = .sendWithoutIdentifiers }
        ) {
            $0.person.email = "a@b.de"
            $0.consent.adUserData = .denied
        },
        Case("nobody", google, .skip(.noIdentifier)) { $0.person.firstName = "Ann" },
        Case("a place only", meta, .skip(.noIdentifier)) { $0.person.country = "DE" },
        Case("something that is no e-mail address", google, .skip(.noIdentifier)) { $0.person.email = "ann" },
        Case("a national phone number of an unknown country", google, .skip(.noIdentifier)) {
            $0.person.phone = "020 7946 0958"
        },
        Case(
            "a national phone number with the source's country", google, .open(notBefore: .start, expires: googleEnd),
            country: "GB"
        ) { $0.person.phone = "020 7946 0958" },
        Case("address and browser for Meta", meta, .open(notBefore: .start, expires: metaEnd)) {
            $0.client.ip = "203.0.113.7"
            $0.client.userAgent = "Mozilla/5.0"
        },
        Case("a malformed fbclid only", meta, .skip(.noIdentifier)) { $0.click.fbclid = "a b" },
        Case(
            "a young click waits six hours", google,
            .open(notBefore: .start + .hours(4), expires: .start - .hours(2) + .days(90) - .hours(1))
        ) {
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .hours(2)
        },
        Case(
            "a young click of a sandbox does not wait", google,
            .open(notBefore: .start, expires: .start - .hours(2) + .days(90) - .hours(1)),
            configure: {
                guard case .googleAds(var platform) = $0.platform else { return }
                platform.clickAge = .zero
                $0.platform = .googleAds(platform)
            }
        ) {
            $0.click.wbraid = "W"
            $0.click.landedAt = .start - .hours(2)
        },
        Case(
            "a click without a landing time counts from the event", google,
            .open(
                notBefore: .start - .minutes(1) + .hours(6), expires: .start - .minutes(1) + .days(90) - .hours(1))
        ) { $0.click.gbraid = "B" },
        Case("an old click", google, .skip(.tooOld)) {
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .days(91)
        },
        Case("an event of last week for Meta", meta, .skip(.tooOld)) {
            $0.person.email = "a@b.de"
            $0.occurredAt = .start - .days(7) + .minutes(5)
        },
        Case(
            "an event of last week for Google", google,
            .open(notBefore: .start, expires: .start - .days(7) + .days(63) - .hours(1))
        ) {
            $0.person.email = "a@b.de"
            $0.occurredAt = .start - .days(7)
        },
    ]

    @Test(arguments: cases) func `is decided by the table`(_ test: Case) {
        let decision = test.destination.decision(
            on: test.event, dimension: test.dimension, country: test.country, now: test.now)
        #expect(decision == test.decision)
    }
}

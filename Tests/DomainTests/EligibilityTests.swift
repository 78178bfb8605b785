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

    static let upload = Destination(
        name: "upload",
        platform: .googleAds(
            Destination.GoogleAds(
                account: "1234567890", conversionActions: ["lead": "111", "sale": "222"],
                credential: Destination.Credential(
                    clientID: "c", clientSecret: Secret("s"), refreshToken: Secret("r")),
                transport: .clickConversionUpload(version: "v26"))))

    static let webhook = Destination(
        name: "crm", platform: .webhook(Destination.Webhook(url: "https://crm.example", secrets: [])))

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var destination: Destination
        var event: LeadEvent
        var dimension = Dimension(source: "site", client: "acme", group: "north")
        var country: String?
        var kind: Source.Kind
        var now: Instant = .start
        var decision: Route.Decision
        var testDescription: String { name }

        init(
            _ name: String, _ destination: Destination, _ decision: Route.Decision, now: Instant = .start,
            country: String? = nil, kind: Source.Kind = .web, configure: (inout Destination) -> Void = { _ in },
            _ change: (inout LeadEvent) -> Void
        ) {
            self.name = name
            self.destination = destination
            configure(&self.destination)
            event = LeadEvent(event: "lead", occurredAt: .start - .minutes(1))
            change(&event)
            self.now = now
            self.country = country
            self.kind = kind
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
        Case(
            "an event that only the asterisk names", meta, .open(notBefore: .start, expires: metaEnd),
            configure: { $0.name(events: ["lead": "Lead", "*": "Other"]) }
        ) {
            $0.person.email = "a@b.de"
            $0.event = "qualified"
        },
        Case("an event of a page that nobody named", meta, .skip(.notMapped)) {
            $0.person.email = "a@b.de"
            $0.event = "lost"
        },
        Case("a stage of a lead from one of Meta's forms", meta, .open(notBefore: .start, expires: metaEnd)) {
            $0.click.metaLeadID = "123456789012345"
            $0.event = "lost"
        },
        Case("a stage that a CRM tells", meta, .open(notBefore: .start, expires: metaEnd), kind: .crm) {
            $0.person.email = "a@b.de"
            $0.event = "lost"
        },
        Case("a stage without a conversion action, told by a CRM", google, .skip(.notMapped), kind: .crm) {
            $0.person.email = "a@b.de"
            $0.event = "lost"
        },
        Case("an old click of somebody with an address", google, .open(notBefore: .start, expires: googleEnd)) {
            $0.person.email = "a@b.de"
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .days(91)
        },
        Case(
            "an old click of somebody with a number, for an upload", upload,
            .open(notBefore: .start, expires: googleEnd)
        ) {
            $0.person.phone = "+4915123456789"
            $0.click.gbraid = "G"
            $0.click.landedAt = .start - .days(700)
        },
        Case(
            "an old click, and only the click will do", google, .skip(.tooOld), configure: { $0.required = [.clickID] }
        ) {
            $0.person.email = "a@b.de"
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .days(91)
        },
        Case(
            "an old click, where the address may not be told", google, .skip(.tooOld),
            configure: { $0.consent.unspecified = .sendWithoutIdentifiers }
        ) {
            $0.person.email = "a@b.de"
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .days(91)
        },
        Case(
            "a click that closes before the person does", google, .open(notBefore: .start, expires: googleEnd)
        ) {
            $0.person.email = "a@b.de"
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .days(80)
        },
        Case("an old click and an old event", google, .skip(.tooOld)) {
            $0.person.email = "a@b.de"
            $0.occurredAt = .start - .days(70)
            $0.click.gclid = "G"
            $0.click.landedAt = .start - .days(95)
        },
        Case("an old click of Meta's alone", meta, .skip(.tooOld)) {
            $0.click.fbclid = "F"
            $0.click.landedAt = .start - .days(91)
        },
        Case("an old cookie of Meta's alone", meta, .skip(.tooOld)) {
            $0.click.fbc = "fb.1.\((Instant.start - .days(91)).milliseconds).F"
        },
        Case("an old click of Meta's and an address", meta, .open(notBefore: .start, expires: metaEnd)) {
            $0.click.fbclid = "F"
            $0.click.landedAt = .start - .days(91)
            $0.person.email = "a@b.de"
        },
        Case("a lead id that is nothing but zeros", meta, .skip(.noIdentifier)) {
            $0.click.metaLeadID = "000000000000000"
        },
        Case(
            "a lead of one of Google's forms", google,
            .open(notBefore: .start - .minutes(1) + .hours(6), expires: .start - .minutes(1) + .days(90) - .hours(1))
        ) { $0.click.googleLeadID = "lead-1" },
        Case("a lead of one of Google's forms, for an upload", upload, .skip(.noIdentifier)) {
            $0.click.googleLeadID = "lead-1"
        },
        Case(
            "what is left of a click", google,
            .open(notBefore: .start - .minutes(1) + .hours(6), expires: .start - .minutes(1) + .days(90) - .hours(1))
        ) {
            $0.click.gadSource = "1"
            $0.click.gadCampaignID = "23"
        },
        Case("a campaign alone", google, .skip(.noIdentifier)) { $0.click.gadCampaignID = "23" },
        Case("a postal address for Google", google, .open(notBefore: .start, expires: googleEnd)) { $0.addPlace() },
        Case("a postal address for an upload", upload, .skip(.noIdentifier)) { $0.addPlace() },
        Case("a postal address for Meta", meta, .open(notBefore: .start, expires: metaEnd)) { $0.addPlace() },
        Case("a name without a place for Meta", meta, .skip(.noIdentifier)) {
            $0.person.firstName = "Ann"
            $0.person.lastName = "Doe"
            $0.person.country = "DE"
        },
        Case("a place without a name for Meta", meta, .skip(.noIdentifier)) {
            $0.addPlace()
            $0.person.lastName = nil
        },
        Case(
            "address and browser for Meta, which may not have the address", meta, .skip(.noIdentifier),
            configure: { $0.visitor.ip = false }
        ) {
            $0.client.ip = "203.0.113.7"
            $0.client.userAgent = "Mozilla/5.0"
        },
        Case("a private address and a browser for Meta", meta, .skip(.noIdentifier)) {
            $0.client.ip = "10.1.2.3"
            $0.client.userAgent = "Mozilla/5.0"
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
            on: test.event, dimension: test.dimension, country: test.country, kind: test.kind, now: test.now)
        #expect(decision == test.decision)
    }

    @Test func `is no Lead to Meta unless somebody said so`() {
        for name in ["lost", "disqualified", "spam", "page_view", "sale", "opportunity.won", "callback"] {
            let event = LeadEvent(event: name, occurredAt: .start)
            #expect(Self.meta.platformEvent(for: event, kind: .web) == nil)
            #expect(Self.meta.platformEvent(for: event, kind: .crm) == name)
            var everything = Self.meta
            everything.name(events: ["*": "Lead", "sale": "Purchase"])
            #expect(everything.platformEvent(for: event, kind: .crm) == (name == "sale" ? "Purchase" : name))
        }
        #expect(Self.meta.platformEvent(for: LeadEvent(event: "lead", occurredAt: .start)) == "Lead")
    }
}

extension Destination {
    fileprivate mutating func name(events: [String: String]) {
        guard case .metaAds(var meta) = platform else { return }
        meta.eventNames = events
        platform = .metaAds(meta)
    }
}

extension LeadEvent {
    fileprivate mutating func addPlace() {
        person.firstName = "Ann"
        person.lastName = "Doe"
        person.postalCode = "80331"
        person.country = "DE"
    }
}

@Suite struct `What of a visitor's device leaves` {
    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7" as String?), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("10.1.2.3", nil), ("127.0.0.1", nil), ("192.168.1.1", nil), ("::ffff:10.1.2.3", nil), ("fe80::1", nil),
        ("::1", nil), ("fd00::1", nil), ("not one", nil), ("203.0.113.9:443", nil),
    ])
    func `is an address that a visitor can come from`(_ ip: String, _ told: String?) {
        var client = LeadEvent.Client()
        client.ip = ip
        client.userAgent = "Mozilla/5.0"
        #expect(client.told(by: Destination.Visitor()).ip == told)
        var visitor = Destination.Visitor()
        visitor.ip = false
        #expect(client.told(by: visitor).ip == nil && client.told(by: visitor).userAgent != nil)
        visitor.userAgent = false
        #expect(client.told(by: visitor) == LeadEvent.Client())
    }
}

@Suite struct `A version of the Graph API` {
    private static func moment(_ day: String) -> Instant { Instant(rfc3339: day + "T00:00:00Z") ?? .start }

    @Test(arguments: [
        ("v26.0", "2030-01-01", nil as String?), ("v25.0", "2026-11-30", nil),
        ("v21.0", "2026-11-30", "v21.0 of the Graph API ends on 2027-01-21"),
        ("v21.0", "2027-02-01", "v21.0 of the Graph API ended on 2027-01-21"),
        ("v2.0", "2026-11-30", "v2.0 of the Graph API has ended"),
        ("v99.9", "2026-11-30", "v99.9 of the Graph API is not known here, whose newest is v26.0"),
        ("v26.1", "2026-11-30", "v26.1 of the Graph API is not known here, whose newest is v26.0"),
        ("26.0", "2026-11-30", "26.0 of the Graph API is not known here, whose newest is v26.0"),
    ])
    func `is spoken of when it ends`(_ version: String, _ day: String, _ words: String?) {
        #expect(GraphVersion.complaint(version, at: Self.moment(day))?.words == words)
    }
}

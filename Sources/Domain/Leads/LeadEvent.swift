/// A lead as a landing page tells it, after validation: `contracts/lead-event.schema.json` is its description.
///
/// Texts are trimmed, never empty, and otherwise as the sender wrote them: hashing and the platforms' own rules come
/// later.
package struct LeadEvent: Equatable, Sendable {
    /// The sender's id, the same that its browser pixel uses. `nil` if it gave none: the lead's own id takes its place.
    package var eventID: String?
    /// What happened: `lead`, `qualified`, `sale`, or a name of the sender's own.
    package var event: String
    package var occurredAt: Instant
    /// When the sender's own clock stood while it was posting: the difference to the time of receipt is what that clock
    /// is off by.
    package var sentAt: Instant?
    /// A test is kept and shown, but neither counted nor forwarded.
    package var isTest = false
    /// The value replaces the one that an earlier post of the same event and person had.
    package var restates = false
    package var value: Decimal?
    /// ISO 4217, upper case. Present whenever `value` is.
    package var currency: String?
    package var campaignGroup: String?
    package var campaignID: String?
    package var adsetID: String?
    package var adID: String?
    package var click = Click()
    package var person = Person()
    package var page = Page()
    package var client = Client()
    package var consent = Consent()
    /// How the form was filled in, if it says so.
    package var signals: Signals?
    /// The sender's own fields, in its order.
    package var custom: [JSON.Member] = []

    package init(event: String, occurredAt: Instant) {
        self.event = event
        self.occurredAt = occurredAt
    }

    /// What the ad platforms put into the address of the landing page. Byte for byte: case carries meaning.
    package struct Click: Equatable, Sendable {
        package var gclid: String?
        package var gbraid: String?
        package var wbraid: String?
        package var fbclid: String?
        package var fbc: String?
        package var fbp: String?
        /// What Meta calls a lead that came from one of its own forms (Instant Forms), and what a CRM tells it again
        /// later.
        package var metaLeadID: String?
        /// What Google calls a lead from one of its own lead forms (`lead_id`).
        package var googleLeadID: String?
        /// `gad_source` and `gad_campaignid` of the landing page's address: what is left of a click whose id was cut.
        package var gadSource: String?
        package var gadCampaignID: String?
        /// When the visitor landed, which stands for the time of the click.
        package var landedAt: Instant?
        package init() {}
    }

    package struct Person: Equatable, Sendable {
        package var email: String?
        package var phone: String?
        package var firstName: String?
        package var lastName: String?
        package var city: String?
        package var region: String?
        package var postalCode: String?
        /// ISO 3166-1 alpha-2, upper case.
        package var country: String?
        package var externalID: String?
        package init() {}
    }

    package struct Page: Equatable, Sendable {
        package var url: String?
        package var referrer: String?
        package var formID: String?
        package init() {}
    }

    /// The visitor's device, never the relay's or the sending server's.
    package struct Client: Equatable, Sendable {
        package var ip: String?
        package var userAgent: String?
        package init() {}
    }

    package struct Consent: Equatable, Sendable {
        package var adUserData: State?
        package var adPersonalization: State?
        package enum State: String, Sendable, CaseIterable { case granted, denied }
        /// Whether it was asked for and given: what was said only is no consent.
        package var isGiven: Bool {
            (adUserData == .granted || adPersonalization == .granted) && adUserData != .denied
                && adPersonalization != .denied
        }
        package init() {}
    }

    /// A number exactly as it was written, so that 19.90 stays 19.90.
    package struct Decimal: Equatable, Sendable {
        /// A JSON number (RFC 8259 section 6).
        package let text: String
        package init(text: String) { self.text = text }
    }
}

/// The fields of a lead event with their rules, as data. Reading, writing, hints and the flat names all follow this
/// table; `contracts/lead-event.schema.json` says the same to the outside.
enum LeadContract {
    static let fields: [Field] = [
        .text("event_id", \.eventID, .identifier, 64),
        Field("event", .event),
        Field("occurred_at", .occurredAt),
        Field("sent_at", .sentAt),
        Field("test", .test),
        Field("restate", .restate),
        Field("value", .value),
        .text("currency", \.currency, .currency, 16),
        .text("campaign_group", \.campaignGroup, .line, 100),
        .text("campaign_id", \.campaignID, .line, 100),
        .text("adset_id", \.adsetID, .line, 100),
        .text("ad_id", \.adID, .line, 100),
        .object("click", click),
        .object("person", person),
        .object("page", page),
        .object("client", client),
        .object("consent", consent),
        .object("signals", signals),
        Field("custom", .custom),
    ]

    private static let click: [Field] = [
        .text("gclid", \.click.gclid, .googleClickID, 512),
        .text("gbraid", \.click.gbraid, .googleClickID, 512),
        .text("wbraid", \.click.wbraid, .googleClickID, 512),
        .text("fbclid", \.click.fbclid, .metaClickID, 512),
        .text("fbc", \.click.fbc, .metaClickCookie, 640),
        .text("fbp", \.click.fbp, .metaBrowserCookie, 128),
        .text("meta_lead_id", \.click.metaLeadID, .metaLeadID, 17),
        .text("google_lead_id", \.click.googleLeadID, .identifier, 128),
        .text("gad_source", \.click.gadSource, .identifier, 64),
        .text("gad_campaign_id", \.click.gadCampaignID, .identifier, 64),
        Field("landed_at", .landedAt),
    ]

    private static let person: [Field] = [
        .text("email", \.person.email, .email, 254),
        .text("phone", \.person.phone, .phone, 40),
        .text("first_name", \.person.firstName, .line, 100),
        .text("last_name", \.person.lastName, .line, 100),
        .text("city", \.person.city, .line, 100),
        .text("region", \.person.region, .line, 100),
        .text("postal_code", \.person.postalCode, .line, 16),
        .text("country", \.person.country, .country, 16),
        .text("external_id", \.person.externalID, .line, 128),
    ]

    private static let page: [Field] = [
        .text("url", \.page.url, .webAddress, 4096),
        .text("referrer", \.page.referrer, .referrer, 4096),
        .text("form_id", \.page.formID, .line, 128),
    ]

    private static let client: [Field] = [
        .text("ip", \.client.ip, .ipAddress, 45),
        .text("user_agent", \.client.userAgent, .line, maximumUserAgent),
    ]

    private static let consent: [Field] = [
        Field("ad_user_data", .consent(\.consent.adUserData)),
        Field("ad_personalization", .consent(\.consent.adPersonalization)),
    ]

    /// The objects that say who it is about. A lead event has something in one of them, or an event id.
    static let identifying: Set<String> = ["event_id", "click", "person", "custom"]

    /// How the value at a place of the contract is read; `nil` if there is no such place.
    static func kind(at place: JSONPointer) -> Kind? {
        guard let field = fields.first(where: { $0.name == place.names.first }) else { return nil }
        guard place.names.count > 1 else { return field.kind }
        switch field.kind {
        case .custom: return .custom
        case .object(let inner): return inner.first { $0.name == place.names[1] }?.kind
        default: return nil
        }
    }

    static let maximumUserAgent = 1024
    static let maximumEventName = 64
    /// Names in one object, known and unknown.
    static let maximumMembers = 200
    static let maximumCustomFields = 50
    static let maximumCustomName = 64
    static let maximumCustomText = 1000
    /// Digits, signs and points of one number.
    static let maximumNumberLength = 40
    static let maximumValue = 1_000_000_000.0
    /// How far a sender's clock may be ahead. Within this, the time of receipt is taken instead.
    static let maximumSkew: Duration = .hours(24)
    /// Older events are of no use to any platform.
    static let maximumAge: Duration = .days(90)
    /// A landing that is further back is a mistake: no cookie lives that long.
    static let maximumLandingAge: Duration = .days(730)

    /// A name in one of the objects, and how its value is read.
    struct Field: Sendable {
        let name: String
        let kind: Kind

        init(_ name: String, _ kind: Kind) {
            self.name = name
            self.kind = kind
        }

        static func text(_ name: String, _ target: Target<String?>, _ shape: TextShape, _ maximum: Int) -> Field {
            Field(name, .text(target, shape, maximum: maximum))
        }

        static func object(_ name: String, _ fields: [Field]) -> Field { Field(name, .object(fields)) }
    }

    typealias Target<Value> = any WritableKeyPath<LeadEvent, Value> & Sendable

    enum Kind: Sendable {
        case text(Target<String?>, TextShape, maximum: Int)
        case consent(Target<LeadEvent.Consent.State?>)
        case object([Field])
        case event
        case occurredAt
        case landedAt
        case sentAt
        case test
        case restate
        case value
        case custom
        /// Says how the form was filled in; it never stops a lead.
        case signal(Signal)
    }
}

import Curl
import Domain
import Forwarding
import TestSupport

/// Destinations and leads that tests change the one thing of that they are about.
enum Samples {
    static var google: Destination {
        var google = Destination.GoogleAds(
            account: "1234567890", conversionActions: ["lead": "111", "sale": "222"],
            credential: Destination.Credential(
                clientID: "client", clientSecret: Secret("hush"), refreshToken: Secret("refresh+token")))
        google.clickAge = .zero
        google.endpoint = "http://google.test"
        google.credential.tokenEndpoint = "http://oauth.test/token"
        return Destination(name: "google", platform: .googleAds(google))
    }

    /// Google's older interface.
    static var upload: Destination {
        var google = Destination.GoogleAds(
            account: "1234567890", conversionActions: ["lead": "111", "sale": "222"],
            credential: Destination.Credential(
                clientID: "client", clientSecret: Secret("hush"), refreshToken: Secret("refresh+token")),
            transport: .clickConversionUpload(version: "v26"))
        google.clickAge = .zero
        google.loginAccount = "1112223333"
        google.endpoint = "http://upload.test"
        google.credential.tokenEndpoint = "http://oauth.test/token"
        return Destination(name: "upload", platform: .googleAds(google))
    }

    static var meta: Destination {
        var meta = Destination.MetaAds(pixel: "42", accessToken: Secret("EAA-token"))
        meta.appSecret = Secret("hush")
        meta.endpoint = "http://meta.test"
        return Destination(name: "meta", platform: .metaAds(meta))
    }

    /// The bytes 0 to 31.
    static let webhookSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    static var webhook: Destination {
        Destination(
            name: "crm",
            platform: .webhook(
                Destination.Webhook(url: "http://crm.test/leads?from=relay", secrets: [Secret(webhookSecret)])))
    }

    /// Ad platforms: what they are sent is hashed.
    static var destinations: [Destination] { [google, meta] }
    static var all: [Destination] { destinations + [upload, webhook] }

    /// Everything that a form can know.
    static var event: LeadEvent {
        var event = LeadEvent(event: "lead", occurredAt: .start - .minutes(1))
        event.value = LeadEvent.Decimal(text: "25.50")
        event.currency = "EUR"
        event.click.gclid = "TeSter-123"
        event.click.fbclid = "IwAR_x-Y"
        event.click.fbp = "fb.1.1700000000000.1098765432"
        event.click.landedAt = .start - .minutes(5)
        event.person.email = "Jane.Doe@Example.com"
        event.person.phone = "0151 23456789"
        event.person.firstName = "Jane"
        event.person.lastName = "O'Doe"
        event.person.city = "München"
        event.person.region = "Bayern"
        event.person.postalCode = "80331"
        event.person.country = "DE"
        event.person.externalID = "CRM-1"
        event.page.url = "https://www.acme.example/kitchen?utm_source=fb&email=jane%40example.com"
        event.page.referrer = "https://www.facebook.com/"
        event.client.ip = "203.0.113.7"
        event.client.userAgent = "Mozilla/5.0 \"quoted\""
        event.consent.adUserData = .granted
        event.consent.adPersonalization = .granted
        return event
    }

    /// An id as leads have it.
    static let lead = LeadID.first(at: .start)

    static func outgoing(_ id: Int64 = 1, eventID: String? = nil, _ event: LeadEvent = event) -> EncodedLead {
        EncodedLead(lead: LeadID(rawValue: id), eventID: eventID ?? "lead-\(id)", receivedAt: .start, event: event)
    }

    static func json(_ transfer: Transfer) throws -> JSON { try JSON(parsing: transfer.body ?? []) }
}

extension Encoded {
    var fragment: Fragment? { if case .event(let fragment) = self { fragment } else { nil } }
}

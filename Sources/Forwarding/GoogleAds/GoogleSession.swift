import Crypto
import Domain

/// What is left of a click whose id was cut: `session_attributes` (Google Ads Help, "About session_attributes"), a JSON
/// object in base 64 for addresses. Every member is optional.
///
///     gad_source, gad_campaignid     of the landing page's address
///     session_start_time_usec        the landing, in microseconds since 1970, as a text
///     landing_page_url, …_referrer   only where the page is certainly the landing page: it shows the click
///     landing_page_user_agent        the visitor's browser
struct GoogleSession {
    private var members: [JSON.Member] = []

    /// `personal: false`: without the browser and the addresses.
    init(_ outgoing: EncodedLead, _ client: LeadEvent.Client, personal: Bool) {
        let event = outgoing.event
        add("gad_source", event.click.gadSource)
        add("gad_campaignid", event.click.gadCampaignID)
        add("session_start_time_usec", event.click.landedAt.map { String($0.milliseconds * 1000) })
        guard personal else { return }
        if let url = event.page.url, Self.isLanding(url) {
            let words = outgoing.personalWords
            add("landing_page_url", PageAddress.withoutPersonalData(url, of: words))
            add("landing_page_referrer", event.page.referrer.flatMap { PageAddress.withoutPersonalData($0, of: words) })
        }
        add("landing_page_user_agent", client.userAgent)
    }

    private mutating func add(_ name: String, _ value: String?) {
        if let value { members.append(JSON.Member(name, .string(value))) }
    }

    private static func isLanding(_ url: String) -> Bool {
        let bytes = Array(url.utf8)
        guard let question = bytes.firstIndex(of: UInt8(ascii: "?")) else { return false }
        return bytes[question...].split(whereSeparator: { "?&".utf8.contains($0) }).contains { parameter in
            marks.contains { parameter.starts(with: $0) }
        }
    }

    private static let marks = ["gad_source=", "gad_campaignid=", "gclid=", "gbraid=", "wbraid="].map { Array($0.utf8) }

    /// Without `=` at the end, as Google's own script makes it.
    var encoded: String { Base64.url.encode(JSON.object(members).bytes) }
}

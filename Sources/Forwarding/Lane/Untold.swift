import Domain

/// What of a lead a destination is not told although the lead says it, and why: for people who look at a request before
/// it is sent. Asked of the same rules that make the request.
struct Untold {
    private(set) var members: [JSON.Member] = []

    init(_ destination: Destination, _ outgoing: EncodedLead, at now: Instant) {
        let event = outgoing.event
        switch destination.platform {
        case .webhook: return
        case .googleAds: addGoogle(destination, event, at: now)
        case .metaAds:
            if event.click.fbc ?? event.click.fbclid != nil, event.metaClick(at: now) == nil {
                add(
                    "click.fbclid",
                    "not in Meta's form, or older than \(Destination.MetaAds.longestClickAge.inDays) days")
            }
            if let id = event.click.metaLeadID, event.click.metaLeadNumber == nil {
                add("click.meta_lead_id", "\(id.utf8.count) characters that are no number")
            }
            addPages(outgoing)
        }
        let told = event.client.told(by: destination.visitor)
        if event.client.ip != nil, told.ip == nil {
            add("client.ip", destination.visitor.ip ? "a private address" : "switched off by visitor.ip")
        }
        if event.client.userAgent != nil, told.userAgent == nil {
            add("client.user_agent", "switched off by visitor.user_agent")
        }
        if destination.consent.action(for: event.consent) == .sendWithoutIdentifiers {
            add("person", "the consent settings say so")
        }
    }

    private mutating func addGoogle(_ destination: Destination, _ event: LeadEvent, at now: Instant) {
        let click = event.click
        guard !destination.usesClick(of: event, at: now) else { return }
        for (name, value) in [
            ("gclid", click.gclid), ("gbraid", click.gbraid), ("wbraid", click.wbraid),
            ("google_lead_id", click.googleLeadID), ("gad_source", click.gadSource),
            ("gad_campaign_id", click.gadCampaignID),
        ] where value != nil {
            add("click." + name, "older than \(Destination.GoogleAds.longestClickAge.inDays) days")
        }
    }

    private mutating func addPages(_ outgoing: EncodedLead) {
        let words = outgoing.personalWords
        for (name, address) in [("page.url", outgoing.event.page.url), ("page.referrer", outgoing.event.page.referrer)]
        {
            guard let address, PageAddress.withoutPersonalData(address, of: words) != address else { continue }
            add(name, "in parts: what may say something about the person, and what stands after #")
        }
        if let id = outgoing.event.person.externalID, words.isIn(id) {
            add("person.external_id", "only its hash goes: it says something about the person")
        }
    }

    private mutating func add(_ field: String, _ why: String) { members.append(JSON.Member(field, .string(why))) }
}

extension Duration {
    fileprivate var inDays: Int64 { components.seconds / 86_400 }
}

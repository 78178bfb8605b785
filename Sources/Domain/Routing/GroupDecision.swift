extension GroupRule {
    /// The group of a lead: what it says itself, else what the first fitting rule says, else `nil`.
    package static func group(
        of event: LeadEvent, source: String, client: String, rules: [GroupRule]
    ) -> String? {
        event.campaignGroup ?? rules.first { $0.fits(event, source: source, client: client) }?.group
    }

    /// The group of whatever leads an ad brings, as far as its ids alone decide; empty ids are not known.
    package static func group(
        campaign: String, adset: String, ad: String, client: String, rules: [GroupRule]
    ) -> String? {
        rules.first { rule in
            (rule.client == nil || rule.client == client)
                && rule.conditions.allSatisfy { condition in
                    let id: String? =
                        switch condition.field {
                        case .campaignID: campaign
                        case .adsetID: adset
                        case .adID: ad
                        default: nil
                        }
                    guard let id, !id.isEmpty else { return false }
                    return Wildcard.matches(condition.pattern, id)
                }
        }?.group
    }

    private func fits(_ event: LeadEvent, source: String, client: String) -> Bool {
        if let own = self.client, own != client { return false }
        return conditions.allSatisfy { condition in
            condition.field.value(of: event, source: source).map { Wildcard.matches(condition.pattern, $0) } ?? false
        }
    }
}

extension GroupRule.Field {
    /// What the lead shows in this field; `nil` if nothing, which no pattern fits.
    func value(of event: LeadEvent, source: String) -> String? {
        switch self {
        case .campaignID: event.campaignID
        case .adsetID: event.adsetID
        case .adID: event.adID
        case .utmSource, .utmMedium, .utmCampaign, .utmContent, .utmTerm: Self.utm(rawValue, of: event)
        case .page: event.page.url.map { WebAddress.page(of: $0) }
        case .source: source
        }
    }

    /// From the address of the page, else from the form's own hidden field.
    private static func utm(_ name: String, of event: LeadEvent) -> String? {
        event.page.url.flatMap { WebAddress.parameter(name, of: $0) }
            ?? event.custom.first { $0.name == name }?.value.spelling
    }
}

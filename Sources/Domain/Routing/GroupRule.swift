/// Which campaign group a lead belongs to when it does not say so itself. The first rule that fits decides.
package struct GroupRule: Sendable, Equatable {
    package var group: String
    /// Only for leads of this client; `nil` for all.
    package var client: String?
    /// What the lead must show; all of them.
    package var conditions: [Condition]
    /// Where the group's ads lead to.
    package var landingPages: [String] = []

    package init(group: String, client: String? = nil, conditions: [Condition]) {
        self.group = group
        self.client = client
        self.conditions = conditions
    }

    package struct Condition: Sendable, Equatable {
        package var field: Field
        /// `*` stands for any run of characters; letters are compared without case.
        package var pattern: String
        package init(_ field: Field, _ pattern: String) {
            self.field = field
            self.pattern = pattern
        }
    }

    /// `utm…` are read from the query of `page.url`; `page` is that address without query and fragment.
    package enum Field: String, CaseIterable, Sendable {
        case campaignID = "campaign_id"
        case adsetID = "adset_id"
        case adID = "ad_id"
        case utmSource = "utm_source"
        case utmMedium = "utm_medium"
        case utmCampaign = "utm_campaign"
        case utmContent = "utm_content"
        case utmTerm = "utm_term"
        case page
        case source
    }
}

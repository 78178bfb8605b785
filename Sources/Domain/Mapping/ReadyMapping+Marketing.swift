extension ReadyMapping {
    static let marketing = [
        ReadyMapping(
            name: "google_lead_form", sender: "Google Ads lead forms, webhook integration", make: googleLeadForm),
        ReadyMapping(
            name: "hubspot_workflow", sender: "HubSpot workflows, action Send a webhook (POST)", make: hubSpotWorkflow),
        ReadyMapping(name: "mautic", sender: "Mautic webhooks, Form Submit Event", make: mautic),
        ReadyMapping(name: "activecampaign", sender: "ActiveCampaign webhooks of contacts", make: activeCampaign),
        ReadyMapping(name: "mailchimp", sender: "Mailchimp webhooks, subscribes", make: mailchimp),
    ]

    /// `user_column_data` with a `column_id` for each question
    /// (developers.google.com/google-ads/webhook/docs/implementation). The `google_key` is not read. The ids of test
    /// leads are longer than ours may be.
    private static func googleLeadForm(_ clock: DateFormat.WallClock) -> FieldMapping {
        func column(
            _ target: String, _ ids: String..., form: FieldSelector.Form = .asItIs
        ) -> FieldMapping.Rule {
            .element(target, of: "user_column_data", where: "column_id", ids, take: "string_value", form: form)
        }
        var id = FieldSelector(["lead_id"])
        id.form = .ending(64)
        var columns = FieldGroup(JSONPointer(["user_column_data"]))
        columns.names = [JSONPointer(["column_id"]), JSONPointer(["column_name"])]
        columns.values = [JSONPointer(["string_value"])]
        return labelled(
            rules: [
                FieldMapping.Rule("/event_id", .read(id)), .from("/click/google_lead_id", "lead_id"),
                .from("/click/gclid", "gcl_id"), .from("/test", "is_test"), .from("/campaign_id", "campaign_id"),
                .from("/adset_id", "adgroup_id"), .from("/ad_id", "creative_id"), .from("/page/form_id", "form_id"),
                column("/person/email", "EMAIL"), column("/person/email", "WORK_EMAIL"),
                column("/person/phone", "PHONE_NUMBER"), column("/person/phone", "WORK_PHONE"),
                column("/person/first_name", "FIRST_NAME"), column("/person/last_name", "LAST_NAME"),
                column("/person/first_name", "FULL_NAME", form: .name(.first)),
                column("/person/last_name", "FULL_NAME", form: .name(.last)),
                column("/person/city", "CITY"), column("/person/region", "REGION"),
                column("/person/postal_code", "POSTAL_CODE"), column("/person/country", "COUNTRY"),
            ],
            groups: [columns])
    }

    /// The contact as HubSpot's contacts API v1 shows it: `properties.email.value`. What HubSpot counts itself is left
    /// out.
    private static func hubSpotWorkflow(_ clock: DateFormat.WallClock) -> FieldMapping {
        func property(_ target: String, _ names: String...) -> FieldMapping.Rule {
            FieldMapping.Rule(target, .field(names.map { "/properties/\($0)/value" }))
        }
        var properties = FieldGroup(JSONPointer(["properties"]))
        properties.values = [JSONPointer(["value"])]
        return labelled(
            rules: [
                // Of one contact several events may be told; a repeat of the same request has the same form submission.
                .joined("/event_id", ["vid", "/form-submissions/0/conversion-id"], with: "-"),
                .from("/person/external_id", "vid"), property("/person/email", "email"),
                property("/person/phone", "phone", "mobilephone"), property("/person/first_name", "firstname"),
                property("/person/last_name", "lastname"), property("/person/city", "city"),
                property("/person/region", "state"), property("/person/postal_code", "zip"),
                property("/person/country", "country"), property("/click/gclid", "hs_google_click_id"),
                property("/click/fbclid", "hs_facebook_click_id"),
                .from("/page/url", "/form-submissions/0/page-url"),
                .from("/page/form_id", "/form-submissions/0/form-id"),
            ]
                + FieldMapping.Rule.clickIDs(
                    in: "/form-submissions/0/page-url", "/properties/hs_analytics_first_url/value"),
            groups: [properties],
            without: [
                "hs_*", "num_*", "createdate", "lastmodifieddate", "first_conversion_*", "recent_conversion_*",
                "first_deal_*", "recent_deal_*", "days_to_close", "hubspot_*", "currentlyinworkflow", "ip_*",
                "associatedcompany*", "notes_*", "lifecyclestage_*",
            ])
    }

    /// `mautic.form_on_submit` lists submissions, several in one post when they are queued (mautic#834). The contact is
    /// that of the moment before Mautic has merged it with an older one (mautic#11745); the answers in `results` are
    /// what was typed.
    private static func mautic(_ clock: DateFormat.WallClock) -> FieldMapping {
        let submission = "/mautic.form_on_submit/*/submission"
        func core(_ target: String, _ names: String...) -> FieldMapping.Rule {
            FieldMapping.Rule(target, .field(names.map { "\(submission)/lead/fields/core/\($0)/value" }))
        }
        var mapping = labelled(
            rules: [
                .from("/event_id", submission + "/id"), .from("/occurred_at", submission + "/dateSubmitted"),
                .from("/page/form_id", submission + "/form/id"), .from("/page/url", submission + "/referer"),
                .from("/client/ip", submission + "/ipAddress/ip", submission + "/ipAddress"),
                .from("/person/external_id", submission + "/lead/id"),
                .from("/person/email", submission + "/results/email"), core("/person/email", "email"),
                .from("/person/phone", submission + "/results/phone", submission + "/results/mobile"),
                core("/person/phone", "mobile", "phone"),
                .from("/person/first_name", submission + "/results/firstname"), core("/person/first_name", "firstname"),
                .from("/person/last_name", submission + "/results/lastname"), core("/person/last_name", "lastname"),
                core("/person/city", "city"), core("/person/postal_code", "zipcode"),
                core("/person/country", "country"), core("/click/gclid", "gclid"),
            ] + FieldMapping.Rule.clickIDs(in: submission + "/referer"),
            groups: [FieldGroup(JSONPointer(["mautic.form_on_submit", "*", "submission", "results"]))])
        mapping.each = JSONPointer(["mautic.form_on_submit", "*"])
        return mapping
    }

    /// `contact[email]` and more (developers.activecampaign.com/page/webhooks). They are sent at least once and have no
    /// id of their own.
    private static func activeCampaign(_ clock: DateFormat.WallClock) -> FieldMapping {
        var mapping = labelled(
            rules: [
                .joined("/event_id", ["/contact/id", "date_time"], with: "-"), .from("/occurred_at", "date_time"),
                .from("/person/external_id", "/contact/id"), .from("/person/email", "/contact/email"),
                .from("/person/phone", "/contact/phone"), .from("/person/first_name", "/contact/first_name"),
                .from("/person/last_name", "/contact/last_name"), .from("/client/ip", "/contact/ip"),
                .from("/custom/tags", "/contact/tags"),
            ],
            groups: [FieldGroup(JSONPointer(["contact", "fields"]))])
        mapping.isBracketed = true
        return mapping
    }

    /// `data[merges][EMAIL]` and more (mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks).
    /// `fired_at` is UTC.
    private static func mailchimp(_ clock: DateFormat.WallClock) -> FieldMapping {
        var mapping = labelled(
            rules: [
                .from("/event_id", "/data/id"),
                FieldMapping.Rule("/occurred_at", .date(["fired_at"], .pattern(.known("yyyy-MM-dd HH:mm:ss"), .utc))),
                .from("/person/email", "/data/merges/EMAIL", "/data/email"),
                .from("/person/first_name", "/data/merges/FNAME"), .from("/person/last_name", "/data/merges/LNAME"),
                .from("/person/phone", "/data/merges/PHONE"), .from("/client/ip", "/data/ip_signup", "/data/ip_opt"),
                .from("/page/form_id", "/data/list_id"),
            ],
            groups: [FieldGroup(JSONPointer(["data", "merges"]))])
        mapping.isBracketed = true
        return mapping
    }
}

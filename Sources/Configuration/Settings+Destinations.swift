import Domain

// Where leads go.
extension Settings {
    static let destinations: [Setting] = [
        Setting("destinations", .named, .absent, "Where leads go. One that is down or paused delays no other."),
        Setting(
            "destinations.*.platform", .choice(["google_ads", "meta_ads", "webhook"]), .required, "What it is."),
        Setting("destinations.*.client", .text, .absent, "Only leads of this client. Without it, of all."),
        Setting("destinations.*.groups", .texts, [], "Only leads of these campaign groups. Without it, of all."),
        Setting("destinations.*.sources", .texts, [], "Only leads of these sources. Without it, of all."),
        Setting("destinations.*.consent", .object, .absent, "What the person's consent to advertising means."),
        Setting(
            "destinations.*.consent.granted", .choice(of: Destination.ConsentPolicy.Action.self), "send",
            "For whoever has agreed."),
        Setting(
            "destinations.*.consent.denied", .choice(of: Destination.ConsentPolicy.Action.self),
            .depends("\"skip\"; of a webhook \"send\""), "For whoever has refused."),
        Setting(
            "destinations.*.consent.unspecified", .choice(of: Destination.ConsentPolicy.Action.self), "send",
            "For whoever was not asked."),
        Setting(
            "destinations.*.values", .table(.either([.word("as_sent"), .word("none"), .object])), .absent,
            "What a lead is worth, by event: as it was sent, nothing, a fixed amount, or a part."),
        Setting(
            "destinations.*.values.*.times", .number(above: 0, atMost: 1000), .absent,
            "A factor for the value that was sent."),
        Setting("destinations.*.values.*.fixed", .number(above: 0, atMost: 1e9), .absent, "A fixed value."),
        Setting(
            "destinations.*.values.*.currency", .text, .absent, "Its currency, ISO 4217, for example \"EUR\".",
            only: "fixed"),
        Setting(
            "destinations.*.require", .choices(of: Destination.Identifier.self), [],
            "Only leads that have all of these."),
        Setting("destinations.*.pace", .object, .absent, "How fast it may go."),
        Setting(
            "destinations.*.pace.concurrency", .whole(from: 1, to: 64), 4, "Requests under way at once."),
        Setting(
            "destinations.*.pace.events_per_second", .number(above: 0, atMost: 1e6), .absent,
            "Events a second. Without it there is no limit."),
        Setting(
            "destinations.*.pace.batch", .whole(from: 1, to: 2000), .depends("what is usual at the platform"),
            "Events in one request: at most 2000 for Google, 1000 for Meta, 1 for a webhook."),
        Setting(
            "destinations.*.pace.linger", .duration(from: .zero, to: .seconds(60)), "20ms",
            "How long the first event of a request waits for company."),
        Setting(
            "destinations.*.pace.connect_timeout", .duration(from: .milliseconds(100), to: .minutes(2)), "10s",
            "How long a connection may take."),
        Setting(
            "destinations.*.pace.total_timeout", .duration(from: .milliseconds(100), to: .minutes(10)), "60s",
            "How long a request may take, all in all."),
        Setting(
            "destinations.*.visitor", .object, .absent, "What an ad platform is told of the visitor's device.",
            only: "platform: \"google_ads\" or \"meta_ads\""),
        Setting("destinations.*.visitor.ip", .flag, true, "Whether it is told the visitor's IP address."),
        Setting("destinations.*.visitor.user_agent", .flag, true, "Whether it is told the visitor's browser."),
        Setting(
            "destinations.*.proxy", .either([.text, .object]), .absent,
            "A proxy on the way there: its address, or an object for one that asks for a login."),
        Setting("destinations.*.proxy.url", .text, .required, "The proxy's address."),
        Setting("destinations.*.proxy.user", .text, .absent, "The login's name."),
        Setting("destinations.*.proxy.password", .secret, .absent, "The login's password.", only: "user"),
        Setting(
            "destinations.*.ca", .text, .absent, "A PEM file with certificates to trust instead of the system's."),
        Setting("destinations.*.client_certificate", .object, .absent, "A certificate of the relay's own."),
        Setting("destinations.*.client_certificate.certificate", .text, .required, "Its PEM file."),
        Setting("destinations.*.client_certificate.key", .secret, .required, "Its private key, in PEM."),
    ]

    private static let google = "platform: \"google_ads\""
    private static let meta = "platform: \"meta_ads\""
    private static let own = "platform: \"webhook\""

    static let googleAds: [Setting] = [
        Setting(
            "destinations.*.account", .text, .required, "The ten digits of the customer id, with or without dashes.",
            only: google),
        Setting(
            "destinations.*.login_account", .text, .absent,
            "The manager account, if the credential is a user of that only.", only: google),
        Setting(
            "destinations.*.conversion_actions", .table(.text), .required,
            "The number of the conversion action for each event; \"*\" for all others.", only: google),
        Setting(
            "destinations.*.custom_variables", .table(.text), .absent,
            "Custom variables of the account, each with the field of the event's custom that fills it.", only: google),
        Setting(
            "destinations.*.transport", .choice(["data_manager", "upload_click_conversions"]), "data_manager",
            "\"upload_click_conversions\" is for accounts that uploaded through the Google Ads API before June 2026.",
            only: google),
        Setting(
            "destinations.*.version", .text, .depends("the newest that is known"),
            "The version of Meta's Graph API, or of the Google Ads API for an upload.",
            only: "platform: \"meta_ads\" or transport: \"upload_click_conversions\""),
        Setting(
            "destinations.*.click_age", .duration(from: .zero, to: .days(3)), "6h",
            """
            How old a click must be before Google can match it: a lead with a younger one waits. \"0s\" for a \
            sandbox.
            """,
            only: google),
        Setting(
            "destinations.*.confirm_after", .duration(from: .seconds(1), to: .hours(6)), "30m",
            "How long after sending Google is first asked what became of a request.",
            only: "transport: \"data_manager\""),
        Setting(
            "destinations.*.endpoint", .text, .depends("the platform's own"),
            "Where the platform answers, for sandboxes.", only: "platform: \"google_ads\" or \"meta_ads\""),
        Setting(
            "destinations.*.credential", .object, .required,
            "What access tokens are asked for with: client_id, client_secret and refresh_token, or service_account.",
            only: google),
        Setting("destinations.*.credential.client_id", .text, .absent, "The id of the OAuth client."),
        Setting("destinations.*.credential.client_secret", .secret, .absent, "The secret of the OAuth client."),
        Setting(
            "destinations.*.credential.refresh_token", .secret, .absent, "What a person granted to that client."),
        Setting(
            "destinations.*.credential.service_account", .secret, .absent,
            "The JSON key file of a service account that is a user of the account."),
        Setting(
            "destinations.*.credential.token_endpoint", .text, .depends("Google's"),
            "Where tokens are asked for; for sandboxes."),
        Setting(
            "destinations.*.credential.project", .text, .depends("the client's or the account's own"),
            "The Cloud project whose quota is used, where the credential does not show it."),
        Setting(
            "destinations.*.credential.quota", .object, .absent,
            "What Google has granted the project; the relay keeps to it."),
        Setting(
            "destinations.*.credential.quota.sending", .object,
            .depends("300 a minute, 100000 a day; 15000 a day for uploads"), "Requests that send."),
        Setting(
            "destinations.*.credential.quota.sending.per_minute", .whole(from: 1, to: 1_000_000), .required,
            "Requests a minute."),
        Setting(
            "destinations.*.credential.quota.sending.per_day", .whole(from: 1, to: 1_000_000_000), .required,
            "Requests a day."),
        Setting(
            "destinations.*.credential.quota.asking", .object, .depends("300 a minute, 50000 a day"),
            "Requests that ask what became of others."),
        Setting(
            "destinations.*.credential.quota.asking.per_minute", .whole(from: 1, to: 1_000_000), .required,
            "Requests a minute."),
        Setting(
            "destinations.*.credential.quota.asking.per_day", .whole(from: 1, to: 1_000_000_000), .required,
            "Requests a day."),
    ]

    static let metaAds: [Setting] = [
        Setting("destinations.*.pixel", .text, .required, "The number of the pixel or dataset.", only: meta),
        Setting("destinations.*.access_token", .secret, .required, "The access token of a system user.", only: meta),
        Setting(
            "destinations.*.app_secret", .secret, .absent,
            "The app's secret; with it every request carries appsecret_proof.",
            only: meta),
        Setting(
            "destinations.*.event_names", .table(.text), .depends("{ lead: \"Lead\" }"),
            "Meta's name for each event; \"*\" for a page's other events.", only: meta),
        Setting(
            "destinations.*.test_event_code", .text, .absent,
            "Shows events on the page Test Events, too. They count like all others.", only: meta),
        Setting(
            "destinations.*.test_event_until", .text, .absent, "When that ends: a moment, as in RFC 3339.",
            only: "test_event_code"),
        Setting(
            "destinations.*.limited_data_use", .object, .absent,
            "Limited Data Use, which some states of the USA ask for.",
            only: meta),
        Setting(
            "destinations.*.limited_data_use.whom", .choice(of: Destination.MetaAds.LimitedDataUse.Whom.self),
            .required,
            "For everybody, or for those who have not agreed to personal advertising."),
        Setting(
            "destinations.*.limited_data_use.country", .whole(from: 0, to: 1), 0,
            "Meta's number of the country: 1 is the USA. 0: Meta finds out."),
        Setting(
            "destinations.*.limited_data_use.state", .whole(from: 0, to: 2000), 0,
            "Meta's number of the state: 1000 is California. 0: Meta finds out."),
        Setting(
            "destinations.*.crm", .text, "LeadRelay",
            "The CRM's name, for events about leads from Meta's own forms.", only: meta),
        Setting(
            "destinations.*.custom_data", .table(.text), .absent,
            "Properties of custom_data, each with the field of the event's custom that fills it.", only: meta),
    ]

    static let webhooks: [Setting] = [
        Setting(
            "destinations.*.url", .text, .required, "Where each lead is posted; see contracts/webhook.md.", only: own),
        Setting(
            "destinations.*.secret", .secret, .required,
            "What requests are signed with: whsec_ and 24 to 64 bytes in base 64.",
            only: own),
        Setting(
            "destinations.*.previous_secret", .secret, .absent, "The old one, while it is being changed.", only: own),
        Setting("destinations.*.events", .texts, [], "Only these events. Without it, all.", only: own),
        Setting(
            "destinations.*.preflight", .flag, false, "Whether it takes test messages, which are about nobody.",
            only: own),
    ]
}

import Crypto
import Domain
import Forwarding

extension Destination {
    /// Reads one member of `destinations`. In one piece: one setting after the other, and what goes together only when
    /// all of them are known.
    init?(
        reading section: Section, name: String, clients: [Configuration.Client], sources: [String],
        _ secrets: SecretReader
    ) {
        enum PlatformName: String, CaseIterable {
            case googleAds = "google_ads"
            case metaAds = "meta_ads"
            case webhook
        }
        guard section.require("platform", "\"google_ads\", \"meta_ads\" or \"webhook\""),
            let platformName = section.choice("platform", PlatformName.self)
        else { return nil }
        let network = Network(reading: section, secrets)
        var platform: Platform? =
            switch platformName {
            case .googleAds: GoogleAds(reading: section, secrets).map(Platform.googleAds)
            case .metaAds: MetaAds(reading: section, secrets).map(Platform.metaAds)
            case .webhook: Webhook(reading: section, secrets).map(Platform.webhook)
            }
        if case .googleAds(var google)? = platform {
            // Who the relay is to the platform is no business of the token endpoint's.
            google.credential.network = network.withoutClientCertificate
            platform = .googleAds(google)
        }
        let visitor = section.section("visitor").map(Visitor.init(reading:))
        if visitor != nil, platformName == .webhook {
            section.mistake(
                "visitor", "is for ad platforms; a webhook is told everything that its consent settings allow")
        }
        let batch =
            switch platformName {
            case .googleAds: 2000
            case .metaAds: 1000
            case .webhook: 1
            }
        let client = section.text("client", Configuration.clientComplaint(clients))
        let groups = section.texts("groups") ?? []
        let from = section.texts("sources") { name in
            if sources.contains(name) { return nil }
            let near = NearestName.hint(name, among: sources)
            return "there is no source \"\(name)\" under sources\(near)"
        }
        var consent = platform?.usualConsent ?? ConsentPolicy()
        if let section = section.section("consent") {
            consent.granted = section.choice("granted", ConsentPolicy.Action.self) ?? consent.granted
            consent.denied = section.choice("denied", ConsentPolicy.Action.self) ?? consent.denied
            consent.unspecified = section.choice("unspecified", ConsentPolicy.Action.self) ?? consent.unspecified
            section.finish()
        }
        let values = section.section("values").map { Self.values(reading: $0) }
        let required = section.texts("require") { name in
            if Identifier(rawValue: name) != nil { return nil }
            let all = Identifier.allCases.map(\.rawValue)
            let near = NearestName.hint(name, among: all)
            return "must be one of \(all.joined(separator: ", "))\(near)"
        }
        let pace = section.section("pace").map { Pace(reading: $0, platform: batch) }
        section.finish()
        guard let platform else { return nil }
        self.init(name: name, platform: platform)
        self.client = client
        self.groups = groups
        self.sources = from ?? []
        self.consent = consent
        self.values = values ?? [:]
        self.required = Set((required ?? []).compactMap(Identifier.init))
        self.pace = pace ?? Pace()
        self.visitor = visitor ?? Visitor()
        self.network = network
    }

    /// Where a platform answers; only tests and proxies need another place than its own.
    static func endpointComplaint(_ text: String) -> String? {
        if let complaint = addressComplaint(text) { return complaint }
        if text.contains("?") { return "must be an address without user, query and fragment" }
        return text.hasSuffix("/") ? "must not end with \"/\"" : nil
    }

    /// An address that we send to. It may have a query.
    static func addressComplaint(_ text: String) -> String? {
        let rest: Substring
        if text.hasPrefix("https://") {
            rest = text.dropFirst(8)
        } else if text.hasPrefix("http://") {
            rest = text.dropFirst(7)
            let loopback = ["127.0.0.1", "localhost", "[::1]"]
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard loopback.contains(where: { authority == $0 || authority.hasPrefix($0 + ":") }) else {
                return "must begin with https://; plain http is for this machine only, because tokens are sent there"
            }
        } else {
            return "must be an address, for example \"https://graph.facebook.com\""
        }
        if rest.isEmpty || rest.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || "@#\\".utf8.contains($0) }) {
            return "must be an address without user, query and fragment"
        }
        return nil
    }

    /// Value rules by the event's name: `"as_sent"`, `"none"`, `{ fixed: 50, currency: "EUR" }`, `{ times: 0.3 }`.
    private static func values(reading entries: Section) -> [String: ValueRule] {
        let forms = "\"as_sent\", \"none\", { fixed: 50, currency: \"EUR\" } or { times: 0.3 }"
        var rules: [String: ValueRule] = [:]
        for name in entries.names {
            if name != name.lowercased() {
                entries.mistake(name, "write event names in lower case, \"\(name.lowercased())\"")
            }
            switch entries.value(name) {
            case .text("as_sent"): rules[name] = .asSent
            case .text("none"): rules[name] = .leftOut
            case .object: rules[name] = entries.section(name).flatMap { rule(reading: $0) }
            default: entries.mistake(name, "must be \(forms)")
            }
        }
        return rules
    }

    private static func rule(reading section: Section) -> ValueRule? {
        defer { section.finish() }
        let factor = section.number("times")
        let fixed = section.number("fixed").flatMap(LeadEvent.Decimal.init(rounding:))
        let currency = section.text("currency") { text in
            text.utf8.count == 3 && text.utf8.allSatisfy { $0 &- 0x41 < 26 }
                ? nil : "must be a currency as ISO 4217 has it, for example \"EUR\""
        }
        switch (section.has("times"), section.has("fixed")) {
        case (true, false):
            if section.has("currency") { section.mistake("currency", "goes with fixed; times keeps the sender's") }
            return factor.map(ValueRule.times)
        case (false, true):
            guard section.require("currency", "\"EUR\"") else { return nil }
            if let fixed, let currency { return .fixed(fixed, currency: currency) }
            return nil
        default:
            section.findings.mistake(section.path, "must hold either times, or fixed and currency")
            return nil
        }
    }

    /// Which of the sender's own fields goes where: `{ branch: "region_code" }`.
    fileprivate static func fields(
        _ section: Section, _ name: String, _ complaint: (String) -> String?
    ) -> [String: String] {
        guard let entries = section.section(name) else { return [:] }
        var fields: [String: String] = [:]
        for entry in entries.names {
            if let complaint = complaint(entry) { entries.mistake(entry, complaint) }
            fields[entry] = entries.requiredText(entry)
        }
        return fields
    }

    /// A table of texts, `{ lead: "Lead", "*": "Lead" }`.
    fileprivate static func table(
        _ section: Section, _ name: String, _ complaint: (String) -> String? = { _ in nil }
    ) -> [String: String]? {
        guard let entries = section.section(name) else { return nil }
        var table: [String: String] = [:]
        for entry in entries.names {
            // Event names are read without regard to case.
            if entry != entry.lowercased() {
                entries.mistake(entry, "write event names in lower case, \"\(entry.lowercased())\"")
            }
            table[entry] = entries.requiredText(entry, complaint)
        }
        if entries.names.isEmpty { section.mistake(name, "is empty") }
        return table
    }
}

extension Destination.Visitor {
    /// `{ ip: false, user_agent: false }`.
    fileprivate init(reading section: Section) {
        self.init()
        ip = section.flag("ip") ?? ip
        userAgent = section.flag("user_agent") ?? userAgent
        section.finish()
    }
}

extension Destination.Pace {
    fileprivate init(reading section: Section, platform most: Int) {
        self.init()
        concurrency = section.whole("concurrency") ?? concurrency
        eventsPerSecond = section.number("events_per_second")
        batch = section.whole("batch", atMost: most)
        linger = section.duration("linger") ?? linger
        connectTimeout = section.duration("connect_timeout") ?? connectTimeout
        totalTimeout = section.duration("total_timeout") ?? totalTimeout
        section.finish()
    }
}

extension Destination.GoogleAds {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        // People copy 123-456-7890 from the platform's pages.
        func account(_ text: String) -> String? {
            let digits = text.filter { $0 != "-" }
            return digits.utf8.count == 10 && Configuration.digitsComplaint(digits) == nil
                ? nil : "must be the ten digits of a customer id, for example \"123-456-7890\""
        }
        let customer = section.requiredText("account", account)?.filter { $0 != "-" }
        let login = section.text("login_account", account)?.filter { $0 != "-" }
        var actions: [String: String]?
        if section.require("conversion_actions", "{ lead: \"987654321\" }") {
            actions = Destination.table(section, "conversion_actions", Configuration.digitsComplaint)
        }
        let credential = Destination.Credential(reading: section, secrets)
        let transport = Transport(reading: section)
        let endpoint = section.text("endpoint", Destination.endpointComplaint)
        let clickAge = section.duration("click_age")
        let confirmAfter = section.duration("confirm_after")
        let variables = Destination.fields(section, "custom_variables") { name in
            if case .dataManager = transport { return nil }
            return Configuration.digitsComplaint(name).map { _ in
                "an upload names a custom variable by its number, the id of the resource; the name will not do"
            }
        }
        guard let customer, let actions, let credential else { return nil }
        self.init(account: customer, conversionActions: actions, credential: credential, transport: transport)
        loginAccount = login
        customVariables = variables
        if let clickAge { self.clickAge = clickAge }
        if let confirmAfter { self.confirmAfter = confirmAfter }
        if let endpoint { self.endpoint = endpoint }
    }
}

extension Destination.GoogleAds.Transport {
    /// `transport`, and the version of the one that has versions.
    fileprivate init(reading section: Section) {
        enum Name: String, CaseIterable {
            case dataManager = "data_manager"
            case clickConversionUpload = "upload_click_conversions"
        }
        let version = section.text("version") { text in
            text.hasPrefix("v") && text.dropFirst().count <= 3
                && Configuration.digitsComplaint(String(text.dropFirst())) == nil
                ? nil : "must be a version of the Google Ads API, for example \"\(Self.newestVersion)\""
        }
        switch section.choice("transport", Name.self) ?? .dataManager {
        case .dataManager:
            self = .dataManager
            if section.has("version") {
                section.mistake("version", "belongs to the transport \"upload_click_conversions\"; the other has none")
            }
        case .clickConversionUpload:
            self = .clickConversionUpload(version: version ?? Self.newestVersion)
            if section.has("confirm_after") {
                section.mistake(
                    "confirm_after", "belongs to the transport \"data_manager\"; an upload is answered at once")
            }
        }
    }
}

extension Destination.MetaAds {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let pixel = section.requiredText("pixel", Configuration.digitsComplaint)
        let token = section.secret("access_token", secrets)
        let appSecret = section.secret("app_secret", secrets, required: false)
        let names = Destination.table(section, "event_names")
        if names?["*"] == "Lead" {
            section.findings.warning(
                section.path("event_names.*"),
                """
                tells Meta of every event as a Lead, lost deals and page views included; name the events that are \
                leads, and leave \"*\" out
                """
            )
        }
        let test = TestEvents(reading: section)
        let limited = section.section("limited_data_use").flatMap(LimitedDataUse.init(reading:))
        let crm = section.text("crm")
        let customData = Destination.fields(section, "custom_data") { name in
            Self.ownProperties.contains(name) ? "is filled by the relay itself; take another name" : nil
        }
        let endpoint = section.text("endpoint", Destination.endpointComplaint)
        let version = section.text("version") { text in
            let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
            return text.hasPrefix("v") && parts.count == 2 && parts.allSatisfy { UInt16($0) != nil }
                ? nil : "must be a version of the Graph API, for example \"v26.0\""
        }
        if let version, let complaint = GraphVersion.complaint(version, at: secrets.now()) {
            section.findings.warning(section.path("version"), "\(complaint.words). \(complaint.remedy)")
        }
        guard let pixel, let token else { return nil }
        self.init(pixel: pixel, accessToken: token)
        self.appSecret = appSecret
        if let names { eventNames = names }
        testEvents = test
        limitedDataUse = limited
        if let crm { self.crm = crm }
        self.customData = customData
        if let endpoint { self.endpoint = endpoint }
        if let version { self.version = version }
    }
}

extension Destination.MetaAds {
    fileprivate static let ownProperties: Set<String> = ["value", "currency", "event_source", "lead_event_source"]
}

extension Destination.MetaAds.TestEvents {
    fileprivate init?(reading section: Section) {
        let code = section.text("test_event_code")
        let until = section.text("test_event_until") { text in
            Instant(rfc3339: text) == nil ? "must be a time such as \"2026-11-25T18:00:00Z\"" : nil
        }
        switch (section.has("test_event_code"), section.has("test_event_until")) {
        case (true, false):
            section.mistake(
                "test_event_code",
                """
                needs test_event_until, a time such as \"2026-11-25T18:00:00Z\": events with the code count like \
                all others, so it must not be forgotten
                """
            )
        case (false, true): section.mistake("test_event_until", "belongs to a test_event_code, and there is none")
        default: break
        }
        guard let code, let until, let moment = Instant(rfc3339: until) else { return nil }
        section.findings.warning(
            section.path("test_event_code"),
            "is sent until \(moment.rfc3339Seconds) and not any more; events with it count like all others")
        self.init(code: code, until: moment)
    }
}

extension Destination.MetaAds.LimitedDataUse {
    /// `{ whom: "everybody" }`, with `country` and `state` if Meta is not to find out itself.
    fileprivate init?(reading section: Section) {
        defer { section.finish() }
        let country = section.whole("country")
        let state = section.whole("state")
        guard section.require("whom", "\"everybody\" or \"unless_granted\""),
            let whom = section.choice("whom", Whom.self)
        else { return nil }
        self.init(whom)
        self.country = country ?? 0
        self.state = state ?? 0
    }
}

extension Destination.Webhook {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let url = section.requiredText("url") { text in
            text.contains("://")
                ? Destination.addressComplaint(text)
                : "must be an address, for example \"https://crm.acme.example/leads\""
        }
        func secret(_ name: String, required: Bool) -> Secret? {
            guard let secret = section.secret(name, secrets, required: required) else { return nil }
            if secrets.isForgiving || WebhookSignature.key(secret.value) != nil { return secret }
            section.mistake(
                name,
                Complaint.webhookSecret)
            return nil
        }
        let preflight = section.flag("preflight")
        let newest = secret("secret", required: true)
        let previous = secret("previous_secret", required: false)
        let events = section.texts("events") { name in
            name == name.lowercased() ? nil : "write event names in lower case, \"\(name.lowercased())\""
        }
        guard let url, let newest else { return nil }
        self.init(url: url, secrets: [newest] + (previous.map { [$0] } ?? []))
        self.events = events ?? []
        takesPreflight = preflight ?? false
    }
}

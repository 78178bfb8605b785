import Crypto
package import Domain
package import Monitoring
import Service

extension Configuration {
    /// Who is told of alerts, and how.
    package struct Notices: Sendable, Equatable {
        package var channels: [Channel] = []
        package var contacts: [Contact] = []
        package var turns: [OnCall] = []
        package var routes: [AlertRouting.Route] = []
        package var deadMansSwitch: DeadMans?
        /// Channels, people and turns that are there but have mistakes: what refers to them is not wrong for that.
        var unread: Set<String> = []
        /// Clients' groups in Slack, whom the prepared message calls, by the client's name.
        package var clientGroups: [String: String] = [:]
        /// See `AlertRouting.patience`.
        package var patience: Duration = .seconds(20)
        /// See `AlertRouting.commonSteps`.
        package var commonSteps = AlertSettings().escalationCounts

        package struct DeadMans: Sendable, Equatable {
            package var url: Secret
            package var every: Duration = .minutes(1)
        }
    }
}

extension Configuration.Notices {
    /// Reads `channels`, `contacts`, `on_call`, `routes` and `dead_mans_switch`, all of them optional.
    init(reading top: Section, clients: [Configuration.Client], publicURL: String?, _ secrets: SecretReader) {
        self.init()
        channels = top.sections("channels", Configuration.nameComplaint).compactMap { name, section in
            note(Channel(reading: section, name: name, secrets), name)
        }
        if let publicURL { addCallbacks(publicURL) }
        contacts = top.sections("contacts", Configuration.nameComplaint).map { name, section in
            let before = top.findings.mistakes.count
            defer { if top.findings.mistakes.count > before { unread.insert(name) } }
            return Contact(reading: section, name: name)
        }
        turns = top.sections("on_call", Configuration.nameComplaint).compactMap { name, section in
            note(OnCall(reading: section, name: name, contacts: contacts), name)
        }
        let known = self
        routes = top.list("routes").compactMap { AlertRouting.Route(reading: $0, known, clients: clients) }
        if !top.has("routes") { routes = AlertRouting.usual(channels) }
        if let section = top.section("dead_mans_switch") {
            deadMansSwitch = DeadMans(reading: section, secrets)
            section.finish()
        }
        if let section = top.section("client_groups") {
            for name in section.names {
                guard let group = section.text(name, Self.groupComplaint) else { continue }
                if let complaint = Configuration.clientComplaint(clients)(name) { section.mistake(name, complaint) }
                clientGroups[name] = group
            }
            section.finish()
        }
        if channels.isEmpty, unread.isEmpty, top.has("routes") || top.has("contacts") {
            top.findings.warning("channels", "there is none: nobody is told of alerts")
        }
    }

    /// Gives each step of a route its time: `alerts` has those of the first ones.
    mutating func continueEscalation(of alerts: inout AlertSettings) {
        commonSteps = alerts.escalationCounts
        for severity in [Severity.warning, .critical] {
            let steps = routes.filter { $0.severity <= severity }.map(\.escalation.count).max() ?? 0
            alerts.continueEscalation(severity, to: steps)
        }
    }

    private mutating func note<Value>(_ value: Value?, _ name: String) -> Value? {
        if value == nil { unread.insert(name) }
        return value
    }

    /// Twilio reports what became of texts to where it can reach us. It signs with the account's token, so an API key
    /// does not do, and it takes no host with an underscore.
    private mutating func addCallbacks(_ publicURL: String) {
        guard publicURL.hasPrefix("https://"), !publicURL.contains("_") else { return }
        for index in channels.indices {
            guard case .sms(var sms) = channels[index].kind, sms.keyID == nil else { continue }
            sms.callback = publicURL + TwilioCallback.path + channels[index].name
            channels[index].kind = .sms(sms)
        }
    }

    private static func groupComplaint(_ text: String) -> String? {
        text.hasPrefix("S") && text.utf8.count > 4
            ? nil : "must be the id of a user group in Slack, for example \"S0123ABCD\""
    }

    /// What is wrong with a recipient in a route.
    func complaint(_ text: String) -> String? {
        let recipient = AlertRouting.Recipient(text)
        guard let channel = channels.first(where: { $0.name == recipient.channel }) else {
            if unread.contains(recipient.channel) { return nil }
            return Complaint.noChannel(recipient.channel, among: channels)
        }
        switch recipient.who {
        case .everybody: return nil
        case .contact(let name):
            guard let contact = contacts.first(where: { $0.name == name }) else {
                return Complaint.nobody(name, among: contacts)
            }
            return unread.contains(name) || contact.canBeReached(by: channel)
                ? nil : "\(name) has nothing that \(channel.kind.word) needs"
        case .onCall(let name):
            return unread.contains(name) || turns.contains { $0.name == name }
                ? nil : "there is no \"\(name)\" under on_call"
        }
    }
}

extension Configuration.Notices.DeadMans {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let every = section.duration("every") ?? .minutes(1)
        guard let url = section.secret("url", secrets) else { return nil }
        if !secrets.isForgiving, let complaint = Destination.endpointComplaint(url.value) {
            section.mistake("url", "the secret \(complaint)")
            return nil
        }
        self.init(url: url, every: every)
    }
}

extension Channel {
    private enum Word: String, CaseIterable {
        case slack
        case slackWebhook = "slack_webhook"
        case email
        case sms
        case pagerDuty = "pagerduty"
        case alertmanager
        case alertmanagerAPI = "alertmanager_api"
        case teams, telegram, jira, webhook
    }

    fileprivate init?(reading section: Section, name: String, _ secrets: SecretReader) {
        defer { section.finish() }
        guard section.require("kind", "one of \(Kind.words.map { "\"\($0)\"" }.joined(separator: ", "))"),
            let word = section.choice("kind", Word.self)
        else {
            // Known, so that only the kind is complained about.
            for name in section.names { _ = section.value(name) }
            return nil
        }
        let kind: Kind? =
            switch word {
            case .slack: Slack(reading: section, secrets).map { .slack($0) }
            case .slackWebhook: section.address("url", secrets).map { .slackWebhook(SlackWebhook(url: $0)) }
            case .email: Email(reading: section, secrets).map { .email($0) }
            case .sms: SMS(reading: section, secrets).map { .sms($0) }
            case .pagerDuty: PagerDuty(reading: section, secrets).map { .pagerDuty($0) }
            case .alertmanager: Alertmanager(reading: section, secrets).map { .alertmanager($0) }
            case .alertmanagerAPI: AlertmanagerAPI(reading: section, secrets).map { .alertmanagerAPI($0) }
            case .teams: section.address("url", secrets).map { .teams(Teams(url: $0)) }
            case .telegram: Telegram(reading: section, secrets).map { .telegram($0) }
            case .jira: Jira(reading: section, secrets).map { .jira($0) }
            case .webhook: Webhook(reading: section, secrets).map { .webhook($0) }
            }
        guard let kind else { return nil }
        self.init(name, kind)
    }
}

extension Section {
    /// An address that is a secret.
    fileprivate func address(_ name: String, _ secrets: SecretReader) -> Secret? {
        guard let url = secret(name, secrets) else { return nil }
        if !secrets.isForgiving, let complaint = Destination.endpointComplaint(url.value) {
            mistake(name, "the secret \(complaint)")
            return nil
        }
        return url
    }

    fileprivate func endpoint() -> String? { text("endpoint", Destination.endpointComplaint) }
}

extension Channel.Slack {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let token = section.secret("token", secrets)
        let signing = section.secret("signing_secret", secrets, required: false)
        let channel = section.requiredText("channel") { text in
            "CDGU".contains(text.first ?? "x") && text.utf8.count > 4
                ? nil : "must be the channel's id, for example \"C0123ABCD\" (its name does not do)"
        }
        let reads = section.flag("reads_history")
        let endpoint = section.endpoint()
        guard let token, let channel else { return nil }
        if !secrets.isForgiving, !token.value.hasPrefix("xoxb-") {
            section.mistake("token", "the secret must be a bot token, which begins with xoxb-")
        }
        self.init(token: token, signingSecret: signing, channel: channel)
        readsHistory = reads ?? readsHistory
        self.endpoint = endpoint ?? self.endpoint
    }
}

extension Channel.Email {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let server = section.requiredText("server") {
            Configuration.ListenAddress($0) == nil ? "must be HOST:PORT, for example \"smtp.example.com:587\"" : nil
        }.flatMap { Configuration.ListenAddress($0) }
        let security = section.choice("security", Security.self) ?? (server?.port == 465 ? .tls : .startTLS)
        if security == .none, let server, !["127.0.0.1", "::1", "localhost"].contains(server.host) {
            section.mistake("security", "\"none\" is for a server on this machine only; write \"starttls\" or \"tls\"")
        }
        let user = section.text("user")
        let password = section.secret("password", secrets, required: user != nil, form: .password)
        if security == .none, user != nil { section.mistake("user", "a password is not sent without TLS") }
        let certificates = section.text("trusted_certificates")
        let from = section.requiredText("from", Self.addressComplaint)
        let fromName = section.text("from_name")
        let to = section.someTexts("to", "at least one address", Self.addressComplaint)
        guard let server, let from, !to.isEmpty else { return nil }
        self.init(host: server.host, port: server.port, security: security, from: from, to: to)
        self.user = user
        self.password = password
        trustedCertificates = certificates
        self.fromName = fromName ?? self.fromName
    }

    static func addressComplaint(_ text: String) -> String? {
        MailMessage.isAddress(text) ? nil : "must be an e-mail address, for example \"alerts@example.com\""
    }
}

extension Channel.SMS {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let account = section.requiredText("account") {
            $0.hasPrefix("AC") && $0.utf8.count == 34 ? nil : "must be the account's SID: AC and 32 characters"
        }
        let key = section.text("key") {
            $0.hasPrefix("SK") && $0.utf8.count == 34 ? nil : "must be the API key's SID: SK and 32 characters"
        }
        let token = section.secret("token", secrets)
        let from = section.requiredText("from") {
            $0.hasPrefix("MG") && $0.utf8.count == 34 ? nil : Self.numberComplaint($0)
        }
        let to = section.someTexts("to", "at least one number", Self.numberComplaint)
        let endpoint = section.endpoint()
        guard let account, let token, let from, !to.isEmpty else { return nil }
        self.init(account: account, token: token, from: from, to: to)
        keyID = key
        self.endpoint = endpoint ?? self.endpoint
    }

    /// E.164.
    static func numberComplaint(_ text: String) -> String? {
        let digits = text.dropFirst().utf8
        return text.hasPrefix("+") && (7...15).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) } && digits.first != 0x30
            ? nil : "must be a number with + and the country, for example \"+4915112345678\""
    }
}

extension Channel.PagerDuty {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let key = section.secret("routing_key", secrets)
        let endpoint = section.endpoint()
        guard let key else { return nil }
        if !secrets.isForgiving, key.value.utf8.count != 32 {
            section.mistake(
                "routing_key", "the secret must have 32 characters: it is the integration key of Events API v2")
        }
        self.init(routingKey: key)
        self.endpoint = endpoint ?? self.endpoint
    }
}

extension Channel.Alertmanager {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let url = section.requiredText("url", Destination.endpointComplaint)
        let token = section.secret("token", secrets, required: false)
        guard let url else { return nil }
        self.init(url: url)
        self.token = token
    }
}

extension Channel.AlertmanagerAPI {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let url = section.requiredText("url") { text in
            text.hasSuffix("/api/v2/alerts")
                ? "must be Alertmanager's own address, without /api/v2/alerts" : Destination.endpointComplaint(text)
        }
        let token = section.secret("token", secrets, required: false)
        guard let url else { return nil }
        self.init(url: url)
        self.token = token
    }
}

extension Channel.Telegram {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let token = section.secret("token", secrets)
        let chat = section.requiredText("chat") { text in
            Int64(text) != nil || (text.hasPrefix("@") && text.utf8.count > 4)
                ? nil : "must be a chat's number in quotes, for example \"-1001234567890\", or a channel's \"@name\""
        }
        let topic = section.whole("topic")
        let endpoint = section.endpoint()
        guard let token, let chat else { return nil }
        if !secrets.isForgiving, !Self.isToken(token.value) {
            section.mistake("token", "the secret must be a bot's token: a number, a colon, and what @BotFather gave")
        }
        self.init(token: token, chat: chat)
        self.topic = topic
        self.endpoint = endpoint ?? self.endpoint
    }

    private static func isToken(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && Int64(parts[0]) != nil && parts[1].utf8.count >= 20
            && parts[1].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}

extension Channel.Jira {
    fileprivate init?(reading section: Section, _ secrets: SecretReader) {
        let key = section.secret("key", secrets)
        let team = section.text("team")
        let endpoint = section.endpoint()
        guard let key else { return nil }
        self.init(key: key)
        self.team = team
        self.endpoint = endpoint ?? self.endpoint
    }
}

extension Channel.Webhook {
    init?(reading section: Section, _ secrets: SecretReader) {
        let url = section.requiredText("url", Destination.endpointComplaint)
        let secret = section.secret("secret", secrets)
        guard let url, let secret else { return nil }
        if !secrets.isForgiving, WebhookSignature.key(secret.value) == nil {
            section.mistake(
                "secret",
                Complaint.webhookSecret)
        }
        self.init(url: url, secret: secret)
    }
}

extension Contact {
    fileprivate init(reading section: Section, name: String) {
        self.init(name, title: section.text("name"))
        if let slack = section.section("slack") {
            slackUser = slack.requiredText("user") {
                ($0.hasPrefix("U") || $0.hasPrefix("W")) && $0.utf8.count > 4
                    ? nil : "must be the person's id in Slack, for example \"U0123ABCD\""
            }
            slackTeam = slack.text("team") {
                ($0.hasPrefix("T") || $0.hasPrefix("E")) && $0.utf8.count > 4
                    ? nil : "must be the workspace's id in Slack, for example \"T0123ABCD\""
            }
            slack.finish()
        }
        email = section.text("email", Channel.Email.addressComplaint)
        phone = section.text("phone", Channel.SMS.numberComplaint)
        mayAct = section.flag("may_act") ?? true
        section.finish()
    }
}

extension AlertRouting.Route {
    fileprivate init?(reading section: Section, _ known: Configuration.Notices, clients: [Configuration.Client]) {
        let tells = section.someTexts("tell", "at least one channel", known.complaint)
        self.init(tells: tells.map { AlertRouting.Recipient($0) })
        severity = section.choice("severity", Severity.self) ?? severity
        self.clients = section.texts("clients", Configuration.clientComplaint(clients)) ?? []
        teams = section.texts("teams") ?? []
        kinds = (section.texts("kinds", Self.kindComplaint) ?? []).compactMap(AlertKind.init)
        escalation = section.steps("escalate", known.complaint)
        hours = section.hours(section.text("time_zone", ZoneDirectory.complaint) ?? "UTC")
        if let quiet = section.section("quiet") { self.quiet = AlertRouting.QuietHours(reading: quiet) }
        section.finish()
        if tells.isEmpty { return nil }
    }

    private static func kindComplaint(_ text: String) -> String? {
        if AlertKind(rawValue: text) != nil { return nil }
        let near = NearestName.hint(text, among: AlertKind.allCases.map(\.rawValue))
        return "there is no kind of alert \"\(text)\"\(near)"
    }
}

extension AlertRouting.QuietHours {
    fileprivate init?(reading section: Section) {
        let (from, to) = (section.minute("from"), section.minute("to"))
        let zone = section.text("time_zone", ZoneDirectory.complaint).flatMap { ZoneDirectory.rules($0) }
        for name in ["from", "to"] { _ = section.require(name, "for example \"22:00\"") }
        section.finish()
        guard let from, let to else { return nil }
        self.init(from: from, to: to, zone: zone ?? .utc)
    }
}

extension Section {
    /// `"22:00"`, as minutes since midnight.
    func minute(_ name: String) -> Int? {
        func read(_ text: String) -> Int? {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
                (0...23).contains(hour), (0...59).contains(minute)
            else { return nil }
            return hour * 60 + minute
        }
        return text(name) { read($0) == nil ? "must be a time of day, for example \"22:00\"" : nil }.flatMap(read)
    }

    /// A list with one entry for each step: a recipient, or a list of them.
    fileprivate func steps(_ name: String, _ complaint: (String) -> String?) -> [[AlertRouting.Recipient]] {
        guard let value = value(name) else { return [] }
        guard case .list(let elements) = value else {
            mistake(name, Self.expected("a list with the recipients of each step", value))
            return []
        }
        return elements.enumerated().map { index, element in
            let texts: [Tree] = if case .list(let inner) = element { inner } else { [element] }
            return texts.compactMap { tree in
                let place = Outline.path(path(name), index)
                guard case .text(let text) = tree else {
                    findings.mistake(place, Self.expected("a channel's name", tree))
                    return nil
                }
                if let complaint = complaint(text) {
                    findings.mistake(place, complaint)
                    return nil
                }
                return AlertRouting.Recipient(text)
            }
        }
    }
}

package import Domain
import Intake
import Monitoring
import Service

/// What reading a configuration came to: with one mistake or more there is no configuration.
package struct ConfigurationReport {
    package let configuration: Configuration?
    package let mistakes: [Mistake]
    package let warnings: [Mistake]
    /// What the readers have asked for, by the paths of the table of settings.
    var asked: [String: Set<Setting.Kind.Asked>] = [:]

    /// Reads the text of a configuration file. Whether somebody is on call at all hours is asked of the year that
    /// follows `now`.
    init(
        _ bytes: [UInt8], secrets: SecretReader,
        now: Instant = Instant(milliseconds: Clock.system.milliseconds())
    ) {
        let text: JSON5
        do throws(JSON5.Fault) {
            text = try JSON5(parsing: bytes)
        } catch {
            self.init(refusal: Mistake(path: "", place: error.place, message: error.sentence))
            return
        }
        let findings = Findings(Outline(text))
        let configuration = Section.section(Tree(text), at: "", as: "", findings).map {
            Configuration(reading: $0, secrets)
        }
        // Of what is wrong nobody knows where it would lead.
        if let configuration, findings.mistakes.isEmpty {
            ConfigurationAdvice(configuration) { findings.warning($0, $1) }.give()
            NoticeAdvice(configuration, now: now, zones: .ofThisMachine) { findings.warning($0, $1) }.give()
        }
        // In the order of the file, as a person goes through it.
        func ordered(_ list: [Mistake]) -> [Mistake] {
            list.enumerated().sorted {
                ($0.element.place?.line ?? 0, $0.offset) < ($1.element.place?.line ?? 0, $1.offset)
            }
            .map(\.element)
        }
        self.init(
            configuration: findings.mistakes.isEmpty ? configuration : nil,
            mistakes: ordered(findings.mistakes), warnings: ordered(findings.warnings))
        asked = findings.asked
    }

    private init(refusal: Mistake) { self.init(configuration: nil, mistakes: [refusal], warnings: []) }

    private init(configuration: Configuration?, mistakes: [Mistake], warnings: [Mistake]) {
        self.configuration = configuration
        self.mistakes = mistakes
        self.warnings = warnings
    }

    /// Larger files are something else.
    package static let maximumFileSize = JSON5.maximumSize

    /// Reads a file with the process's own environment; `forgiving` when missing secrets do not matter. Relative paths
    /// in it start at the folder in which it lies. `variables` come before the environment.
    package init(file path: String, forgiving: Bool = false, variables: EnvironmentFile? = nil) {
        switch Files.read(path, limit: Self.maximumFileSize) {
        case .success(let bytes):
            let folder = Files.folder(of: path)
            let secrets = SecretReader.system(folder: folder, variables)
            let report = ConfigurationReport(bytes, secrets: forgiving ? secrets.forgiving : secrets)
            var configuration = report.configuration
            if let read = configuration {
                configuration?.database = Files.path(read.database, in: folder)
                configuration?.adminSocket = Files.path(read.adminSocket, in: folder)
            }
            self.init(configuration: configuration, mistakes: report.mistakes, warnings: report.warnings)
        case .failure(let failure):
            self.init(refusal: Mistake(path: "", place: nil, message: "\(path) cannot be read: \(failure.message)"))
        }
    }
}

extension Configuration {
    /// In one piece: a section after the other, each with what those before it have named.
    fileprivate init(reading top: Section, _ secrets: SecretReader) {
        self.init()
        // For editors only.
        _ = top.text("$schema")
        if let texts = top.texts("listen", { ListenAddress($0) == nil ? ListenAddress.hint : nil }) {
            listen = texts.compactMap { ListenAddress($0) }
            if listen.isEmpty { top.mistake("listen", ListenAddress.hint) }
        }
        loops = top.whole("loops") ?? loops
        trustedProxies = top.texts("trusted_proxies", Self.networkComplaint) ?? trustedProxies
        observers = top.texts("observers", Self.networkComplaint) ?? observers
        publicURL = top.text("public_url", Self.publicURLComplaint)
        database = top.text("database") ?? database
        adminSocket =
            top.text("admin_socket") { $0.utf8.count > 100 ? "is too long for a socket (100 bytes)" : nil }
            ?? adminSocket
        adminSocketGroup = top.text("admin_socket_group") { $0.isEmpty ? "must be the name of a group" : nil }
        if let section = top.section("log") {
            logLevel = (section.choice("level", LevelName.self) ?? .info).level
            section.finish()
        }
        if let section = top.section("retention") { retention = Retention(reading: section) }
        if let section = top.section("limits") { limits = RelayLimits(reading: section) }
        if let section = top.section("checks") { checks = Checks(reading: section) }
        clients = top.sections("clients", Self.nameComplaint).map { Client(reading: $1, name: $0) }
        sources = top.sections("sources", Self.nameComplaint).map {
            Source(reading: $1, name: $0, clients: clients, limits: limits, secrets)
        }
        groups = top.list("groups").compactMap { GroupRule(reading: $0, clients: clients, sources: sources) }
        let names = sources.map(\.name)
        destinations = top.sections("destinations", Self.nameComplaint).compactMap {
            Destination(reading: $1, name: $0, clients: clients, sources: names, secrets)
        }
        notices = Notices(reading: top, clients: clients, publicURL: publicURL, secrets)
        if let section = top.section("preflight") {
            if section.value("every") == .text("off") {
                preflightEvery = nil
            } else {
                preflightEvery = section.duration("every") ?? preflightEvery
            }
            section.finish()
        }
        reports = top.texts("reports") ?? reports
        checkReports(top)
        if let section = top.section("monitoring") {
            monitoring = Monitoring(reading: section, clients: clients)
            section.finish()
        }
        notices.continueEscalation(of: &monitoring.alerts)
        tools = top.sections("tools", Self.nameComplaint).compactMap {
            Tool(reading: $1, name: $0, clients: clients, notices: notices, secrets)
        }
        let known = self
        actions = top.sections("actions", Self.nameComplaint).compactMap {
            AlertAction(reading: $1, name: $0, configuration: known, secrets)
        }
        volume = VolumeSettings(reading: top.section("volume"), clients: clients)
        volume.ruledGroups = Set(groups.map(\.group))
        volume.groupRules = groups
        volume.bounds.watched = limits.watchedGroups
        checkKeys(top)
        if !top.has("sources") {
            top.findings.warning("sources", "no sources are configured; no leads can be received")
        }
        if !top.has("destinations") { top.findings.warning("destinations", "there is none: leads go nowhere") }
        top.finish()
    }

    /// A key names one source.
    private func checkKeys(_ top: Section) {
        var owners: [String: String] = [:]
        for source in sources {
            for key in source.keys {
                if let other = owners[key], other != source.name {
                    top.findings.mistake("sources.\(source.name).keys", "one of them is also a key of source \(other)")
                }
                owners[key] = source.name
            }
        }
    }

    /// Names stand in addresses, logs and metrics.
    package static func nameComplaint(_ name: String) -> String? {
        let isFine =
            !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy {
                ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
            }
        return isFine ? nil : "a name has 1 to 64 of the characters a–z, 0–9, - and _"
    }

    private static func networkComplaint(_ text: String) -> String? {
        Network(text) == nil
            ? "must be an address or a network, for example \"127.0.0.1\", \"10.0.0.0/8\", \"::1\"" : nil
    }

    private static func publicURLComplaint(_ text: String) -> String? {
        let target = RedirectTarget(text)
        return target?.path == "/" && target?.origin == text
            ? nil : "must be the console's address without a path, for example \"https://leads.acme.example\""
    }

    /// For a reference to a client.
    package static func clientComplaint(_ clients: [Client]) -> (String) -> String? {
        { name in
            if clients.contains(where: { $0.name == name }) { return nil }
            let near = NearestName.hint(name, among: clients.map(\.name))
            return "there is no client \"\(name)\" under clients\(near)"
        }
    }

    /// ISO 3166-1 alpha-2 in upper case.
    static func countryComplaint(_ text: String) -> String? {
        text.utf8.count == 2 && text.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
            ? nil : "must be two capital letters, for example \"DE\""
    }

    static func digitsComplaint(_ text: String) -> String? {
        text.utf8.count <= 20 && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            ? nil : "must be digits, for example \"1234567890\""
    }

    private enum LevelName: String, CaseIterable {
        case debug, info, warning, error
        var level: Log.Level {
            switch self {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        }
    }
}

extension Configuration.ListenAddress {
    package static let hint = "must be HOST:PORT, for example \"127.0.0.1:8080\" or \"[::1]:8080\""

    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: host, port: port)
    }
}

extension Configuration.Retention {
    fileprivate init(reading section: Section) {
        self.init()
        personalData = section.duration("personal_data") ?? personalData
        quarantine = section.duration("quarantine") ?? quarantine
        idempotency = section.duration("idempotency") ?? idempotency
        history = section.duration("history") ?? history
        section.finish()
    }
}

extension Configuration.RelayLimits {
    fileprivate init(reading section: Section) {
        self.init()
        body = section.size("body") ?? body
        upload = section.size("upload") ?? upload
        connections = section.whole("connections") ?? connections
        connectionsPerAddress = section.whole("connections_per_address") ?? connectionsPerAddress
        unfinishedBodies = section.size("unfinished_bodies") ?? unfinishedBodies
        batch = section.whole("batch") ?? batch
        watchedGroups = section.whole("watched_groups") ?? watchedGroups
        headTimeout = section.duration("head_timeout") ?? headTimeout
        bodyTimeout = section.duration("body_timeout") ?? bodyTimeout
        idleTimeout = section.duration("idle_timeout") ?? idleTimeout
        drain = section.duration("drain") ?? drain
        section.finish()
    }
}

extension Configuration.Client {
    fileprivate init(reading section: Section, name: String) {
        self.init(name: name, title: section.text("name") ?? name)
        if let name = section.text("time_zone", ZoneDirectory.complaint) {
            timeZone = ZoneDirectory.rules(name) ?? .utc
        }
        country = section.text("country", Configuration.countryComplaint)
        landingPages = section.texts("landing_pages", Configuration.pageComplaint) ?? landingPages
        reports = section.texts("reports") ?? reports
        reportsFor = section.choice("reports_for", WeeklyReport.Audience.self) ?? reportsFor
        section.finish()
    }
}

extension Source {
    fileprivate init(
        reading section: Section, name: String, clients: [Configuration.Client], limits: Configuration.RelayLimits,
        _ secrets: SecretReader
    ) {
        self.init(name: name)
        client = section.text("client", Configuration.clientComplaint(clients)) ?? ""
        keys = section.someTexts("keys", "at least one, for example [\"pk_\(name)_7f3kq2\"]", Self.keyComplaint)
        origins = section.texts("origins", Self.originComplaint) ?? []
        signatureSecret = section.secret("signature_secret", secrets, required: false, form: .password).map {
            Array($0.value.utf8)
        }
        redirects = section.texts("redirects", Self.redirectComplaint) ?? []
        redirect = section.text("redirect") { RedirectTarget($0) == nil ? Self.redirectHint : nil }
        answer = section.whole("answer") ?? answer
        isStrict = section.flag("strict") ?? isStrict
        rate = Rate(reading: section, "rate") ?? rate
        addressRate = Rate(reading: section, "address_rate") ?? addressRate
        maximumBody = section.size("maximum_body", atMost: limits.body) ?? min(maximumBody, limits.body)
        country =
            section.text("country", Configuration.countryComplaint) ?? clients.first { $0.name == client }?.country
        let zone = clients.first { $0.name == client }?.timeZone ?? .utc
        mapping = FieldMapping(reading: section, clock: zone == .utc ? .utc : .zone(zone))
        kind = section.choice("kind", Kind.self) ?? kind
        reusedIDs = section.choice("reused_ids", ReusedIDs.self) ?? reusedIDs
        restatesValues = section.choice("values", ValuesName.self) == .restate
        junk = JunkSettings(reading: section, secrets)
        section.finish()
    }

    private enum ValuesName: String, CaseIterable { case keep, restate }

    private static func keyComplaint(_ key: String) -> String? {
        let isFine =
            (8...128).contains(key.utf8.count)
            && key.utf8.allSatisfy {
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
            }
        return isFine ? nil : "a key has 8 to 128 of the characters A–Z, a–z, 0–9, - and _"
    }

    /// As browsers send it in `Origin`: RFC 6454 section 6.1.
    private static func originComplaint(_ origin: String) -> String? {
        if origin == "*" || origin == "null" { return nil }
        let hint = "must be an origin, for example \"https://www.acme.example\", or \"*\""
        guard let target = RedirectTarget(origin), target.path == "/" else { return hint }
        return target.origin == origin ? nil : hint + " (without path; browsers send \"\(target.origin)\")"
    }

    private static let redirectHint = "must be an absolute address, for example \"https://www.acme.example/thanks\""

    private static func redirectComplaint(_ prefix: String) -> String? {
        guard let target = RedirectTarget(prefix) else { return redirectHint }
        return target.hasQueryOrFragment ? "must end before \"?\" and \"#\"" : nil
    }
}

extension Source.Rate {
    package static let unlimited = Source.Rate(perSecond: .infinity, burst: .infinity)

    /// `{ per_second: 200, burst: 1000 }` or `"unlimited"`.
    fileprivate init?(reading parent: Section, _ name: String) {
        if parent.value(name) == .text("unlimited") {
            self = .unlimited
            return
        }
        guard case .object? = parent.value(name), let section = parent.section(name) else {
            if let value = parent.value(name) {
                parent.mistake(name, Section.expected("{ per_second: 200, burst: 1000 } or \"unlimited\"", value))
            }
            return nil
        }
        let perSecond =
            section.require("per_second", "events a second") ? section.number("per_second") : nil
        let burst = section.number("burst")
        section.finish()
        guard let perSecond else { return nil }
        self.init(perSecond: perSecond, burst: max(1, burst ?? perSecond * 5))
    }
}

extension GroupRule {
    fileprivate init?(reading section: Section, clients: [Configuration.Client], sources: [Source]) {
        let group = section.requiredText("group") { Complaint.tooLong($0) }
        let client = section.text("client", Configuration.clientComplaint(clients))
        var conditions: [Condition] = []
        if section.require("when", "for example { utm_campaign: \"heat-pumps*\" }"), let when = section.section("when")
        {
            // In the order of the list of fields, so that equal rules are equal.
            for field in Field.allCases {
                if let pattern = when.text(field.rawValue) { conditions.append(Condition(field, pattern)) }
            }
            when.finish()
            if conditions.isEmpty { section.mistake("when", "is empty: the rule would fit every lead") }
        }
        let pages = section.texts("landing_pages", Configuration.pageComplaint) ?? []
        if !pages.isEmpty, client == nil {
            section.mistake("landing_pages", "needs a client beside it: whose pages are these?")
        }
        section.finish()
        guard let group else { return nil }
        self.init(group: group, client: client, conditions: conditions)
        landingPages = pages
    }
}

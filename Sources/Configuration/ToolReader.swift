package import Domain
import Monitoring
import Service

extension Configuration {
    /// A tool that reports alerts: what its webhook looks like, and whose what it reports is.
    package struct Tool: Sendable, Equatable {
        package var name: String
        package var kind: ReportedTool
        /// For what names none; empty: nobody's in particular.
        package var client = ""
        package var team = ""
        package var owner = ""
        package var severities = ReportedSeverity()
        /// What the tool calls our clients, teams and people, in small letters.
        package var clients: [String: String] = [:]
        package var teams: [String: String] = [:]
        package var owners: [String: String] = [:]
        /// Of Sentry's integration, whose webhooks are signed with it and need no token.
        package var signingSecret: Secret?

        package init(_ name: String, _ kind: ReportedTool) {
            self.name = name
            self.kind = kind
        }
    }

    /// The tool of that name: a configured one, or one that needs no configuration.
    package func tool(_ name: String) -> Tool? {
        tools.first { $0.name == name }
            ?? ReportedTool.ready.first { $0.word == name }.map { Tool($0.word, $0) }
    }

    /// Teams that some route knows.
    package var teams: [String] { notices.routes.flatMap(\.teams) }
}

extension Configuration.Tool {
    private enum Kind: String, CaseIterable {
        case alertmanager, grafana, sentry, datadog, uptimerobot, healthchecks, json
    }

    init?(
        reading section: Section, name: String, clients: [Configuration.Client], notices: Configuration.Notices,
        _ secrets: SecretReader
    ) {
        let clientComplaint = Configuration.clientComplaint(clients)
        let isNamed = section.require(
            "kind", "one of \(Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))")
        let kind = isNamed ? section.choice("kind", Kind.self) : nil
        let mapping = ReportMapping(reading: section, isWanted: kind == .json)
        let tool: ReportedTool? =
            switch kind {
            case nil: nil
            case .json: mapping.map { .json($0) }
            case let kind?: ReportedTool.ready.first { $0.word == kind.rawValue }
            }
        self.init(name, tool ?? .alertmanager)
        client = section.text("client", clientComplaint) ?? ""
        team = section.text("team") ?? ""
        owner = section.text("owner") { notices.ownerComplaint($0) } ?? ""
        severities.usual = section.choice("severity", Severity.self) ?? severities.usual
        if let own = section.section("severities") {
            for word in own.names {
                if let severity = own.choice(word, Severity.self) { severities.own[word.lowercased()] = severity }
            }
            own.finish()
        }
        self.clients = section.words("clients", clientComplaint)
        teams = section.words("teams") { _ in nil }
        owners = section.words("owners") { notices.ownerComplaint($0) }
        signingSecret = section.has("signing_secret") ? section.secret("signing_secret", secrets) : nil
        if signingSecret != nil, let kind, kind != .sentry {
            section.mistake("signing_secret", "only Sentry signs its webhooks; give other tools a token")
        }
        section.finish()
        if tool == nil { return nil }
    }
}

extension Configuration.Notices {
    fileprivate func ownerComplaint(_ name: String) -> String? {
        if contacts.contains(where: { $0.name == name }) || unread.contains(name) { return nil }
        return Complaint.nobody(name, among: contacts)
    }
}

extension ReportMapping {
    /// `fields`, `each` and `resolved`; a kind that is known needs none of them.
    fileprivate init?(reading section: Section, isWanted: Bool) {
        guard isWanted else { return nil }
        let each = section.text("each", Self.pointerComplaint).flatMap(JSONPointer.init)
        let resolved = section.texts("resolved").map { Set($0.map { $0.lowercased() }) }
        guard section.require("fields", "for example { key: \"/id\", title: \"/name\", status: \"/state\" }"),
            let members = section.section("fields")
        else { return nil }
        var fields: [Field: JSONPointer] = [:]
        for field in Field.allCases {
            let isNeeded = field == .key || field == .title
            let text =
                isNeeded
                ? members.requiredText(field.rawValue, Self.pointerComplaint)
                : members.text(field.rawValue, Self.pointerComplaint)
            fields[field] = text.flatMap(JSONPointer.init)
        }
        members.finish()
        if fields[.status] == nil {
            section.findings.warning(members.path, "without status nothing that this tool reports ever ends by itself")
        }
        self.init(each: each, fields: fields, resolved: resolved ?? Self.usualResolved)
    }

    private static func pointerComplaint(_ text: String) -> String? {
        JSONPointer(text) == nil ? "must be a JSON pointer, for example \"/alert/id\"" : nil
    }
}

extension Section {
    /// What somebody else calls things of ours.
    fileprivate func words(_ name: String, _ complaint: (String) -> String?) -> [String: String] {
        guard let section = section(name) else { return [:] }
        defer { section.finish() }
        var words: [String: String] = [:]
        for word in section.names { words[word.lowercased()] = section.text(word, complaint) }
        return words
    }
}

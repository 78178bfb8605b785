import Configuration
import Domain
import Intake
import Service

/// Decides what becomes of an event that a tool reports: whose it is, how much it matters, since when. Pure; what it
/// decides about is somebody else's text, already bounded (`ReportedEvent.bounded`).
struct Reporting {
    /// Open alerts of one token. More than that is a tool gone wild, or one that never says that something is over.
    static let mostOpen = 200

    var tool: Configuration.Tool
    /// What people call it: `Alertmanager`.
    var voice: String
    /// For people: `Alertmanager (token prometheus)`.
    var reporter: String
    /// Before each key: two callers cannot touch each other's alerts, nor two tools with one token.
    var prefix: String
    var caller: Principal
    var clients: [Configuration.Client]
    var teams: [String]
    var contacts: [Contact]

    init(_ tool: Configuration.Tool, by person: String, caller: Principal, _ configuration: Configuration) {
        self.tool = tool
        // A tool that is known by a mapping only is called by its name.
        voice = if case .json = tool.kind { tool.name } else { tool.kind.title }
        reporter = "\(voice) (\(person))"
        prefix = "\(person)/\(tool.name)/"
        self.caller = caller
        clients = configuration.clients
        teams = configuration.teams + tool.teams.values + (tool.team.isEmpty ? [] : [tool.team])
        contacts = configuration.notices.contacts
    }

    func scope(_ event: ReportedEvent) -> AlertScope { .external(prefix + event.key) }

    /// What the rules of alerts are told. Throws for what this caller may not report.
    func observation(_ event: ReportedEvent, at now: Instant) throws(Problem) -> Observation {
        guard !event.key.isEmpty else {
            throw Problem(.requestUnusable, "Without a key nobody knows what ends when it is over.", invalid: "key")
        }
        let client = try client(of: event)
        let team = try team(of: event)
        let moment = event.moment(at: now)
        guard event.state == .firing else {
            return .recovered(
                key: Domain.Finding.key(.external, scope(event)), ended: moment.at,
                reason: event.text.isEmpty ? "\(voice) says that it is over." : event.text)
        }
        let (severity, isKnown) = tool.severities.read(event.severity)
        var evidence = [Domain.Finding.Evidence("reported by", reporter)]
        func doubt(_ name: String, _ value: String) { evidence.append(Domain.Finding.Evidence(name, value)) }
        if !isKnown { doubt("severity as told", "\(event.severity) (not known, taken as \(severity.rawValue))") }
        if moment.isDoubted, let at = event.at {
            doubt("beginning as told", "\(at.rfc3339Seconds) (cannot be right, counted from its report)")
        }
        if client.isUnknown { doubt("client as told", "\(event.client) (not in the configuration)") }
        let title = event.title.isEmpty ? event.key : event.title
        return .problem(
            Domain.Finding(
                .external, scope(event), severity, began: moment.at, title: title,
                sentence: event.text.isEmpty ? sentence(title) : event.text, evidence: evidence + event.evidence,
                client: client.name, assignment: .init(owner: owner(of: event), team: team)))
    }

    private func sentence(_ title: String) -> String { ".!?…".contains(title.last ?? ".") ? title : title + "." }

    // MARK: Whose it is

    /// To whoever is bound to clients every other name is the same: whether there is such a client is nobody's
    /// business.
    private func client(of event: ReportedEvent) throws(Problem) -> (name: String, isUnknown: Bool) {
        let word = event.client.lowercased()
        let known = clients.first { $0.name == word || $0.title.lowercased() == word }?.name
        let named = word.isEmpty ? nil : tool.clients[word] ?? known
        switch caller.clients {
        case .all:
            if let named { return (named, false) }
            return (tool.client, !word.isEmpty)
        case .only(let own):
            if word.isEmpty {
                if own.contains(tool.client) { return (tool.client, false) }
                guard tool.client.isEmpty, own.count == 1, let only = own.first else {
                    throw Problem(.notPermitted, "Say whose it is: one of the token's clients.", invalid: "client")
                }
                return (only, false)
            }
            guard let named, own.contains(named) else {
                throw Problem(.notPermitted, "This token reports for its own clients only.", invalid: "client")
            }
            return (named, false)
        }
    }

    private func team(of event: ReportedEvent) throws(Problem) -> String {
        let word = event.team.lowercased()
        let named = word.isEmpty ? tool.team : tool.teams[word] ?? teams.first { $0.lowercased() == word } ?? event.team
        guard let bound = caller.team else { return named }
        guard event.team.isEmpty || named.lowercased() == bound.lowercased() else {
            throw Problem(.notPermitted, "This token reports for the team \(bound) only.", invalid: "team")
        }
        return bound
    }

    /// As people are called where they acknowledge: by their title in `contacts`.
    private func owner(of event: ReportedEvent) -> String {
        let word = event.owner.lowercased()
        guard let name = word.isEmpty ? (tool.owner.isEmpty ? nil : tool.owner) : tool.owners[word] else {
            let contact = contacts.first {
                [$0.name.lowercased(), $0.title.lowercased(), $0.email?.lowercased()].contains(word)
            }
            return word.isEmpty ? "" : contact?.title ?? event.owner
        }
        return contacts.first { $0.name == name }?.title ?? name
    }
}

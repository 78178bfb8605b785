/// One thing that somebody may be allowed to do. Operations of the API, pages and API tokens name them; the raw values
/// are the scopes of a token.
package enum Permission: String, CaseIterable, Sendable {
    /// Leads and their statistics, personal data masked.
    case readLeads = "leads.read"
    /// Names, e-mail addresses and what else was posted, in clear.
    case readPersonal = "personal.read"
    /// Sends leads again.
    case replayLeads = "leads.replay"
    /// Removes a person everywhere.
    case eraseLeads = "leads.erase"
    /// Brings along what ads cost and what their ids are called.
    case changeFigures = "figures.write"
    case readQuarantine = "quarantine.read"
    case changeQuarantine = "quarantine.write"
    case readDestinations = "destinations.read"
    case changeDestinations = "destinations.write"
    case readBooks = "books.read"
    case readAlerts = "alerts.read"
    case changeAlerts = "alerts.write"
    /// Whoever may change alerts may report them, too.
    case reportAlerts = "alerts.report"
    /// The configuration in force, without its secrets.
    case readSettings = "settings.read"
    case readMetrics = "metrics.read"
    /// Users, tokens, the audit log, backups, and whatever names no permission of its own.
    case administer = "admin"

    /// What it allows, for the page on which scopes are chosen.
    package var sentence: String {
        switch self {
        case .readLeads: "see leads and statistics, personal data masked"
        case .readPersonal: "see personal data in clear"
        case .replayLeads: "send leads again"
        case .eraseLeads: "erase a person everywhere"
        case .changeFigures: "upload costs and names of ads"
        case .readQuarantine: "see the quarantine"
        case .changeQuarantine: "repair, release and discard"
        case .readDestinations: "see destinations"
        case .changeDestinations: "pause, resume and test destinations"
        case .readBooks: "see the books"
        case .readAlerts: "see alerts"
        case .reportAlerts: "report alerts of other tools, and nothing else"
        case .changeAlerts: "acknowledge and resolve alerts, set silences"
        case .readSettings: "see the configuration in force"
        case .readMetrics: "read /metrics"
        case .administer: "manage users, tokens and backups, and read the audit log"
        }
    }
}

/// What a user is. Only a viewer is bound to clients.
package enum Role: String, CaseIterable, Sendable {
    /// A marketing manager of some clients: looks, changes nothing, sees nobody's personal data.
    case viewer
    /// Repairs, releases, pauses, answers alerts.
    case support
    case admin

    package var permissions: Set<Permission> {
        switch self {
        case .viewer: [.readLeads, .readDestinations, .readBooks, .readAlerts]
        case .support: Set(Permission.allCases).subtracting([.administer, .eraseLeads])
        case .admin: Set(Permission.allCases)
        }
    }

    /// For people.
    package var sentence: String {
        switch self {
        case .viewer: "sees the leads of some clients"
        case .support: "repairs, releases, pauses and answers alerts"
        case .admin: "may do everything, users included"
        }
    }
}

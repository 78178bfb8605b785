/// What a rule says about one matter at one moment. Rules decide nothing about people: what becomes of an observation
/// (an alert opened, fed or ended, a parent that covers it, a message) is the business of the alerts' lifecycle.
package enum Observation: Equatable, Sendable {
    /// It is so, and it matters. Said again at every evaluation while it lasts; one alert for each key.
    case problem(Finding)
    /// It may become so: reason enough to look for causes, none to tell anybody.
    case suspicion(Finding)
    /// It seems to be ending since `since`, and there is not evidence enough yet: "leads again since 14:05, watching".
    case recovering(key: String, since: Instant, reason: String)
    /// There is evidence that it has ended, at `ended`. `reason` is one sentence. Saying so about what was never a
    /// problem is harmless.
    case recovered(key: String, ended: Instant, reason: String)

    package var key: String {
        switch self {
        case .problem(let finding), .suspicion(let finding): finding.key
        case .recovering(let key, _, _), .recovered(let key, _, _): key
        }
    }
}

/// A problem with its evidence.
package struct Finding: Equatable, Sendable {
    /// What makes two findings the same matter: kind and scope, and a code where one scope can have several.
    package var key: String
    package var kind: AlertKind
    package var scope: AlertScope
    package var severity: Severity
    /// When it began, by the evidence; before it was noticed.
    package var began: Instant
    /// What another tool calls it, `Disk of db-7 is full`; empty where the kind and the scope say it.
    package var title: String
    /// One sentence in plain words, with figures and without personal data: "31 leads expected since 08:10, none came".
    package var sentence: String
    /// Further evidence, as name and value in the order to be shown.
    package var evidence: [Evidence]
    /// Leads expected and seen since `began`, where that can be said.
    package var expected: Double?
    package var observed: Int?
    /// Whose matter it is, for routing and reports; empty for nobody's in particular.
    package var client: String
    /// The keys of wider matters that would explain this one, from the nearest to the widest. While one of them is open
    /// nobody is told of this.
    package var coveredBy: [String]
    /// Whose it is from the beginning, where whoever found it says so. Once the alert is open people say that, and this
    /// no longer counts.
    package var assignment: Assignment?

    package struct Assignment: Equatable, Sendable {
        package var owner: String
        package var team: String
        package init(owner: String = "", team: String = "") {
            self.owner = owner
            self.team = team
        }
    }

    /// What it is called and what is said of it, once each.
    package var words: String {
        let isEnded = ".!?…".contains(title.last ?? ".")
        let first = isEnded ? title : title + "."
        if title.isEmpty || sentence == first { return sentence }
        return "\(first) \(sentence)"
    }

    /// Leads that did not come, where that can be said.
    package var lost: Double? { expected.map { max(0, $0 - Double(observed ?? 0)) } }

    package struct Evidence: Equatable, Sendable {
        package var name: String
        package var value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        _ kind: AlertKind, _ scope: AlertScope, _ severity: Severity, code: String = "", began: Instant,
        title: String = "", sentence: String, evidence: [Evidence] = [], expected: Double? = nil,
        observed: Int? = nil, client: String? = nil, coveredBy: [String]? = nil, assignment: Assignment? = nil
    ) {
        key = Self.key(kind, scope, code: code)
        self.kind = kind
        self.scope = scope
        self.severity = severity
        self.began = began
        self.title = title
        self.sentence = sentence
        self.evidence = evidence
        self.expected = expected
        self.observed = observed
        self.client = client ?? scope.client ?? ""
        self.coveredBy = coveredBy ?? Self.parents(kind, scope)
        self.assignment = assignment
    }

    /// What usually covers a matter: leads missing in a group are explained by leads missing for the whole client, and
    /// those by leads missing everywhere or an intake that does not work.
    package static func parents(_ kind: AlertKind, _ scope: AlertScope) -> [String] {
        guard kind.subject == .coming || kind == .clickIDShare || kind == .consentShare else { return [] }
        var keys: [String] = []
        if case .group(let client, _) = scope { keys.append(key(.missingLeads, .client(client))) }
        if scope != .relay || kind != .missingLeads { keys.append(key(.missingLeads, .relay)) }
        keys.append(key(.intakeErrors, .relay))
        return keys
    }

    /// The keys of the same matter, this one's first: that leads of a scope are missing and that they are too few is
    /// told by rules and by statistics, of the same hole, and what begins as the one may become the other. One of them
    /// is open at a time.
    package var keysOfMatter: [String] {
        let level = Self.keysOfLevel(scope)
        return level.contains(key) ? [key] + level.filter { $0 != key } : [key]
    }

    /// The keys of leads that are missing or too few somewhere.
    package static func keysOfLevel(_ scope: AlertScope) -> [String] {
        AlertKind.ofLevel.map { key($0, scope) }
    }

    /// The same finding as part of a matter that is known under a key.
    package func told(as known: Finding) -> Finding {
        var finding = self
        finding.kind = known.kind
        finding.key = known.key
        return finding
    }

    /// `missing_leads group:acme/heat-pumps`, with the code behind it where there is one.
    package static func key(_ kind: AlertKind, _ scope: AlertScope, code: String = "") -> String {
        "\(kind.rawValue) \(scope)" + (code.isEmpty ? "" : " \(code)")
    }
}

/// What a rule says about one matter at one moment. Rules decide nothing about people: what becomes of an observation (an alert
/// opened, fed or ended, a parent that covers it, a message) is the business of the alerts' lifecycle.
package enum Observation: Equatable, Sendable {
    /// It is so, and it matters. Said again at every evaluation while it lasts; one alert for each key.
    case problem(Finding)
    /// It may become so: reason enough to look for causes, none to tell anybody.
    case suspicion(Finding)
    /// There is evidence that it has ended, at `ended`. `reason` is one sentence.
    case recovered(key: String, ended: Instant, reason: String)
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
    /// One sentence in plain words, with figures and without personal data: "31 leads expected since 08:10, none came".
    package var sentence: String
    /// Further evidence, as name and value in the order to be shown.
    package var evidence: [Evidence]
    /// Leads expected and seen since `began`, where that can be said.
    package var expected: Double?
    package var observed: Int?

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
        sentence: String, evidence: [Evidence] = [], expected: Double? = nil, observed: Int? = nil
    ) {
        key = Self.key(kind, scope, code: code)
        self.kind = kind
        self.scope = scope
        self.severity = severity
        self.began = began
        self.sentence = sentence
        self.evidence = evidence
        self.expected = expected
        self.observed = observed
    }

    /// `missing_leads group:acme/heat-pumps`, with the code behind it where there is one.
    package static func key(_ kind: AlertKind, _ scope: AlertScope, code: String = "") -> String {
        "\(kind.rawValue) \(scope)" + (code.isEmpty ? "" : " \(code)")
    }
}

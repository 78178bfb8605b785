package import Domain

/// One row of a table of rules: when something is a problem, when that is over, and what is said of each. Both have a
/// bound of their own, so that what lies between changes nothing.
struct Threshold<Subject: Watched>: Sendable {
    var kind: AlertKind
    /// Tells apart what one scope can have several of.
    var code = ""
    /// Says once what several subjects have in common; answers, by the scope of each, the key of what covers it.
    var shared: (@Sendable (Facts, inout Findings) -> [AlertScope: String])?
    /// What is wrong; `nil` if nothing is, or not enough.
    var open: @Sendable (Subject, Moment) -> Problem?
    /// That nothing is wrong any more; `nil` if that is not known. Asked only where nothing is wrong; without it the
    /// row never says so.
    var close: (@Sendable (Subject, Moment) -> Recovery?)?
}

/// What a row of a table is about.
protocol Watched {
    var scope: AlertScope { get }
    /// Whose it is, and whose settings count; empty: nobody's in particular.
    var client: String { get }
    /// The group whose settings count; `nil`: those of the client as a whole count.
    var ownGroup: String? { get }
}

extension Watched {
    var client: String { "" }
    var ownGroup: String? { nil }
}

/// What a row of a table sees besides its subject.
struct Moment {
    var facts: Facts
    /// Of the subject's client or group.
    var settings: RuleSettings
    var now: Instant { facts.now }
}

/// What a row of a table says is wrong; kind, scope and client are the row's and its subject's.
struct Problem {
    var severity: Severity
    var began: Instant
    var sentence: String
    var evidence: [Finding.Evidence] = []
    /// `nil`: what usually covers it (`Finding.parents`).
    var coveredBy: [String]?
}

/// That something is over: since when, and how that is known.
struct Recovery {
    var ended: Instant
    var sentence: String
}

extension Threshold {
    /// What the row says of some subjects, each with the settings of its client or group. Of those for which it is
    /// switched off it says nothing.
    func tell(of subjects: [Subject], _ facts: Facts, _ watching: Watching, _ findings: inout Findings) {
        let covering = shared?(facts, &findings) ?? [:]
        for subject in subjects {
            let settings = watching.settings(client: subject.client, group: subject.ownGroup)
            guard !settings.off.contains(kind) else { continue }
            let moment = Moment(facts: facts, settings: settings)
            if let problem = open(subject, moment) {
                let common = covering[subject.scope].map { [$0] } ?? []
                findings.problem(
                    Finding(
                        kind, subject.scope, problem.severity, code: code, began: problem.began,
                        sentence: problem.sentence, evidence: problem.evidence, client: subject.client,
                        coveredBy: problem.coveredBy.map { $0 + common } ?? (shared == nil ? nil : common)))
            } else if let recovery = close?(subject, moment) {
                findings.recovered(kind, subject.scope, code: code, at: recovery.ended, recovery.sentence)
            }
        }
    }
}

/// The rules that are rows of tables: all of them, or those of some kinds.
package struct Thresholds: Rule {
    package var watching: Watching
    private let kinds: Set<AlertKind>

    package init(_ watching: Watching, only kinds: AlertKind...) {
        self.watching = watching
        self.kinds = Set(kinds)
    }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        func tell<Subject>(_ table: [Threshold<Subject>], _ subjects: [Subject]) {
            for row in table where kinds.isEmpty || kinds.contains(row.kind) {
                row.tell(of: subjects, facts, watching, &findings)
            }
        }
        tell(RelayThresholds.all, [Facts.RelayItself()])
        tell(LaneThresholds.all, facts.destinations)
        tell(SourceThresholds.all, facts.sources)
        tell(CarriedShares.all, facts.groups)
        tell(ChannelThresholds.all, facts.channels)
        tell(HeartbeatThresholds.all, facts.heartbeats)
        return findings.observations
    }
}

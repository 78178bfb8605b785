import Domain

extension Finding {
    /// Under the key that people have been told of already: what began as too few leads may become none, and is the
    /// same matter.
    func keeping(_ open: Set<String>) -> Finding {
        guard let known = keysOfMatter.first(where: open.contains), known != key else { return self }
        var finding = self
        finding.kind = AlertKind.ofLevel.first { Self.key($0, scope) == known } ?? kind
        finding.key = known
        return finding
    }
}

extension RuleRound.Break {
    /// What is told of a group whose rules are broken, together with what the detector says of it.
    func finding(beside found: Finding?) -> Finding {
        let evidence = rules.map { Finding.Evidence("Rule that is broken", $0.words) }
        guard var finding = found else {
            return Finding(
                came == 0 ? .missingLeads : .lowLeads, key.scope, severity, began: Slots.start(of: from),
                sentence: rules[0].sentence(came), evidence: Array(evidence.dropFirst()), observed: came,
                coveredBy: coveredBy + Finding.parents(.missingLeads, key.scope))
        }
        // What is graver by the detector than all that it is a part of is told by itself.
        if finding.severity <= severity { finding.coveredBy = coveredBy + finding.coveredBy }
        finding.severity = max(finding.severity, severity)
        finding.evidence += evidence
        return finding
    }
}

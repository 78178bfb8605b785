package import Domain
import Monitoring

extension Configuration {
    /// Whether what a finding is about is still in the configuration.
    package func watches(_ finding: Finding) -> Bool {
        switch finding.scope {
        case .relay, .channel: true
        case .client(let name):
            clients.contains { $0.name == name } && (finding.kind != .credentialEnds || hasPage(finding))
        case .group(let client, _): clients.contains { $0.name == client }
        case .source(let name): sources.contains { $0.name == name } && hasDestination(finding)
        case .destination(let name): destinations.contains { $0.name == name }
        case .platform(let name): destinations.contains { $0.platform.name == name }
        case .external(let name):
            finding.kind != .missingHeartbeat || monitoring.heartbeats.contains { $0.name == name }
        }
    }

    /// Whether the destination that skips leads is still there.
    private func hasDestination(_ finding: Finding) -> Bool {
        guard finding.kind == .skippedShare,
            let name = finding.evidence.first(where: { $0.name == MarkRule.destinationName })?.value
        else { return true }
        return destinations.contains { $0.name == name }
    }

    /// Whether the certificate of that finding is still that of a landing page.
    private func hasPage(_ finding: Finding) -> Bool {
        let page = finding.evidence.first { $0.name == CredentialRule.page }?.value
        return landingPages.contains { $0.client == finding.client && $0.address == page }
    }
}

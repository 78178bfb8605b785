package import Domain
package import Forwarding
package import Intake
package import Monitoring

/// What each part of the relay is told of the configuration.
extension Configuration {
    /// The rules in force.
    package var monitorSettings: Monitor.Settings {
        let watching = monitoring.watching
        return Monitor.Settings([
            Thresholds(watching), ForwardingRule(watching), UnclassifiedRule(watching), MarkRule(watching),
            UnknownKeyRule(watching), CredentialRule(watching), VolumeRule(),
        ])
    }

    /// How alerts behave; whom they are told to is somebody else's business.
    package func alertPolicy(keeping old: AlertPolicy) -> AlertPolicy {
        var policy = AlertPolicy(monitoring.alerts, old.routing, zones: .ofThisMachine)
        policy.actions = actions
        return policy
    }

    /// What is watched.
    package var watched: FactCollector.Settings {
        var settings = FactCollector.Settings()
        settings.clients = Set(clients.map(\.name))
        settings.sources = sources
        settings.destinations = destinations
        settings.heartbeats = monitoring.heartbeats
        settings.volume = volume
        settings.rules = monitoring.watching.common
        settings.quarantine = retention.quarantine
        settings.database = database
        return settings
    }

    /// Who is told of which alerts.
    package var alertRouting: AlertRouting {
        var routing = AlertRouting(
            notices.routes, channels: notices.channels, contacts: notices.contacts, turns: notices.turns,
            zones: .ofThisMachine)
        routing.patience = notices.patience
        routing.commonSteps = notices.commonSteps
        return routing
    }

    /// By what, and in which words.
    package var notifying: NotificationService.Settings {
        var settings = NotificationService.Settings(alertRouting)
        settings.channels = notices.channels
        settings.contacts = notices.contacts
        settings.deadMansSwitch = notices.deadMansSwitch.map { ($0.url, $0.every) }
        settings.console = publicURL
        settings.clients = Dictionary(
            clients.map { ($0.name, .init(title: $0.title, zone: $0.timeZone)) },
            uniquingKeysWith: { first, _ in first })
        settings.clientGroups = notices.clientGroups
        return settings
    }

    /// Which leads are taken, and from whom.
    package func intakeSettings(_ gate: SyntheticGate) -> IntakeSettings {
        IntakeSettings(
            sources: sources, trustedProxies: trustedProxies, maximumBatch: limits.batch,
            maximumUpload: max(limits.upload, limits.body), synthetic: gate)
    }

    /// By what they are judged; the key is the file's own.
    package func judgeSettings(fingerprintKey: [UInt8]) -> JudgeSettings {
        JudgeSettings(sources, destinations, groups: groups, fingerprintKey: fingerprintKey)
    }

    /// Where they go.
    package var dispatching: Dispatcher.Settings {
        let countries = sources.compactMap { source in source.country.map { (source.name, $0) } }
        return Dispatcher.Settings(
            destinations, countries: Dictionary(countries, uniquingKeysWith: { first, _ in first }),
            kinds: Dictionary(sources.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first }))
    }

    /// What the checklist asks, and where.
    package var checklist: ChecklistSettings {
        var settings = ChecklistSettings()
        settings.sources = sources
        settings.destinations = destinations
        for client in clients { settings.countries[client.name] = client.country }
        settings.pages = landingPages
        settings.controls = checks.controlHosts
        settings.publicAddress = checks.publicAddress
        settings.watchPagesEvery = checks.pagesEvery
        settings.syntheticEvery = checks.syntheticEvery
        return settings
    }
}

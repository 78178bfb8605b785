package import Configuration
package import Domain
package import Forwarding
package import Monitoring
package import Service
package import Store

/// The running relay for those who ask it something or have it do something: its parts, as they are.
package final class RelayContext: Sendable {
    package let ledger: Ledger
    /// What is in force.
    package let configuration: Locked<Configuration>
    package let clock: Clock
    package let log: Log
    package let started: Instant
    package let health: Health
    package let file: ConfigurationFile
    package let signIns: SignInState
    package let dispatcher: Dispatcher
    package let notifying: NotificationService
    package let preflight: PreflightWatch
    package let checks: ChecklistRunner
    package let monitor: Monitor
    package let volumes: WatchedVolumes
    /// Lines of the audit log that stand for many of the same.
    let sums = AuditSums()

    package init(
        _ ledger: Ledger, _ configuration: Locked<Configuration>, clock: Clock, log: Log, health: Health,
        file: ConfigurationFile, dispatcher: Dispatcher, notifying: NotificationService, preflight: PreflightWatch,
        checks: ChecklistRunner, monitor: Monitor, volumes: WatchedVolumes
    ) {
        self.ledger = ledger
        self.configuration = configuration
        self.clock = clock
        self.log = log
        self.health = health
        self.file = file
        signIns = SignInState()
        self.dispatcher = dispatcher
        self.notifying = notifying
        self.preflight = preflight
        self.checks = checks
        self.monitor = monitor
        self.volumes = volumes
        started = Instant(milliseconds: clock.milliseconds())
    }

    package var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    /// Where people reach the console.
    package var publicURL: String {
        let (url, address) = configuration.withLock { ($0.publicURL, $0.listen[0]) }
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
        return url ?? "http://\(Configuration.ListenAddress(host: host, port: address.port))"
    }

    /// What somebody may know who sees these clients.
    package func view(of clients: ClientScope) -> ClientView {
        ClientView(clients: clients, configuration: configuration.withLock { $0 })
    }
}

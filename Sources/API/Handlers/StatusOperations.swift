import Configuration
import Domain
import Forwarding
import HTTP
import Intake
import Monitoring
import Service
import Store

/// How the relay does, and what happened to one lead.
enum StatusOperations {
    static let all: [any AnyHandler] = [Handlers.status, Handlers.audit, Handlers.backup]

    // MARK: What is going on

    @Sendable static func status(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> StatusDocument {
        let problems = relay.health.problems
        let view = relay.view(of: call.clients)
        let seesAll = call.clients.isAll
        let store = relay.ledger
        let closing = try reader.closingWindows(at: relay.now).filter { view.shows(destination: $0.destination) }
        let groups = try reader.quarantineGroups().filter { view.shows(source: $0.source) }
        return StatusDocument(
            version: Version.current, startedAt: relay.started,
            uptimeSeconds: (relay.now - relay.started).components.seconds, ready: problems.isEmpty,
            problems: problems, configuration: seesAll ? configuration(relay) : nil,
            lastBackup: seesAll ? store.lastBackup : nil,
            store: seesAll
                ? StatusDocument.StoreState(
                    commits: store.pulse.commits, rows: store.pulse.rows, waitingRows: store.waitingRows) : nil,
            sources: BooksDocuments.sources(store.books, view),
            destinations: BooksDocuments.destinations(
                store.books, store.deliveries.lanes, relay.dispatcher.lanes, view),
            alerts: MonitorDocuments.open(store.alerts.open, call.clients),
            monitor: seesAll ? try MonitorDocuments.pulse(relay, reader) : nil,
            reach: seesAll ? try ChannelOperations.reach(relay, reader) : ReachDocument(),
            preflight: relay.preflight.reports.filter { view.shows(destination: $0.destination) }
                .map(PreflightDocument.init),
            closing: closing.map(ClosingDocument.init), hours: try SourceHours.hours(relay.now, view, reader),
            oddities: try SourceOperations.oddities(relay, view, reader),
            quarantine: QuarantineOperations.groups(groups, relay))
    }

    /// Which file is in force since when, and what came of the last attempt to read it again.
    private static func configuration(_ relay: RelayContext) -> StatusDocument.ConfigurationState {
        let origin = relay.file.origin.withLock { $0 }
        let reload = relay.file.reload.withLock { $0 }
        return StatusDocument.ConfigurationState(
            file: origin?.file, readAt: origin?.readAt, reloadAt: reload?.at, refusal: reload?.refusal)
    }

    @Sendable static func audit(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AuditDocument {
        let audit = try reader.audit()
        let view = relay.view(of: call.clients)
        return AuditDocument(
            balanced: audit.isBalanced, faults: audit.faults, sources: BooksDocuments.sources(audit.books, view),
            destinations: BooksDocuments.destinations(
                audit.books, relay.ledger.deliveries.lanes, relay.dispatcher.lanes, view))
    }
}

extension Handlers {
    package static let status = Handler(Operations.status, StatusOperations.status)
    package static let audit = Handler(Operations.audit, StatusOperations.audit)
    package static let backup = Handler(Operations.backup, BackupOperation.run)
}

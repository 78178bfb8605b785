import API
import Configuration
import Curl
import Domain
import Intake
import Monitoring
import Service
import Store

/// The checklist wired to this process: what intake has refused, how the store does, where test leads go.
final class Checks: Sendable {
    let runner: ChecklistRunner
    let gate: SyntheticGate
    private let reports: ReportSender
    /// Of its own: a mail server that has stopped talking holds up everything else of the same `Transfers`.
    private let mail = Transfers(userAgent: "leadrelay/\(Version.current)")
    private let transfers: Transfers
    private let address: Locked<String>
    private let leads: SyntheticLeads
    private let configuration: Locked<Configuration>

    init(
        _ ledger: Ledger, _ configuration: Locked<Configuration>, gate: SyntheticGate, counters: IntakeCounters,
        clock: Clock, steady: @escaping @Sendable () -> Duration = { Clock.monotonic }, log: Log
    ) {
        self.gate = gate
        // Of its own, so that a page that hangs takes no connection from a platform.
        transfers = Transfers(
            maximumConnectionsPerHost: 4, userAgent: "Mozilla/5.0 (compatible; LeadRelay/\(Version.current))")
        address = Locked("")
        self.configuration = configuration
        let synthetic = SyntheticLeads(gate, ledger.validation, web: transfers, clock: clock)
        leads = synthetic
        var sources = Collectors.Sources()
        sources.refusals = { Self.refusals(counters) }
        sources.storage = {
            ChecklistFacts.StorageFacts(isFull: ledger.isFull, isBroken: ledger.failure != nil)
        }
        sources.synthetic = { [address] source in
            let place = address.withLock { $0 }
            return place.isEmpty ? nil : synthetic.send(for: source, to: place)
        }
        reports = ReportSender(ledger, mail, clock: clock, log: log) { client, week, zone in
            let configuration = configuration.withLock { $0 }
            let one = configuration.clients.first { $0.name == client }
            return try WeeklyReports.make(
                one, week, zone, for: one?.reportsFor ?? .team, configuration, ledger, try ledger.reader())
        }
        let collectors = Collectors(ledger, web: transfers, sources: sources, clock: clock, log: log)
        runner = ChecklistRunner(
            ledger, collectors, settings: ChecklistSettings(), clock: clock, steady: steady, log: log)
    }

    /// `port`: where the first listener listens, for a relay without a public address.
    func configure(_ configuration: Configuration, port: UInt16) {
        var settings = configuration.checklist
        if settings.publicAddress.isEmpty, port != 0 { settings.publicAddress = "http://127.0.0.1:\(port)" }
        address.withLock { $0 = settings.publicAddress }
        runner.configure(settings)
        reports.configure(configuration.reportOrders)
    }

    func start() {
        runner.start()
        reports.start()
    }

    /// Sends a test lead for a source and waits for what comes of it; `nil` if there is no such source.
    func synthetic(_ source: String) -> ChecklistFacts.SyntheticFacts? {
        let sources = configuration.withLock { $0.sources }
        return sources.first { $0.name == source }.flatMap { leads.send(for: $0, to: address.withLock { $0 }) }
    }

    func stop() {
        runner.beginStopping()
        transfers.stop()
        mail.stop()
        runner.stop()
        reports.stop()
    }

    private static func refusals(_ counters: IntakeCounters) -> [ChecklistFacts.RefusalFacts] {
        counters.snapshot.refusals.all.map { key, record in
            ChecklistFacts.RefusalFacts(
                key.kind.rawValue, status: key.kind.status, source: key.source, host: key.host, isOfMatter: false,
                count: record.count, first: record.first, last: record.last)
        }.sorted { ($0.reason, $0.source ?? "", $0.host ?? "") < ($1.reason, $1.source ?? "", $1.host ?? "") }
    }
}

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
    private let relay: Relay

    init(
        _ relay: Relay, gate: SyntheticGate, counters: IntakeCounters,
        steady: @escaping @Sendable () -> Duration = { Clock.monotonic }, log: Log
    ) {
        self.gate = gate
        // Of its own, so that a page that hangs takes no connection from a platform.
        transfers = Transfers(
            maximumConnectionsPerHost: 4, userAgent: "Mozilla/5.0 (compatible; LeadRelay/\(Version.current))")
        address = Locked("")
        self.relay = relay
        let synthetic = SyntheticLeads(gate, ledger: relay.ledger, web: transfers, clock: relay.clock)
        leads = synthetic
        var sources = Collectors.Sources()
        sources.refusals = { Self.refusals(counters) }
        sources.storage = {
            ChecklistFacts.StorageFacts(isFull: relay.ledger.isFull, isBroken: relay.ledger.failure != nil)
        }
        sources.synthetic = { [address] source in
            let place = address.withLock { $0 }
            return place.isEmpty ? nil : synthetic.send(for: source, to: place)
        }
        reports = ReportSender(relay.ledger, mail, clock: relay.clock, log: log) { client, week, zone in
            let clients = relay.configuration.withLock { $0.clients }
            let one = clients.first { $0.name == client }
            return try WeeklyReports.make(
                one, week, zone, for: one?.reportsFor ?? .team, relay, try relay.ledger.reader())
        }
        let collectors = Collectors(relay.ledger, web: transfers, sources: sources, clock: relay.clock, log: log)
        runner = ChecklistRunner(
            relay.ledger, collectors, settings: ChecklistSettings(), clock: relay.clock, steady: steady, log: log)
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
        let sources = relay.configuration.withLock { $0.sources }
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

extension Configuration {
    var checklist: ChecklistSettings {
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

    /// What differs from another configuration, in the words of the file: for a marker.
    func differences(from old: Configuration) -> [String] {
        var found: [String] = []
        func compare<Item: Equatable>(
            _ name: String, _ old: [Item], _ new: [Item], _ key: (Item) -> String,
            _ parts: (Item, Item) -> [String] = { _, _ in [""] }
        ) {
            let before = Dictionary(old.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
            let now = Dictionary(new.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
            for item in now.keys.sorted() where before[item] != now[item] {
                guard let old = before[item], let new = now[item] else {
                    found.append("\(name).\(item) added")
                    continue
                }
                found += parts(old, new).map { "\(name).\(item)\($0) changed" }
            }
            for item in before.keys.sorted() where now[item] == nil { found.append("\(name).\(item) removed") }
        }
        compare("clients", old.clients, clients, \.name)
        compare("sources", old.sources, sources, \.name) { $0.settings(differentFrom: $1) }
        compare("destinations", old.destinations, destinations, \.name)
        found += Self.scoped("groups", old.groups, groups, \.client)
        found += Self.scoped("landing_pages", old.landingPages, landingPages) { $0.client }
        return found
    }

    /// What of a list differs whose items are one client's or everybody's: `groups.acme changed`, or `groups changed`.
    /// Of each client's items and everybody's the order counts.
    private static func scoped<Item: Equatable>(
        _ name: String, _ old: [Item], _ new: [Item], _ client: (Item) -> String?
    ) -> [String] {
        func seen(_ items: [Item], by name: String?) -> [Item] {
            items.filter { client($0) == nil || client($0) == name }
        }
        if seen(old, by: nil) != seen(new, by: nil) { return ["\(name) changed"] }
        return Set((old + new).compactMap(client)).sorted().filter { seen(old, by: $0) != seen(new, by: $0) }.map {
            "\(name).\($0) changed"
        }
    }
}

extension Source {
    /// Which of `SourceSettings` differ, each after a dot; with an empty one if anything else does.
    fileprivate func settings(differentFrom other: Source) -> [String] {
        var found: [String] = []
        var rest = other
        func compare<Value: Equatable>(_ name: String, _ setting: WritableKeyPath<Source, Value>) {
            guard self[keyPath: setting] != other[keyPath: setting] else { return }
            found.append("." + name)
            rest[keyPath: setting] = self[keyPath: setting]
        }
        compare("keys", \.keys)
        compare("origins", \.origins)
        compare("rate", \.rate)
        compare("address_rate", \.addressRate)
        compare("mapping", \.mapping)
        return rest == self ? found : found + [""]
    }
}

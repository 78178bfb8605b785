import API
import Configuration
import Domain
import Forwarding
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What Prometheus reads, in its text format 0.0.4. Everything comes from counters in memory: a scrape costs the same
/// whatever the file holds.
final class Metrics: Sendable {
    private let relay: RelayContext
    private let facts: FactCollector
    private let intake: IntakeCounters
    /// Which deliveries have little time left, as housekeeping saw it in its last round.
    private let closing: Locked<[ClosingWindows]>
    private let server = Locked<Server?>(nil)

    init(
        _ relay: RelayContext, facts: FactCollector, intake: IntakeCounters, closing: Locked<[ClosingWindows]>
    ) {
        self.relay = relay
        self.facts = facts
        self.intake = intake
        self.closing = closing
    }

    func watch(_ server: Server) { self.server.withLock { $0 = server } }

    var text: String {
        var page = MetricsPage()
        process(&page)
        http(&page)
        intake(&page)
        store(&page)
        books(&page)
        lanes(&page)
        Self.channels(&page, relay.notifying.reports)
        monitoring(&page)
        return page.text
    }

    private func process(_ page: inout MetricsPage) {
        page.family("leadrelay_build_info", .gauge, "The version that is running.")
        page.sample(1, ["version": Version.current])
        page.family("leadrelay_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
        page.sample(Double(relay.started.milliseconds) / 1000)
        page.family("leadrelay_ready", .gauge, "Whether the relay is ready for traffic.")
        page.sample(relay.health.problems.isEmpty ? 1 : 0)
        page.family(
            "leadrelay_config_last_reload_successful", .gauge,
            "Whether the last reading of the configuration succeeded.")
        page.sample(relay.file.reload.withLock { $0?.refusal } == nil ? 1 : 0)
        if let read = relay.file.origin.withLock({ $0 })?.readAt {
            page.family(
                "leadrelay_config_last_reload_success_timestamp_seconds", .gauge,
                "When the configuration in force was read, in seconds since 1970.")
            page.sample(Double(read.milliseconds) / 1000)
        }
        if let backup = relay.ledger.lastBackup {
            page.family(
                "leadrelay_last_backup_timestamp_seconds", .gauge,
                "When a backup was last made and kept, in seconds since 1970; only if there was one.")
            page.sample(Double(backup.milliseconds) / 1000)
        }
    }

    private func http(_ page: inout MetricsPage) {
        guard let counters = server.withLock({ $0 })?.counters else { return }
        page.family("leadrelay_http_connections_total", .counter, "Connections accepted.")
        page.sample(Double(counters.accepted))
        page.family("leadrelay_http_connections_open", .gauge, "Connections open now.")
        page.sample(Double(counters.open))
        page.family("leadrelay_http_requests_total", .counter, "Requests read completely.")
        page.sample(Double(counters.requests))
        page.family(
            "leadrelay_http_refusals_total", .counter, "Requests and connections that the server itself refused.")
        for refusal in Refusal.allCases {
            if let count = counters.refusals[refusal] { page.sample(Double(count), ["reason": refusal.rawValue]) }
        }
    }

    private func intake(_ page: inout MetricsPage) {
        let counts = intake.snapshot
        var classes: [Int: Int] = [2: counts.requests, 4: 0, 5: 0]
        for (kind, count) in counts.problems { classes[kind.status / 100, default: 0] += count }
        page.family("leadrelay_intake_requests_total", .counter, "Requests to intake, by class of answer.")
        for (group, count) in classes.sorted(by: { $0.key < $1.key }) {
            page.sample(Double(count), ["class": "\(group)xx"])
        }
        page.family(
            "leadrelay_intake_problems_total", .counter, "Rejected requests, by problem type.")
        for kind in Problem.Kind.allCases {
            if let count = counts.problems[kind] { page.sample(Double(count), ["type": kind.rawValue]) }
        }
        page.family(
            "leadrelay_intake_refused_total", .counter,
            "Rejected requests, by source (empty: no valid key) and problem type.")
        for (source, kinds) in counts.refused.sorted(by: { $0.key < $1.key }) where !Source.isSynthetic(source) {
            for (kind, count) in kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                page.sample(Double(count), ["source": source, "type": kind.rawValue])
            }
        }
        page.family("leadrelay_intake_events_total", .counter, "Lead events acknowledged since the process started.")
        for (source, count) in counts.accepted.sorted(by: { $0.key < $1.key }) {
            page.sample(Double(count), ["source": source])
        }
        page.family(
            "leadrelay_intake_replays_total", .counter, "Requests answered again because of their Idempotency-Key.")
        for (source, count) in counts.replayed.sorted(by: { $0.key < $1.key }) {
            page.sample(Double(count), ["source": source])
        }
        page.family(
            "leadrelay_intake_redirects_refused_total", .counter, "Form posts whose redirect is not on the allow-list.")
        page.sample(Double(counts.refusedRedirects))
    }

    private func store(_ page: inout MetricsPage) {
        let pulse = relay.ledger.pulse
        page.family("leadrelay_store_waiting_rows", .gauge, "Rows that wait for the writer.")
        page.sample(Double(relay.ledger.waitingRows))
        page.family(
            "leadrelay_ids_ahead_seconds", .gauge, "How far ids run ahead of the clock, because it was ahead once.")
        page.sample(relay.ledger.inbox.idsAhead.inSeconds)
        page.family("leadrelay_store_rows_total", .counter, "Rows inserted, changed or deleted.")
        page.sample(Double(pulse.rows))
        page.family("leadrelay_store_commit_seconds", .histogram, "How long commits take, fsync included.")
        page.histogram(pulse.commitTimes, WriterStats.bounds, sum: pulse.totalCommitTime, [])
        page.family("leadrelay_store_checkpoints_total", .counter, "Times the log was copied into the database.")
        page.sample(Double(pulse.checkpoints))
        page.family("leadrelay_store_checkpoint_longest_seconds", .gauge, "The longest checkpoint so far.")
        page.sample(pulse.longestCheckpoint.inSeconds)
        let path = relay.configuration.withLock { $0.database }
        page.family("leadrelay_store_database_bytes", .gauge, "Size of the database file.")
        page.sample(Double(Files.size(of: path) ?? 0))
        page.family("leadrelay_store_wal_bytes", .gauge, "Size of the write-ahead log's file.")
        page.sample(Double(Files.size(of: path + "-wal") ?? 0))
        page.family("leadrelay_store_wal_pages", .gauge, "Pages in the write-ahead log after the last commit.")
        page.sample(Double(pulse.walPages))
    }

    private func monitoring(_ page: inout MetricsPage) {
        let pulse = relay.monitor.pulse
        page.family("leadrelay_monitor_cycles_total", .counter, "Cycles of the monitor, by how they ended.")
        page.sample(Double(pulse.cycles), ["end": "whole"])
        page.sample(Double(pulse.failures), ["end": "failed"])
        page.family(
            "leadrelay_monitor_last_cycle_seconds", .gauge, "When the monitor last did a whole cycle, since 1970.")
        page.sample(Double(pulse.last?.milliseconds ?? 0) / 1000)
        page.family("leadrelay_monitor_cycle_duration_seconds", .gauge, "How long its last whole cycle took.")
        page.sample(pulse.took.inSeconds)
        let groups = relay.volumes.groupCounts
        page.family(
            "leadrelay_monitor_groups", .gauge,
            "Campaign groups that are watched by themselves, and those beyond the limit, which are counted together.")
        page.sample(Double(groups.watched), ["watched": "yes"])
        page.sample(Double(groups.unwatched), ["watched": "no"])
        let open = relay.ledger.alerts.open
        let configuration = relay.configuration.withLock { $0 }
        Self.open(&page, open, clients: Set(configuration.clients.map(\.name)))
        Self.owners(&page, configuration)
        Self.watch(&page, facts.lastSample)
    }

    private func books(_ page: inout MetricsPage) {
        let books = relay.ledger.books
        let flow: [Tally] = [.received, .duplicate, .lead, .discarded]
        page.family(
            "leadrelay_events_total", .counter,
            "Events by source and state, since installation.")
        for source in books.sources where !Source.isSynthetic(source) {
            for tally in flow {
                page.sample(Double(books[tally, source: source]), ["source": source, "state": tally.name])
            }
        }
        page.family("leadrelay_events", .gauge, "Events that wait in the inbox or in quarantine, by source.")
        for source in books.sources where !Source.isSynthetic(source) {
            for tally in [Tally.inbox, .quarantined] {
                page.sample(Double(books[tally, source: source]), ["source": source, "state": tally.name])
            }
        }
        let ends: [Tally] = [.delivered, .rejected, .expired, .skipped, .erased]
        page.family(
            "leadrelay_deliveries_total", .counter, "Deliveries by destination and outcome, since installation.")
        for destination in books.destinations where relay.ledger.deliveries.lane(destination) != nil {
            for tally in ends {
                // What went out again had ended once: a counter never falls.
                let replayed = tally.replayed.map { books.total($0, destination: destination) } ?? 0
                page.sample(
                    Double(books.total(tally, destination: destination) + replayed),
                    ["destination": destination, "outcome": tally.name])
            }
        }
        page.family("leadrelay_replays_total", .counter, "Deliveries that somebody had sent again, by outcome.")
        for destination in books.destinations where relay.ledger.deliveries.lane(destination) != nil {
            for tally in ends + [.sent] {
                guard let replayed = tally.replayed else { continue }
                page.sample(
                    Double(books.total(replayed, destination: destination)),
                    ["destination": destination, "outcome": tally.name])
            }
        }
        page.family("leadrelay_deliveries", .gauge, "Deliveries that are open, or sent and not confirmed yet.")
        for destination in books.destinations where relay.ledger.deliveries.lane(destination) != nil {
            for tally in [Tally.open, .sent] {
                page.sample(
                    Double(books.total(tally, destination: destination)),
                    ["destination": destination, "state": tally.name])
            }
        }
    }

    private func lanes(_ page: inout MetricsPage) {
        page.family("leadrelay_lane_state", .gauge, "1 for the state that the destination's lane is in.")
        // One that is not configured any more has no state: nothing is sent there.
        let configured = Set(relay.configuration.withLock { $0.destinations.map(\.name) })
        for lane in relay.ledger.deliveries.lanes where configured.contains(lane.name) {
            for state in LaneState.allCases {
                page.sample(lane.state == state ? 1 : 0, ["destination": lane.name, "state": state.rawValue])
            }
        }
        let reports = relay.dispatcher.lanes
        page.family("leadrelay_breaker_state", .gauge, "1 for the state that the lane's circuit breaker is in.")
        for report in reports {
            for state in ["closed", "open", "half_open"] {
                page.sample(report.breaker.word == state ? 1 : 0, ["destination": report.destination, "state": state])
            }
        }
        page.family("leadrelay_lane_requests_in_flight", .gauge, "Requests to the platform under way.")
        for report in reports { page.sample(Double(report.inFlightRequests), ["destination": report.destination]) }
        Self.grants(&page, reports)
        Self.testEvents(&page, reports)
        Self.preflights(&page, relay.preflight.reports)
        Self.closing(&page, closing.withLock { $0 })
        attempts(&page, reports)
        requestTimes(&page, reports)
    }

    /// Only of lanes whose grant has an end.
    static func grants(_ page: inout MetricsPage, _ reports: [LaneReport]) {
        page.family(
            "leadrelay_credential_expiry_timestamp_seconds", .gauge,
            "When the refresh token of a destination expires, in seconds since 1970; only if it does.")
        for report in reports {
            if let end = report.grantEnds { page.sample(Double(end.seconds), ["destination": report.destination]) }
        }
    }

    /// Only of lanes with a code for tests.
    static func testEvents(_ page: inout MetricsPage, _ reports: [LaneReport]) {
        page.family(
            "leadrelay_test_event_code_expiry_timestamp_seconds", .gauge,
            "When the destination's test_event_code ends, in seconds since 1970; only if it has one.")
        for report in reports {
            if let end = report.testEventsUntil {
                page.sample(Double(end.seconds), ["destination": report.destination])
            }
        }
    }

    private func attempts(_ page: inout MetricsPage, _ reports: [LaneReport]) {
        page.family("leadrelay_attempts_total", .counter, "Attempts to deliver by outcome, since the process started.")
        for report in reports {
            for outcome in Outcome.allCases {
                page.sample(
                    Double(report.tallies.count(outcome)),
                    ["destination": report.destination, "outcome": outcome.rawValue])
            }
        }
        page.family("leadrelay_retries_total", .counter, "Attempts that are repeated, by cause.")
        for report in reports {
            for cause in Verdict.Cause.allCases {
                page.sample(
                    Double(report.tallies.count(cause)), ["destination": report.destination, "cause": cause.rawValue])
            }
        }
        page.family(
            "leadrelay_platform_requests_failed_total", .counter, "Requests to the platform that failed.")
        for report in reports {
            page.sample(Double(report.tallies.failedRequests), ["destination": report.destination])
        }
    }

    private func requestTimes(_ page: inout MetricsPage, _ reports: [LaneReport]) {
        page.family("leadrelay_platform_request_seconds", .histogram, "How long requests to the platform take.")
        for report in reports {
            page.histogram(
                report.tallies.requestTimes.map(Int64.init), Tallies.bounds, sum: report.tallies.requestTime,
                [(key: "destination", value: report.destination)])
        }
    }
}

extension Breaker.State {
    /// For metrics and pages.
    var word: String {
        switch self {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half_open"
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Writes the text format: families with their help and type, samples with labels.
struct MetricsPage {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""
    private var name = ""
    private var header = ""

    /// Everything up to the next family belongs to this one. A family without samples is not written.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        header = "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        sample(value, Array(labels), suffix: "")
    }

    /// Counts by the bound that they fit under; the last one is for what is above all bounds.
    mutating func histogram(
        _ counts: [Int64], _ bounds: [Duration], sum: Duration, _ labels: [(key: String, value: String)]
    ) {
        var total: Int64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? Self.number(bounds[index].inSeconds) : "+Inf"
            sample(Double(total), labels + [("le", bound)], suffix: "_bucket")
        }
        sample(sum.inSeconds, labels, suffix: "_sum")
        sample(Double(total), labels, suffix: "_count")
    }

    private mutating func sample(_ value: Double, _ labels: [(key: String, value: String)], suffix: String) {
        text += header + name + suffix
        header = ""
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

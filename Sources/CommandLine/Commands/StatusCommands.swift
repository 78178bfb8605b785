import API
import Configuration
import Domain
import Service
import Store

extension Command {
    static let status = Command(
        name: "status",
        usage: Usage(
            summary: "show the relay's sources, destinations and quarantine",
            options: AdminOptions.all,
            notes: ["Ends with 1 if the relay is not ready for traffic, or if there is none."],
            examples: ["leadrelay status", "leadrelay status --json --socket /run/leadrelay/admin.sock"])
    ) { arguments, terminal in
        let answer = try AdminOptions.client(arguments, terminal).ask(Operations.status)
        let status = try answer.document()
        _ = try answer.show(arguments, terminal, StatusText.page)
        return status.ready ? .good : .notGood
    }

    static let audit = Command(
        name: "audit",
        usage: Usage(
            summary: "verify the books against every table",
            options: AdminOptions.all,
            notes: [
                "For each source: received = inbox + quarantined + discarded + duplicate + lead.",
                """
                For each source and destination: owed = open + sent + delivered + rejected + expired + skipped + \
                erased.
                """,
                "Reads the whole database while the relay goes on. Exit status 1 if the books do not balance.",
            ],
            examples: ["leadrelay audit"])
    ) { arguments, terminal in
        let answer = try AdminOptions.client(arguments, terminal).ask(Operations.audit)
        let audit = try answer.document()
        if arguments.has("json") {
            terminal.output(answer.json.pretty + "\n")
        } else {
            let books = StatusText.books(audit.sources, audit.destinations)
            terminal.print(books + (audit.balanced ? "\nThe books balance.\n" : ""))
            for fault in audit.faults { terminal.errors("\(fault)\n") }
            if !audit.balanced { terminal.errors("The books do not balance.\n") }
        }
        return audit.balanced ? .good : .notGood
    }
}

/// What the relay says of itself, as text for people.
enum StatusText {
    /// When the first lead expires. What is counted is the quarter of an hour, so that only its end is certain.
    private static func first(_ next: Instant?) -> String {
        guard let next else { return "the first soon" }
        return "the first by \((next + ClosingWindows.precision).rfc3339Seconds)"
    }

    static func page(_ status: StatusDocument) -> Page {
        var text: Page = "leadrelay \(status.version), up \(duration(status.uptimeSeconds))"
        text += status.ready ? ", ready\n" : ", NOT READY\n"
        for problem in status.problems { text += "  ! \(problem)\n" }
        if let configuration = status.configuration, let refusal = configuration.refusal {
            text +=
                "  ! the configuration was read again \(configuration.reloadAt?.rfc3339Seconds ?? "") and not taken: "
                + "\(refusal); the one of \(configuration.readAt?.rfc3339Seconds ?? "") stays in force\n"
        }
        if let store = status.store {
            text +=
                "store: \(store.commits) commits, \(store.waitingRows) rows waiting, "
                + "last backup \(status.lastBackup?.rfc3339Seconds ?? "never")\n"
        }
        text += "\n" + books(status.sources, status.destinations)
        for windows in status.closing {
            // The shortest time in which something is lost says most.
            let spans = [(windows.within1h, "1h"), (windows.within9h, "9h"), (windows.within1d, "1d")]
            guard let (count, span) = spans.first(where: { $0.0 > 0 }) else { continue }
            text +=
                """
                  ! \(count) \(count == 1 ? "lead expires" : "leads expire") at \(windows.destination) within \
                \(span), 
                """
                + first(windows.next) + "\n"
        }
        for report in status.preflight {
            for finding in report.findings where finding.grade != .ok {
                text += "  ! \(report.destination): \(finding.words). \(finding.remedy)\n"
            }
        }
        for line in status.oddities { text += "  \(line.source): \(line.words)\n" }
        text += monitor(status)
        if !status.quarantine.isEmpty {
            var table = TextTable(["quarantine", "source", "count", "oldest", "kept until"])
            for group in status.quarantine {
                table.append([
                    group.reason, group.source, "\(group.count)", group.first.rfc3339Seconds,
                    group.keptUntil.rfc3339Seconds + (group.endsSoon ? " (soon)" : ""),
                ])
            }
            text += "\n" + Page(table)
        }
        return text
    }

    /// The monitor's pulse, what is open, and who cannot be told.
    private static func monitor(_ status: StatusDocument) -> String {
        guard let monitor = status.monitor else { return "" }
        var text = "\nmonitor: "
        if let seconds = monitor.secondsAgo {
            text += "last looked \(duration(seconds)) ago, \(monitor.groups) groups watched"
            if monitor.unwatchedGroups > 0 { text += " (\(monitor.unwatchedGroups) others as one)" }
        } else {
            text += "not checked yet"
        }
        let alerts = status.alerts
        let open = [(alerts.critical, "critical"), (alerts.warning, "warning"), (alerts.info, "info")]
            .compactMap { count, severity in count > 0 ? "\(count) \(severity)" : nil }
        text += open.isEmpty ? ", no alert is open\n" : "; open alerts: \(open.joined(separator: ", "))\n"
        if !monitor.failure.isEmpty { text += "  ! it could not look: \(monitor.failure)\n" }
        let owed = monitor.noticesOwed
        if owed > 0 {
            let since = monitor.oldestNotice.map { ", the oldest since \($0.rfc3339Seconds)" } ?? ""
            text += "  \(owed) \(owed == 1 ? "message" : "messages") about alerts still to be sent\(since)\n"
        }
        for channel in status.reach.channels ?? [] where [.broken, .failing].contains(channel.state) {
            text += "  ! \(channel.name) is \(channel.state.rawValue): \(channel.reason)"
            text += channel.waiting > 0 ? " (\(channel.waiting) messages wait)\n" : "\n"
        }
        return text
    }

    static let intake = ["received", "inbox", "quarantined", "discarded", "duplicate", "lead"]
    static let delivery = ["owed", "open", "sent", "delivered", "rejected", "expired", "skipped", "erased"]

    /// Sources, and for each destination its lane and what became of what it is owed.
    static func books(
        _ sources: [SourceCounts], _ destinations: [DestinationDocument],
        now: Instant = Instant(milliseconds: Clock.system.milliseconds())
    ) -> Page {
        var received = TextTable(["source"] + intake)
        for source in sources {
            let counts = source.counts
            received.append(
                [source.name]
                    + [
                        counts.received, counts.inbox, counts.quarantined, counts.discarded, counts.duplicate,
                        counts.lead,
                    ].map { "\($0)" })
        }
        var outcomes = TextTable(["destination", "lane"] + delivery)
        for destination in destinations {
            let counts = destination.counts
            let lane = destination.configured ? destination.state?.rawValue ?? "" : "not configured"
            outcomes.append(
                [destination.name, lane]
                    + [
                        counts.owed, counts.open, counts.sent, counts.delivered, counts.rejected, counts.expired,
                        counts.skipped, counts.erased,
                    ].map { "\($0)" })
        }
        var page = received.isEmpty ? "no source has sent anything yet\n" : Page(received)
        if !outcomes.isEmpty { page += "\n" + Page(outcomes) }
        for remark in destinations.flatMap({ remarks($0, now) }) { page += "  \(remark)\n" }
        return page
    }

    /// What keeps a destination from sending, or will.
    private static func remarks(_ destination: DestinationDocument, _ now: Instant) -> [String] {
        let name = destination.name
        var lines: [String] = []
        if !destination.configured, destination.counts.open > 0 {
            lines.append(GoneDestination.words(name, owed: destination.counts.open))
        }
        if let breaker = destination.breaker, breaker != .closed {
            lines.append(
                "\(name): its platform does not answer; tries again in a moment (breaker \(breaker.rawValue))")
        }
        if let until = destination.restsUntil {
            let reason = destination.restsBecause ?? DeliveryWording.rateLimited
            lines.append("\(name): \(reason) until \(until.rfc3339Seconds)")
        }
        if let end = destination.grantEnds {
            lines.append(
                "\(name): its refresh token ends \(end.rfc3339Seconds); publish the OAuth app or grant access anew")
        }
        if let until = destination.testEventsUntil {
            let time = until.rfc3339Seconds
            lines.append(
                until <= now
                    ? """
                    \(name): its test_event_code ended \(time) and is not sent any more; take it out of the \
                    configuration
                    """
                    : "\(name): carries a test_event_code until \(time); its events count all the same")
        }
        if let reason = destination.reason, !reason.isEmpty {
            let since = destination.since?.rfc3339Seconds ?? ""
            lines.append("\(name): \(destination.state?.rawValue ?? "") since \(since): \(reason)")
        }
        return lines
    }

    static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}

import Configuration
import Service
import Domain
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
        let status = try AdminOptions.client(arguments, terminal).call("GET", "/api/status")
        if arguments.has("json") {
            terminal.output(status.pretty + "\n")
        } else {
            terminal.output(StatusText.page(status))
        }
        return status["ready"]?.bool == true ? .good : .notGood
    }

    static let audit = Command(
        name: "audit",
        usage: Usage(
            summary: "verify the books against every table",
            options: AdminOptions.all,
            notes: [
                "For each source: received = inbox + quarantined + discarded + duplicate + lead.",
                "For each source and destination: owed = open + sent + delivered + rejected + expired + skipped + erased.",
                "Reads the whole database while the relay goes on. Exit status 1 if the books do not balance.",
            ],
            examples: ["leadrelay audit"])
    ) { arguments, terminal in
        let audit = try AdminOptions.client(arguments, terminal).call("GET", "/api/audit")
        let isBalanced = audit["balanced"]?.bool == true
        if arguments.has("json") {
            terminal.output(audit.pretty + "\n")
        } else {
            terminal.output(StatusText.books(audit))
            terminal.output(isBalanced ? "\nThe books balance.\n" : "")
            for fault in audit["faults"]?.array ?? [] { terminal.errors("\(fault.string ?? "")\n") }
            if !isBalanced { terminal.errors("The books do not balance.\n") }
        }
        return isBalanced ? .good : .notGood
    }
}

/// The relay's JSON as text for people.
enum StatusText {
    /// When the first lead expires. What is counted is the quarter of an hour, so that only its end is certain.
    private static func first(_ next: String?) -> String {
        guard let begin = next.flatMap(Instant.init(rfc3339:)) else { return "the first soon" }
        return "the first by \((begin + ClosingWindows.precision).rfc3339Seconds)"
    }

    static func page(_ status: JSON) -> String {
        var text =
            "leadrelay \(status["version"]?.string ?? "?"), up \(duration(status["uptime_seconds"]?.integer ?? 0))"
        text += status["ready"]?.bool == true ? ", ready\n" : ", NOT READY\n"
        for problem in status["problems"]?.array ?? [] { text += "  ! \(problem.string ?? "")\n" }
        if let refusal = status["configuration"]?["refusal"]?.string {
            text +=
                "  ! the configuration was read again \(status["configuration"]?["reload_at"]?.string ?? "") and not taken: "
                + "\(refusal); the one of \(status["configuration"]?["read_at"]?.string ?? "") stays in force\n"
        }
        if let store = status["store"] {
            text +=
                "store: \(store["commits"]?.integer ?? 0) commits, \(store["waiting_rows"]?.integer ?? 0) rows waiting, "
                + "last backup \(status["last_backup"]?.string ?? "never")\n"
        }
        text += "\n" + books(status)
        for windows in status["closing"]?.array ?? [] {
            // The shortest time in which something is lost says most.
            let soonest = ClosingWindows.spans.first { (windows["within_\($0.configured)"]?.integer ?? 0) > 0 }
            guard let soonest, let count = windows["within_\(soonest.configured)"]?.integer else { continue }
            text +=
                "  ! \(count) \(count == 1 ? "lead expires" : "leads expire") at "
                + "\(windows["destination"]?.string ?? "") within \(soonest.configured), "
                + first(windows["next"]?.string) + "\n"
        }
        for report in status["preflight"]?.array ?? [] where report["grade"]?.string != "ok" {
            for finding in report["findings"]?.array ?? [] where finding["grade"]?.string != "ok" {
                text +=
                    "  ! \(report["destination"]?.string ?? ""): \(finding["words"]?.string ?? ""). "
                    + "\(finding["remedy"]?.string ?? "")\n"
            }
        }
        for line in status["oddities"]?.array ?? [] {
            text += "  \(line["source"]?.string ?? ""): \(line["words"]?.string ?? "")\n"
        }
        text += monitor(status)
        let quarantine = status["quarantine"]?.array ?? []
        if !quarantine.isEmpty {
            var table = TextTable(["quarantine", "source", "count", "oldest", "kept until"])
            for group in quarantine {
                table.append([
                    group["reason"]?.string ?? "", group["source"]?.string ?? "", "\(group["count"]?.integer ?? 0)",
                    group["first"]?.string ?? "",
                    (group["kept_until"]?.string ?? "") + (group["ends_soon"]?.bool == true ? " (soon)" : ""),
                ])
            }
            text += "\n" + table.text
        }
        return text
    }

    /// The monitor's pulse, what is open, and who cannot be told.
    private static func monitor(_ status: JSON) -> String {
        guard let monitor = status["monitor"] else { return "" }
        var text = "\nmonitor: "
        if let seconds = monitor["seconds_ago"]?.integer {
            text += "last looked \(duration(seconds)) ago, \(monitor["groups"]?.integer ?? 0) groups watched"
            if let others = monitor["unwatched_groups"]?.integer, others > 0 { text += " (\(others) others as one)" }
        } else {
            text += "not checked yet"
        }
        let open = ["critical", "warning", "info"].compactMap { severity -> String? in
            let count = status["alerts"]?[severity]?.integer ?? 0
            return count > 0 ? "\(count) \(severity)" : nil
        }
        text += open.isEmpty ? ", no alert is open\n" : "; open alerts: \(open.joined(separator: ", "))\n"
        if let failure = monitor["failure"]?.string, !failure.isEmpty { text += "  ! it could not look: \(failure)\n" }
        if let owed = monitor["notices_owed"]?.integer, owed > 0 {
            let since = monitor["oldest_notice"]?.string.map { ", the oldest since \($0)" } ?? ""
            text += "  \(owed) \(owed == 1 ? "message" : "messages") about alerts still to be sent\(since)\n"
        }
        for channel in status["channels"]?.array ?? [] {
            let (name, state) = (channel["name"]?.string ?? "", channel["state"]?.string ?? "")
            guard ["broken", "failing"].contains(state) else { continue }
            let waiting = channel["waiting"]?.integer ?? 0
            text += "  ! \(name) is \(state): \(channel["reason"]?.string ?? "")"
            text += waiting > 0 ? " (\(waiting) messages wait)\n" : "\n"
        }
        return text
    }

    static let intake = ["received", "inbox", "quarantined", "discarded", "duplicate", "lead"]
    static let delivery = ["owed", "open", "sent", "delivered", "rejected", "expired", "skipped", "erased"]

    /// Sources, and for each destination its lane and what became of what it is owed.
    static func books(
        _ document: JSON, now: Instant = Instant(milliseconds: Clock.system.milliseconds())
    ) -> String {
        var sources = TextTable(["source"] + intake)
        for source in document["sources"]?.array ?? [] {
            sources.append([source["name"]?.string ?? ""] + intake.map { "\(source[$0]?.integer ?? 0)" })
        }
        var destinations = TextTable(["destination", "lane"] + delivery)
        var reasons = ""
        for destination in document["destinations"]?.array ?? [] {
            let name = destination["name"]?.string ?? ""
            let isGone = destination["configured"]?.bool == false
            if isGone, let owed = destination["open"]?.integer, owed > 0 {
                reasons += "  \(GoneDestination.words(name, owed: owed))\n"
            }
            destinations.append(
                [name, isGone ? "not configured" : destination["state"]?.string ?? ""]
                    + delivery.map { "\(destination[$0]?.integer ?? 0)" })
            if let breaker = destination["breaker"]?.string, breaker != "closed" {
                reasons += "  \(name): its platform does not answer; tries again in a moment (breaker \(breaker))\n"
            }
            if let until = destination["rests_until"]?.string {
                let reason = destination["rests_because"]?.string ?? "rate-limited by the platform"
                reasons += "  \(name): \(reason) until \(until)\n"
            }
            if let end = destination["grant_ends"]?.string {
                reasons += "  \(name): its refresh token ends \(end); publish the OAuth app or grant access anew\n"
            }
            if let until = destination["test_events_until"]?.string {
                let isOver = Instant(rfc3339: until).map { $0 <= now } ?? false
                reasons +=
                    isOver
                    ? "  \(name): its test_event_code ended \(until) and is not sent any more; take it out of the configuration\n"
                    : "  \(name): carries a test_event_code until \(until); its events count all the same\n"
            }
            if let reason = destination["reason"]?.string, !reason.isEmpty {
                reasons +=
                    "  \(name): \(destination["state"]?.string ?? "") since \(destination["since"]?.string ?? ""): \(reason)\n"
            }
        }
        return (sources.isEmpty ? "no source has sent anything yet\n" : sources.text)
            + (destinations.isEmpty ? "" : "\n" + destinations.text) + reasons
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

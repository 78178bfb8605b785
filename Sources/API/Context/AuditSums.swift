import Domain
import Service
import Store

/// What programs ask for again and again, as one line an hour in the audit log: who, from where, what, how it went, and
/// how often.
final class AuditSums: Sendable {
    private struct Kind: Hashable {
        var actor: String
        var address: String
        var action: String
        var subject: String
        var outcome: String
    }

    private struct Line {
        var entry: Int64
        var count: Int
    }

    private struct Hour {
        var begins: Instant?
        var lines: [Kind: Line] = [:]
    }

    private let hour = Locked(Hour())

    /// Lines an hour that are remembered; what comes beyond begins new ones.
    private static let most = 1000

    /// A further one in the line of its kind, or the first of a new line.
    func add(_ entry: AuditEntry, _ outcome: String, to accounts: AccountRole) throws(StoreError) {
        let kind = Kind(
            actor: entry.actor, address: entry.address, action: entry.action, subject: entry.subject, outcome: outcome)
        let known = hour.update { hour -> Line? in
            if hour.begins != entry.at.hour { hour = Hour(begins: entry.at.hour) }
            hour.lines[kind]?.count += 1
            return hour.lines[kind]
        }
        if let known {
            try accounts.amend(known.entry, detail: "\(known.count) in the hour of \(entry.at.hour.rfc3339Seconds)")
            return
        }
        var entry = entry
        entry.outcome = outcome
        let line = Line(entry: try accounts.note(entry), count: 1)
        hour.update { hour in
            if hour.lines.count >= Self.most { hour.lines = [:] }
            hour.lines[kind] = line
        }
    }
}

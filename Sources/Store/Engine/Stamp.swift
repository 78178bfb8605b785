import Domain
import SQLite

/// The times by which retention counts. A clock that was ahead has left some that lie in the future; they are no
/// measure, and what bears one would stay for years.
enum Stamp: String, CaseIterable {
    case lead, duplicate, decided, waiting, answer

    /// Which row, by a number that grows, was the last to come with a time after ?1; NULL if none did.
    fileprivate var newestAfter: String {
        let (number, rows) =
            switch self {
            case .lead: ("id", "lead WHERE received_at > ?1 ORDER BY received_at")
            case .duplicate: ("id", "duplicate WHERE received_at > ?1 ORDER BY received_at")
            case .decided:
                ("id", "quarantine WHERE state <> 'open' AND cleared = 0 AND decided_at > ?1 ORDER BY decided_at")
            case .waiting: ("id", "quarantine WHERE state = 'open' AND quarantined_at > ?1 ORDER BY quarantined_at")
            case .answer: ("at", "idempotency WHERE at > ?1 ORDER BY at")
            }
        return "SELECT max(\(number)) FROM (SELECT \(number) FROM \(rows) LIMIT \(Self.lookedAt))"
    }

    private static let lookedAt = 1000

    fileprivate var rowFact: String { "ahead_\(rawValue)" }
    fileprivate var sinceFact: String { "ahead_\(rawValue)_since" }
}

/// Times strictly between two, in milliseconds.
struct Span {
    var after: Int64
    var before: Int64
    /// Of times that lie ahead of the clock.
    var isAhead = false
}

/// How far leads have lost their personal data: those received long ago, and those whose time lies ahead of the clock.
enum Walk: String {
    case due = "cleared"
    case ahead = "cleared_ahead"

    /// The facts with the place that was reached: when its lead was received, and which one it is.
    var time: String { "\(rawValue)_at" }
    var lead: String { "\(rawValue)_lead" }
}

extension Tables {
    /// A time that is further ahead than this is not right: clocks that are set differ by less.
    static let leeway: Duration = .hours(1)

    /// In which spans rows have been kept long enough: before `bound`, and ahead of the clock if they have been seen
    /// there as long.
    func spans(_ stamp: Stamp, before bound: Instant, now: Instant) throws(SQLiteError) -> [Span] {
        let old = Span(after: .min, before: bound.milliseconds)
        let horizon = now + Self.leeway
        guard let since = try seenAhead(stamp, of: horizon, now: now), since < bound else { return [old] }
        return [old, Span(after: horizon.milliseconds, before: .max, isAhead: true)]
    }

    /// Since when, by the present clock, no further row has come with a time after the horizon; `nil` if there is none
    /// at all. While the clock is behind, every lead of the last hours looks so, and further ones do; no harm comes of
    /// it.
    private func seenAhead(_ stamp: Stamp, of horizon: Instant, now: Instant) throws(SQLiteError) -> Instant? {
        let select = try statement(stamp.newestAfter)
        select.bind(1, horizon.milliseconds)
        let row = try select.step() ? select.optionalInteger(0) : nil
        select.reset()
        let known = try fact(stamp.rowFact)
        guard let row else {
            if known != nil { try see(stamp, nil, now: now) }
            return nil
        }
        if row == known, let since = try fact(stamp.sinceFact), since <= now.milliseconds {
            return Instant(milliseconds: since)
        }
        try see(stamp, row, now: now)
        return now
    }

    private func see(_ stamp: Stamp, _ row: Int64?, now: Instant) throws(SQLiteError) {
        try setFact(stamp.rowFact, row)
        try setFact(stamp.sinceFact, row.map { _ in now.milliseconds })
        guard stamp == .lead else { return }
        try setFact(Walk.ahead.time, nil)
        try setFact(Walk.ahead.lead, nil)
    }
}

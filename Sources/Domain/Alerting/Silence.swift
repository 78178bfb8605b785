/// The number of a silence; printed as `S3`.
package struct SilenceID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
    package var description: String { "S\(rawValue)" }

    /// Reads `S3`, `s3` and `3`.
    package init?(_ text: String) {
        let digits = text.first == "S" || text.first == "s" ? text.dropFirst() : text[...]
        guard let number = Int64(digits), number > 0, digits.first != "+" else { return nil }
        rawValue = number
    }

    package static func < (left: SilenceID, right: SilenceID) -> Bool { left.rawValue < right.rawValue }
}

/// A time in which nobody is told of some alerts. They are opened and kept all the same, and what had been told before
/// is still told when it ends.
package struct Silence: Equatable, Sendable {
    package var id: SilenceID
    /// Whose alerts: everything (`relay`), a client with its groups, a group, a destination …
    package var scope: AlertScope
    /// Only these kinds; empty: all.
    package var kinds: Set<AlertKind>
    package var window: Window
    package var reason: String
    package var by: String
    package var created: Instant

    package init(
        id: SilenceID = SilenceID(rawValue: 0), scope: AlertScope, kinds: Set<AlertKind> = [], window: Window,
        reason: String, by: String, created: Instant
    ) {
        self.id = id
        self.scope = scope
        self.kinds = kinds
        self.window = window
        self.reason = reason
        self.by = by
        self.created = created
    }

    package func covers(_ finding: Finding, at now: Instant, _ zones: Zones) -> Bool {
        (kinds.isEmpty || kinds.contains(finding.kind)) && scope.includes(finding) && window.contains(now, zones)
    }

    /// Whether it can never cover anything again.
    package func isOver(at now: Instant) -> Bool { window.end.map { $0 <= now } ?? false }
}

extension AlertScope {
    /// Whether a matter lies within this scope: a client includes its groups, `relay` includes everything, a group with
    /// a `*` in its name every group that it fits.
    package func includes(_ finding: Finding) -> Bool {
        switch self {
        case .relay: true
        case .client(let name): finding.client == name
        case .group(let client, let written):
            if case .group(client, let group) = finding.scope { Wildcard.means(written, group) } else { false }
        case .source, .destination, .platform, .channel, .external: finding.scope == self
        }
    }
}

/// A stretch of time that comes once or every week, by the clock on the wall of a zone.
package struct Window: Equatable, Sendable {
    package var begin: Instant
    /// `nil`: until somebody ends it.
    package var end: Instant?
    /// Within `begin` and `end` only at these times; `nil`: all the time.
    package var weekly: Weekly?

    package init(from begin: Instant, to end: Instant?, weekly: Weekly? = nil) {
        self.begin = begin
        self.end = end
        self.weekly = weekly
    }

    /// Some hours on some days of every week.
    package struct Weekly: Equatable, Sendable {
        /// On which days it begins; 1 is Monday, 7 is Sunday.
        package var days: Set<Int>
        /// Minutes since local midnight. `to` not after `from` means the next day: 22:00 to 06:00, or a whole day from
        /// 00:00 to 00:00.
        package var from: Int
        package var to: Int
        /// IANA name, for example `Europe/Berlin`.
        package var zone: String

        package init(days: Set<Int>, from: Int, to: Int, zone: String) {
            self.days = days
            self.from = from
            self.to = to
            self.zone = zone
        }

        /// By what the wall clock shows: a doubled hour is in it twice, a missing one not at all.
        package func contains(_ moment: Instant, _ zones: Zones) -> Bool {
            let local = zones.local(zone, moment)
            let minute = local.minuteOfDay
            if from < to { return days.contains(local.weekday) && (from..<to).contains(minute) }
            return days.contains(local.weekday) && minute >= from
                || days.contains(local.startOfDay(adding: -1).weekday) && minute < to
        }
    }

    package func contains(_ moment: Instant, _ zones: Zones) -> Bool {
        guard moment >= begin, end.map({ moment < $0 }) ?? true else { return false }
        return weekly?.contains(moment, zones) ?? true
    }
}

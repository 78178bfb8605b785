package import Domain
import SQLite

/// An alert with everything that ever happened to it.
package struct AlertHistory: Sendable {
    package var alert: Alert
    /// Oldest first.
    package var events: [AlertEvent]
    /// What happened beside it, from an hour before it began until it was over.
    package var markers: [Marker]
    /// Where it has been told of.
    package var reached: [Reached]
    /// What is still owed.
    package var notices: [Owed]

    package struct Reached: Equatable, Sendable {
        package var channel: String
        /// An opening is owed or was sent, and no closing since.
        package var isOpen: Bool
        package var reference: String

        package init(channel: String, isOpen: Bool, reference: String) {
            self.channel = channel
            self.isOpen = isOpen
            self.reference = reference
        }
    }

    package struct Owed: Equatable, Sendable {
        package var notice: Notice
        package var due: Instant
    }
}

/// Which alerts to list. Empty: all.
package struct AlertFilter: Equatable, Sendable {
    package var client: String?
    package var kind: AlertKind?
    package var severity: Severity?
    /// Only open, or only resolved ones.
    package var isOpen: Bool?
    /// Only those opened in this time.
    package var opened: Range<Instant>?
    /// Only those with a smaller number: for the next page.
    package var before: AlertID?
    package init() {}
}

extension Reader {
    /// Alerts, newest first.
    package func alerts(_ filter: AlertFilter = AlertFilter(), limit: Int) throws -> [Alert] {
        let select = try statement(
            """
            SELECT id, body FROM alert
            WHERE (?1 IS NULL OR client = ?1) AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR severity = ?3)
                AND (?4 IS NULL OR (resolved IS NULL) = ?4) AND opened >= ?5 AND opened < ?6 AND id < ?7
            ORDER BY id DESC LIMIT ?8
            """)
        select.bind(1, filter.client)
        select.bind(2, filter.kind?.rawValue)
        select.bind(3, filter.severity?.rawValue)
        select.bind(4, filter.isOpen.map { $0 ? 1 : 0 } as Int64?)
        select.bind(5, filter.opened?.lowerBound.milliseconds ?? .min)
        select.bind(6, filter.opened?.upperBound.milliseconds ?? .max)
        select.bind(7, filter.before?.rawValue ?? .max)
        select.bind(8, Int64(limit))
        var found: [Alert] = []
        while try select.step() {
            if let alert = AlertCoding.alert(AlertID(rawValue: select.integer(0)), select.text(1)) {
                found.append(alert)
            }
        }
        return found
    }

    /// `nil` if there is no such alert (any more).
    package func alertStory(_ id: AlertID) throws -> AlertHistory? {
        try snapshot {
            let select = try statement("SELECT body FROM alert WHERE id = ?1")
            select.bind(1, id.rawValue)
            defer { select.reset() }
            guard try select.step(), let alert = AlertCoding.alert(id, select.text(0)) else { return nil }
            let end = alert.resolution?.at ?? Instant(milliseconds: .max)
            return AlertHistory(
                alert: alert, events: try events(id),
                markers: try markers(
                    alert.finding.began - .hours(1)..<max(end, alert.finding.began), limit: Self.listedMarkers),
                reached: try reached(id), notices: try owed(id))
        }
    }

    private static let listedMarkers = 200

    private func events(_ id: AlertID) throws -> [AlertEvent] {
        let select = try statement("SELECT \(AlertEvent.columns) FROM alert_event WHERE alert = ?1 ORDER BY id")
        select.bind(1, id.rawValue)
        var found: [AlertEvent] = []
        while try select.step() {
            if let event = AlertEvent(row: select) { found.append(event) }
        }
        return found
    }

    /// The alerts of which a channel has been owed the beginning and not the end.
    package func reached(by channel: String) throws -> [AlertID] {
        let select = try statement("SELECT alert FROM reach WHERE channel = ?1 AND open = 1 ORDER BY alert")
        select.bind(1, channel)
        var found: [AlertID] = []
        while try select.step() { found.append(AlertID(rawValue: select.integer(0))) }
        return found
    }

    private func reached(_ id: AlertID) throws -> [AlertHistory.Reached] {
        let select = try statement("SELECT channel, open, reference FROM reach WHERE alert = ?1 ORDER BY channel")
        select.bind(1, id.rawValue)
        var found: [AlertHistory.Reached] = []
        while try select.step() {
            found.append(
                AlertHistory.Reached(
                    channel: select.text(0), isOpen: select.integer(1) != 0, reference: select.text(2)))
        }
        return found
    }

    private func owed(_ id: AlertID) throws -> [AlertHistory.Owed] {
        let select = try statement(
            "SELECT id, channel, event, kind, due, failures, uncertain FROM notice WHERE alert = ?1 ORDER BY id")
        select.bind(1, id.rawValue)
        var found: [AlertHistory.Owed] = []
        while try select.step() {
            guard let kind = Notice.Kind(rawValue: select.text(3)) else { continue }
            let notice = Notice(
                id: select.integer(0), channel: select.text(1), alert: id, event: select.integer(2), kind: kind,
                failures: Int(select.integer(5)), isUncertain: select.integer(6) != 0)
            found.append(AlertHistory.Owed(notice: notice, due: Instant(milliseconds: select.integer(4))))
        }
        return found
    }

    /// MTTA, MTTR and time to detect of the alerts opened in a time.
    package func alertFigures(_ opened: Range<Instant>, of clients: [String]? = nil, limit: Int = 50_000) throws
        -> AlertFigures
    {
        var filter = AlertFilter()
        filter.opened = opened
        return AlertFigures(try alerts(filter, of: clients, limit: limit))
    }

    /// Alerts of some clients, newest first; `nil`: of everybody, and those that are nobody's in particular.
    package func alerts(_ filter: AlertFilter, of clients: [String]?, limit: Int) throws -> [Alert] {
        guard let clients else { return try alerts(filter, limit: limit) }
        let found = try clients.flatMap { client in
            var filter = filter
            filter.client = client
            return try alerts(filter, limit: limit)
        }
        return Array(found.sorted { $0.id > $1.id }.prefix(limit))
    }

    /// What happened in a time, oldest first; of more than `limit` those that are nearest to a moment, or else the
    /// newest.
    package func markers(_ range: Range<Instant>, nearest moment: Instant? = nil, limit: Int) throws -> [Marker] {
        let select = try statement(
            """
            SELECT id, at, kind, text, by FROM (
                SELECT * FROM marker WHERE at >= ?1 AND at < ?2 ORDER BY abs(at - ?4), at DESC, id DESC LIMIT ?3)
            ORDER BY at, id
            """)
        select.bind(1, range.lowerBound.milliseconds)
        select.bind(2, range.upperBound.milliseconds)
        select.bind(3, Int64(limit))
        select.bind(4, (moment ?? range.upperBound).milliseconds)
        var found: [Marker] = []
        while try select.step() {
            guard let kind = Marker.Kind(rawValue: select.text(2)) else { continue }
            found.append(
                Marker(
                    id: select.integer(0), at: Instant(milliseconds: select.integer(1)), kind, select.text(3),
                    by: select.text(4)))
        }
        return found
    }

    /// Silences that are in force or to come.
    package func silences(at now: Instant) throws -> [Silence] {
        let select = try statement(AlertSQL.silences.text)
        select.bind(1, now.milliseconds)
        var found: [Silence] = []
        while try select.step() {
            if let silence = Silence(row: select) { found.append(silence) }
        }
        return found
    }

    /// The last sign of life of each name.
    package func heartbeats() throws -> [String: Instant] {
        let select = try statement("SELECT name, at FROM heartbeat")
        var found: [String: Instant] = [:]
        while try select.step() { found[select.text(0)] = Instant(milliseconds: select.integer(1)) }
        return found
    }

    /// How the channels do that have been used or are owed something.
    package func channelStates(at now: Instant) throws -> [ChannelState] {
        let select = try statement(
            """
            SELECT name, last_sent, failing_since, failures, reason,
                (SELECT count(*) FROM notice WHERE notice.channel = names.name),
                (SELECT min(due) FROM notice WHERE notice.channel = names.name)
            FROM (SELECT name FROM channel UNION SELECT channel FROM notice) AS names LEFT JOIN channel USING (name)
            ORDER BY name
            """)
        var found: [ChannelState] = []
        while try select.step() {
            found.append(
                ChannelState(
                    name: select.text(0), lastSent: select.optionalInteger(1).map(Instant.init(milliseconds:)),
                    failingSince: select.optionalInteger(2).map(Instant.init(milliseconds:)),
                    failures: Int(select.integer(3)), reason: select.text(4), waiting: Int(select.integer(5)),
                    oldestDue: select.optionalInteger(6).map(Instant.init(milliseconds:))))
        }
        return found
    }
}

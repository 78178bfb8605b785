package import Domain
import SQLite

/// What one round changed.
package struct AlertRound: Sendable {
    /// Entries of timelines, as stored.
    package var events: [AlertEvent] = []
    /// Alerts that were opened or changed, as they are now.
    package var changed: [Alert] = []
    /// How many notices became owed.
    package var notices = 0
}

extension AlertRole {
    // MARK: Alerts

    /// Takes what the rules say at this moment and lets time pass for all alerts: changed alerts, their timelines and
    /// the notices they owe are written in one transaction. Saying the same again changes nothing.
    package func observe(_ observations: [Observation]) throws(StoreError) -> AlertRound {
        try wait { observe(observations, then: $0) }
    }

    package func observe(
        _ observations: [Observation], then: @escaping @Sendable (Result<AlertRound, StoreError>) -> Void
    ) {
        let policy = policy
        change(rows: 10 + observations.count) { [self] tables in
            try tables.round(policy, now: now, core: core) { book in book.observe(observations) }
        } then: {
            then($0)
        }
    }

    /// Carries out what a person or a tool asks for. `hasChanged` is false if it was so already. Throws an
    /// `AlertRefusal` or a `StoreError`.
    package func command(_ command: AlertCommand, _ id: AlertID, by: String) throws -> (alert: Alert, hasChanged: Bool)
    {
        let policy = policy
        typealias Answer = Result<(alert: Alert, hasChanged: Bool), AlertRefusal>
        let answer: Answer = try wait { then in
            change(rows: 10) { [self] tables -> Answer in
                var answer: Answer = .failure(.notFound)
                _ = try tables.round(policy, about: id, now: now, core: core) { book in
                    do throws(AlertRefusal) {
                        let hasChanged = try book.apply(command, to: id, by: by)
                        if let alert = book[id] { answer = .success((alert, hasChanged)) }
                    } catch {
                        answer = .failure(error)
                    }
                }
                return answer
            } then: {
                then($0)
            }
        }
        return try answer.get()
    }

    /// Ends the open alerts about what is no longer watched. Answers how many there were.
    package func withdraw(_ reason: String, where isGone: @escaping @Sendable (Finding) -> Bool)
        throws(StoreError) -> Int
    {
        let policy = policy
        return try wait { then in
            change(rows: 10) { [self] tables in
                let round = try tables.round(policy, now: now, core: core) { $0.withdraw(reason, where: isGone) }
                return round.events.count { $0.kind == .resolved }
            } then: {
                then($0)
            }
        }
    }

    // MARK: Silences, heartbeats, markers

    /// Adds a silence, in force at once. Answers it with its number.
    package func silence(_ silence: Silence) throws(StoreError) -> Silence {
        let policy = policy
        return try wait { then in
            change(rows: 10) { [self] tables in
                var silence = silence
                silence.id = try tables.add(silence)
                _ = try tables.round(policy, now: now, core: core) { $0.observe([]) }
                return silence
            } then: {
                then($0)
            }
        }
    }

    /// Ends a silence now. Answers false if there is none that has not ended.
    package func endSilence(_ id: SilenceID) throws(StoreError) -> Bool {
        let policy = policy
        return try wait { then in
            change(rows: 10) { [self] tables in
                guard try tables.end(id, now: now) else { return false }
                _ = try tables.round(policy, now: now, core: core) { $0.observe([]) }
                return true
            } then: {
                then($0)
            }
        }
    }

    /// A sign of life of something that a customer watches.
    package func heartbeat(_ name: String) throws(StoreError) {
        try wait { then in
            change(rows: 1) { [self] tables in
                let beat = try tables.statement(.beat)
                beat.bind(1, name)
                beat.bind(2, now.milliseconds)
                try beat.run()
            } then: {
                then($0)
            }
        }
    }

    /// Writes down something that may explain alerts. Answers its number.
    @discardableResult
    package func mark(_ marker: Marker) throws(StoreError) -> Int64 {
        try wait { then in
            change(rows: 1) { tables in
                let add = try tables.statement(.addMarker)
                add.bind(1, marker.at.milliseconds)
                add.bind(2, marker.kind.rawValue)
                add.bind(3, marker.text)
                add.bind(4, marker.by)
                guard try add.step() else { preconditionFailure("a marker without a number") }
                defer { add.reset() }
                return add.integer(0)
            } then: {
                then($0)
            }
        }
    }
}

extension Tables {
    private static let newestAlert = "newest_alert"

    /// One round of the book: loads it, lets `body` change it, writes down what changed and owes the notices that
    /// follow. `id` is an alert that must be in the book although it may be over for good.
    func round(
        _ policy: AlertPolicy, about id: AlertID? = nil, now: Instant, core: LedgerCore,
        _ body: (inout AlertBook) -> Void
    ) throws(SQLiteError) -> AlertRound {
        var live = try liveAlerts(now: now)
        if let id, !live.contains(where: { $0.id == id }), let alert = try alert(id) { live.append(alert) }
        let newest = try fact(Self.newestAlert) ?? 0
        var book = AlertBook(
            live, silences: try silences(now: now), settings: policy.settings, zones: policy.zones,
            nextID: AlertID(rawValue: newest + 1), now: now)
        body(&book)

        var round = AlertRound()
        round.changed = book.changed
        for alert in round.changed {
            try keep(alert, policy.settings)
            try keepVerdict(of: alert)
        }
        if let last = round.changed.last, last.id.rawValue > newest { try setFact(Self.newestAlert, last.id.rawValue) }
        var channels: Set<String> = []
        for var event in book.events {
            event.id = try add(event)
            round.events.append(event)
            guard let alert = book[event.alert] else { continue }
            try makeDue(policy.actions, event, alert)
            guard event.notice != nil else { continue }
            for plan in policy.routing.owed(event, alert, reached: try reached(alert.id), at: now) {
                try owe(plan, event)
                channels.insert(plan.channel)
                round.notices += 1
            }
        }
        for alert in book.open where alert.asksForSomebody {
            let duty = policy.routing.duty(alert, now)
            if duty.isEmpty { continue }
            let reached = try reached(alert.id)
            let newcomers = duty.filter { !reached.contains($0.channel) }
            guard let first = newcomers.first else { continue }
            var event = AlertEvent(
                .handedOver, alert.id, at: now, "The on-call shift has changed, and nobody has acknowledged it.",
                notice: first.kind)
            event.id = try add(event)
            round.events.append(event)
            for plan in newcomers {
                try owe(plan, event)
                channels.insert(plan.channel)
                round.notices += 1
            }
        }
        liveAlerts = book.all.filter { $0.isLiveUntil(policy.settings).map { $0 > now } ?? true }
        if !round.changed.isEmpty {
            let open = book.open
            afterCommit.append { core.caches.alerts.remember(open) }
        }
        if !channels.isEmpty { afterCommit.append { core.events.tellNotices(channels) } }
        return round
    }

    /// The alerts that are open or can still come back.
    func liveAlerts(now: Instant) throws(SQLiteError) -> [Alert] {
        if let known = liveAlerts { return known }
        let select = try statement(.liveAlerts)
        select.bind(1, now.milliseconds)
        var found: [Alert] = []
        while try select.step() {
            if let alert = AlertCoding.alert(AlertID(rawValue: select.integer(0)), select.text(1)) {
                found.append(alert)
            }
        }
        liveAlerts = found
        return found
    }

    func alert(_ id: AlertID) throws(SQLiteError) -> Alert? {
        let select = try statement(.alert)
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step() ? AlertCoding.alert(id, select.text(0)) : nil
    }

    func keep(_ alert: Alert, _ settings: AlertSettings) throws(SQLiteError) {
        let keep = try statement(.keepAlert)
        keep.bind(1, alert.id.rawValue)
        keep.bind(2, alert.key)
        keep.bind(3, alert.finding.kind.rawValue)
        keep.bind(4, alert.finding.client)
        keep.bind(5, alert.severity.rawValue)
        keep.bind(6, alert.opened.milliseconds)
        keep.bind(7, alert.resolution?.at.milliseconds)
        keep.bind(8, alert.isLiveUntil(settings)?.milliseconds)
        keep.bind(9, AlertCoding.text(alert))
        try keep.run()
    }

    func add(_ event: AlertEvent) throws(SQLiteError) -> Int64 {
        let add = try statement(.addEvent)
        add.bind(1, event.alert.rawValue)
        add.bind(2, event.at.milliseconds)
        add.bind(3, event.by)
        add.bind(4, event.kind.rawValue)
        add.bind(5, event.text)
        add.bind(6, Int64(event.number))
        add.bind(7, event.notice?.rawValue)
        guard try add.step() else { preconditionFailure("an event without a number") }
        defer { add.reset() }
        return add.integer(0)
    }

    private func reached(_ id: AlertID) throws(SQLiteError) -> Set<String> {
        let select = try statement(.reached)
        select.bind(1, id.rawValue)
        var found: Set<String> = []
        while try select.step() { found.insert(select.text(0)) }
        return found
    }

    private func owe(_ plan: Notice.Plan, _ event: AlertEvent) throws(SQLiteError) {
        if plan.kind != .closing {
            // What was held back, for the end of quiet hours or for a cause, is no reason to hold this back: it goes
            // along.
            let hasten = try statement(.hastenNotices)
            hasten.bind(1, plan.channel)
            hasten.bind(2, event.alert.rawValue)
            hasten.bind(3, plan.due.milliseconds)
            try hasten.run()
        }
        let owe = try statement(.oweNotice)
        owe.bind(1, plan.channel)
        owe.bind(2, event.alert.rawValue)
        owe.bind(3, event.id)
        owe.bind(4, plan.kind.rawValue)
        owe.bind(5, plan.due.milliseconds)
        try owe.run()
        let isOpen: Bool? =
            switch plan.kind {
            case .opening: true
            case .closing: false
            case .update, .escalation, .reminder: nil
            }
        guard let isOpen else { return }
        let reach = try statement(.reach)
        reach.bind(1, event.alert.rawValue)
        reach.bind(2, plan.channel)
        reach.bind(3, isOpen ? 1 : 0)
        try reach.run()
    }

    // MARK: Silences

    private func silences(now: Instant) throws(SQLiteError) -> [Silence] {
        let select = try statement(.silences)
        select.bind(1, now.milliseconds)
        var found: [Silence] = []
        while try select.step() {
            if let silence = Silence(row: select) { found.append(silence) }
        }
        return found
    }

    func add(_ silence: Silence) throws(SQLiteError) -> SilenceID {
        let add = try statement(.addSilence)
        add.bind(1, silence.scope.description)
        add.bind(2, silence.kinds.map(\.rawValue).sorted().joined(separator: " "))
        add.bind(3, silence.window.begin.milliseconds)
        add.bind(4, silence.window.end?.milliseconds)
        let weekly = silence.window.weekly
        add.bind(5, (weekly?.days ?? []).sorted().map(String.init).joined())
        add.bind(6, Int64(weekly?.from ?? 0))
        add.bind(7, Int64(weekly?.to ?? 0))
        add.bind(8, weekly?.zone ?? "")
        add.bind(9, silence.reason)
        add.bind(10, silence.by)
        add.bind(11, silence.created.milliseconds)
        guard try add.step() else { preconditionFailure("a silence without a number") }
        defer { add.reset() }
        return SilenceID(rawValue: add.integer(0))
    }

    func end(_ id: SilenceID, now: Instant) throws(SQLiteError) -> Bool {
        let end = try statement(.endSilence)
        end.bind(1, id.rawValue)
        end.bind(2, now.milliseconds)
        try end.run()
        return connection.changes == 1
    }

    // MARK: Purge

    /// One small step. Returns whether there may be more.
    func purgeAlerts(before bound: Instant, limit: Int64) throws(SQLiteError) -> Bool {
        let select = try statement(.oldAlerts)
        select.bind(1, bound.milliseconds)
        select.bind(2, limit)
        var found: [Int64] = []
        while try select.step() { found.append(select.integer(0)) }
        for id in found {
            for sql: AlertSQL in [.purgeAlert, .purgeEvents, .purgeReach] {
                let purge = try statement(sql)
                purge.bind(1, id)
                try purge.run()
            }
        }
        for sql: AlertSQL in [.purgeMarkers, .purgeSilences] {
            let purge = try statement(sql)
            purge.bind(1, bound.milliseconds)
            purge.bind(2, limit)
            try purge.run()
        }
        return found.count == Int(limit)
    }
}

extension Silence {
    /// A row as `AlertSQL.silences` selects it; `nil` for a scope that this version does not know.
    init?(row: Statement) {
        guard let scope = AlertScope(row.text(1)) else { return nil }
        let days = Set(row.text(5).compactMap(\.wholeNumberValue))
        let weekly =
            days.isEmpty
            ? nil
            : Window.Weekly(days: days, from: Int(row.integer(6)), to: Int(row.integer(7)), zone: row.text(8))
        self.init(
            id: SilenceID(rawValue: row.integer(0)), scope: scope,
            kinds: Set(row.text(2).split(separator: " ").compactMap { AlertKind(rawValue: String($0)) }),
            window: Window(
                from: Instant(milliseconds: row.integer(3)),
                to: row.optionalInteger(4).map(Instant.init(milliseconds:)), weekly: weekly),
            reason: row.text(9), by: row.text(10), created: Instant(milliseconds: row.integer(11)))
    }
}

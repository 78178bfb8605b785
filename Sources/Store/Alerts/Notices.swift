package import Domain
import SQLite

/// A channel's right to send some notices. Settling names the claim, so that a lease that ran out cannot settle what
/// somebody else has claimed since.
package struct NoticeClaim: Sendable {
    package var id: Int64
    package var channel: String
    /// One for each alert, in the order in which the oldest notice of each became owed.
    package var bundles: [Bundle]
    /// When the channel may have something to do again; `nil` when nothing is owed.
    package var nextDue: Instant?
    /// When messages went out lately, the oldest first: what limits count, whatever was restarted since.
    package var lately: [Instant]

    /// Older messages than this count for no limit, and no limit counts more of them.
    static let memory: Duration = .hours(3)
    static let mostRemembered = 120

    /// What one alert owes the channel, oldest first: to be sent in this order, or as one message that says it all.
    package struct Bundle: Sendable {
        /// As it is now.
        package var alert: Alert
        /// What the channel calls the message that it took before (Slack: channel and ts); empty before the first.
        package var reference: String
        package var items: [Item]
    }

    package struct Item: Sendable {
        package var notice: Notice
        package var event: AlertEvent
    }
}

/// What became of one claimed notice.
package struct NoticeSettlement: Equatable, Sendable {
    package var notice: Int64
    package var end: End
    /// What the channel calls its message, to be kept for later ones about the same alert; `nil` keeps what is known.
    package var reference: String?
    /// A message went out for it that counts towards the channel's limits. Of several notices that share one, one says
    /// so.
    package var isCounted: Bool

    package init(_ notice: Int64, _ end: End, reference: String? = nil, isCounted: Bool = false) {
        self.notice = notice
        self.end = end
        self.reference = reference
        self.isCounted = isCounted
    }

    package enum End: Equatable, Sendable {
        /// The channel has it.
        case sent
        /// Again at `due`. `uncertain` when the channel may have it all the same. `reason` is for people, without
        /// secrets.
        case retry(due: Instant, reason: String, uncertain: Bool)
        /// Again at `due`, because of a limit: no failure of the channel.
        case wait(due: Instant)
        /// The channel will never take it; the alert's timeline says so.
        case givenUp(reason: String)
        /// Back to due as if it had not been claimed.
        case release
    }
}

/// A way to reach people, as the store knows it.
package struct ChannelState: Equatable, Sendable {
    package var name: String
    package var lastSent: Instant?
    /// Since when nothing got through; `nil` while it works.
    package var failingSince: Instant?
    /// Attempts that failed since then.
    package var failures: Int
    package var reason: String
    /// Notices that are owed, and since when the oldest could have been sent.
    package var waiting: Int
    package var oldestDue: Instant?

    package init(
        name: String, lastSent: Instant?, failingSince: Instant?, failures: Int, reason: String, waiting: Int,
        oldestDue: Instant?
    ) {
        self.name = name
        self.lastSent = lastSent
        self.failingSince = failingSince
        self.failures = failures
        self.reason = reason
        self.waiting = waiting
        self.oldestDue = oldestDue
    }
}

extension NoticeRole {
    /// Takes notices of a channel that are due. Nobody else gets them until they are settled or the lease has run out.
    /// Notices of one alert are given in their order: none before an earlier one has been settled.
    package func claimNotices(
        _ channel: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<NoticeClaim, StoreError>) -> Void
    ) {
        change(rows: limit, .patient) { [self] tables in
            try tables.claimNotices(channel, limit: limit, lease: lease, now: now)
        } then: {
            then($0)
        }
    }

    package func claimNotices(_ channel: String, limit: Int, lease: Duration) throws(StoreError) -> NoticeClaim {
        try wait { claimNotices(channel, limit: limit, lease: lease, then: $0) }
    }

    /// Writes what became of claimed notices; those of the claim that are not named go back to due. Answers how many
    /// still belonged to the claim.
    package func settleNotices(
        _ claim: NoticeClaim, _ settlements: [NoticeSettlement],
        then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        let settings = core.caches.alerts.policy.settings
        change(rows: settlements.count * 3) { [self] tables in
            let settled = try tables.settleNotices(claim, settlements, settings, now: now)
            let open = try tables.liveAlerts(now: now).filter(\.isOpen)
            tables.afterCommit.append { [core] in core.caches.alerts.remember(open) }
            return settled
        } then: {
            then($0)
        }
    }

    package func settleNotices(_ claim: NoticeClaim, _ settlements: [NoticeSettlement]) throws(StoreError) -> Int {
        try wait { settleNotices(claim, settlements, then: $0) }
    }

    /// Forgets what is owed to channels that are not configured any more. Answers how many notices that were.
    @discardableResult
    package func keepChannels(_ names: Set<String>) throws(StoreError) -> Int {
        try wait { then in
            change(rows: 10) { tables in
                try tables.keepChannels(names)
            } then: {
                then($0)
            }
        }
    }
}

extension Tables {
    func claimNotices(_ channel: String, limit: Int, lease: Duration, now: Instant) throws(SQLiteError) -> NoticeClaim {
        let due = try statement(.dueNotices)
        due.bind(1, channel)
        due.bind(2, now.milliseconds)
        due.bind(3, Int64(limit))
        var notices: [Notice] = []
        while try due.step() {
            guard let kind = Notice.Kind(rawValue: due.text(3)) else { continue }
            notices.append(
                Notice(
                    id: due.integer(0), channel: channel, alert: AlertID(rawValue: due.integer(1)),
                    event: due.integer(2), kind: kind, failures: Int(due.integer(4)), isUncertain: due.integer(5) != 0))
        }
        newestClaim += 1
        let claim = newestClaim
        let mark = try statement(.claimNotice)
        for notice in notices {
            mark.bind(1, notice.id)
            mark.bind(2, claim)
            mark.bind(3, (now + lease).milliseconds)
            mark.bind(4, notice.isUncertain ? 1 : 0)
            try mark.run()
        }
        let next = try statement(.nextNotice)
        next.bind(1, channel)
        defer { next.reset() }
        let nextDue = try next.step() ? next.optionalInteger(0).map(Instant.init(milliseconds:)) : nil
        return NoticeClaim(
            id: claim, channel: channel, bundles: try bundles(notices, channel), nextDue: nextDue,
            lately: try lately(channel, now: now))
    }

    private func bundles(_ notices: [Notice], _ channel: String) throws(SQLiteError) -> [NoticeClaim.Bundle] {
        var bundles: [NoticeClaim.Bundle] = []
        var places: [AlertID: Int] = [:]
        for notice in notices {
            guard let event = try event(notice.event) else { continue }
            let item = NoticeClaim.Item(notice: notice, event: event)
            if let place = places[notice.alert] {
                bundles[place].items.append(item)
            } else if let alert = try alert(notice.alert) {
                places[notice.alert] = bundles.count
                let reference = try reference(notice.alert, channel)
                bundles.append(NoticeClaim.Bundle(alert: alert, reference: reference, items: [item]))
            }
        }
        return bundles
    }

    private func event(_ id: Int64) throws(SQLiteError) -> AlertEvent? {
        let select = try statement(.event)
        select.bind(1, id)
        defer { select.reset() }
        return try select.step() ? AlertEvent(row: select) : nil
    }

    private func reference(_ alert: AlertID, _ channel: String) throws(SQLiteError) -> String {
        let select = try statement(.reference)
        select.bind(1, alert.rawValue)
        select.bind(2, channel)
        defer { select.reset() }
        return try select.step() ? select.text(0) : ""
    }

    func settleNotices(
        _ claim: NoticeClaim, _ settlements: [NoticeSettlement], _ settings: AlertSettings, now: Instant
    ) throws(SQLiteError) -> Int {
        var settled = 0
        for settlement in settlements {
            let select = try statement(.claimedNotice)
            select.bind(1, settlement.notice)
            select.bind(2, claim.id)
            guard try select.step() else { continue }
            let alert = AlertID(rawValue: select.integer(0))
            select.reset()
            settled += 1
            if let reference = settlement.reference {
                let set = try statement(.setReference)
                set.bind(1, alert.rawValue)
                set.bind(2, claim.channel)
                set.bind(3, reference)
                try set.run()
            }
            switch settlement.end {
            case .sent:
                try end(settlement.notice)
                try tell(alert, settings, now: now)
                let sent = try statement(.channelSent)
                sent.bind(1, claim.channel)
                sent.bind(2, now.milliseconds)
                try sent.run()
                if settlement.isCounted { try count(claim.channel, now: now) }
            case .retry(let due, let reason, let uncertain):
                try retry(settlement.notice, due, isFailure: true, uncertain)
                try fail(claim.channel, reason, now: now)
            case .wait(let due): try retry(settlement.notice, due, isFailure: false, false)
            case .givenUp(let reason):
                try end(settlement.notice)
                try fail(claim.channel, reason, now: now)
                _ = try add(AlertEvent(.notDelivered, alert, at: now, "\(claim.channel): \(reason)"))
            case .release: break
            }
        }
        let rest = try statement(.returnNotices)
        rest.bind(1, claim.id)
        try rest.run()
        return settled
    }

    private func lately(_ channel: String, now: Instant) throws(SQLiteError) -> [Instant] {
        let select = try statement(.lately)
        select.bind(1, channel)
        defer { select.reset() }
        guard try select.step() else { return [] }
        return select.text(0).split(separator: " ").compactMap { Int64($0).map(Instant.init(milliseconds:)) }
            .filter { $0 > now - NoticeClaim.memory }
    }

    private func count(_ channel: String, now: Instant) throws(SQLiteError) {
        let all = (try lately(channel, now: now) + [now]).suffix(NoticeClaim.mostRemembered)
        let set = try statement(.setLately)
        set.bind(1, channel)
        set.bind(2, all.map { "\($0.milliseconds)" }.joined(separator: " "))
        try set.run()
    }

    private func end(_ notice: Int64) throws(SQLiteError) {
        let end = try statement(.endNotice)
        end.bind(1, notice)
        try end.run()
    }

    private func retry(_ notice: Int64, _ due: Instant, isFailure: Bool, _ uncertain: Bool) throws(SQLiteError) {
        let retry = try statement(.retryNotice)
        retry.bind(1, notice)
        retry.bind(2, due.milliseconds)
        retry.bind(3, isFailure ? 1 : 0)
        retry.bind(4, uncertain ? 1 : 0)
        try retry.run()
    }

    private func fail(_ channel: String, _ reason: String, now: Instant) throws(SQLiteError) {
        let fail = try statement(.channelFailed)
        fail.bind(1, channel)
        fail.bind(2, now.milliseconds)
        fail.bind(3, reason)
        try fail.run()
    }

    /// The first notice that got through is when people were told.
    private func tell(_ id: AlertID, _ settings: AlertSettings, now: Instant) throws(SQLiteError) {
        var live = try liveAlerts(now: now)
        if let place = live.firstIndex(where: { $0.id == id }) {
            guard live[place].told == nil else { return }
            live[place].told = now
            liveAlerts = live
            try keep(live[place], settings)
        } else if var alert = try alert(id), alert.told == nil {
            alert.told = now
            try keep(alert, settings)
        }
    }

    /// At start, nothing is in flight: everything that an earlier process had claimed is due again, and may have
    /// arrived.
    func giveBackNotices() throws(SQLiteError) { try statement(.giveBackNotices).run() }

    func keepChannels(_ names: Set<String>) throws(SQLiteError) -> Int {
        let select = try statement(.channels)
        var gone: [String] = []
        while try select.step() { gone.append(select.text(0)) }
        gone.removeAll { names.contains($0) }
        var dropped = 0
        for channel in gone {
            for sql: AlertSQL in [.dropNotices, .dropChannels, .dropReach] {
                let drop = try statement(sql)
                drop.bind(1, channel)
                try drop.run()
                if sql == .dropNotices { dropped += connection.changes }
            }
        }
        return dropped
    }
}

extension AlertEvent {
    /// Columns of `alert_event` in the order in which `init(row:)` reads them.
    static let columns = "id, alert, at, by, kind, text, number, notice"

    /// `nil` for a kind that this version does not know.
    init?(row: Statement) {
        guard let kind = Kind(rawValue: row.text(4)) else { return nil }
        self.init(
            kind, AlertID(rawValue: row.integer(1)), at: Instant(milliseconds: row.integer(2)), by: row.text(3),
            row.text(5), number: Int(row.integer(6)), notice: Notice.Kind(rawValue: row.text(7)))
        id = row.integer(0)
    }
}

package import Domain

/// Makes messages of what a channel has been given: what may go now, and until when the rest waits.
///
/// Endings wait for nothing but the channel itself, and no limit of ours drops anything: it puts off.
struct NoticePlanning {
    var pace: ChannelPace
    /// When messages went out lately, the oldest first.
    var sent: [Instant]
    /// When each alert was last told of here.
    var told: [AlertID: Instant]

    /// What comes of a claim.
    struct Plan: Equatable {
        /// Goes now.
        var parcel: OutgoingMessage?
        /// Notices that a limit keeps back, and until when.
        var waiting: [Wait] = []
    }

    struct Wait: Equatable {
        var notices: [Int64]
        var until: Instant
    }

    func plan(_ bulletins: [NotificationContent], at now: Instant) -> Plan {
        var plan = Plan()
        for parcel in parcels(bulletins) {
            guard let until = release(of: parcel, at: now) else {
                if plan.parcel == nil { plan.parcel = parcel }
                continue
            }
            plan.waiting.append(Wait(notices: parcel.notices, until: until))
        }
        return plan
    }

    /// The messages in the order in which they go. The most urgent goes first, and many that say the same kind of thing
    /// become one.
    func parcels(_ bulletins: [NotificationContent]) -> [OutgoingMessage] {
        if pace.oneByOne {
            return Self.ordered(
                bulletins.map { bulletin in
                    var bulletin = bulletin
                    bulletin.items = Array(bulletin.items.prefix(1))
                    return bulletin
                }
            ).map { .single($0) }
        }
        var single: [NotificationContent] = []
        var many: [String: [NotificationContent]] = [:]
        // What may have been said before stands for itself: the channel is asked for that message, which would
        // otherwise stay as it is for ever. Of very many nobody asks.
        let asks = pace.looksBack && bulletins.count { $0.isUncertain } <= Self.mostAsked
        for bulletin in bulletins {
            if !(asks && bulletin.isUncertain), let group = group(bulletin) {
                many[group, default: []].append(bulletin)
            } else {
                single.append(bulletin)
            }
        }
        var parcels: [(urgent: NotificationContent, parcel: OutgoingMessage)] = []
        for group in many.values {
            let ordered = Self.ordered(group)
            if group.count >= pace.bundlesFrom {
                parcels.append((ordered[0], .digest(ordered)))
            } else {
                single += group
            }
        }
        parcels += single.map { ($0, .single($0)) }
        return parcels.sorted { Self.comesBefore($0.urgent, $1.urgent) }.map(\.parcel)
    }

    private static let mostAsked = ChannelLane.usualClaim

    /// What may share a message: beginnings that nobody has heard of; endings that are answered in the same place, or
    /// in none. `nil`: it stands for itself, because a message of its own is brought up to date.
    private func group(_ bulletin: NotificationContent) -> String? {
        if bulletin.isOverAlready { return "over" }
        let place = SlackNotifier.Place(bulletin.reference)
        switch bulletin.occasion {
        case .closing:
            guard let place else { return "closing" }
            return place.isShared ? "closing \(place.ts)" : nil
        case .opening, .escalation, .reminder: return place == nil ? "new" : nil
        case .update: return nil
        }
    }

    static func ordered(_ bulletins: [NotificationContent]) -> [NotificationContent] {
        bulletins.sorted(by: comesBefore)
    }

    /// Critical beginnings, then endings, then the rest; the older first.
    private static func comesBefore(_ left: NotificationContent, _ right: NotificationContent) -> Bool {
        let (a, b) = (rank(left), rank(right))
        return a != b ? a < b : left.alert.id < right.alert.id
    }

    private static func rank(_ bulletin: NotificationContent) -> Int {
        switch (bulletin.occasion, bulletin.alert.severity) {
        case (.opening, .critical), (.escalation, .critical): 0
        case (.closing, _): 1
        case (.opening, _), (.escalation, _): 2
        case (.reminder, _): 3
        case (.update, _): 4
        }
    }

    /// When a limit lets the parcel go; `nil`: now.
    private func release(of parcel: OutgoingMessage, at now: Instant) -> Instant? {
        if parcel.bulletins.allSatisfy(\.isClosing) { return nil }
        // What a person did is shown at once: somebody looks at the message and waits for it.
        let isByHand = parcel.bulletins.contains { $0.items.contains { !$0.event.by.isEmpty } }
        var until = now
        if case .single(let bulletin) = parcel, bulletin.occasion == .update, !isByHand,
            let last = told[bulletin.alert.id]
        {
            until = max(until, last + pace.updateSpacing)
        }
        for window in pace.windows {
            let within = sent.filter { $0 > now - window.time }
            guard within.count >= window.count else { continue }
            until = max(until, within[within.count - window.count] + window.time)
        }
        return until > now ? until : nil
    }
}

extension OutgoingMessage {
    var notices: [Int64] { bulletins.flatMap { $0.items.map(\.notice.id) } }
}

/// When a notice that did not get through is tried again.
///
///     failures   1     2      3      4      5 and more
///     wait       5 s   15 s   30 s   1 min  3 min        each ± 20 %
///
/// A broken channel is asked every five minutes. Beginnings, reminders and escalations end after a day, endings after a
/// week: by then everybody has learned of them some other way.
package enum NoticeBackoff {
    package static let broken: Duration = .minutes(5)
    package static let beginningsEnd: Duration = .hours(24)
    package static let endingsEnd: Duration = .days(7)
    private static let waits: [Duration] = [.seconds(5), .seconds(15), .seconds(30), .minutes(1), .minutes(3)]

    /// `failures` counts the one just made; `jitter` is from 0 to 1.
    package static func wait(afterFailures failures: Int, jitter: Double) -> Duration {
        waits[min(max(failures, 1), waits.count) - 1] * (0.8 + 0.4 * min(max(jitter, 0), 1))
    }

    /// Until when a notice of that kind is tried.
    package static func end(_ kind: Notice.Kind, owedSince: Instant) -> Instant {
        owedSince + (kind == .closing ? endingsEnd : beginningsEnd)
    }
}

import Domain
import TestSupport
import Testing

@Suite struct `A replay` {
    private static let now: Instant = .start + .days(3)

    private static func ended(
        _ outcome: Outcome, hoursAgo: Int = 1, sentHoursAgo: Int? = nil, isAwaited: Bool = false,
        uncertainHoursAgo: Int? = nil
    ) -> Replay.Ended {
        Replay.Ended(
            outcome, at: now - .hours(hoursAgo), sentAt: sentHoursAgo.map { now - .hours($0) }, isAwaited: isAwaited,
            uncertainSince: uncertainHoursAgo.map { now - .hours($0) })
    }

    static let obstacles: [(String, Replay.Standing, Bool, Bool, Replay.Reason?)] = [
        ("never owed", .notOwed, true, false, .notOwed),
        ("waiting in the queue", .open, true, false, .inQueue),
        ("waiting in the queue, whatever is asked for", .open, true, true, .inQueue),
        ("rejected", .ended(ended(.rejected)), true, false, nil),
        ("expired", .ended(ended(.expired)), true, false, nil),
        ("skipped", .ended(ended(.skipped)), true, false, nil),
        ("sent and never confirmed", .ended(ended(.sent)), true, false, nil),
        ("sent and still asked about", .ended(ended(.sent, isAwaited: true)), true, true, .awaitingVerdict),
        ("delivered", .ended(ended(.delivered)), true, false, .alreadyDelivered),
        ("delivered, and wanted again", .ended(ended(.delivered)), true, true, nil),
        ("erased", .ended(ended(.erased)), false, true, .erased),
        ("cleared", .ended(ended(.rejected)), false, false, .dataCleared),
        ("ended after the selection was made", .ended(ended(.rejected, hoursAgo: 0)), true, false, .endedSince),
    ]

    @Test(arguments: obstacles)
    func `is stopped by how the delivery stands`(
        _ name: String, _ standing: Replay.Standing, _ hasData: Bool, _ includesDelivered: Bool,
        _ expected: Replay.Reason?
    ) {
        var terms = Replay.Terms(endedBefore: Self.now)
        terms.includesDelivered = includesDelivered
        #expect(Replay.obstacle(standing, hasData: hasData, terms) == expected, "\(name)")
    }

    private static let open = Route.Decision.open(notBefore: now + .minutes(5), expires: now + .days(4))
    private static func again(since hoursAgo: Int?) -> Replay.Decision {
        .again(
            due: now + .minutes(5), expires: now + .days(4), uncertainSince: hoursAgo.map { now - .hours($0) })
    }

    /// Meta recognises a repeated event for 48 hours.
    static let decisions: [(String, Replay.Ended, Route.Decision, Int?, Replay.Decision)] = [
        ("rejected", ended(.rejected), open, 48, again(since: nil)),
        ("the window has closed", ended(.expired), .skip(.tooOld), 48, .leave(.windowClosed)),
        ("consent is missing", ended(.skipped), .skip(.consentDenied), 48, .leave(.skipped(.consentDenied))),
        ("perhaps stored an hour ago", ended(.expired, uncertainHoursAgo: 1), open, 48, again(since: 1)),
        ("perhaps stored 47 h ago", ended(.rejected, uncertainHoursAgo: 47), open, 48, again(since: 47)),
        ("perhaps stored 48 h ago", ended(.rejected, uncertainHoursAgo: 48), open, 48, .leave(.outcomeUnknown)),
        ("perhaps stored long ago", ended(.rejected, uncertainHoursAgo: 900), open, nil, again(since: 900)),
        ("delivered 47 h ago", ended(.delivered, hoursAgo: 47), open, 48, again(since: 47)),
        ("delivered 50 h ago", ended(.delivered, hoursAgo: 50), open, 48, .leave(.wouldCountTwice)),
        (
            "sent 50 h ago, confirmed since", ended(.delivered, hoursAgo: 40, sentHoursAgo: 50), open, 48,
            .leave(.wouldCountTwice)
        ),
        ("sent and never confirmed", ended(.sent, hoursAgo: 30), open, nil, again(since: 30)),
    ]

    @Test(arguments: decisions)
    func `asks what the destination would make of the lead today`(
        _ name: String, _ ended: Replay.Ended, _ decision: Route.Decision, _ memory: Int?, _ expected: Replay.Decision
    ) {
        let memory = memory.map { Duration.hours($0) }
        #expect(Replay.decide(ended, decision, memory: memory, now: Self.now) == expected, "\(name)")
    }

    @Test func `looks only at the outcomes it was asked for`() {
        var terms = Replay.Terms(endedBefore: Self.now)
        #expect(terms.includes(.open) && terms.includes(.ended(Self.ended(.rejected))))
        terms.outcomes = [.rejected]
        #expect(terms.includes(.ended(Self.ended(.rejected))))
        #expect(!terms.includes(.ended(Self.ended(.delivered))) && !terms.includes(.open) && !terms.includes(.notOwed))
    }
}

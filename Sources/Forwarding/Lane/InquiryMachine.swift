package import Domain
package import Store

/// Asks what became of the requests that a platform took with a receipt: as a value, like `LaneMachine`.
///
///     sent ─▶ awaited ─▶ asked ─▶ settled: delivered, rejected; or due again, in company or alone
///                ▲         │
///                └─────────┴─▶ unconfirmed: nobody will ever say
///
/// Questions are few: one for each request and poll, as far as the quota of the Cloud project goes.
package struct InquiryMachine: Sendable {
    package enum Action: Equatable, Sendable {
        case inquire(limit: Int)
        case ask(AwaitedRequest)
        case confirm(InquiryOutcome)
        /// Stop the lane until a person has acted.
        case hold(reason: String)
        case renewToken
    }

    package struct Asked: Equatable, Sendable {
        package var request: AwaitedRequest
        /// The question was refused for its access token once.
        var hasRenewed = false
    }

    /// How long a request is ours after the store gave it out.
    package static let lease: Duration = .minutes(10)
    /// Questions under way at once.
    package static let concurrency = 4
    /// Between events that have to be sent one by one, so that they do not use up the project's quota of 300 requests a
    /// minute.
    package static let aloneSpacing: Duration = .seconds(1)

    /// So many in a row without an answer, and the lane asks nothing for a while. One alone says something of that
    /// question only.
    package static let failuresToRest = 4

    package var firstWait: Duration
    /// When to look again; after `next` it is up to date. `nil`: only when something happens.
    package private(set) var wake: Instant?
    package private(set) var inFlight: [Int64: Asked] = [:]
    private var waiting: [Asked] = []
    private var isInquiring = false
    /// When there is, or may be, something to ask.
    private var due: Instant?
    private var restsUntil: Instant?
    private var failures = 0
    private let jitter: @Sendable () -> Double

    package init(firstWait: Duration, now: Instant, jitter: @escaping @Sendable () -> Double) {
        self.firstWait = firstWait
        self.jitter = jitter
        // Whatever an earlier process left behind.
        due = now
    }

    /// There will be something to ask at that moment.
    package mutating func look(at moment: Instant) { due = min(due ?? moment, moment) }

    package mutating func inquired(_ result: Result<Inquiries, StoreError>, at now: Instant) {
        isInquiring = false
        switch result {
        case .failure: look(at: now + .seconds(1))
        case .success(let inquiries):
            let known = Set(waiting.map(\.request.number)).union(inFlight.keys)
            waiting += inquiries.requests.filter { !known.contains($0.number) }.map { Asked(request: $0) }
            if let next = inquiries.nextDue { look(at: next) }
        }
    }

    /// What is to be done now. To be asked after everything that happened, and at `wake`.
    package mutating func next(
        at now: Instant, mayAsk: Bool, of lane: String, _ budget: inout RequestBudget?
    ) -> [Action] {
        wake = nil
        var waitsForBudget = false
        defer { if !waitsForBudget { budget?.leave(lane) } }
        guard mayAsk, !waiting.isEmpty || due != nil else { return [] }
        if let restsUntil, restsUntil > now {
            wake = restsUntil
            return []
        }
        var actions: [Action] = []
        while !waiting.isEmpty, inFlight.count < Self.concurrency {
            guard budget?.take(lane, at: now) != false else {
                waitsForBudget = true
                wake = budget?.wait(lane, at: now)
                return actions
            }
            let asked = waiting.removeFirst()
            inFlight[asked.request.number] = asked
            actions.append(.ask(asked.request))
        }
        guard waiting.isEmpty, !isInquiring, let due, inFlight.count < Self.concurrency else { return actions }
        guard due <= now else {
            wake = due
            return actions
        }
        let moment = budget?.wait(lane, at: now) ?? now
        guard moment <= now else {
            waitsForBudget = true
            wake = moment
            return actions
        }
        isInquiring = true
        self.due = nil
        actions.append(.inquire(limit: Self.concurrency - inFlight.count))
        return actions
    }

    /// A question was answered, or came to nothing.
    ///
    /// `canAmend` says whether an event can be sent without what it was rejected for: it goes out again by itself, and
    /// counts as nothing before Google has judged it anew.
    package mutating func answered(
        _ number: Int64, _ reading: InquiryReading, at now: Instant,
        canAmend: (Delivery, Receipt) -> Bool = { _, _ in false }
    ) -> [Action] {
        guard var asked = inFlight.removeValue(forKey: number) else { return [] }
        let request = asked.request
        switch reading {
        case .verdicts(let verdicts):
            precondition(verdicts.count == request.deliveries.count, "one verdict for each event")
            failures = 0
            return settle(request, verdicts, at: now, canAmend)
        case .pending(let receipt):
            failures = 0
            return askAgain(request, receipt, isAnswered: true, at: now)
        case .forgotten(let receipt):
            failures = 0
            return [.confirm(InquiryOutcome(request, .unconfirmed(Self.unconfirmed(receipt))))]
        case .unanswered(_, .credentials, _) where !asked.hasRenewed:
            asked.hasRenewed = true
            waiting.insert(asked, at: 0)
            return [.renewToken]
        case .unanswered(let receipt, let cause, let after):
            failures += 1
            // Who asks for a slower pace means all questions.
            let further = cause == .throttled || after != nil ? failures - 1 : failures - Self.failuresToRest
            if further >= 0 {
                let rest = min(Duration.minutes(1) * (1 << min(further, 10)), .hours(1))
                restsUntil = max(restsUntil ?? now, now + max(rest, after ?? .zero))
            }
            return askAgain(request, receipt, isAnswered: false, at: now)
        }
    }

    private mutating func askAgain(_ request: AwaitedRequest, _ receipt: Receipt, isAnswered: Bool, at now: Instant)
        -> [Action]
    {
        let due = PollSchedule.due(
            afterPolls: request.polls + 1, sentAt: request.sentAt, first: firstWait, isAnswered: isAnswered, now: now)
        guard let due else {
            return [.confirm(InquiryOutcome(request, .unconfirmed(Self.unconfirmed(receipt))))]
        }
        look(at: due)
        return [.confirm(InquiryOutcome(request, .askAgain(at: due)))]
    }

    /// The receipt of what was taken and never judged.
    private static func unconfirmed(_ receipt: Receipt) -> Receipt {
        var words = receipt.code
        if !receipt.message.isEmpty { words += words.isEmpty ? receipt.message : ": \(receipt.message)" }
        return Receipt(
            status: receipt.status, code: "unconfirmed", message: "taken, but never confirmed; last answer: \(words)",
            requestID: receipt.requestID)
    }

    private func settle(
        _ request: AwaitedRequest, _ verdicts: [Verdict], at now: Instant, _ canAmend: (Delivery, Receipt) -> Bool
    ) -> [Action] {
        var settlements: [Settlement] = []
        settlements.reserveCapacity(verdicts.count)
        var held: Receipt?
        var alone = 0
        for (delivery, verdict) in zip(request.deliveries, verdicts) {
            func end(_ end: Settlement.End, _ receipt: Receipt) {
                settlements.append(Settlement(lead: delivery.lead, end: end, receipt: receipt))
            }
            switch verdict {
            case .delivered(let receipt), .sent(let receipt): end(.outcome(.delivered), receipt)
            case .rejected(let receipt):
                let due = now + Self.aloneSpacing * alone
                if due < delivery.expires, canAmend(delivery, receipt) {
                    alone += 1
                    end(.alone(due: due), receipt)
                } else {
                    end(.outcome(.rejected), receipt)
                }
            case .retry(let receipt, let cause, let after):
                let due = Backoff.due(
                    afterFailures: delivery.failures + 1, cause: cause, floor: after, jitter: jitter(), now: now,
                    expires: delivery.expires)
                if let due {
                    end(.retry(due: due, cause: cause, uncertain: cause.isUncertain), receipt)
                } else {
                    end(.outcome(.expired), receipt)
                }
            case .hold(let receipt):
                held = held ?? receipt
                end(.release(note: true), receipt)
            case .isolate(let receipt):
                let due = now + Self.aloneSpacing * alone
                alone += 1
                // Sent too late it would only be refused: what Google has taken stays as it is.
                if due < delivery.expires {
                    end(.alone(due: due), receipt)
                } else {
                    end(.outcome(.sent), Self.unconfirmed(receipt))
                }
            }
        }
        let confirm = Action.confirm(InquiryOutcome(request, .settled(settlements)))
        guard let held else { return [confirm] }
        // The lane first: what goes back to due must not go out again.
        return [.hold(reason: held.message.isEmpty ? held.code : "\(held.code): \(held.message)"), confirm]
    }
}

extension InquiryReading {
    /// For the log.
    var word: String {
        switch self {
        case .verdicts(let verdicts): Set(verdicts.lazy.map(\.word)).sorted().joined(separator: "+")
        case .pending: "pending"
        case .forgotten: "forgotten"
        case .unanswered(_, let cause, _): "unanswered:\(cause.rawValue)"
        }
    }
}

import Domain
import SQLite

/// The requests of one settling that were taken without a verdict: one row each, whatever the number of their events.
struct SentRequests {
    struct Request {
        var due: Instant
        var leads: [LeadID] = []
        var expires: [Int64] = []
        var failures: [Int64] = []
    }

    private(set) var requests: [String: Request] = [:]

    mutating func add(_ settlement: Settlement, expires: Int64, failures: Int64) {
        guard let due = settlement.confirmAt, settlement.end == .outcome(.sent) else { return }
        let id = settlement.receipt.requestID
        requests[id, default: Request(due: due)].leads.append(settlement.lead)
        requests[id]?.expires.append(expires)
        requests[id]?.failures.append(failures)
    }
}

/// What one answer to an inquiry changed.
struct Confirmed {
    var ended = 0
    var reopened = 0
}

extension Tables {
    func keep(_ sent: SentRequests, _ destination: Int64, now: Instant) throws(SQLiteError) {
        for (id, request) in sent.requests {
            let keep = try statement(.keepAwaited)
            keep.bind(1, destination)
            keep.bind(2, id)
            keep.bind(3, now.milliseconds)
            keep.bind(4, request.due.milliseconds)
            keep.bind(5, request.leads.packed)
            keep.bind(6, request.expires.map(LeadID.init(rawValue:)).packed)
            let failed = request.failures.contains { $0 > 0 }
            keep.bind(7, failed ? request.failures.map { UInt8(clamping: $0) } : [])
            try keep.run()
        }
    }

    func inquire(_ name: String, limit: Int, lease: Duration, now: Instant) throws(SQLiteError) -> Inquiries {
        let destination = try destinationID(name, now: now)
        let due = try statement(.awaitedDue)
        due.bind(1, destination)
        due.bind(2, now.milliseconds)
        due.bind(3, Int64(limit))
        var requests: [AwaitedRequest] = []
        while try due.step() {
            let leads = [LeadID](packed: due.bytes(4))
            let expires = [LeadID](packed: due.bytes(5))
            let failures = due.bytes(6)
            requests.append(
                AwaitedRequest(
                    number: due.integer(0), requestID: due.text(1), sentAt: Instant(milliseconds: due.integer(2)),
                    polls: Int(due.integer(3)),
                    deliveries: leads.indices.map { index in
                        Delivery(
                            lead: leads[index], failures: failures.isEmpty ? 0 : Int(failures[index]),
                            expires: Instant(milliseconds: expires[index].rawValue))
                    }))
        }
        let lend = try statement(.lendAwaited)
        for request in requests {
            lend.bind(1, request.number)
            lend.bind(2, (now + lease).milliseconds)
            try lend.run()
        }
        let next = try statement(.nextAwaited)
        next.bind(1, destination)
        defer { next.reset() }
        return Inquiries(
            requests: requests, nextDue: try next.step() ? Instant(milliseconds: next.integer(0)) : nil)
    }

    func confirm(_ name: String, _ outcome: InquiryOutcome, now: Instant) throws(SQLiteError) -> Confirmed {
        let destination = try destinationID(name, now: now)
        var confirmed = Confirmed()
        if case .askAgain(let due) = outcome.end {
            let again = try statement(.askAgain)
            again.bind(1, outcome.request)
            again.bind(2, destination)
            again.bind(3, Int64(outcome.polls))
            again.bind(4, due.milliseconds)
            try again.run()
            return confirmed
        }
        guard let request = try end(outcome.request, destination, polls: Int64(outcome.polls)) else { return confirmed }
        switch outcome.end {
        case .askAgain: break
        case .unconfirmed(let receipt):
            for lead in request.leads { try unconfirm(lead, request, receipt) }
        case .settled(let settlements):
            let places = Dictionary(zip(request.leads, request.expires), uniquingKeysWith: { first, _ in first })
            for settlement in settlements {
                guard let expires = places[settlement.lead] else { continue }
                try confirm(settlement, request, expires: expires, now: now, &confirmed)
            }
        }
        return confirmed
    }

    private struct EndedRequest {
        var destination: Int64
        var id: String
        var leads: [LeadID]
        var expires: [Int64]

        /// Names the receipt of one of its events. One that has been sent again since has another request's id, and is
        /// left alone.
        func bindKey(_ lead: LeadID, _ statement: Statement) {
            statement.bind(1, lead.rawValue)
            statement.bind(2, destination)
            statement.bind(3, id)
        }
    }

    private func confirm(
        _ settlement: Settlement, _ request: EndedRequest, expires: Int64, now: Instant, _ confirmed: inout Confirmed
    ) throws(SQLiteError) {
        switch settlement.end {
        case .outcome(let outcome):
            // Looked up first: to have an update answer it would take SQLite a table of its own for each.
            let sent = try statement(.sentAt)
            request.bindKey(settlement.lead, sent)
            guard try sent.step() else { return }
            let sentAt = sent.integer(0)
            sent.reset()
            let end = try statement(.confirm)
            end.bind(1, settlement.lead.rawValue)
            end.bind(2, request.destination)
            end.bind(3, outcome.tally.rawValue)
            end.bind(4, now.milliseconds)
            end.bind(5, Int64(settlement.receipt.status))
            end.bind(6, settlement.receipt.code)
            end.bind(7, settlement.receipt.message)
            try end.run()
            countAnswer(outcome.tally, request.destination, settlement.receipt, now: now)
            try move(settlement.lead, request.destination, sentAt: sentAt, to: outcome.tally)
            confirmed.ended += 1
        case .retry(let due, let cause, let uncertain):
            try reopen(
                settlement, request, cause: cause.rawValue, due: due, expires: expires, isFailure: true,
                isUncertain: uncertain, now: now, &confirmed)
        case .release:
            try reopen(
                settlement, request, cause: "released", due: now, expires: expires, now: now, &confirmed)
        case .alone(let due):
            try reopen(
                settlement, request, cause: "released", due: due, expires: expires, isUncertain: true, isAlone: true,
                now: now, &confirmed)
        }
    }

    /// Back into the queue; what had happened so far stays readable.
    private func reopen(
        _ settlement: Settlement, _ request: EndedRequest, cause: String, due: Instant, expires: Int64,
        isFailure: Bool = false, isUncertain: Bool = false, isAlone: Bool = false, now: Instant,
        _ confirmed: inout Confirmed
    ) throws(SQLiteError) {
        let takeBack = try statement(.takeBack)
        request.bindKey(settlement.lead, takeBack)
        guard try takeBack.step() else { return }
        let (sentAt, failures) = (takeBack.integer(0), takeBack.integer(1))
        let receipt = Receipt(
            status: Int(takeBack.integer(2)), code: takeBack.text(3), message: takeBack.text(4), requestID: request.id)
        takeBack.reset()
        try keepAttempt(settlement.lead, request.destination, cause: Tally.sent.name, receipt, at: sentAt)
        if isFailure { countAnswer(.failure, request.destination, settlement.receipt, now: now) }
        try keepAttempt(settlement, request.destination, cause: cause, now: now)
        let dimension = try move(settlement.lead, request.destination, sentAt: sentAt, to: .open)
        try reopen(
            settlement.lead, request.destination, due: due, expires: expires, dimension: dimension,
            failures: failures + (isFailure ? 1 : 0), uncertain: isUncertain ? sentAt : nil, isAlone: isAlone)
        confirmed.reopened += 1
    }

    /// Ends the oldest request if nobody has asked about it for far too long. Returns whether it did.
    func giveUpOldest(sentBefore bound: Instant) throws(SQLiteError) -> Bool {
        let select = try statement(.oldestAwaited)
        guard try select.step() else { return false }
        let (number, destination, polls) = (select.integer(0), select.integer(1), select.integer(2))
        let isOld = select.integer(3) <= bound.milliseconds
        select.reset()
        guard isOld, let request = try end(number, destination, polls: polls) else { return false }
        let receipt = Receipt(status: 0, code: "unconfirmed", message: "taken, but never asked about in time")
        for lead in request.leads { try unconfirm(lead, request, receipt) }
        return true
    }

    /// Takes a request from those that are awaited; `nil` if somebody else was first.
    private func end(_ number: Int64, _ destination: Int64, polls: Int64) throws(SQLiteError) -> EndedRequest? {
        let end = try statement(.endAwaited)
        end.bind(1, number)
        end.bind(2, destination)
        end.bind(3, polls)
        guard try end.step() else { return nil }
        defer { end.reset() }
        return EndedRequest(
            destination: destination, id: end.text(0), leads: [LeadID](packed: end.bytes(1)),
            expires: [LeadID](packed: end.bytes(2)).map(\.rawValue))
    }

    private func unconfirm(_ lead: LeadID, _ request: EndedRequest, _ receipt: Receipt) throws(SQLiteError) {
        let unconfirm = try statement(.unconfirm)
        request.bindKey(lead, unconfirm)
        unconfirm.bind(4, receipt.code)
        unconfirm.bind(5, receipt.message)
        try unconfirm.run()
    }

    /// Moves one delivery from `sent` to another line of the books. In the statistics it keeps the time until the
    /// platform took it: how long the platform thought about it afterwards is not ours.
    @discardableResult
    private func move(_ lead: LeadID, _ destination: Int64, sentAt: Int64, to tally: Tally) throws(SQLiteError) -> Int64
    {
        let select = try statement(.dimensionOfLead)
        select.bind(1, lead.rawValue)
        guard try select.step() else { preconditionFailure("a receipt without its lead") }
        let dimension = select.integer(0)
        select.reset()
        let source = try source(ofDimension: dimension)
        let (received, hour) = (lead.moment, lead.moment.hour.milliseconds)
        let took = max(0, sentAt - received.milliseconds)
        counters.book(.sent, source: source, destination: destination, -1)
        counters.book(tally, source: source, destination: destination)
        counters.count(.sent, hour: hour, dimension: dimension, destination: destination, -1, milliseconds: -took)
        if tally != .open {
            counters.count(tally, hour: hour, dimension: dimension, destination: destination, milliseconds: took)
        }
        return dimension
    }
}

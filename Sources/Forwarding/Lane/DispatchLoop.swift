import Crypto
import Curl
package import Domain
package import Service
import Store

/// The forwarding thread's work: takes messages, moves the lanes' machines, carries out what they want. Confined to one
/// thread; tests call `step` themselves.
package final class DispatchLoop {
    private let store: any DeliveryStore
    private let leads: any LeadSource
    private let transport: any Transport
    private let clock: Clock
    private let log: Log
    private let messages: MessageQueue<Message>
    private let reports: Locked<[LaneReport]>
    private let jitter: @Sendable () -> Double

    private var order: [String] = []
    private var lanes: [String: Lane] = [:]
    private var countries: [String: String] = [:]
    private var kinds: [String: Source.Kind] = [:]
    private var credentials: [Destination.Credential] = []
    private var tokens: [AccessToken] = []
    private var budgets = RequestBudgets()
    private var stopAt: Instant?
    /// Settlements that the store has not confirmed yet.
    private var settling = 0
    /// Settlements that it could not take: written again a little later, for they are facts.
    private var unwritten: [(lane: String, claim: Int64, settlements: [Settlement])] = []
    private var writeAgainAt: Instant?
    /// Lanes that are to be held, and why, until the store remembers it: what becomes due meanwhile does not set them
    /// going.
    private var holding: [String: String] = [:]
    private var holdAgainAt: Instant?
    /// Leads that were read a moment ago: the next lane usually wants the same.
    private var recent = RecentLeads()

    private struct Lane {
        var machine: LaneMachine
        /// Only for platforms that tell later what became of a request.
        var inquiries: InquiryMachine?
        var destination: Destination
        var adapter: any Adapter
        var credential: Int?
        var report: LaneReport
        /// What its events were rejected for and are sent without.
        var amendments = Amendments()

        var testEventsUntil: Instant? {
            if case .metaAds(let meta) = destination.platform { meta.testEvents?.until } else { nil }
        }
    }

    package init(
        _ settings: Dispatcher.Settings, store: any DeliveryStore, leads: any LeadSource, transport: any Transport,
        clock: Clock, log: Log, messages: MessageQueue<Message>, reports: Locked<[LaneReport]>,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.store = store
        self.leads = leads
        self.transport = transport
        self.clock = clock
        self.log = log
        self.messages = messages
        self.reports = reports
        self.jitter = jitter
        configure(settings)
    }

    private var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    /// A round, as the thread that works off the messages wants it.
    func work(_ messages: [Message]) -> MessageWorker<Message>.Pause? {
        step(messages).map { next in .init(atMost: next.moment.map { max(.zero, $0 - now) }) }
    }

    /// When to go on if nothing happens; `nil` moment: only when something does.
    package struct Next: Equatable {
        package var moment: Instant?
    }

    /// Handles what has happened and does what follows from it. `nil` when everything has been stopped.
    package func step(_ messages: [Message]) -> Next? {
        for message in messages { handle(message) }
        let now = now
        if let writeAgainAt, writeAgainAt <= now {
            self.writeAgainAt = nil
            let again = unwritten
            unwritten = []
            for item in again { write(item.lane, item.claim, item.settlements, isLate: true) }
        }
        if let holdAgainAt, holdAgainAt <= now {
            self.holdAgainAt = nil
            for (name, reason) in holding { hold(name, reason) }
        }
        for name in order { pump(name, at: now) }
        if stopAt == nil { forgetStoppedLanes() }
        var rest: Duration?
        if lanes.values.allSatisfy(\.machine.isIdle) {
            recent = RecentLeads()
            rest = leads.rest()
        }
        report()
        if let stopAt, isDone || stopAt <= now { return nil }
        return Next(moment: [wake(at: now), rest.map { now + $0 }].compactMap { $0 }.min())
    }

    private var isDone: Bool {
        settling == 0 && unwritten.isEmpty && holding.isEmpty && lanes.values.allSatisfy { $0.machine.isIdle }
    }

    private func wake(at now: Instant) -> Instant? {
        var moments = [stopAt, writeAgainAt, holdAgainAt].compactMap { $0 }
        moments += lanes.values.compactMap(\.machine.wake)
        moments += lanes.values.compactMap { $0.inquiries?.wake }
        for lane in lanes.values where lane.machine.mode == .running {
            if let credential = lane.credential, let wake = tokens[credential].wake(at: now) { moments.append(wake) }
        }
        return moments.min()
    }

    // MARK: Messages

    private func handle(_ message: Message) {
        switch message {
        case .due(let names):
            for name in names { becameDue(name) }
        case .configure(let settings):
            configure(settings)
        case .claimed(let name, let result):
            claimed(name, result)
        case .settled(let name, let claim, let settlements, let isLate, let result):
            settled(name, claim, settlements, isLate: isLate, result)
        case .held(let name, let result):
            held(name, result)
        case .answered(let name, let batch, let token, let result, let took):
            answered(name, batch, token: token, result, took: took)
        case .renewed(let credential, let result):
            renewed(credential, result)
        case .inquired(let name, let result):
            lanes[name]?.inquiries?.inquired(result, at: now)
        case .told(let name, let request, let token, let result):
            told(name, request, token: token, result)
        case .confirmed(let name, let outcome, let result):
            confirmed(name, outcome, result)
        case .stop(let time):
            stopAt = now + time
            for name in order { lanes[name]?.machine.set(.stopping, at: now) }
        }
    }

    /// Something became due, or the lane was paused, held or resumed.
    private func becameDue(_ name: String) {
        guard holding[name] == nil, var lane = lanes.removeValue(forKey: name) else { return }
        let mode = LaneMachine.Mode(store.laneState(name))
        if mode == .running, lane.machine.mode != .running, let credential = lane.credential {
            tokens[credential].reset()
            budgets.with(lane.adapter.limits.quota) { $0?.forgetSpent() }
        }
        lane.machine.set(mode, at: now)
        lane.machine.becameDue(at: now)
        lanes[name] = lane
    }

    private func configure(_ settings: Dispatcher.Settings) {
        (countries, kinds) = (settings.countries, settings.kinds)
        // They were read for sources that may be others now.
        recent = RecentLeads()
        for destination in settings.destinations {
            let adapter = makeAdapter(destination)
            let credential = adapter.credential.map(index)
            let mode = LaneMachine.Mode(store.laneState(destination.name))
            let known = lanes.removeValue(forKey: destination.name)
            if var lane = known, lane.destination.platform.name == destination.platform.name {
                if lane.destination != destination {
                    for action in lane.machine.reconfigured(at: now) { perform(action, &lane) }
                }
                lane.machine.pace = destination.pace
                lane.machine.limits = adapter.limits
                (lane.destination, lane.adapter, lane.credential) = (destination, adapter, credential)
                if lane.machine.mode == .stopping, stopAt == nil { lane.machine.reinstate(mode, at: now) }
                if let first = adapter.limits.confirmAfter { lane.inquiries?.firstWait = first }
                lanes[destination.name] = lane
            } else {
                // Answers to requests of a lane to another platform find no batch; the lease gives their rows back.
                lanes[destination.name] = Lane(
                    machine: LaneMachine(
                        name: destination.name, pace: destination.pace, limits: adapter.limits,
                        mode: stopAt == nil ? mode : .stopping, lastBatch: known?.machine.lastBatch ?? 0, now: now,
                        jitter: jitter),
                    inquiries: inquiries(of: destination),
                    destination: destination, adapter: adapter, credential: credential,
                    report: LaneReport(destination: destination.name, platform: destination.platform.name))
            }
        }
        let names = settings.destinations.map(\.name)
        // A lane that is no longer configured gives everything back; its deliveries stay in the store.
        for name in order where !names.contains(name) { lanes[name]?.machine.set(.stopping, at: now) }
        order = names + order.filter { name in !names.contains(name) && lanes[name]?.machine.isIdle == false }
        lanes = lanes.filter { order.contains($0.key) }
        budgets.configure(
            lanes.values.flatMap { [$0.adapter.limits.quota, $0.adapter.limits.inquiryQuota].compactMap(\.self) },
            at: now)
    }

    /// Also for a transport whose answers are final: the lane may have used another one before.
    private func inquiries(of destination: Destination) -> InquiryMachine? {
        guard case .googleAds(let google) = destination.platform else { return nil }
        return InquiryMachine(firstWait: google.confirmAfter, now: now, jitter: jitter)
    }

    /// Lanes that have left the configuration and have nothing in hand any more.
    private func forgetStoppedLanes() {
        guard lanes.values.contains(where: { $0.machine.mode == .stopping && $0.machine.isIdle }) else { return }
        lanes = lanes.filter { $0.value.machine.mode != .stopping || !$0.value.machine.isIdle }
        order = order.filter { lanes[$0] != nil }
    }

    private func index(of credential: Destination.Credential) -> Int {
        if let known = credentials.firstIndex(of: credential) { return known }
        credentials.append(credential)
        tokens.append(AccessToken(scope: credential.scope))
        return credentials.count - 1
    }

    private func claimed(_ name: String, _ result: Result<Claim, StoreError>) {
        guard var lane = lanes.removeValue(forKey: name) else { return }
        defer { lanes[name] = lane }
        switch result {
        case .failure(let error):
            log.warning("delivery.claim_failed", ["destination": name, "error": "\(error)"])
            lane.machine.claimFailed(at: now)
        case .success(let claim):
            lane.report.tallies.claims += 1
            let (rows, ends) = prepare(claim, lane)
            for action in lane.machine.claimed(claim, rows: rows, ends: ends, at: now) { perform(action, &lane) }
        }
    }

    private func answered(
        _ name: String, _ batch: Int, token: String?, _ result: Result<Answer, TransferError>, took: Duration
    ) {
        guard var lane = lanes.removeValue(forKey: name) else { return }
        defer { lanes[name] = lane }
        guard let sent = lane.machine.inFlight[batch] else { return }
        var reading = lane.adapter.read(result, count: sent.rows.count)
        hidePersonalData(&reading.verdicts, of: sent.rows.map(\.delivery.lead))
        lane.report.tallies.add(request: took, failed: reading.health == .failing)
        if case .success(let answer) = result, let theirs = answer.date {
            lane.report.clockSkew = now - (theirs + .milliseconds(500)) - answer.took / 2
        }
        logAttempt(name, reading, rows: sent.rows.count, took: took)
        // What the platform itself says to be spent for one lane is spent for all that share it; an answer of something
        // on the way is the lane's own affair.
        if let spent = reading.spent {
            budgets.with(lane.adapter.limits.quota) { $0?.spent(until: now + spent.time, by: name, spent.window) }
        }
        var amendments = lane.amendments
        let adapter = lane.adapter
        let actions = lane.machine.answered(batch, reading, took: took, at: now) { row, receipt in
            guard let amendment = adapter.amendment(for: receipt), !row.amendments.contains(amendment),
                let fragment = adapter.amended(row.fragment, amendment)
            else { return nil }
            var row = row
            row.fragment = fragment
            row.amendments.append(amendment)
            amendments.add(amendment, to: row.delivery.lead)
            log.info(
                "delivery.amended",
                [
                    "destination": name, "lead": "\(row.delivery.lead)", "without": amendment.rawValue,
                    "code": receipt.code,
                ])
            return row
        }
        lane.amendments = amendments
        for action in actions {
            if action == .renewToken, let credential = lane.credential, let token { tokens[credential].refused(token) }
            perform(action, &lane)
        }
    }

    /// Platforms echo what they were sent; we know what that was.
    private func hidePersonalData(_ verdicts: inout [Verdict], of leads: [LeadID]) {
        guard verdicts.contains(where: { $0.receipt.maySpeakOfLeads }) else { return }
        // Read again if they have been forgotten. If they cannot be, what looks personal has been hidden all the same.
        try? recent.load(leads, from: self.leads, countries: countries, kinds: kinds)
        let words = LeadWords(
            leads.lazy.compactMap { [recent] lead in
                if case .known(let outgoing) = recent[lead] { outgoing.event } else { nil }
            })
        var known: [Receipt: Receipt] = [:]
        for index in verdicts.indices {
            verdicts[index] = verdicts[index].with { receipt in
                if let hidden = known[receipt] { return hidden }
                let hidden = receipt.hiding(words)
                known[receipt] = hidden
                return hidden
            }
        }
    }

    private func logAttempt(_ name: String, _ reading: Reading, rows: Int, took: Duration) {
        guard log.threshold <= .info, let first = reading.verdicts.first else { return }
        let receipt = (reading.verdicts.first { $0.word != first.word } ?? first).receipt
        let words = Set(reading.verdicts.lazy.map(\.word)).sorted().joined(separator: "+")
        log.info(
            "delivery.attempted",
            [
                "destination": name, "rows": "\(rows)", "verdict": words, "status": "\(receipt.status)",
                "code": receipt.code, "request": receipt.requestID, "took": "\(took.milliseconds)ms",
            ])
    }

    private func renewed(_ credential: Int, _ result: Result<Answer, TransferError>) {
        note(tokens[credential].renewed(result, at: now), of: credentials[credential])
    }

    private func note(_ renewal: AccessToken.Renewal, of credential: Destination.Credential) {
        switch renewal {
        case .renewed(let warning):
            log.info("token.renewed", ["client": credential.name])
            if let warning { log.warning("token.expiring", ["client": credential.name, "detail": warning]) }
        case .failed(let reason, _): log.warning("token.failed", ["client": credential.name, "error": reason])
        case .refused(let reason): log.error("token.refused", ["client": credential.name, "reason": reason])
        }
    }

    private func settled(
        _ name: String, _ claim: Int64, _ settlements: [Settlement], isLate: Bool, _ result: Result<Int, StoreError>
    ) {
        settling -= 1
        if isLate, case .success = result { lanes[name]?.machine.wereWrittenLate(settlements, at: now) }
        switch result {
        case .success(let count) where count < settlements.count:
            log.warning(
                "delivery.stale", ["destination": name, "claim": "\(claim)", "rows": "\(settlements.count - count)"])
        case .success: break
        case .failure(.overloaded), .failure(.diskFull), .failure(.locked):
            unwritten.append((name, claim, settlements))
            writeAgainAt = writeAgainAt ?? now + .seconds(1)
        case .failure(let error):
            // The store has ended or broken: after the next start these deliveries are due again.
            log.error(
                "delivery.settle_failed", ["destination": name, "claim": "\(claim)", "error": "\(error)"])
        }
    }

    // MARK: Doing

    private func pump(_ name: String, at now: Instant) {
        guard var lane = lanes.removeValue(forKey: name) else { return }
        defer { lanes[name] = lane }
        let token = renewIfNeeded(lane, at: now)
        let actions = budgets.with(lane.adapter.limits.quota) { budget in
            lane.machine.next(at: now, token: token, &budget)
        }
        for action in actions { perform(action, &lane) }
        inquire(&lane, token, at: now)
    }

    /// Asks what became of the lane's requests, as far as the project's quota goes.
    private func inquire(_ lane: inout Lane, _ token: LaneMachine.Token, at now: Instant) {
        guard var inquiries = lane.inquiries else { return }
        let mayAsk = lane.machine.mode == .running && token == .ready
        let name = lane.machine.name
        let actions = budgets.with(lane.adapter.limits.inquiryQuota) { budget in
            inquiries.next(at: now, mayAsk: mayAsk, of: name, &budget)
        }
        lane.inquiries = inquiries
        for action in actions { perform(action, &lane) }
    }

    private func perform(_ action: InquiryMachine.Action, _ lane: inout Lane) {
        let name = lane.machine.name
        switch action {
        case .inquire(let limit):
            store.inquire(name, limit: limit, lease: InquiryMachine.lease) { [messages] result in
                messages.put(.inquired(name, result))
            }
        case .ask(let request):
            let token = lane.credential.flatMap { tokens[$0].token(at: now) }
            guard let inquiry = lane.adapter.inquiry(request.requestID, token: token) else {
                // The lane has another transport now.
                let reading = InquiryReading.forgotten(Receipt(status: 0, code: "transport_changed"))
                for action in lane.inquiries?.answered(request.number, reading, at: now) ?? [] {
                    perform(action, &lane)
                }
                return
            }
            lane.report.tallies.inquiries += 1
            transport.start(inquiry) { [messages] result in
                messages.put(.told(name, request: request.number, token: token, result))
            }
        case .confirm(let outcome):
            if case .settled(let settlements) = outcome.end { lane.report.tallies.add(settlements) }
            settling += 1
            store.confirm(name, outcome) { [messages] result in
                messages.put(.confirmed(name, outcome, result))
            }
        case .hold(let reason):
            perform(.hold(reason: reason) as LaneMachine.Action, &lane)
            lane.machine.set(.held, at: now)
        case .renewToken: break
        }
    }

    private func told(_ name: String, _ number: Int64, token: String?, _ result: Result<Answer, TransferError>) {
        guard var lane = lanes.removeValue(forKey: name) else { return }
        defer { lanes[name] = lane }
        guard let request = lane.inquiries?.inFlight[number]?.request else { return }
        var reading = lane.adapter.read(result, of: request)
        if case .verdicts(var verdicts) = reading {
            hidePersonalData(&verdicts, of: request.deliveries.map(\.lead))
            reading = .verdicts(verdicts)
        }
        log.info(
            "delivery.inquired",
            [
                "destination": name, "request": request.requestID, "rows": "\(request.deliveries.count)",
                "polls": "\(request.polls + 1)", "answer": reading.word,
            ])
        var (amendments, inquiries) = (lane.amendments, lane.inquiries)
        let actions = inquiries?.answered(number, reading, at: now) { delivery, receipt in
            amend(delivery, receipt, lane, &amendments)
        }
        (lane.amendments, lane.inquiries) = (amendments, inquiries)
        for action in actions ?? [] {
            if action == .renewToken, let credential = lane.credential, let token { tokens[credential].refused(token) }
            perform(action, &lane)
        }
    }

    /// Whether an event that the platform had taken and has rejected since can be sent without what it was rejected
    /// for; if so, that is noted for the next time that it is claimed.
    private func amend(
        _ delivery: Delivery, _ receipt: Receipt, _ lane: Lane, _ amendments: inout Amendments
    ) -> Bool {
        let adapter = lane.adapter
        let before = amendments[delivery.lead]
        guard let amendment = adapter.amendment(for: receipt), !before.contains(amendment),
            before.count < Amendments.most
        else { return false }
        try? recent.load([delivery.lead], from: leads, countries: countries, kinds: kinds)
        guard case .known(let outgoing) = recent[delivery.lead],
            case .event(var fragment) = adapter.encode(outgoing.addressed(to: lane.machine.name), at: now)
        else { return false }
        for known in before { fragment = adapter.amended(fragment, known) ?? fragment }
        guard adapter.amended(fragment, amendment) != nil else { return false }
        amendments.add(amendment, to: delivery.lead)
        log.info(
            "delivery.amended",
            [
                "destination": lane.machine.name, "lead": "\(delivery.lead)", "without": amendment.rawValue,
                "code": receipt.code,
            ])
        return true
    }

    private func confirmed(_ name: String, _ outcome: InquiryOutcome, _ result: Result<Int, StoreError>) {
        settling -= 1
        guard case .failure(let error) = result else { return }
        // The store still has the request: it is asked about again when its lease runs out.
        log.warning(
            "delivery.confirmation_failed",
            ["destination": name, "request": "\(outcome.request)", "error": "\(error)"])
        lanes[name]?.inquiries?.look(at: now + InquiryMachine.lease)
    }

    /// Whether the lane has a token, starting a renewal where one is due. A lane that may not run asks for none.
    private func renewIfNeeded(_ lane: Lane, at now: Instant) -> LaneMachine.Token {
        guard let credential = lane.credential else { return .ready }
        if lane.machine.mode == .running, tokens[credential].beginRenewal(at: now) {
            renew(credential, at: now)
        }
        return tokens[credential].status(at: now)
    }

    private func renew(_ credential: Int, at now: Instant) {
        let request: Transfer
        do throws(KeyFault) {
            request = try AccessToken.request(credentials[credential], at: now)
        } catch {
            let reason = "private_key: the service account's key \(error)"
            return note(tokens[credential].cannotAsk(reason), of: credentials[credential])
        }
        transport.start(request) { [messages] result in messages.put(.renewed(credential, result)) }
    }

    private func perform(_ action: LaneMachine.Action, _ lane: inout Lane) {
        let name = lane.machine.name
        switch action {
        case .claim(let limit):
            store.claim(name, limit: limit, lease: lane.machine.lease) { [messages] result in
                messages.put(.claimed(name, result))
            }
        case .send(let batch):
            let token = lane.credential.flatMap { tokens[$0].token(at: now) }
            let transfer = lane.adapter.transfer(batch.rows.map(\.fragment), token: token, at: now)
            let started = Clock.monotonic
            transport.start(transfer) { [messages] result in
                messages.put(
                    .answered(name, batch: batch.id, token: token, result, took: Clock.monotonic - started))
            }
        case .settle(let claim, let settlements):
            lane.report.tallies.add(settlements)
            if let confirmAt = settlements.first?.confirmAt { lane.inquiries?.look(at: confirmAt) }
            write(name, claim, settlements)
        case .hold(let reason):
            log.error("lane.held", ["destination": name, "reason": reason])
            holding[name] = reason
            hold(name, reason)
        case .renewToken: break
        }
    }

    private func hold(_ name: String, _ reason: String) {
        store.set(name, .held, reason: reason) { [messages] result in messages.put(.held(name, result)) }
    }

    /// The store remembers that the lane is held, or cannot yet.
    private func held(_ name: String, _ result: Result<Void, StoreError>) {
        switch result {
        case .failure(.overloaded), .failure(.diskFull), .failure(.locked):
            holdAgainAt = holdAgainAt ?? now + .seconds(1)
            return
        case .failure(let error): log.error("lane.hold_write_failed", ["destination": name, "error": "\(error)"])
        case .success: break
        }
        holding[name] = nil
        becameDue(name)
    }

    private func write(_ name: String, _ claim: Int64, _ settlements: [Settlement], isLate: Bool = false) {
        settling += 1
        store.settle(claim, settlements) { [messages] result in
            messages.put(.settled(name, claim: claim, settlements, isLate: isLate, result))
        }
    }

    /// Reads the claimed leads and writes each as the platform wants it. What cannot be sent ends here, with its
    /// reason.
    private func prepare(_ claim: Claim, _ lane: Lane) -> (rows: [Row], ends: [Settlement]) {
        guard !claim.deliveries.isEmpty else { return ([], []) }
        do {
            try recent.load(claim.deliveries.map(\.lead), from: leads, countries: countries, kinds: kinds)
        } catch {
            log.error("lead.unreadable", ["destination": lane.machine.name, "error": "\(error)"])
            let release = claim.deliveries.map {
                Settlement(
                    lead: $0.lead, end: .retry(due: now + .seconds(30), cause: .unclassified, uncertain: false),
                    receipt: Receipt(status: 0, code: "lead_unreadable"))
            }
            return ([], release)
        }
        var rows: [Row] = []
        rows.reserveCapacity(claim.deliveries.count)
        var ends: [Settlement] = []
        for delivery in claim.deliveries {
            func end(_ outcome: Outcome, _ code: String) {
                ends.append(
                    Settlement(lead: delivery.lead, end: .outcome(outcome), receipt: Receipt(status: 0, code: code)))
            }
            switch recent[delivery.lead] {
            case .known(let outgoing):
                switch lane.adapter.encode(outgoing.addressed(to: lane.machine.name), at: now) {
                case .event(let fragment): rows.append(row(delivery, fragment, lane))
                case .skip(let reason): end(.skipped, reason.rawValue)
                }
            case .unreadable: end(.rejected, "payload_unreadable")
            case .gone: end(.erased, "erased")
            }
        }
        return (rows, ends)
    }

    /// Without what the event was refused for before.
    private func row(_ delivery: Delivery, _ fragment: Fragment, _ lane: Lane) -> Row {
        var row = Row(delivery, fragment)
        for amendment in lane.amendments[delivery.lead] {
            guard let amended = lane.adapter.amended(row.fragment, amendment) else { continue }
            row.fragment = amended
            row.amendments.append(amendment)
        }
        return row
    }

    private func report() {
        var fresh: [LaneReport] = []
        fresh.reserveCapacity(order.count)
        for name in order {
            guard var lane = lanes[name] else { continue }
            lane.report.mode = lane.machine.mode
            lane.report.breaker = lane.machine.breaker.state
            lane.report.restsUntil = lane.machine.restsUntil.flatMap { $0 > now ? $0 : nil }
            lane.report.restReason = lane.machine.restReason
            let shared = budgets.with(lane.adapter.limits.quota) { $0?.rest(of: name, at: now) }
            if let shared, shared.until >= lane.report.restsUntil ?? shared.until {
                (lane.report.restsUntil, lane.report.restReason) = shared
            }
            lane.report.testEventsUntil = lane.testEventsUntil
            lane.report.grantEnds = lane.credential.flatMap { tokens[$0].grantEnds }
            lane.report.inFlightRequests = lane.machine.inFlight.count
            lane.report.inFlightRows = lane.machine.inFlight.values.reduce(0) { $0 + $1.rows.count }
            fresh.append(lane.report)
        }
        let result = fresh
        reports.withLock { $0 = result }
    }
}

/// Leads that were read and parsed a moment ago. Lanes usually claim the same leads one after the other; each is read
/// once.
struct RecentLeads {
    enum Entry {
        case known(EncodedLead)
        case unreadable
        case gone
    }

    /// Enough for the claims of a few lanes, little enough to forget soon: these are personal data.
    static let maximum = 4096

    private var fresh: [LeadID: Entry] = [:]
    private var old: [LeadID: Entry] = [:]
    private var revision = 0

    subscript(_ id: LeadID) -> Entry { fresh[id] ?? .gone }

    mutating func load(
        _ ids: [LeadID], from leads: any LeadSource, countries: [String: String], kinds: [String: Source.Kind]
    ) throws {
        let present = leads.revision
        if present != revision { (revision, old, fresh) = (present, [:], [:]) }
        if fresh.count + ids.count > Self.maximum { (old, fresh) = (fresh, [:]) }
        var missing: [LeadID] = []
        for id in ids where fresh[id] == nil {
            if let entry = old.removeValue(forKey: id) { fresh[id] = entry } else { missing.append(id) }
        }
        guard !missing.isEmpty else { return }
        for parcel in try leads.parcels(missing) {
            let content =
                parcel.content
                ?? LeadEvent(payload: parcel.payload, receivedAt: parcel.receivedAt).map { ReadEvent($0) }
            fresh[parcel.id] =
                content.map {
                    var outgoing = EncodedLead(
                        lead: parcel.id, eventID: parcel.eventID, receivedAt: parcel.receivedAt, content: $0,
                        country: countries[parcel.source], kind: kinds[parcel.source] ?? .web,
                        dimension: parcel.dimension)
                    outgoing.aliases = parcel.aliases
                    return .known(outgoing)
                } ?? .unreadable
        }
    }
}

extension LaneMachine.Mode {
    init(_ state: LaneState) {
        switch state {
        case .running: self = .running
        case .paused: self = .paused
        case .held: self = .held
        }
    }
}

extension Verdict {
    /// For the log: what is meant for the event, and why.
    var word: String {
        switch self {
        case .delivered: "delivered"
        case .sent: "sent"
        case .rejected: "rejected"
        case .retry(_, let cause, _): "retry:\(cause.rawValue)"
        case .hold: "hold"
        case .isolate: "isolate"
        }
    }
}

import Domain
import Forwarding
import Store

/// Which deliveries a person wants to go out again.
struct ReplaySelection: Sendable {
    enum Leads: Sendable, Equatable {
        /// By their own ids or by those of later posts of the same events.
        case named([LeadID])
        /// Received in this time. Ids carry it, so nothing else is read.
        case received(from: Instant, to: Instant)
    }

    var leads: Leads
    var destinations: [Destination]
    var client: String?
    var group: String?
    var terms: Replay.Terms
    /// No more than so many go out again.
    var limit = Int.max
}

/// What a replay came to, or would come to.
struct ReplayReport: Sendable {
    /// Ids named as examples of each group.
    static let examples = 5

    struct Group: Sendable, Equatable {
        private(set) var count = 0
        private(set) var examples: [LeadID] = []

        mutating func add(_ lead: LeadID) {
            count += 1
            if examples.count < ReplayReport.examples { examples.append(lead) }
        }
    }

    /// Deliveries that were part of the selection.
    private(set) var considered = 0
    /// By destination.
    private(set) var again: [String: Group] = [:]
    private(set) var left: [Replay.Reason: Group] = [:]
    /// Ids that no lead has.
    var unknown: [LeadID] = []
    /// There is more: the limit came first.
    var isCut = false

    var totalAgain: Int { again.values.reduce(0) { $0 + $1.count } }

    mutating func send(_ lead: LeadID, to destination: String) {
        considered += 1
        again[destination, default: Group()].add(lead)
    }

    mutating func leave(_ lead: LeadID, _ reason: Replay.Reason) {
        considered += 1
        left[reason, default: Group()].add(lead)
    }
}

/// Goes through a selection in small steps and says of each delivery whether it goes out again; if that is wanted, it
/// does.
///
/// Every step is one short transaction, so that acknowledgements hardly wait, and the process may end at any moment:
/// what has been put back into the queue is found there by the next run.
struct Replayer {
    let ledger: Ledger
    let reader: Reader
    let countries: [String: String]
    let kinds: [String: Source.Kind]
    let now: () -> Instant
    /// Who wants it and why; `nil`: only say what would happen.
    let note: String?
    private(set) var report = ReplayReport()

    /// Leads read at a time.
    private static let page = 500

    init(
        ledger: Ledger, reader: Reader, countries: [String: String] = [:], kinds: [String: Source.Kind] = [:],
        note: String?, now: @escaping () -> Instant
    ) {
        self.ledger = ledger
        self.reader = reader
        self.countries = countries
        self.kinds = kinds
        self.note = note
        self.now = now
    }

    mutating func run(_ selection: ReplaySelection) throws {
        switch selection.leads {
        case .named(let ids):
            let leads = try resolve(ids)
            for destination in selection.destinations {
                let memory = makeAdapter(destination).limits.deduplication
                for start in stride(from: 0, to: leads.count, by: Self.page) where !report.isCut {
                    let found = try leads[start..<min(start + Self.page, leads.count)].flatMap { lead in
                        try reader.replayCandidates(
                            destination.name, after: LeadID(rawValue: lead.rawValue - 1),
                            before: LeadID(rawValue: lead.rawValue + 1), client: selection.client,
                            group: selection.group, among: 1
                        ).found
                    }
                    try judge(found, destination, memory, selection)
                }
            }
        case .received(let from, let to):
            let end = LeadID.first(at: to)
            for destination in selection.destinations {
                let memory = makeAdapter(destination).limits.deduplication
                var place: LeadID? = LeadID(rawValue: LeadID.first(at: from).rawValue - 1)
                while let after = place, !report.isCut {
                    let step = try reader.replayCandidates(
                        destination.name, after: after, before: end, client: selection.client, group: selection.group,
                        among: Self.page)
                    try judge(step.found, destination, memory, selection)
                    place = step.place
                }
            }
        }
    }

    /// The leads behind some ids, each once. Several destinations make no difference here, so it is said only once.
    private mutating func resolve(_ ids: [LeadID]) throws -> [LeadID] {
        var leads: Set<LeadID> = []
        for id in ids {
            guard let lead = try reader.lead(behind: id) else {
                report.unknown.append(id)
                continue
            }
            if !leads.insert(lead).inserted { report.leave(id, .sameLead) }
        }
        return leads.sorted()
    }

    private mutating func judge(
        _ candidates: [ReplayCandidate], _ destination: Destination, _ memory: Duration?, _ selection: ReplaySelection
    ) throws {
        var open: [LeadID: (ended: Replay.Ended, dimension: Dimension)] = [:]
        for candidate in candidates where selection.terms.includes(candidate.standing) {
            if let reason = Replay.obstacle(candidate.standing, hasData: candidate.hasData, selection.terms) {
                report.leave(candidate.lead, reason)
            } else if case .ended(let ended) = candidate.standing {
                open[candidate.lead] = (ended, candidate.dimension)
            }
        }
        guard !open.isEmpty else { return }
        let now = now()
        var orders: [ReplayOrder] = []
        let parcels = try reader.parcels(open.keys.sorted())
        for parcel in parcels {
            guard let (ended, dimension) = open.removeValue(forKey: parcel.id) else { continue }
            guard let event = LeadEvent(payload: parcel.payload, receivedAt: parcel.receivedAt) else {
                report.leave(parcel.id, .unreadable)
                continue
            }
            let decision = destination.decision(
                on: event, dimension: dimension, country: countries[parcel.source],
                kind: kinds[parcel.source] ?? .web, now: now)
            switch Replay.decide(ended, decision, memory: memory, now: now) {
            case .leave(let reason): report.leave(parcel.id, reason)
            case .again(let due, let expires, let uncertainSince):
                guard report.totalAgain + orders.count < selection.limit else {
                    report.isCut = true
                    break
                }
                orders.append(
                    ReplayOrder(
                        lead: parcel.id, destination: destination.name, ended: ended, due: due, expires: expires,
                        uncertainSince: uncertainSince))
            }
            if report.isCut { break }
        }
        // Cleared since it was looked at.
        if !report.isCut { for lead in open.keys.sorted() { report.leave(lead, .dataCleared) } }
        for start in stride(from: 0, to: orders.count, by: DeliveryRole.replayStep) {
            let step = Array(orders[start..<min(start + DeliveryRole.replayStep, orders.count)])
            let done = try note.map { try ledger.deliveries.replay(step, note: $0) } ?? step
            for order in done { report.send(order.lead, to: destination.name) }
            if done.count < step.count {
                let again = Set(done.map(\.lead))
                for order in step where !again.contains(order.lead) { report.leave(order.lead, .changedMeanwhile) }
            }
        }
    }
}

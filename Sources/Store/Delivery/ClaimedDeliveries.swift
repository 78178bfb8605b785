import Domain

/// The deliveries that lanes have in hand. Their rows wait in the queue as they were until they end: who has them is
/// known here, and in the file by one line for each claim, for the process that comes after this one. A mark in each
/// row, set and taken away again, was an eighth of the writer's work.
///
/// A value, so that a change that fails gives back what was in hand before it.
struct ClaimedDeliveries {
    private(set) var claims: [Int64: OpenClaim] = [:]

    subscript(_ id: Int64) -> OpenClaim? { claims[id] }

    /// Whether a lane has this delivery in hand.
    func holds(_ lead: LeadID, _ destination: Int64) -> Bool {
        claims.values.contains { $0.destination == destination && $0.holds(lead) }
    }

    /// The claims of a destination whose lease has run out.
    func overdue(_ destination: Int64, at now: Instant) -> [Int64] {
        claims.filter { $0.value.destination == destination && $0.value.until <= now }.keys.sorted()
    }

    /// When the first lease of a destination runs out; `nil` while nothing of it is in hand.
    func firstReturn(_ destination: Int64) -> Instant? {
        claims.values.lazy.filter { $0.destination == destination }.map(\.until).min()
    }

    /// The claims that name a delivery in the file although it is not in hand any more.
    func naming(_ lead: LeadID, _ destination: Int64) -> [Int64] {
        claims.filter { $0.value.destination == destination && $0.value.hasLetGo(of: lead) }.keys.sorted()
    }

    mutating func add(_ claim: OpenClaim, as id: Int64) { claims[id] = claim }
    mutating func end(_ id: Int64) { claims[id] = nil }

    /// The delivery is not in hand any more; another claim may take it.
    mutating func letGo(_ lead: LeadID, of id: Int64) { claims[id]?.letGo(lead) }

    /// Leaves out of a claim what is not in hand any more.
    mutating func tidy(_ id: Int64) { claims[id]?.tidy() }
}

/// What one claim took, and what of it is still in hand.
struct OpenClaim {
    let destination: Int64
    let claimedAt: Instant
    /// When the lease runs out.
    let until: Instant
    /// In the order of their leads.
    private var deliveries: [HeldDelivery]
    private(set) var remaining: Int

    init(_ destination: Int64, claimedAt: Instant, until: Instant, _ deliveries: [HeldDelivery]) {
        self.destination = destination
        self.claimedAt = claimedAt
        self.until = until
        self.deliveries = deliveries.sorted { $0.lead < $1.lead }
        remaining = deliveries.count
    }

    /// The delivery of this lead if it is in hand.
    subscript(_ lead: LeadID) -> HeldDelivery? {
        let place = place(of: lead)
        return isAt(place, lead) && deliveries[place].isInHand ? deliveries[place] : nil
    }

    func holds(_ lead: LeadID) -> Bool {
        let place = place(of: lead)
        return isAt(place, lead) && deliveries[place].isInHand
    }

    func hasLetGo(of lead: LeadID) -> Bool {
        let place = place(of: lead)
        return isAt(place, lead) && !deliveries[place].isInHand
    }

    /// What is still in hand.
    var leads: [LeadID] { deliveries.lazy.filter(\.isInHand).map(\.lead) }

    fileprivate mutating func letGo(_ lead: LeadID) {
        let place = place(of: lead)
        guard isAt(place, lead), deliveries[place].isInHand else { return }
        deliveries[place].isInHand = false
        remaining -= 1
    }

    fileprivate mutating func tidy() { deliveries.removeAll { !$0.isInHand } }

    private func isAt(_ place: Int, _ lead: LeadID) -> Bool {
        place < deliveries.count && deliveries[place].lead == lead
    }

    /// Where the lead stands, or would.
    private func place(of lead: LeadID) -> Int {
        var (low, high) = (0, deliveries.count)
        while low < high {
            let middle = (low + high) / 2
            if deliveries[middle].lead < lead { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// What is needed of a delivery when it has ended. To have the row answered that is deleted would take SQLite a table
/// of its own for each.
struct HeldDelivery {
    let lead: LeadID
    let dimension: Int64
    let failures: Int64
    let expires: Int64
    let uncertain: Int64?
    fileprivate(set) var isInHand = true

    init(_ lead: LeadID, dimension: Int64, failures: Int64, expires: Int64, uncertain: Int64?) {
        self.lead = lead
        self.dimension = dimension
        self.failures = failures
        self.expires = expires
        self.uncertain = uncertain
    }
}

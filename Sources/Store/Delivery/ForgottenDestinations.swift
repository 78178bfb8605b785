import Domain
import SQLite

/// Destinations that somebody has given up: their rows stay, since receipts and books refer to them, but they have no
/// lane.
extension Tables {
    /// Deliveries that are ended in one step: some milliseconds of the writer's time.
    static let forgottenStep = 200
    /// What stands in the receipts.
    static let forgottenCode = "destination_forgotten"

    private static func fact(_ id: Int64) -> String { "forgotten_destination_\(id)" }

    func isForgotten(_ id: Int64) throws(SQLiteError) -> Bool { try fact(Self.fact(id)) != nil }

    /// A forgotten destination is wanted again. Returns whether it was one.
    func recall(_ id: Int64) throws(SQLiteError) -> Bool {
        guard try isForgotten(id) else { return false }
        try setFact(Self.fact(id), nil)
        return true
    }

    /// One step: ends deliveries that nobody has in hand as skipped. It is done when none is left at all, then the
    /// destination is forgotten.
    func forget(_ destination: String, now: Instant) throws(SQLiteError) -> (ended: Int, isDone: Bool) {
        let id = try destinationID(destination, now: now)
        let waiting = try statement(.waiting)
        waiting.bind(1, id)
        var found: [LeadID] = []
        while found.count < Self.forgottenStep, try waiting.step() {
            let lead = LeadID(rawValue: waiting.integer(1))
            if !claimed.holds(lead, id) { found.append(lead) }
        }
        waiting.reset()
        for lead in found {
            guard let one = try takeOut(lead, id) else { continue }
            try self.end(one, id, .skipped, at: now, Receipt(status: 0, code: Self.forgottenCode))
        }
        guard found.count < Self.forgottenStep else { return (found.count, false) }
        let left = try statement("SELECT count(*) FROM delivery WHERE destination = ?1")
        left.bind(1, id)
        defer { left.reset() }
        guard try left.step(), left.integer(0) == 0 else { return (found.count, false) }
        try setFact(Self.fact(id), now.milliseconds)
        return (found.count, true)
    }
}

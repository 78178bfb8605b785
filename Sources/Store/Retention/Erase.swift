package import Domain
import SQLite

/// What erasing some leads came to.
package struct Erased: Equatable, Sendable {
    package var leads = 0
    /// Deliveries that had not been sent, and never will be.
    package var stopped = 0
    /// Deliveries that are being sent this moment: their end is written as usual.
    package var inFlight = 0
    /// Destinations that have got the lead, by name.
    package var delivered: [String: Int] = [:]
    package var quarantined = 0

    package init() {}

    package static func += (a: inout Erased, b: Erased) {
        a.leads += b.leads
        a.stopped += b.stopped
        a.inFlight += b.inFlight
        a.quarantined += b.quarantined
        a.delivered.merge(b.delivered, uniquingKeysWith: +)
    }
}

extension RetentionRole {
    /// Takes everything personal out of some leads, ends what has not been sent, and lets nobody find them again. What
    /// they were counted as stays. A page that posts the same event again afterwards makes a new lead. The write-ahead
    /// log is emptied soon after, so that it is gone from there as well.
    package func erase(_ leads: [LeadID]) throws(StoreError) -> Erased {
        try wait { then in
            change(rows: leads.count * 4) { [self] tables in
                var erased = Erased()
                var gone = Set(leads)
                for lead in leads { erased += try tables.erase(lead, now: now, &gone) }
                try tables.dropIdentifiers(of: gone)
                tables.emptiesLog = true
                return erased
            } then: {
                then($0)
            }
        }
    }

    /// Takes everything personal out of quarantined events; those that are open are discarded. Answers how many there
    /// were.
    package func eraseQuarantined(_ ids: [LeadID]) throws(StoreError) -> Int {
        try wait { then in
            change(rows: ids.count * 2) { [self] tables in
                let now = now
                tables.emptiesLog = true
                return try ids.filter { try tables.eraseQuarantined($0, now: now) }.count
            } then: {
                then($0)
            }
        }
    }
}

extension Tables {
    private static let keyDistance: Duration = .seconds(60)

    /// `gone` gets the repetitions that went along.
    fileprivate func erase(_ lead: LeadID, now: Instant, _ gone: inout Set<LeadID>) throws -> Erased {
        var erased = Erased()
        // The sender's own id may be an address; ours says nothing.
        let clear = try statement(
            "UPDATE lead SET payload = NULL, raw = NULL, identity = NULL, event_id = ?2, aliases = 0 WHERE id = ?1")
        clear.bind(1, lead.rawValue)
        clear.bind(2, lead.description)
        try clear.run()
        guard connection.changes == 1 else { return erased }
        fresh.withdraw(lead)
        try dropPosted(lead)
        erased.leads = 1
        let again = try statement(
            """
            SELECT id, received_at FROM lead WHERE id = ?1
            UNION ALL SELECT id, received_at FROM duplicate WHERE lead = ?1
            """
        )
        again.bind(1, lead.rawValue)
        var posts: [(id: LeadID, receivedAt: Instant)] = []
        while try again.step() {
            posts.append((LeadID(rawValue: again.integer(0)), Instant(milliseconds: again.integer(1))))
        }
        for post in posts {
            gone.insert(post.id)
            try forgetKeys(of: post.id, receivedAt: post.receivedAt)
        }
        for text in [
            "UPDATE duplicate SET body = NULL, same_as = NULL, note = '' WHERE lead = ?1",
            "DELETE FROM alias WHERE lead = ?1", "DELETE FROM id_mark WHERE lead = ?1",
        ] {
            let clear = try statement(text)
            clear.bind(1, lead.rawValue)
            try clear.run()
        }
        let owed = try statement("SELECT destination FROM delivery WHERE lead = ?1")
        owed.bind(1, lead.rawValue)
        var destinations: [Int64] = []
        while try owed.step() { destinations.append(owed.integer(0)) }
        for destination in destinations {
            guard let one = try takeOut(lead, destination) else {
                erased.inFlight += 1
                continue
            }
            erased.stopped += 1
            try end(one, destination, .erased, at: now, Receipt(status: 0, code: "erased"))
        }
        let receipts = try statement(
            """
            SELECT destination.name FROM receipt JOIN destination ON destination.id = receipt.destination
            WHERE lead = ?1 AND outcome IN (\(Tally.delivered.rawValue), \(Tally.sent.rawValue))
            """)
        receipts.bind(1, lead.rawValue)
        while try receipts.step() { erased.delivered[receipts.text(0), default: 0] += 1 }
        return erased
    }

    /// What the sender called its request may be an address too. The key is remembered when the event has been
    /// received; its id has about the same moment, unless the clock was set between the two.
    private func forgetKeys(of id: LeadID, receivedAt: Instant) throws {
        let answers = try statement("DELETE FROM idempotency WHERE at BETWEEN ?1 AND ?2 AND instr(ids, ?3) > 0")
        for moment in Set([receivedAt, id.moment]) {
            answers.bind(1, (moment - Self.keyDistance).milliseconds)
            answers.bind(2, (moment + Self.keyDistance).milliseconds)
            answers.bind(3, [id].packed)
            try answers.run()
        }
    }

    fileprivate func eraseQuarantined(_ id: LeadID, now: Instant) throws -> Bool {
        let select = try statement("SELECT received_at FROM quarantine WHERE id = ?1")
        select.bind(1, id.rawValue)
        let receivedAt = try select.step() ? Instant(milliseconds: select.integer(0)) : id.moment
        select.reset()
        try forgetKeys(of: id, receivedAt: receivedAt)
        _ = try discard(id, note: "erased", now: now)
        let clear = try statement(
            """
            UPDATE quarantine
            SET body = x'', query = '', edited = NULL, address = '', user_agent = '', cleared = 1, note = 'erased'
            WHERE id = ?1 AND cleared = 0
            """)
        clear.bind(1, id.rawValue)
        try clear.run()
        return connection.changes == 1
    }
}

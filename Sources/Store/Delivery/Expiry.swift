package import Domain
import SQLite

/// One open delivery, for those who look at them in passing.
package struct DeliveryKey: Hashable, Sendable {
    package var lead: LeadID
    var destination: Int64
}

extension Reader {
    /// Deliveries whose window has closed, among the next `count` open ones after `place`;
    /// and the place of the last one looked at, `nil` at the end.
    ///
    /// A lane finds its own when it claims them. A lane that is paused, held or no longer configured claims nothing.
    package func closed(after place: DeliveryKey?, among count: Int, at now: Instant) throws -> (
        found: [DeliveryKey], place: DeliveryKey?
    ) {
        let select = try statement(
            """
            SELECT lead, destination, expires <= ?3 FROM delivery
            WHERE (lead, destination) > (?1, ?2) ORDER BY lead, destination LIMIT ?4
            """)
        select.bind(1, place?.lead.rawValue ?? 0)
        select.bind(2, place?.destination ?? 0)
        select.bind(3, now.milliseconds)
        select.bind(4, Int64(count))
        var found: [DeliveryKey] = []
        var last: DeliveryKey?
        var seen = 0
        while try select.step() {
            let key = DeliveryKey(lead: LeadID(rawValue: select.integer(0)), destination: select.integer(1))
            if select.integer(2) != 0 { found.append(key) }
            last = key
            seen += 1
        }
        return (found, seen == count ? last : nil)
    }
}

extension Tables {
    /// Ends deliveries whose window has closed. Returns how many; those that somebody has claimed or settled meanwhile
    /// are left alone.
    func expire(_ keys: [DeliveryKey], now: Instant) throws(SQLiteError) -> Int {
        var count = 0
        for key in keys {
            guard let closed = try takeOut(key.lead, key.destination, expiredBy: now) else { continue }
            try end(closed, key.destination, .expired, at: now, Receipt(status: 0, code: "expired"))
            count += 1
        }
        return count
    }
}

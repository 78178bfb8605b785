package import Domain
import SQLite

/// One open delivery, for those who look at them in passing.
package struct DeliveryKey: Hashable, Sendable {
    package var lead: LeadID
    var destination: Int64
}

extension Reader {
    /// Deliveries that nobody has in hand and whose window has closed, among the next `count` open ones after `place`;
    /// and the place of the last one looked at, `nil` at the end.
    ///
    /// A lane finds its own when it claims them. A lane that is paused, held or no longer configured claims nothing.
    package func closed(after place: DeliveryKey?, among count: Int, at now: Instant) throws -> (
        found: [DeliveryKey], place: DeliveryKey?
    ) {
        let select = try statement(
            """
            SELECT lead, destination, expires <= ?3 AND claim = 0 FROM delivery
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
        let expire = try statement(.expire)
        var count = 0
        for key in keys {
            expire.bind(1, key.lead.rawValue)
            expire.bind(2, key.destination)
            expire.bind(3, now.milliseconds)
            guard try expire.step() else { continue }
            let (dimension, failures, uncertain) = (expire.integer(0), expire.integer(1), expire.optionalInteger(2))
            let expires = expire.integer(3)
            expire.reset()
            try end(
                key.lead, key.destination, .expired, dimension: dimension, failures: failures, expires: expires,
                uncertain: uncertain,
                at: now,
                Receipt(status: 0, code: "expired"))
            count += 1
        }
        return count
    }
}

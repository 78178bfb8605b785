package import Domain
import SQLite

/// Events of one source and group in one hour, by what they were.
package struct HourlyIntake: Equatable, Sendable {
    package var hour: Instant
    package var source: String
    package var client: String
    package var group: String
    package var tally: Tally
    package var count: Int
}

/// What has come of one source and group since a moment.
package struct Arrivals: Equatable, Sendable {
    package var source: String
    package var client: String
    package var group: String
    package var leads = 0
    package var withClickID = 0
    /// Leads that say of themselves that they are tests: they count for nothing, and go nowhere.
    package var tests = 0
    /// Nobody knows the group of these two, nor of a duplicate: they stand in lines without one.
    package var quarantined = 0
    package var waiting = 0
    package var duplicates = 0
    /// Different leads that the duplicates repeat.
    package var originals = 0
    /// When the first of each came.
    package var firstTest: Instant?
    package var firstQuarantined: Instant?
    package var firstDuplicate: Instant?
}

/// A lead as the checklist's samples need it. The payload is personal data: it is looked at and not kept.
package struct SampledLead: Sendable {
    package var receivedAt: Instant
    package var occurredAt: Instant
    package var payload: [UInt8]
}

extension Reader {
    /// Rows that the checklist looks at in any one table: some tens of milliseconds. What is beyond is not counted.
    private static let most: Int64 = 20_000

    /// Hourly counts of intake, summed over campaigns and ads; oldest first.
    package func intake(_ range: Range<Instant>, limit: Int = 500_000) throws -> [HourlyIntake] {
        let select = try statement(
            """
            SELECT hour, source.name, client, grp, tally, sum(count)
            FROM statistic JOIN dimension ON dimension.id = statistic.dimension JOIN source ON source.id = dimension.source
            WHERE hour >= ?1 AND hour < ?2 AND destination = 0
            GROUP BY hour, source.name, client, grp, tally ORDER BY hour LIMIT ?3
            """)
        select.bind(1, range.lowerBound.milliseconds)
        select.bind(2, range.upperBound.milliseconds)
        select.bind(3, Int64(limit))
        var found: [HourlyIntake] = []
        while try select.step() {
            guard let tally = Tally(rawValue: select.integer(4)) else { continue }
            found.append(
                HourlyIntake(
                    hour: Instant(milliseconds: select.integer(0)), source: select.text(1), client: select.text(2),
                    group: select.text(3), tally: tally, count: Int(select.integer(5))))
        }
        return found
    }

    /// What has come since a moment, to the millisecond.
    package func arrivals(since moment: Instant) throws -> [Arrivals] {
        struct Place: Hashable {
            var source: String
            var client = ""
            var group = ""
        }
        var found: [Place: Arrivals] = [:]
        func change(_ place: Place, _ body: (inout Arrivals) -> Void) {
            body(
                &found[
                    place, default: Arrivals(source: place.source, client: place.client, group: place.group)])
        }
        let first = LeadID.first(at: moment).rawValue
        let leads = try statement(
            """
            SELECT source.name, client, grp, sum(test = 0), sum(test = 0 AND quality & \(Lead.Quality.clickID.rawValue)), sum(test),
                min(CASE WHEN test THEN recent.id END)
            FROM (SELECT id, dimension, quality, test FROM lead WHERE id >= ?1 ORDER BY id LIMIT \(Self.most)) AS recent
            JOIN dimension ON dimension.id = recent.dimension JOIN source ON source.id = dimension.source GROUP BY 1, 2, 3
            """)
        leads.bind(1, first)
        while try leads.step() {
            change(Place(source: leads.text(0), client: leads.text(1), group: leads.text(2))) {
                $0.leads = Int(leads.integer(3))
                $0.withClickID = Int(leads.integer(4))
                $0.tests = Int(leads.integer(5))
                $0.firstTest = leads.isNull(6) ? nil : LeadID(rawValue: leads.integer(6)).moment
            }
        }
        func counts(
            _ table: String, _ columns: String = "count(*), 0", _ body: (inout Arrivals, Int, Int, Instant) -> Void
        ) throws {
            let select = try statement(
                """
                SELECT source.name, \(columns), min(recent.id)
                FROM (SELECT * FROM \(table) WHERE id >= ?1 ORDER BY id LIMIT \(Self.most)) AS recent
                JOIN source ON source.id = recent.source GROUP BY 1
                """)
            select.bind(1, first)
            while try select.step() {
                let first = LeadID(rawValue: select.integer(3)).moment
                change(Place(source: select.text(0))) {
                    body(&$0, Int(select.integer(1)), Int(select.integer(2)), first)
                }
            }
        }
        try counts("quarantine") {
            ($0.quarantined, $0.firstQuarantined) = ($1, $3)
            _ = $2
        }
        try counts("inbox") {
            $0.waiting = $1
            _ = ($2, $3)
        }
        try counts("duplicate", "count(*), count(DISTINCT lead)") {
            ($0.duplicates, $0.originals, $0.firstDuplicate) = ($1, $2, $3)
        }
        return found.values.sorted { ($0.source, $0.client, $0.group) < ($1.source, $1.client, $1.group) }
    }

    /// Why events of some sources were quarantined since a moment, by code and place, the most frequent first.
    package func quarantineReasons(since moment: Instant, sources: [String]) throws
        -> [ChecklistFacts.QuarantineFacts.Reason]
    {
        let select = try statement(
            """
            SELECT source.name, defects
            FROM (SELECT source, defects FROM quarantine WHERE id >= ?1 ORDER BY id LIMIT 5000) AS recent
            JOIN source ON source.id = recent.source
            """)
        select.bind(1, LeadID.first(at: moment).rawValue)
        var found: [String: Int] = [:]
        while try select.step() {
            guard sources.contains(select.text(0)) else { continue }
            let first = (try? JSON(parsing: Array(select.text(1).utf8)))?[0].flatMap(Defect.init(json:))
            let name = first.map { $0.pointer.isEmpty ? $0.code.rawValue : "\($0.code.rawValue) \($0.pointer)" }
            found[name ?? Defect.Code.unreadable.rawValue, default: 0] += 1
        }
        return found.map { ChecklistFacts.QuarantineFacts.Reason($0.key, $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// At most `limit` leads of a client or group around a moment: the newest before it, or those after it. Only leads whose personal
    /// data is still there.
    package func sample(client: String, group: String?, around moment: Instant, after: Bool, limit: Int) throws
        -> [SampledLead]
    {
        let select = try statement(
            """
            SELECT received_at, occurred_at, payload FROM (
                SELECT dimension, received_at, occurred_at, payload FROM lead
                WHERE id \(after ? ">=" : "<") ?1 AND test = 0 ORDER BY id \(after ? "ASC" : "DESC") LIMIT 5000) AS near
            JOIN dimension ON dimension.id = near.dimension
            WHERE client = ?2 AND (?3 IS NULL OR grp = ?3) AND payload IS NOT NULL LIMIT ?4
            """)
        select.bind(1, LeadID.first(at: moment).rawValue)
        select.bind(2, client)
        select.bind(3, group)
        select.bind(4, Int64(limit))
        var found: [SampledLead] = []
        while try select.step() {
            found.append(
                SampledLead(
                    receivedAt: Instant(milliseconds: select.integer(0)),
                    occurredAt: Instant(milliseconds: select.integer(1)), payload: select.bytes(2)))
        }
        return found
    }

    // MARK: Records

    /// What a page looked like when it was last fine, and when that was.
    package func page(_ address: String) throws -> (fingerprint: PageFingerprint, seen: Instant)? {
        let select = try statement("SELECT fingerprint, seen FROM page WHERE address = ?1")
        select.bind(1, address)
        defer { select.reset() }
        guard try select.step(), let json = try? JSON(parsing: Array(select.text(0).utf8)),
            let fingerprint = PageFingerprint(json: json)
        else { return nil }
        return (fingerprint, Instant(milliseconds: select.integer(1)))
    }

    /// What an ads account said of a group, or else of its client.
    package func ads(client: String, group: String?) throws -> ChecklistFacts.AdsFacts? {
        let select = try statement(
            """
            SELECT at, status, spend, impressions FROM ads WHERE client = ?1 AND grp IN (?2, '') ORDER BY grp DESC LIMIT 1
            """)
        select.bind(1, client)
        select.bind(2, group ?? "")
        defer { select.reset() }
        guard try select.step(), let status = ChecklistFacts.AdsFacts.Status(rawValue: select.text(1)) else {
            return nil
        }
        return ChecklistFacts.AdsFacts(
            status, spend: select.optionalInteger(2).map { Double($0) / 100 },
            impressions: select.optionalInteger(3).map { Int($0) },
            asOf: Instant(milliseconds: select.integer(0)))
    }

    /// What the checklist came to for an alert, newest first.
    package func diagnoses(alert: Int64, limit: Int) throws -> [Diagnosis] {
        let select = try statement("SELECT body FROM diagnosis WHERE alert = ?1 ORDER BY id DESC LIMIT ?2")
        select.bind(1, alert)
        select.bind(2, Int64(limit))
        return try diagnoses(select)
    }

    /// What it came to for a matter, newest first, whether it was an alert or not.
    package func diagnoses(matter: String, limit: Int) throws -> [Diagnosis] {
        let select = try statement("SELECT body FROM diagnosis WHERE matter = ?1 ORDER BY id DESC LIMIT ?2")
        select.bind(1, matter)
        select.bind(2, Int64(limit))
        return try diagnoses(select)
    }

    private func diagnoses(_ select: Statement) throws -> [Diagnosis] {
        var found: [Diagnosis] = []
        while try select.step() {
            if let json = try? JSON(parsing: Array(select.text(0).utf8)), let diagnosis = Diagnosis(json: json) {
                found.append(diagnosis)
            }
        }
        return found
    }
}

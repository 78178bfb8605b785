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
    /// These stand in lines without client and group: of many nobody knows them.
    package var quarantined = 0
    package var waiting = 0
    package var duplicates = 0
    /// Different leads that the duplicates repeat.
    package var originals = 0

    /// Stands for all groups that are too small to be told apart, where there are very many. No group is called so:
    /// names have no controls.
    package static let rest = "\u{1F}rest"
}

/// Arrivals by where they belong, while they are being counted.
private struct ArrivalsBySource {
    private struct Place: Hashable {
        var source: String
        var client: String
        var group: String
    }

    private var places: [Place: Arrivals] = [:]

    mutating func change(
        _ source: String, _ client: String = "", _ group: String = "", _ body: (inout Arrivals) -> Void
    ) {
        let place = Place(source: source, client: client, group: group)
        body(&places[place, default: Arrivals(source: source, client: client, group: group)])
    }

    var sorted: [Arrivals] {
        places.values.sorted { ($0.source, $0.client, $0.group) < ($1.source, $1.client, $1.group) }
    }
}

/// A lead as the checklist's samples need it. The payload is personal data: it is looked at and not kept.
package struct SampledLead: Sendable {
    package var receivedAt: Instant
    package var occurredAt: Instant
    package var payload: [UInt8]
}

extension Reader {
    /// Groups that a checklist tells apart; of more, those with the most leads. What comes is named by whoever posts.
    package static let mostGroupsTold = 5000

    /// Hourly counts of intake, summed over campaigns and ads; oldest first. Of more than `limit` lines the newest are
    /// told, and of no hour only a part: a baseline of fewer days is still right. Of very many groups the small ones
    /// stand in lines of `Arrivals.rest`.
    package func intake(
        _ range: Range<Instant>, of group: GroupKey? = nil, limit: Int = 250_000, groups: Int = mostGroupsTold
    ) throws -> [HourlyIntake] {
        let select = try statement(
            """
            SELECT hour, source.name, client, \(Self.place(4)), tally, sum(count)
            FROM statistic JOIN dimension ON dimension.id = statistic.dimension
            JOIN source ON source.id = dimension.source
            WHERE hour >= ?1 AND hour < ?2 AND destination = 0
            GROUP BY 1, 2, 3, 4, 5 ORDER BY 1 DESC LIMIT ?3
            """)
        select.bind(1, range.lowerBound.milliseconds)
        select.bind(2, range.upperBound.milliseconds)
        select.bind(3, Int64(limit) + 1)
        select.bind(4, try told(range, with: group, most: groups).map(Self.text))
        // The same few names stand in all of the lines.
        var names: [String: String] = [:]
        func name(_ text: String) -> String {
            if let known = names[text] { return known }
            names[text] = text
            return text
        }
        var found: [HourlyIntake] = []
        while try select.step() {
            guard let tally = Tally(rawValue: select.integer(4)) else { continue }
            found.append(
                HourlyIntake(
                    hour: Instant(milliseconds: select.integer(0)), source: name(select.text(1)),
                    client: name(select.text(2)), group: name(select.text(3)), tally: tally,
                    count: Int(select.integer(5))))
        }
        if found.count > limit, let cut = found.last?.hour {
            while found.last?.hour == cut { found.removeLast() }
        }
        return found.reversed()
    }

    /// The groups with the most leads in a time, and one whatever it has; `nil` where all can be told apart.
    private func told(_ range: Range<Instant>, with group: GroupKey?, most: Int) throws -> Set<GroupKey>? {
        let count = try statement("SELECT count(*) FROM (SELECT 1 FROM client_group LIMIT ?1)")
        count.bind(1, Int64(most) + 1)
        defer { count.reset() }
        guard try count.step(), count.integer(0) > Int64(most) else { return nil }
        let select = try statement(
            """
            SELECT client, grp FROM statistic JOIN dimension ON dimension.id = statistic.dimension
            WHERE hour >= ?1 AND hour < ?2 AND destination = 0 AND tally = \(Tally.lead.rawValue)
            GROUP BY client, grp ORDER BY sum(count) DESC, client, grp LIMIT ?3
            """)
        select.bind(1, range.lowerBound.milliseconds)
        select.bind(2, range.upperBound.milliseconds)
        select.bind(3, Int64(most))
        var found: Set<GroupKey> = []
        while try select.step() { found.insert(GroupKey(client: select.text(0), group: select.text(1))) }
        if let group { found.insert(group) }
        return found
    }

    /// The group of a dimension, or `Arrivals.rest` if the parameter with this number names groups and not this one.
    private static func place(_ parameter: Int) -> String {
        """
        CASE WHEN ?\(parameter) IS NULL OR grp = '' OR client || char(31) || grp IN (SELECT value
        FROM json_each(?\(parameter)))
            THEN grp ELSE '\(Arrivals.rest)' END
        """
    }

    private static func text(_ groups: Set<GroupKey>) -> String {
        JSON.array(groups.map { .string($0.client + "\u{1F}" + $0.group) }).text
    }

    /// What has come since a moment, to the millisecond. The rest of its hour is counted by rows, the whole hours
    /// behind it by their counters: an alert that has been open for days costs no more than a new one.
    ///
    /// `baseline` is the time whose busiest groups are told apart, if there are very many.
    /// In one piece: the rows of the first hour, what was put aside or waits, the counters of the hours behind it.
    package func arrivals(
        since moment: Instant, of group: GroupKey? = nil, baseline: Range<Instant>? = nil, groups: Int = mostGroupsTold
    ) throws -> [Arrivals] {
        var found = ArrivalsBySource()
        let told = try told(baseline ?? moment.hour..<Instant(milliseconds: .max), with: group, most: groups)
        let whole = moment.hour == moment ? moment : moment.hour + .hours(1)
        let first = LeadID.first(at: moment).rawValue
        let leads = try statement(
            """
            SELECT source.name, client, \(Self.place(4)), sum(test = 0),
                sum(test = 0 AND quality & \(Lead.Quality.clickID.rawValue)), sum(test)
            FROM lead JOIN dimension ON dimension.id = lead.dimension JOIN source ON source.id = dimension.source
            WHERE lead.id >= ?1 AND lead.id < ?2 AND +received_at < ?3 GROUP BY 1, 2, 3
            """)
        leads.bind(1, first)
        // An id is given when the lead is written, a moment after it was received.
        leads.bind(2, LeadID.first(at: whole + .hours(1)).rawValue)
        leads.bind(3, whole.milliseconds)
        leads.bind(4, told.map(Self.text))
        while try leads.step() {
            found.change(leads.text(0), leads.text(1), leads.text(2)) {
                $0.leads = Int(leads.integer(3))
                $0.withClickID = Int(leads.integer(4))
                $0.tests = Int(leads.integer(5))
            }
        }
        func counts(_ rows: String, before last: Int64, _ body: (inout Arrivals, Int) -> Void) throws {
            let select = try statement(
                """
                SELECT source.name, count(*) FROM \(rows) AS row JOIN source ON source.id = row.source
                WHERE row.id >= ?1 AND row.id < ?2 GROUP BY 1
                """)
            select.bind(1, first)
            select.bind(2, last)
            while try select.step() { found.change(select.text(0)) { body(&$0, Int(select.integer(1))) } }
        }
        let put = "(SELECT id, source FROM quarantine WHERE state IN ('open', 'discarded'))"
        try counts(put, before: LeadID.first(at: whole).rawValue) { $0.quarantined = $1 }
        try counts("inbox", before: .max) { $0.waiting = $1 }
        let repeats = try statement(
            """
            SELECT source.name, count(*), count(DISTINCT lead)
            FROM duplicate JOIN source ON source.id = duplicate.source
            WHERE duplicate.id >= ?1 GROUP BY 1
            """)
        repeats.bind(1, first)
        while try repeats.step() {
            found.change(repeats.text(0)) {
                ($0.duplicates, $0.originals) = (Int(repeats.integer(1)), Int(repeats.integer(2)))
            }
        }
        try intakeTallies(whole..<Instant(milliseconds: .max)) { source, group, tally, count in
            let isTold = group.group.isEmpty || told?.contains(group) ?? true
            let name = isTold ? group.group : Arrivals.rest
            switch tally {
            case .lead: found.change(source, group.client, name) { $0.leads += count }
            case .withClickID: found.change(source, group.client, name) { $0.withClickID += count }
            case .test: found.change(source, group.client, name) { $0.tests += count }
            case .quarantined: found.change(source) { $0.quarantined += count }
            default: break
            }
        }
        return found.sorted
    }

    /// What may begin to come of a source that did not come before.
    package enum Oddity: Sendable { case test, quarantined, duplicate }

    /// When the first such event of a source came since a moment. Reads on until there is one: for those that are known
    /// to have come.
    package func first(_ oddity: Oddity, of source: String, since moment: Instant) throws -> Instant? {
        let rows =
            switch oddity {
            case .test:
                "(SELECT lead.id, source FROM lead JOIN dimension ON dimension.id = lead.dimension WHERE test = 1)"
            case .quarantined: "quarantine"
            case .duplicate: "duplicate"
            }
        let select = try statement(
            """
            SELECT row.id FROM \(rows) AS row JOIN source ON source.id = row.source
            WHERE row.id >= ?1 AND source.name = ?2 ORDER BY row.id LIMIT 1
            """)
        select.bind(1, LeadID.first(at: moment).rawValue)
        select.bind(2, source)
        defer { select.reset() }
        return try select.step() ? LeadID(rawValue: select.integer(0)).moment : nil
    }

    /// Why events of some sources were quarantined since a moment, by code and place, the most frequent first.
    package func quarantineReasons(since moment: Instant, sources: [String]) throws
        -> [ChecklistFacts.QuarantineFacts.Reason]
    {
        let select = try statement(
            """
            SELECT reason, coalesce(json_extract(defects, '$[0].pointer'), ''), count(*)
            FROM quarantine JOIN source ON source.id = quarantine.source
            WHERE quarantine.id >= ?1 AND source.name IN (SELECT value FROM json_each(?2)) GROUP BY 1, 2
            """)
        select.bind(1, LeadID.first(at: moment).rawValue)
        select.bind(2, JSON.array(sources.map { .string($0) }).text)
        var found: [ChecklistFacts.QuarantineFacts.Reason] = []
        while try select.step() {
            let (code, pointer) = (select.text(0), select.text(1))
            found.append(.init(pointer.isEmpty ? code : "\(code) \(pointer)", Int(select.integer(2))))
        }
        return found.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// At most `limit` leads of a client or group around a moment: the newest before it, or those after it. Only leads
    /// whose personal data is still there.
    package func sample(client: String, group: String?, around moment: Instant, after: Bool, limit: Int) throws
        -> [SampledLead]
    {
        let select = try statement(
            """
            SELECT received_at, occurred_at, payload FROM (
                SELECT dimension, received_at, occurred_at, \(PostedBytes.payload) AS payload FROM lead
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
            SELECT at, status, spend, impressions
            FROM ads WHERE client = ?1 AND grp IN (?2, '') ORDER BY grp DESC LIMIT 1
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

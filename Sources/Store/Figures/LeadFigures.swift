package import Domain
import SQLite

/// What became of some leads, as pages show it.
package struct LeadFigures: Equatable, Sendable {
    package var leads: Int64 = 0
    package var duplicates: Int64 = 0
    /// In quarantine or given up from there; what was released counts as what it became.
    package var quarantined: Int64 = 0
    package var tests: Int64 = 0
    package var unmapped: Int64 = 0
    package var withClickID: Int64 = 0
    package var withEmail: Int64 = 0
    package var withPhone: Int64 = 0
    package var withConsent: Int64 = 0
    /// By the name of the destination.
    package var destinations: [String: Deliveries] = [:]

    package struct Deliveries: Equatable, Sendable {
        package var owed: Int64 = 0
        package var sent: Int64 = 0
        package var delivered: Int64 = 0
        package var rejected: Int64 = 0
        package var expired: Int64 = 0
        package var skipped: Int64 = 0
        package var erased: Int64 = 0
        package var failures: Int64 = 0
        /// From receipt to delivery, over all that were delivered.
        package var time: Duration = .zero

        package init() {}

        /// Neither delivered nor given up: waiting, under way, or taken by the platform without a verdict.
        package var pending: Int64 { owed - delivered - rejected - expired - skipped - erased }
        /// The mean; `nil` if nothing was delivered.
        package var timeToDelivery: Duration? {
            delivered > 0 ? .milliseconds(time.milliseconds / delivered) : nil
        }

        package static func += (a: inout Self, b: Self) { a.add(b, times: 1) }

        fileprivate mutating func add(_ b: Self, times: Int64) {
            owed += times * b.owed
            sent += times * b.sent
            delivered += times * b.delivered
            rejected += times * b.rejected
            expired += times * b.expired
            skipped += times * b.skipped
            erased += times * b.erased
            failures += times * b.failures
            time += b.time * Int(times)
        }
    }

    package init() {}

    /// Everything that came in, whatever it turned out to be.
    package var received: Int64 { leads + duplicates + quarantined + tests }

    /// Over all destinations.
    package var deliveries: Deliveries { destinations.values.reduce(into: Deliveries()) { $0 += $1 } }

    package static func += (a: inout Self, b: Self) { a.add(b, times: 1) }

    /// Takes a part out of a whole.
    fileprivate static func -= (a: inout Self, b: Self) {
        a.add(b, times: -1)
        a.destinations = a.destinations.filter { $0.value != Deliveries() }
    }

    private mutating func add(_ b: Self, times: Int64) {
        leads += times * b.leads
        duplicates += times * b.duplicates
        quarantined += times * b.quarantined
        tests += times * b.tests
        unmapped += times * b.unmapped
        withClickID += times * b.withClickID
        withEmail += times * b.withEmail
        withPhone += times * b.withPhone
        withConsent += times * b.withConsent
        for (name, deliveries) in b.destinations {
            destinations[name, default: Deliveries()].add(deliveries, times: times)
        }
    }
}

/// By what leads are told apart, from the coarsest to the finest.
package enum LeadLevel: String, CaseIterable, Sendable {
    case group, campaign, adset, ad

    fileprivate var column: String {
        switch self {
        case .group: "grp"
        case .campaign: "campaign"
        case .adset: "adset"
        case .ad: "ad"
        }
    }
}

/// Which leads are looked at: those of a client, or a part of them. An empty name stands for leads that do not say.
package struct LeadScope: Equatable, Sendable {
    package var client: String
    /// The client's sources: what came from them and could not be read counts for the client.
    package var sources: [String]
    package var group: String?
    package var campaign: String?
    package var adset: String?
    package var ad: String?

    package init(client: String, sources: [String] = []) {
        self.client = client
        self.sources = sources
    }

    package subscript(_ level: LeadLevel) -> String? {
        get {
            switch level {
            case .group: group
            case .campaign: campaign
            case .adset: adset
            case .ad: ad
            }
        }
        set {
            switch level {
            case .group: group = newValue
            case .campaign: campaign = newValue
            case .adset: adset = newValue
            case .ad: ad = newValue
            }
        }
    }

    /// Whether only whole groups are looked at.
    package var isOfGroups: Bool { campaign == nil && adset == nil && ad == nil }
}

extension Reader {
    /// The leads of the local days in `days`, told apart at a level. Reads the rollups only.
    package func figures(_ scope: LeadScope, by level: LeadLevel, days: Range<CountedDay>) throws -> [String:
        LeadFigures]
    {
        try figures(scope, by: level, days: days, of: nil).rows
    }

    /// The same, but only of some names; all others are summed up in `rest`. `nil`: of all.
    package func figures(
        _ scope: LeadScope, by level: LeadLevel, days: Range<CountedDay>, of names: Set<String>?
    ) throws -> (rows: [String: LeadFigures], rest: LeadFigures) {
        let isOfGroups = level == .group && scope.isOfGroups
        var found: [String: LeadFigures] = [:]
        for (span, periods) in Self.segments(days) {
            try read(
                level.column, from: isOfGroups ? Self.groups : Self.dimensions,
                where: Self.kind(of: span, ofGroups: isOfGroups), periods, scope, of: names, at: level.column
            ) { statement, figures in
                found[statement.text(0), default: LeadFigures()] += figures
            }
        }
        var rest = LeadFigures()
        if names != nil {
            // All together are read by the day, which costs the same however many names there are.
            for figures in try self.days(scope, days).values { rest += figures }
            for figures in found.values { rest -= figures }
        }
        return (found, rest)
    }

    /// The names with the most leads, where there are more than `most` of them; `nil` where all can be told apart.
    /// Names come from whoever posts, so neither a page nor our memory may depend on how many there are.
    package func busiest(_ scope: LeadScope, by level: LeadLevel, days: Range<CountedDay>, most: Int) throws -> Set<
        String
    >? {
        let isOfGroups = level == .group && scope.isOfGroups
        let units = isOfGroups ? Self.groups : Self.dimensions
        // No further than has to be known.
        let count = try statement(
            "SELECT count(*) FROM (SELECT DISTINCT \(level.column) FROM \(units) LIMIT \(most + 1))")
        bind(count, scope)
        var names = 0
        while try count.step() { names = Int(count.integer(0)) }
        guard names > most else { return nil }
        let segments = Self.segments(days)
        let parts = segments.indices.map { index in
            """
            SELECT \(level.column) AS name, leads FROM \(units) AS unit
            CROSS JOIN rollup ON rollup.kind = \(Self.kind(of: segments[index].0, ofGroups: isOfGroups).rawValue)
                AND rollup.unit = unit.id AND rollup.period >= ?\(7 + 2 * index) AND rollup.period < ?\(8 + 2 * index)
                AND rollup.destination = 0
            """
        }
        let select = try statement(
            """
            SELECT name FROM (\(parts.joined(separator: " UNION ALL ")))
            GROUP BY name ORDER BY sum(leads) DESC, name LIMIT \(most)
            """)
        bind(select, scope)
        for (index, segment) in segments.enumerated() {
            select.bind(Int32(7 + 2 * index), segment.1.lowerBound)
            select.bind(Int32(8 + 2 * index), segment.1.upperBound)
        }
        var told: Set<String> = []
        while try select.step() { told.insert(select.text(0)) }
        return told
    }

    /// The same leads day by day. Days without any are left out.
    package func days(_ scope: LeadScope, _ days: Range<CountedDay>) throws -> [CountedDay: LeadFigures] {
        var found: [CountedDay: LeadFigures] = [:]
        let (units, kind): (String, RollupKind) =
            if !scope.isOfGroups {
                (Self.dimensions, .adDay)
            } else if scope.group != nil {
                (Self.groups, .groupDay)
            } else {
                (Self.client, .clientDay)
            }
        try read("period", from: units, where: kind, days.lowerBound.number..<days.upperBound.number, scope) {
            statement, figures in
            found[CountedDay(number: statement.integer(0)), default: LeadFigures()] += figures
        }
        return found
    }

    /// The leads of a client or of one of its groups hour by hour, by the start of the hour in UTC.
    package func hours(_ scope: LeadScope, _ range: Range<Instant>) throws -> [Instant: LeadFigures] {
        precondition(scope.isOfGroups, "hours are kept for groups")
        var found: [Instant: LeadFigures] = [:]
        try read(
            "period", from: Self.groups, where: .groupHour,
            range.lowerBound.milliseconds..<range.upperBound.milliseconds, scope
        ) { statement, figures in
            found[Instant(milliseconds: statement.integer(0)), default: LeadFigures()] += figures
        }
        return found
    }

    /// How many leads of the local days there were: what `figures` sums up to, for a fraction of its cost.
    package func count(_ scope: LeadScope, days: Range<CountedDay>) throws -> Int64 {
        var count: Int64 = 0
        for (span, periods) in Self.segments(days) {
            let kind = Self.kind(of: span, ofGroups: scope.isOfGroups)
            let select = try statement(
                """
                SELECT sum(leads) FROM \(scope.isOfGroups ? Self.groups : Self.dimensions) AS unit
                CROSS JOIN rollup ON rollup.kind = \(kind.rawValue) AND rollup.unit = unit.id
                    AND rollup.period >= ?7 AND rollup.period < ?8 AND rollup.destination = 0
                """)
            bind(select, scope)
            select.bind(7, periods.lowerBound)
            select.bind(8, periods.upperBound)
            while try select.step() { count += select.integer(0) }
        }
        return count
    }

    /// The clients that leads were counted for.
    package func countedClients() throws -> [String] {
        let select = try statement("SELECT DISTINCT client FROM client_group ORDER BY client")
        var found: [String] = []
        while try select.step() { found.append(select.text(0)) }
        return found
    }

    /// How far the rollups are, if they are being made anew; `nil`: they are complete.
    package func rollupProgress() throws -> RollupProgress? {
        let select = try statement("SELECT value FROM fact WHERE name = 'rollup_hour'")
        defer { select.reset() }
        return try select.step() ? RollupProgress(hour: Instant(milliseconds: select.integer(0))) : nil
    }

    // MARK: The rollups

    enum Span { case days, months }

    private static func kind(of span: Span, ofGroups: Bool) -> RollupKind {
        switch span {
        case .days: ofGroups ? .groupDay : .adDay
        case .months: ofGroups ? .groupMonth : .adMonth
        }
    }

    /// Whole months where they fit in, single days before and after them.
    static func segments(_ days: Range<CountedDay>) -> [(Span, Range<Int64>)] {
        let (first, end) = (days.lowerBound, days.upperBound)
        let firstMonth = CountedDay.first(ofMonth: first.month) == first ? first.month : first.month + 1
        let endMonth = end.month
        guard firstMonth < endMonth else { return [(.days, first.number..<end.number)] }
        return [
            (.days, first.number..<CountedDay.first(ofMonth: firstMonth).number), (.months, firstMonth..<endMonth),
            (.days, CountedDay.first(ofMonth: endMonth).number..<end.number),
        ].filter { !$0.1.isEmpty }
    }

    /// Units with their names; ?1 is the client, ?2 its sources as a JSON array, ?3 to ?6 group, campaign, ad set and
    /// ad.
    static let dimensions = """
        (SELECT id, grp, campaign, adset, ad FROM dimension
        WHERE (client = ?1 OR (client = '' AND source IN (
            SELECT id FROM source WHERE name IN (SELECT value FROM json_each(?2)))))
            AND (?3 IS NULL OR grp = ?3) AND (?4 IS NULL OR campaign = ?4) AND (?5 IS NULL OR adset = ?5)
            AND (?6 IS NULL OR ad = ?6))
        """

    static let groups = "(SELECT id, grp FROM client_group WHERE client = ?1 AND (?3 IS NULL OR grp = ?3))"

    /// The unit whose days are those of the whole client.
    private static let client = "(SELECT id FROM client_group WHERE client = ?1 AND grp = '')"

    private static let sums = RollupColumn.allCases.map { "sum(\($0.name))" }.joined(separator: ", ")

    private func read(
        _ key: String, from units: String, where kind: RollupKind, _ periods: Range<Int64>, _ scope: LeadScope,
        of names: Set<String>? = nil, at column: String = "", _ take: (Statement, LeadFigures) -> Void
    ) throws {
        // CROSS JOIN: the units are few, and each has its periods side by side.
        let named =
            names == nil ? units : "(SELECT * FROM \(units) WHERE \(column) IN (SELECT value FROM json_each(?9)))"
        let select = try statement(
            """
            SELECT \(key), destination.name, \(Self.sums) FROM \(named) AS unit
            CROSS JOIN rollup ON rollup.kind = \(kind.rawValue) AND rollup.unit = unit.id
                AND rollup.period >= ?7 AND rollup.period < ?8
            LEFT JOIN destination ON destination.id = rollup.destination
            GROUP BY \(key), rollup.destination
            """)
        bind(select, scope)
        select.bind(7, periods.lowerBound)
        select.bind(8, periods.upperBound)
        if let names { select.bind(9, JSON.array(names.map(JSON.string)).text) }
        while try select.step() { take(select, Self.figures(select)) }
    }

    /// The parameters of `dimensions` and `groups`.
    func bind(_ select: Statement, _ scope: LeadScope) {
        select.bind(1, scope.client)
        select.bind(2, JSON.array(scope.sources.map(JSON.string)).text)
        select.bind(3, scope.group)
        select.bind(4, scope.campaign)
        select.bind(5, scope.adset)
        select.bind(6, scope.ad)
    }

    /// One line: the key, the destination, then the columns.
    private static func figures(_ line: Statement) -> LeadFigures {
        func amount(_ column: RollupColumn) -> Int64 { line.integer(Int32(2 + column.rawValue)) }
        var figures = LeadFigures()
        guard !line.isNull(1) else {
            figures.leads = amount(.leads)
            figures.duplicates = amount(.duplicates)
            figures.quarantined = amount(.quarantined)
            figures.tests = amount(.tests)
            figures.unmapped = amount(.unmapped)
            figures.withClickID = amount(.clickIDs)
            figures.withEmail = amount(.emails)
            figures.withPhone = amount(.phones)
            figures.withConsent = amount(.consents)
            return figures
        }
        var deliveries = LeadFigures.Deliveries()
        deliveries.owed = amount(.owed)
        deliveries.sent = amount(.sent)
        deliveries.delivered = amount(.delivered)
        deliveries.rejected = amount(.rejected)
        deliveries.expired = amount(.expired)
        deliveries.skipped = amount(.skipped)
        deliveries.erased = amount(.erased)
        deliveries.failures = amount(.failures)
        deliveries.time = .milliseconds(amount(.milliseconds))
        figures.destinations[line.text(1)] = deliveries
        return figures
    }
}

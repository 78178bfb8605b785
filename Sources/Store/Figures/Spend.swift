package import Domain
import SQLite

/// Money by currency, in millionths. Two currencies are never added up.
package typealias Money = [String: Int64]

/// What an upload has changed.
package struct Uploaded: Equatable, Sendable {
    /// Rows that are kept now and were not, or said something else.
    package var changed = 0
    /// Rows that said the same already.
    package var unchanged = 0
    /// Rows of before that are gone: of days and campaigns that the upload says anew.
    package var removed = 0

    static func += (a: inout Self, b: Self) {
        a.changed += b.changed
        a.unchanged += b.unchanged
        a.removed += b.removed
    }
}

private struct SpendPlace: Hashable {
    var day: Int64
    var campaign: String
}

extension FigureRole {
    /// Keeps what ads of a client cost. What was known of a day and campaign of the sheet is replaced, so that the same
    /// upload can be repeated, and a finer one takes the place of a coarser one.
    ///
    /// Written in parts, so that intake does not wait for all of it: each day and campaign is replaced as a whole.
    package func keepSpend(_ rows: [SpendSheet.Row], client: String) throws(StoreError) -> Uploaded {
        var uploaded = Uploaded()
        var part: [[SpendSheet.Row]] = []
        let places = Dictionary(grouping: rows) { SpendPlace(day: $0.day, campaign: $0.campaign) }
        for (index, rows) in places.values.enumerated() {
            part.append(rows)
            guard part.reduce(0, { $0 + $1.count }) >= Self.uploadedRows || index == places.count - 1 else { continue }
            uploaded += try keepSpend(part, of: client)
            part = []
        }
        return uploaded
    }

    private static let uploadedRows = 1000

    /// The rows of each day and campaign come together.
    private func keepSpend(_ part: [[SpendSheet.Row]], of client: String) throws(StoreError) -> Uploaded {
        try write { tables, _ in
            var uploaded = Uploaded()
            let select = try tables.statement(
                "SELECT adset, ad, currency, micros FROM spend WHERE client = ?1 AND day = ?2 AND campaign = ?3")
            let delete = try tables.statement("DELETE FROM spend WHERE client = ?1 AND day = ?2 AND campaign = ?3")
            let insert = try tables.statement(
                """
                INSERT INTO spend (client, day, campaign, adset, ad, currency, micros)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """)
            for new in part {
                guard let place = new.first else { continue }
                for statement in [select, delete] {
                    statement.bind(1, client)
                    statement.bind(2, place.day)
                    statement.bind(3, place.campaign)
                }
                var old: [SpendSheet.Row] = []
                while try select.step() {
                    old.append(
                        SpendSheet.Row(
                            day: place.day, campaign: place.campaign, adset: select.text(0), ad: select.text(1),
                            currency: select.text(2), micros: select.integer(3)))
                }
                let known = Set(old)
                let same = new.count { known.contains($0) }
                uploaded.unchanged += same
                uploaded.changed += new.count - same
                let named = Set(new.map { [$0.adset, $0.ad] })
                uploaded.removed += old.count { !named.contains([$0.adset, $0.ad]) }
                if same == new.count, same == old.count { continue }
                try delete.run()
                try tables.addToMonths(old.map { ($0, -1) } + new.map { ($0, 1) }, client: client)
                for row in new {
                    insert.bind(1, client)
                    insert.bind(2, row.day)
                    insert.bind(3, row.campaign)
                    insert.bind(4, row.adset)
                    insert.bind(5, row.ad)
                    insert.bind(6, row.currency)
                    insert.bind(7, row.micros)
                    try insert.run()
                }
            }
            return uploaded
        }
    }

    /// Keeps names of a client's ids; an empty name takes one away.
    package func keepTitles(_ rows: [NameSheet.Row], client: String) throws(StoreError) -> Uploaded {
        var uploaded = Uploaded()
        for begin in stride(from: 0, to: rows.count, by: Self.uploadedRows) {
            let end = min(rows.count, begin + Self.uploadedRows)
            uploaded += try keepTitles(Array(rows[begin..<end]), of: client)
        }
        return uploaded
    }

    private func keepTitles(_ rows: [NameSheet.Row], of client: String) throws(StoreError) -> Uploaded {
        try write { tables, _ in
            var uploaded = Uploaded()
            let keep = try tables.statement(
                """
                INSERT INTO title (client, level, id, name) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (client, level, id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name
                """)
            let drop = try tables.statement("DELETE FROM title WHERE client = ?1 AND level = ?2 AND id = ?3")
            for row in rows {
                let statement = row.name.isEmpty ? drop : keep
                statement.bind(1, client)
                statement.bind(2, row.level)
                statement.bind(3, row.id)
                if !row.name.isEmpty { statement.bind(4, row.name) }
                try statement.run()
                if tables.connection.changes == 0 {
                    uploaded.unchanged += 1
                } else if row.name.isEmpty {
                    uploaded.removed += 1
                } else {
                    uploaded.changed += 1
                }
            }
            return uploaded
        }
    }
}

extension Tables {
    /// Adds costs to their months, or takes them away. A sum that is nothing any more goes.
    fileprivate func addToMonths(_ rows: [(row: SpendSheet.Row, sign: Int64)], client: String) throws {
        struct Cell: Hashable {
            var month: Int64
            var campaign: String
            var adset: String
            var ad: String
            var currency: String
        }
        var changes: [Cell: Int64] = [:]
        for (row, sign) in rows {
            let cell = Cell(
                month: CountedDay(number: row.day).month, campaign: row.campaign, adset: row.adset, ad: row.ad,
                currency: row.currency)
            changes[cell, default: 0] += sign * row.micros
        }
        let add = try statement(
            """
            INSERT INTO spend_month (client, month, campaign, adset, ad, currency, micros)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (client, month, campaign, adset, ad, currency) DO UPDATE SET micros = micros + excluded.micros
            """)
        let drop = try statement(
            """
            DELETE FROM spend_month WHERE client = ?1 AND month = ?2 AND campaign = ?3 AND adset = ?4 AND ad = ?5
                AND currency = ?6 AND micros = 0
            """)
        for (cell, change) in changes where change != 0 {
            for statement in change < 0 ? [add, drop] : [add] {
                statement.bind(1, client)
                statement.bind(2, cell.month)
                statement.bind(3, cell.campaign)
                statement.bind(4, cell.adset)
                statement.bind(5, cell.ad)
                statement.bind(6, cell.currency)
                if statement === add { statement.bind(7, change) }
                try statement.run()
            }
        }
    }
}

extension Reader {
    /// What the ads of a scope cost in some days, told apart at a level.
    ///
    /// A campaign's costs count for the group that its newest leads belong to, since ads accounts know no groups. What
    /// is known only of something coarser than the level stands under the empty name. Whole months are read as such.
    package func spend(_ scope: LeadScope, by level: LeadLevel, days: Range<CountedDay>) throws -> [String: Money] {
        let groups = try groups(ofCampaignsOf: scope.client)
        // Nothing finer is told apart than is asked for: sorting it would cost most.
        let name =
            switch level {
            case .group, .campaign: "''"
            case .adset: "adset"
            case .ad: "ad"
            }
        var found: [String: Money] = [:]
        for (span, periods) in Self.segments(days) {
            let (table, column) = span == .months ? ("spend_month", "month") : ("spend", "day")
            let select = try statement(
                """
                SELECT campaign, \(name), currency, sum(micros) FROM \(table)
                WHERE client = ?1 AND \(column) >= ?2 AND \(column) < ?3 AND (?4 IS NULL OR campaign = ?4)
                    AND (?5 IS NULL OR adset = ?5) AND (?6 IS NULL OR ad = ?6)
                GROUP BY 1, 2, 3
                """)
            select.bind(1, scope.client)
            select.bind(2, periods.lowerBound)
            select.bind(3, periods.upperBound)
            select.bind(4, scope.campaign)
            select.bind(5, scope.adset)
            select.bind(6, scope.ad)
            while try select.step() {
                let campaign = select.text(0)
                let group = groups[campaign] ?? ""
                if let wanted = scope.group, wanted != group { continue }
                let key =
                    switch level {
                    case .group: group
                    case .campaign: campaign
                    case .adset, .ad: select.text(1)
                    }
                found[key, default: [:]][select.text(2), default: 0] += select.integer(3)
            }
        }
        return found
    }

    private func groups(ofCampaignsOf client: String) throws -> [String: String] {
        let select = try statement("SELECT campaign, grp FROM dimension WHERE client = ?1 AND grp <> '' ORDER BY id")
        select.bind(1, client)
        var found: [String: String] = [:]
        while try select.step() { found[select.text(0)] = select.text(1) }
        return found
    }

    /// The names of all of a client's ids at a level.
    package func titles(_ client: String, _ level: LeadLevel) throws -> [String: String] {
        let select = try statement("SELECT id, name FROM title WHERE client = ?1 AND level = ?2")
        select.bind(1, client)
        select.bind(2, level.rawValue)
        var found: [String: String] = [:]
        while try select.step() { found[select.text(0)] = select.text(1) }
        return found
    }
}

package import Domain
import SQLite

/// What a line of `rollup` is about; the numbers are stored.
enum RollupKind: Int64, CaseIterable {
    case adDay = 1
    case adMonth = 2
    case groupDay = 3
    case groupHour = 4
    case groupMonth = 5
    case clientDay = 6
}

/// The columns of `rollup`, in their order.
enum RollupColumn: Int, CaseIterable {
    case leads, duplicates, quarantined, tests, unmapped, clickIDs, emails, phones, consents
    case owed, sent, delivered, rejected, expired, skipped, erased, failures
    /// From receipt to delivery, summed up.
    case milliseconds

    /// Where a tally of the statistics is added; `nil`: it is not shown on pages of leads.
    init?(_ tally: Tally) {
        switch tally {
        case .lead: self = .leads
        case .duplicate: self = .duplicates
        case .quarantined: self = .quarantined
        case .test: self = .tests
        case .unmapped: self = .unmapped
        case .withClickID: self = .clickIDs
        case .withEmail: self = .emails
        case .withPhone: self = .phones
        case .withConsent: self = .consents
        case .owed: self = .owed
        case .sent: self = .sent
        case .delivered: self = .delivered
        case .rejected: self = .rejected
        case .expired: self = .expired
        case .skipped: self = .skipped
        case .erased: self = .erased
        case .failure: self = .failures
        case .received, .inbox, .discarded, .open, .reusedID, .corrected, .adjusted, .junk, .replayedDelivered,
            .replayedSent, .replayedRejected, .replayedExpired, .replayedSkipped:
            return nil
        }
    }

    var name: String {
        switch self {
        case .clickIDs: "click_ids"
        default: "\(self)"
        }
    }
}

/// Where the rollups stand: complete, or being made anew from the statistics.
package struct RollupProgress: Equatable, Sendable {
    /// Hours before this one are in the rollups already.
    package var hour: Instant
}

/// What the writer remembers for the rollups.
struct RollupState {
    var calendars = Calendars()
    /// Up to where the statistics are folded in; `.some(nil)`: all of them are, and each count is added at once. `nil`:
    /// not looked up.
    fileprivate var place: Place??
    /// Units that have been wiped before; those are not looked at again.
    fileprivate var wiped: (kind: Int64, unit: Int64) = (0, 0)
    fileprivate var units: [Int64: Unit] = [:]
    fileprivate var days: [HourInZone: CountedDay] = [:]

    fileprivate struct Place: Comparable {
        var hour: Int64
        var dimension: Int64
        static func < (a: Self, b: Self) -> Bool { (a.hour, a.dimension) < (b.hour, b.dimension) }
    }

    /// What the lines of a dimension are added to.
    fileprivate struct Unit {
        var group: Int64
        var client: Int64
        var zone: TimeZoneRules
    }

    fileprivate struct HourInZone: Hashable {
        var hour: Int64
        var zone: String
    }

    fileprivate mutating func day(_ hour: Int64, _ zone: TimeZoneRules) -> CountedDay {
        let key = HourInZone(hour: hour, zone: zone.name)
        if let known = days[key] { return known }
        if days.count >= Self.rememberedDays { days.removeAll(keepingCapacity: true) }
        let day = CountedDay(Instant(milliseconds: hour), in: zone)
        days[key] = day
        return day
    }

    private static let rememberedDays = 10_000

    /// What was looked up inside a transaction that is lost.
    mutating func forget() {
        units.removeAll()
        place = nil
        wiped = (0, 0)
    }
}

extension Tables {
    private static let hourFact = "rollup_hour"
    private static let dimensionFact = "rollup_dimension"

    private func rollupPlace() throws(SQLiteError) -> RollupState.Place? {
        if let known = rollups.place { return known }
        var place: RollupState.Place?
        if let hour = try fact(Self.hourFact) {
            place = RollupState.Place(hour: hour, dimension: try fact(Self.dimensionFact) ?? 0)
        }
        rollups.place = .some(place)
        return place
    }

    /// Counts in these calendars from now on. What was counted in others is made anew.
    func arrange(_ calendars: Calendars) throws(SQLiteError) {
        try addUpNotes()
        var known: [String: String] = [:]
        let select = try statement(.dayBasis)
        while try select.step() { known[select.text(0)] = select.text(1) }
        let entries = calendars.entries
        let isOther = entries.contains { name, value in known[name].map { $0 != value } ?? false }
        let set = try statement(.setDayBasis)
        for (name, value) in entries where known[name] != value {
            set.bind(1, name)
            set.bind(2, value)
            try set.run()
        }
        rollups.calendars = calendars
        rollups.forget()
        if isOther {
            try setPlace(RollupState.Place(hour: 0, dimension: 0))
        }
    }

    private func setPlace(_ place: RollupState.Place?) throws(SQLiteError) {
        try setFact(Self.hourFact, place?.hour)
        try setFact(Self.dimensionFact, place?.dimension)
        rollups.place = .some(place)
    }

    /// Adds these counts, as far as the statistics are folded in; those behind will come along with the others, unless
    /// they are of months that are not made anew.
    func rollUp(_ cells: [Counters.Cell: Counters.Amount]) throws(SQLiteError) {
        var lines: [RollupLine: [Int64]] = [:]
        let place = try rollupPlace()
        let month = place == nil ? 0 : try firstWholeMonth()
        for (cell, amount) in cells {
            if let place, RollupState.Place(hour: cell.hour, dimension: cell.dimension) > place,
                try rollupMonth(cell) >= month
            {
                continue
            }
            try add(cell, amount, to: &lines)
        }
        try write(lines)
    }

    fileprivate struct RollupLine: Hashable {
        var kind: RollupKind
        var unit: Int64
        var period: Int64
        var destination: Int64
    }

    private func add(_ cell: Counters.Cell, _ amount: Counters.Amount, to lines: inout [RollupLine: [Int64]])
        throws(SQLiteError)
    {
        guard let column = RollupColumn(cell.tally) else { return }
        let unit = try rollupUnit(cell.dimension)
        let day = rollups.day(cell.hour, unit.zone)
        let milliseconds = column == .delivered ? amount.milliseconds : 0
        func add(_ kind: RollupKind, _ unit: Int64, _ period: Int64) {
            let line = RollupLine(kind: kind, unit: unit, period: period, destination: cell.destination)
            // In place: the amounts would be copied otherwise.
            Self.add(amount.count, milliseconds, to: &lines[line, default: Self.noAmounts], column)
        }
        add(.adDay, cell.dimension, day.number)
        add(.adMonth, cell.dimension, day.month)
        add(.groupDay, unit.group, day.number)
        add(.groupHour, unit.group, cell.hour)
        add(.groupMonth, unit.group, day.month)
        add(.clientDay, unit.client, day.number)
    }

    private static let noAmounts = [Int64](repeating: 0, count: RollupColumn.allCases.count)

    private static func add(_ count: Int64, _ milliseconds: Int64, to amounts: inout [Int64], _ column: RollupColumn) {
        amounts[column.rawValue] += count
        amounts[RollupColumn.milliseconds.rawValue] += milliseconds
    }

    private func write(_ lines: [RollupLine: [Int64]]) throws(SQLiteError) {
        if lines.isEmpty { return }
        let add = try statement(.rollUp)
        for (line, amounts) in lines {
            add.bind(1, line.kind.rawValue)
            add.bind(2, line.unit)
            add.bind(3, line.period)
            add.bind(4, line.destination)
            for (index, amount) in amounts.enumerated() { add.bind(Int32(5 + index), amount) }
            try add.run()
        }
    }

    private func rollupUnit(_ dimension: Int64) throws(SQLiteError) -> RollupState.Unit {
        if let known = rollups.units[dimension] { return known }
        if rollups.units.count >= Self.rememberedDimensions { rollups.forget() }
        let select = try statement(.dimensionNames)
        select.bind(1, dimension)
        guard try select.step() else { throw SQLiteError.damaged("a dimension vanished") }
        let names = Dimension(source: select.text(0), client: select.text(1), group: select.text(2))
        select.reset()
        let client = rollups.calendars.client(names)
        func unit(_ group: String) throws(SQLiteError) -> Int64 {
            try intern(.internGroup, .groupID) { statement in
                statement.bind(1, client)
                statement.bind(2, group)
            }
        }
        let unit = RollupState.Unit(
            group: try unit(names.group), client: try unit(""), zone: rollups.calendars.zone(of: client))
        rollups.units[dimension] = unit
        return unit
    }

    /// One small step of making the rollups anew: first what there is goes, then the statistics are added, oldest
    /// first. Returns whether there is more to do.
    func foldRollups() throws(SQLiteError) -> Bool {
        guard let place = try rollupPlace() else { return false }
        // What cannot be made anew, since its hours have gone with age, stays as it was counted.
        let month = try firstWholeMonth()
        if place.hour == 0, place.dimension == 0, try wipeRollups(from: month) { return true }
        let cells = try statistics(after: place, limit: Self.rollupStep)
        guard let last = cells.last?.0 else {
            try setPlace(nil)
            return false
        }
        var lines: [RollupLine: [Int64]] = [:]
        for (cell, amount) in cells where try rollupMonth(cell) >= month { try add(cell, amount, to: &lines) }
        try write(lines)
        try setPlace(RollupState.Place(hour: last.hour, dimension: last.dimension))
        return true
    }

    func isFoldingRollups() throws(SQLiteError) -> Bool { try rollupPlace() != nil }

    private func rollupMonth(_ cell: Counters.Cell) throws(SQLiteError) -> Int64 {
        rollups.day(cell.hour, try rollupUnit(cell.dimension).zone).month
    }

    /// One step. Returns whether there was something.
    private func wipeRollups(from month: Int64) throws(SQLiteError) -> Bool {
        let wipe = try statement(.wipeRollups)
        let first = CountedDay.first(ofMonth: month)
        wipe.bind(1, Self.rollupStep)
        wipe.bind(2, rollups.wiped.kind)
        wipe.bind(3, rollups.wiped.unit)
        wipe.bind(4, month)
        wipe.bind(5, first.number)
        wipe.bind(6, first.start.milliseconds)
        var last: (kind: Int64, unit: Int64)?
        while try wipe.step() {
            let line = (kind: wipe.integer(0), unit: wipe.integer(1))
            if last.map({ $0 < line }) ?? true { last = line }
        }
        rollups.wiped = last ?? (0, 0)
        return last != nil
    }

    /// The next lines of the statistics. What this transaction has counted is not among them: it will be added at its
    /// end, if it lies before the new place, and found later if it does not.
    private func statistics(after place: RollupState.Place, limit: Int64) throws(SQLiteError) -> [(
        Counters.Cell, Counters.Amount
    )] {
        let select = try statement(.statisticsAfter)
        select.bind(1, place.hour)
        select.bind(2, place.dimension)
        select.bind(3, limit)
        var cells: [(Counters.Cell, Counters.Amount)] = []
        while try select.step() {
            guard let tally = Tally(rawValue: select.integer(3)) else { continue }
            cells.append(
                (
                    Counters.Cell(
                        hour: select.integer(0), dimension: select.integer(1), destination: select.integer(2),
                        tally: tally),
                    Counters.Amount(count: select.integer(4), milliseconds: select.integer(5))
                ))
        }
        guard cells.count == Int(limit), let last = cells.last?.0 else { return cells }
        // A dimension's lines of one hour stay together: the last one may go on after the limit.
        let whole = cells.prefix { $0.0.hour != last.hour || $0.0.dimension != last.dimension }
        return whole.isEmpty ? try statistics(after: place, limit: limit * 2) : Array(whole)
    }

    /// Lines a step: some milliseconds of the writer's time.
    private static let rollupStep: Int64 = 2000
}

extension FigureRole {
    /// Counts leads in these calendars from now on. If clients had others before, their days are worked out anew by
    /// `fold`.
    package func arrange(_ calendars: Calendars) throws(StoreError) {
        try wait { then in
            change(rows: calendars.zones.count + calendars.clients.count) { tables in
                try tables.arrange(calendars)
            } then: {
                then($0)
            }
        }
    }

    /// A little of the work on rollups that are not complete. Answers whether there is more.
    package func fold() throws(StoreError) -> Bool {
        try wait { then in
            change(rows: 500, .patient) { tables in
                try tables.foldRollups()
            } then: {
                then($0)
            }
        }
    }
}

import Domain
import SQLite

/// Leads by five minutes, for the detector: written with the judgement that they belong to, moved into days when they
/// are old.
extension Tables {
    /// Slots are kept for so many days before they become hours of a day: seven for the windows, and some to look back
    /// at.
    private static let slotDays = 12
    /// Days, episodes and calendar are kept so long.
    private static let historyDays = 60
    private static let calendarDays = 800
    /// An event of every year teaches from the last four.
    private static let lessonDays = 1500

    /// Counts a lead for the detector, in the slot in which it was received, or takes it back. Its group is known from
    /// then on.
    func countLead(receivedAt: Instant, dimension: Int64, _ count: Int64) throws(SQLiteError) {
        let slot = Int64(Slots.slot(of: receivedAt))
        counters.countLead(slot: slot, group: try leadGroup(ofDimension: dimension, slot: slot), count)
    }

    /// Adds leads of some slots and groups to those that were counted before.
    func addUp(_ slots: [Counters.SlotCell: Int64]) throws(SQLiteError) {
        if slots.isEmpty { return }
        let count = try statement(.countSlot)
        for (cell, leads) in slots {
            count.bind(1, cell.slot)
            count.bind(2, cell.group)
            count.bind(3, leads)
            try count.run()
        }
    }

    private func leadGroup(ofDimension dimension: Int64, slot: Int64) throws(SQLiteError) -> Int64 {
        if let known = leadGroups[dimension] { return known }
        if leadGroups.count >= Self.rememberedDimensions { leadGroups.removeAll(keepingCapacity: true) }
        let names = try statement(.dimension)
        names.bind(1, dimension)
        guard try names.step() else { throw SQLiteError.damaged("a dimension vanished") }
        let (client, group) = (names.text(0), names.text(1))
        names.reset()
        let select = try statement(.leadGroup)
        select.bind(1, client)
        select.bind(2, group)
        let known = try select.step() ? select.integer(0) : nil
        select.reset()
        if let known {
            leadGroups[dimension] = known
            return known
        }
        let add = try statement(.addLeadGroup)
        add.bind(1, client)
        add.bind(2, group)
        add.bind(3, slot)
        defer { add.reset() }
        guard try add.step() else { preconditionFailure("a group was not added") }
        leadGroups[dimension] = add.integer(0)
        return add.integer(0)
    }

    /// One small step of forgetting. Returns whether there may be more to do at once.
    func purgeVolume(now: Instant, limit: Int64) throws(SQLiteError) -> Bool {
        let today = Int64(Slots.slot(of: now) / Slots.perDay)
        let moved = try moveOldSlots(before: (today - Int64(Self.slotDays)) * Int64(Slots.perDay), limit: limit)
        let days = try statement(.dropDays)
        days.bind(1, today - Int64(Self.historyDays))
        days.bind(2, limit)
        try days.run()
        let dropped = connection.changes
        for (sql, bound) in [
            (VolumeSQL.dropEpisodes, (today - Int64(Self.historyDays)) * Int64(Slots.perDay)),
            (.dropUptime, (now - .days(Self.historyDays)).milliseconds),
            (.dropCalendarEvents, (now - .days(Self.calendarDays)).milliseconds),
            (.dropLessons, (now - .days(Self.lessonDays)).milliseconds),
            (.dropVerdicts, (now - VolumeVerdict.memory - .days(1)).milliseconds),
        ] {
            let drop = try statement(sql)
            drop.bind(1, bound)
            try drop.run()
        }
        return moved || dropped == Int(limit)
    }

    private func moveOldSlots(before slot: Int64, limit: Int64) throws(SQLiteError) -> Bool {
        let select = try statement(.oldSlots)
        select.bind(1, slot)
        select.bind(2, limit)
        var days: [DayOfGroup: [UInt32]] = [:]
        var last: (slot: Int64, group: Int64)?
        var rows = 0
        while try select.step() {
            let (slot, group) = (select.integer(0), select.integer(1))
            // A clock that has lost its battery says 1970 or less: slots of such leads are negative.
            let perDay = Int64(Slots.perDay)
            let slotOfDay = (slot % perDay + perDay) % perDay
            let day = DayOfGroup(day: (slot - slotOfDay) / perDay, group: group)
            let hour = Int(slotOfDay) / Slots.perHour
            days[day, default: [UInt32](repeating: 0, count: 24)][hour] += UInt32(clamping: select.integer(2))
            last = (slot, group)
            rows += 1
        }
        guard let last else { return false }
        for (day, leads) in days { try add(leads, to: day) }
        let drop = try statement(.dropSlots)
        drop.bind(1, last.slot)
        drop.bind(2, last.group)
        try drop.run()
        return rows == Int(limit)
    }

    private struct DayOfGroup: Hashable {
        var day: Int64
        var group: Int64
    }

    private func add(_ leads: [UInt32], to day: DayOfGroup) throws(SQLiteError) {
        let select = try statement(.dayHours)
        select.bind(1, day.group)
        select.bind(2, day.day)
        let before = try select.step() ? DayHours.read(select.bytes(0)) : []
        select.reset()
        var sum = leads
        for hour in before.indices { sum[hour] = sum[hour].addingReportingOverflow(before[hour]).partialValue }
        let keep = try statement(.keepDay)
        keep.bind(1, day.group)
        keep.bind(2, day.day)
        keep.bind(3, DayHours.bytes(sum))
        try keep.run()
    }
}

/// The hours of a day in the file: four bytes each, the low one first.
enum DayHours {
    static func bytes(_ hours: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        for hour in hours {
            for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: hour >> shift)) }
        }
        return bytes
    }

    /// Empty if the bytes are no day.
    static func read(_ bytes: [UInt8]) -> [UInt32] {
        guard bytes.count == 96 else { return [] }
        var hours = [UInt32](repeating: 0, count: 24)
        for (index, byte) in bytes.enumerated() { hours[index / 4] |= UInt32(byte) << UInt32(index % 4 * 8) }
        return hours
    }
}

import Domain
import SQLite

extension Tables {
    /// Of the repetitions of a lead, the bytes of the newest so many are compared.
    private static let comparedRepetitions: Int64 = 20
    /// Characters of notes of one lead; further ones are dropped.
    private static let longestNotes: Int64 = 4000

    /// A post that says what another said: acknowledged, booked, not delivered again. Its bytes are kept unless they
    /// are there already.
    func keepRepetition(
        _ lead: Lead, of first: EarlierLead, source: Int64, _ judged: inout Judged,
        _ identifiers: inout IdentifierEntries
    ) throws(SQLiteError) {
        let dimension = try dimensionID(lead.dimension)
        let select = try statement(.bodiesOf)
        select.bind(1, first.id.rawValue)
        select.bind(2, Self.comparedRepetitions)
        var twin: Int64?
        var firstBody: [UInt8]?
        while twin == nil, try select.step() {
            let body = select.bytes(1)
            if select.integer(0) == first.id.rawValue { firstBody = body }
            if body == lead.posted { twin = select.integer(0) }
        }
        select.reset()
        var note = ""
        if twin != first.id.rawValue {
            let places = firstBody.map { Wording.differences($0, lead.posted) } ?? []
            note =
                places.isEmpty
                ? firstBody == nil ? "what it repeats has been cleared" : "written differently"
                : "differs in \(places.joined(separator: ", "))"
        }
        let insert = try statement(.keepDuplicate)
        insert.bind(1, lead.id.rawValue)
        insert.bind(2, source)
        insert.bind(3, first.id.rawValue)
        insert.bind(4, lead.receivedAt.milliseconds)
        insert.bind(5, twin == nil ? lead.posted : nil)
        insert.bind(6, twin)
        insert.bind(7, note)
        try insert.run()
        // It may say what the first did not.
        if twin == nil { for fingerprint in lead.fingerprints { identifiers.append(fingerprint, lead.id) } }
        counters.book(.duplicate, source: source)
        counters.count(.duplicate, hour: lead.receivedAt.hour.milliseconds, dimension: dimension)
        judged.duplicates += 1
    }

    /// What a lead is to the earlier one, in both their notes and in the figures.
    func keepKinship(_ kinship: Kinship, _ lead: Lead, _ first: EarlierLead, dimension: Int64) throws(SQLiteError) {
        let keep = try statement(.keepKinship)
        keep.bind(1, lead.id.rawValue)
        keep.bind(2, first.id.rawValue)
        keep.bind(3, kinship.rawValue)
        try keep.run()
        let hour = lead.receivedAt.hour.milliseconds
        switch kinship {
        case .reuse:
            counters.count(.reusedID, hour: hour, dimension: dimension)
            try note(lead.id, "event_id was used before, for lead \(first.id): another person or deal")
            try note(first.id, "event_id was used again, for lead \(lead.id): another person or deal")
        case .correction:
            counters.count(.corrected, hour: hour, dimension: dimension)
            try note(lead.id, "corrects lead \(first.id), and counts in its place")
            try note(first.id, "corrected by lead \(lead.id), which counts in its place")
            if !lead.isTest { try uncount(first) }
        case .adjustment:
            counters.count(.adjusted, hour: hour, dimension: dimension)
            try note(lead.id, "restates the value of lead \(first.id); it is no further lead")
            try note(first.id, "its value was restated by \(lead.id)")
        }
    }

    private func note(_ lead: LeadID, _ line: String) throws(SQLiteError) {
        let note = try statement(.noteLead)
        note.bind(1, lead.rawValue)
        note.bind(2, line)
        note.bind(3, Self.longestNotes)
        try note.run()
    }

    /// Takes a lead out of the figures: another counts in its place.
    private func uncount(_ lead: EarlierLead) throws(SQLiteError) {
        // An adjustment never counted; what it adjusts does.
        guard lead.kinship != .adjustment else { return }
        let select = try statement(
            """
            SELECT dimension, quality, grp FROM lead JOIN dimension ON dimension.id = lead.dimension WHERE lead.id = ?1
            """)
        select.bind(1, lead.id.rawValue)
        guard try select.step() else { return }
        let (dimension, quality) = (select.integer(0), Lead.Quality(rawValue: select.integer(1)))
        let isUnmapped = select.text(2).isEmpty
        select.reset()
        count(quality, isUnmapped, hour: lead.receivedAt.hour.milliseconds, dimension: dimension, -1)
        try countLead(receivedAt: lead.receivedAt, dimension: dimension, -1)
    }
}

import Domain
import SQLite

/// When the log is folded, and into what. What the writer remembers of it.
struct IdentifierLog {
    /// A full log gives a bucket some 256 entries at once: a page.
    static let bucketBits = 10
    static let buckets = 1 << bucketBits
    /// Buckets written with one batch of judgements: some milliseconds of the writer's time.
    static let step = 64
    /// Full logs that are folded at once at most: more than comes in meanwhile, and not the whole of a file that was
    /// taken over.
    static let mostAtOnce = 4

    /// The number of the newest line ever written.
    var newest: Int64
    var lines: Int
    var entries: Int
    /// What is being folded: up to which line, and from which bucket on.
    var fold: (last: Int64, bucket: Int)?

    static let foldFact = "identifier_fold"
    static let bucketFact = "identifier_fold_bucket"

    /// Where a fold's line of a bucket lies.
    static func line(_ bucket: Int, fold: Int64) -> Int64 { Int64(bucket) << 40 | fold }

    static func bucket(of fingerprint: Int64) -> Int { Int(UInt64(bitPattern: fingerprint) >> (64 - bucketBits)) }
}

extension Tables {
    /// Lets new leads be found by their fingerprints.
    func keepIdentifiers(_ entries: IdentifierEntries) throws(SQLiteError) {
        if entries.isEmpty { return }
        var log = try identifierLog()
        log.newest += 1
        log.lines += 1
        log.entries += entries.count
        let insert = try statement("INSERT INTO identifier_log (id, entries) VALUES (?1, ?2)")
        insert.bind(1, log.newest)
        insert.bind(2, entries.bytes)
        try insert.run()
        if log.fold == nil, log.entries >= identifierBounds.entries || log.lines >= identifierBounds.lines {
            log.fold = (try endOfFold(), 0)
        }
        if let (last, bucket) = log.fold { try fold(upTo: last, from: bucket, &log) }
        identifiers = log
    }

    private func identifierLog() throws(SQLiteError) -> IdentifierLog {
        if let identifiers { return identifiers }
        let select = try statement(
            """
            SELECT max(coalesce(max(id), 0), coalesce((SELECT max(id) FROM identifier_fold), 0)), count(*),
                coalesce(sum(length(entries)), 0)
            FROM identifier_log
            """)
        guard try select.step() else { preconditionFailure("an aggregate without a line") }
        var log = IdentifierLog(
            newest: select.integer(0), lines: Int(select.integer(1)),
            entries: Int(select.integer(2)) / IdentifierEntries.width)
        select.reset()
        if let last = try fact(IdentifierLog.foldFact) {
            log.fold = (last, Int(try fact(IdentifierLog.bucketFact) ?? 0))
        }
        return log
    }

    /// The last line of what is folded at once, however long the log has become.
    private func endOfFold() throws(SQLiteError) -> Int64 {
        let select = try statement("SELECT id, length(entries) FROM identifier_log ORDER BY id")
        defer { select.reset() }
        var (last, lines, entries) = (Int64(0), 0, 0)
        while lines < identifierBounds.lines * IdentifierLog.mostAtOnce,
            entries < identifierBounds.entries * IdentifierLog.mostAtOnce, try select.step()
        {
            last = select.integer(0)
            lines += 1
            entries += Int(select.integer(1)) / IdentifierEntries.width
        }
        return last
    }

    /// One step: the entries of a few buckets are written to them, and after the last buckets the lines leave the log.
    /// Those that are in both meanwhile are found twice, which nobody sees.
    private func fold(upTo last: Int64, from bucket: Int, _ log: inout IdentifierLog) throws(SQLiteError) {
        let buckets = bucket..<min(bucket + IdentifierLog.step, IdentifierLog.buckets)
        var found = [IdentifierEntries](repeating: IdentifierEntries(), count: buckets.count)
        var leads: (first: LeadID, last: LeadID)?
        var (lines, entries) = (0, 0)
        let select = try statement("SELECT entries FROM identifier_log WHERE id <= ?1")
        select.bind(1, last)
        while try select.step() {
            let line = IdentifierEntries(select.bytes(0))
            lines += 1
            entries += line.count
            for index in 0..<line.count {
                if bucket == 0 {
                    let lead = line.lead(index)
                    leads = leads.map { (min($0.first, lead), max($0.last, lead)) } ?? (lead, lead)
                }
                let own = line.bucket(index)
                if buckets.contains(own) { found[own - bucket].append(index, of: line) }
            }
        }
        let write = try statement("INSERT OR REPLACE INTO identifier_bucket (id, entries) VALUES (?1, ?2)")
        for (bucket, entries) in zip(buckets, found) where !entries.isEmpty {
            write.bind(1, IdentifierLog.line(bucket, fold: last))
            write.bind(2, entries.bytes)
            try write.run()
        }
        if let leads {
            let note = try statement("INSERT INTO identifier_fold (id, first_lead, last_lead) VALUES (?1, ?2, ?3)")
            note.bind(1, last)
            note.bind(2, leads.first.rawValue)
            note.bind(3, leads.last.rawValue)
            try note.run()
        }
        let isDone = buckets.upperBound == IdentifierLog.buckets
        if isDone {
            let drop = try statement("DELETE FROM identifier_log WHERE id <= ?1")
            drop.bind(1, last)
            try drop.run()
        }
        try setFact(IdentifierLog.foldFact, isDone ? nil : last)
        try setFact(IdentifierLog.bucketFact, isDone ? nil : Int64(buckets.upperBound))
        guard isDone else {
            log.fold = (last, buckets.upperBound)
            return
        }
        log.fold = nil
        log.lines -= lines
        log.entries -= entries
    }

    /// Lets nobody find these leads by their fingerprints again.
    func dropIdentifiers(of leads: Set<LeadID>) throws(SQLiteError) {
        guard let first = leads.min(), let last = leads.max() else { return }
        try drop(leads, from: "identifier_log", lines: try numbers("SELECT id FROM identifier_log"))
        let folds = try numbers(
            "SELECT id FROM identifier_fold WHERE last_lead >= ?1 AND first_lead <= ?2", first.rawValue, last.rawValue)
        for fold in folds {
            try drop(
                leads, from: "identifier_bucket",
                lines: (0..<IdentifierLog.buckets).map { IdentifierLog.line($0, fold: fold) })
        }
        identifiers = nil
    }

    /// Forgets the oldest fold or line of the log, if it is about leads before `bound` only. Returns whether it was.
    func forgetIdentifiers(before bound: LeadID) throws(SQLiteError) -> Bool {
        let folds = try numbers(
            "SELECT id FROM identifier_fold WHERE last_lead < ?1 ORDER BY id LIMIT 1", bound.rawValue)
        // The lines of one that is still being written are in the log too.
        if let fold = folds.first, fold != (try identifierLog()).fold?.last {
            let drop = try statement("DELETE FROM identifier_bucket WHERE id = ?1")
            for bucket in 0..<IdentifierLog.buckets {
                drop.bind(1, IdentifierLog.line(bucket, fold: fold))
                try drop.run()
            }
            let end = try statement("DELETE FROM identifier_fold WHERE id = ?1")
            end.bind(1, fold)
            try end.run()
            return true
        }
        let oldest = try statement("SELECT id, entries FROM identifier_log ORDER BY id LIMIT 1")
        guard try oldest.step() else { return false }
        let (line, entries) = (oldest.integer(0), IdentifierEntries(oldest.bytes(1)))
        oldest.reset()
        guard (0..<entries.count).allSatisfy({ entries.lead($0) < bound }) else { return false }
        let drop = try statement("DELETE FROM identifier_log WHERE id = ?1")
        drop.bind(1, line)
        try drop.run()
        identifiers = nil
        return true
    }

    private func drop(_ leads: Set<LeadID>, from table: String, lines: [Int64]) throws(SQLiteError) {
        let select = try statement("SELECT entries FROM \(table) WHERE id = ?1")
        let change = try statement("UPDATE \(table) SET entries = ?2 WHERE id = ?1")
        for line in lines {
            select.bind(1, line)
            guard try select.step() else { continue }
            let entries = IdentifierEntries(select.bytes(0))
            select.reset()
            guard let kept = entries.without(leads) else { continue }
            change.bind(1, line)
            change.bind(2, kept.bytes)
            try change.run()
        }
    }

    private func numbers(_ sql: String, _ values: Int64...) throws(SQLiteError) -> [Int64] {
        let select = try statement(sql)
        for (index, value) in values.enumerated() { select.bind(Int32(index + 1), value) }
        var found: [Int64] = []
        while try select.step() { found.append(select.integer(0)) }
        return found
    }
}

package import Domain
import SQLite

extension WatchRole {
    // MARK: The checklist's records

    /// Keeps what a page looked like while it was fine.
    package func keepPage(_ address: String, _ fingerprint: PageFingerprint) throws(StoreError) {
        try wait { then in
            change(rows: 1) { [self] tables in
                let keep = try tables.statement(ChecklistSQL.keepPage)
                keep.bind(1, address)
                keep.bind(2, now.milliseconds)
                keep.bind(3, fingerprint.json.text)
                try keep.run()
            } then: {
                then($0)
            }
        }
    }

    /// Keeps what the checklist came to. `alert` 0: there is none (yet).
    package func keepDiagnosis(_ diagnosis: Diagnosis, of matter: String, alert: Int64) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                let keep = try tables.statement(ChecklistSQL.keepDiagnosis)
                keep.bind(1, diagnosis.at.milliseconds)
                keep.bind(2, matter)
                keep.bind(3, alert)
                keep.bind(4, Int64(diagnosis.cause?.item.rawValue ?? 0))
                keep.bind(5, diagnosis.json.text)
                guard try keep.step() else { preconditionFailure("a diagnosis without a number") }
                keep.reset()
            } then: {
                then($0)
            }
        }
    }

    /// Makes what was found out while a matter was a suspicion part of the alert that it became.
    package func attachDiagnoses(of matter: String, since: Instant, to alert: Int64) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                let attach = try tables.statement(ChecklistSQL.attachDiagnoses)
                attach.bind(1, alert)
                attach.bind(2, matter)
                attach.bind(3, since.milliseconds)
                try attach.run()
            } then: {
                then($0)
            }
        }
    }

    /// Keeps what an ads account says of a group, or of all groups of a client (`group` empty).
    package func keepAds(_ facts: ChecklistFacts.AdsFacts, client: String, group: String) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                let keep = try tables.statement(ChecklistSQL.keepAds)
                keep.bind(1, client)
                keep.bind(2, group)
                keep.bind(3, facts.asOf.milliseconds)
                keep.bind(4, facts.status.rawValue)
                keep.bind(5, facts.spend.map { Int64(($0 * 100).rounded()) })
                keep.bind(6, facts.impressions.map(Int64.init))
                try keep.run()
            } then: {
                then($0)
            }
        }
    }
}

extension Tables {
    /// How long answers are counted apart, and how long diagnoses are kept.
    static let answersKept: Duration = .days(15)
    static let diagnosesKept: Duration = .days(400)

    /// One small step of forgetting. Returns whether there may be more.
    func purgeChecklist(step: Int64, now: Instant) throws(SQLiteError) -> Bool {
        var more = false
        for (sql, bound) in [
            (ChecklistSQL.purgeAnswers, now - Self.answersKept), (.purgeDiagnoses, now - Self.diagnosesKept),
        ] {
            let purge = try statement(sql)
            purge.bind(1, bound.milliseconds)
            purge.bind(2, step)
            try purge.run()
            more = more || connection.changes == Int(step)
        }
        return more
    }
}

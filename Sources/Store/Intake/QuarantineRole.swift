package import Domain

/// What nobody could use, until a person has decided about it.
package struct QuarantineRole: LedgerRole {
    let core: LedgerCore

    /// Puts quarantined events back into the inbox, as edited if they were. `treatment` says what they are to the lead
    /// that had their id before, if somebody knows. Answers the ids that were in quarantine.
    package func release(_ ids: [LeadID], as treatment: Treatment = .undecided, note: String) throws(StoreError)
        -> [LeadID]
    {
        try wait { then in
            change(rows: ids.count * 2) { [self] tables in
                let now = now
                let released = try ids.filter { try tables.release($0, as: treatment, note: note, now: now) }
                tables.afterCommit.append { [core] in core.caches.inbox.wake() }
                return released
            } then: {
                then($0)
            }
        }
    }

    /// Gives quarantined events up. Answers the ids that were in quarantine.
    package func discard(_ ids: [LeadID], note: String) throws(StoreError) -> [LeadID] {
        try wait { then in
            change(rows: ids.count) { [self] tables in
                let now = now
                return try ids.filter { try tables.discard($0, note: note, now: now) }
            } then: {
                then($0)
            }
        }
    }

    /// Keeps an edited copy (JSON) of a quarantined event beside the original; `release` uses it. Throws `notFound` if
    /// the event is not in quarantine.
    package func edit(_ id: LeadID, _ body: [UInt8]) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                guard try tables.edit(id, body) else { throw StoreError.notFound }
            } then: {
                then($0)
            }
        }
    }
}

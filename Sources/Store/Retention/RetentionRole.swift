/// What is taken out of the store again: by age, and at a person's wish.
package struct RetentionRole: LedgerRole {
    let core: LedgerCore

    /// Forgets a little of what is due to be forgotten. Answers whether there may be more.
    package func purge() throws(StoreError) -> Bool {
        try wait { then in
            change(rows: 500, .patient) { [self] tables in
                let goesOn = try tables.purge(options.retention, now: now)
                if !goesOn { tables.endPurge() }
                return goesOn
            } then: {
                then($0)
            }
        }
    }
}

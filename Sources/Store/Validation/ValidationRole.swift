package import Domain
import Service

/// What becomes of the inbox: judgements, and what has to be known for them.
package struct ValidationRole: LedgerRole {
    let core: LedgerCore

    /// Whether an earlier process ended without closing the file, so that a row of the inbox may be what ended it.
    package var wasInterrupted: Bool { core.caches.inbox.wasInterrupted }

    /// What an earlier end had left behind has been judged.
    package func passInterruption() { core.caches.inbox.passInterruption() }

    /// Writes judgements: a row leaves the inbox and becomes a lead with its deliveries, a duplicate, or a quarantined
    /// event.
    package func judge(_ judgements: [(row: InboxRow, judgement: Judgement)]) throws(StoreError) -> Judged {
        try wait { judge(judgements, then: $0) }
    }

    /// As `judge(_:)`, but answers later, on the writer's thread.
    package func judge(
        _ judgements: [(row: InboxRow, judgement: Judgement)],
        then: @escaping @Sendable (Result<Judged, StoreError>) -> Void
    ) {
        core.fresh.offer(judgements.compactMap(\.judgement.lead), now: now)
        change(rows: judgements.count * Self.rowsPerJudgement, .patient) { [self] tables in
            try tables.judge(judgements, now: now) { due in
                tables.afterCommit.append { [core] in core.events.tellDue(due) }
            }
        } then: {
            then($0)
        }
    }

    private static let rowsPerJudgement = 4

    /// Remembers durably which rows are about to be inspected, so that a crash can be laid at their door. `nil`: none.
    package func inspect(_ rows: ClosedRange<LeadID>?) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                try tables.setFact("inspecting_first", rows?.lowerBound.rawValue)
                try tables.setFact("inspecting_last", rows?.upperBound.rawValue)
            } then: {
                then($0)
            }
        }
    }

    /// Under which ids destinations are told of leads; in force from the next judgement.
    package func configureIdentity(_ policy: IdentityPolicy) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                tables.identityPolicy = policy
            } then: {
                then($0)
            }
        }
    }

    /// Called on the writer's thread when a test lead of our own has been judged. It must not block.
    package func onSynthetic(_ notify: @escaping @Sendable (LeadID, Judgement) -> Void) {
        core.events.onSynthetic(notify)
    }
}

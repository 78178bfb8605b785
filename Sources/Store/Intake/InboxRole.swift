package import Domain
import Service

/// What came in and has not been judged: how it is appended, and how the validator hears of it.
package struct InboxRole: LedgerRole {
    let core: LedgerCore

    /// Keeps the events of some posts. `then` is called on the writer's thread once they are durable, or with the
    /// reason why not; it must not block. Answers are in the order of the posts.
    package func append(
        _ posts: [AppendRequest], then: @escaping @Sendable (Result<[AppendResult], StoreError>) -> Void
    ) {
        let rows = posts.reduce(0) { $0 + $1.submissions.count }
        change(rows: rows, .acknowledgement) { [core, options] tables in
            let now = core.now
            let answers = try tables.append(posts, now: now, answersKept: options.retention.answers)
            let newest = tables.newestID
            tables.afterCommit.append { core.caches.inbox.grow(to: newest) }
            return answers
        } then: {
            then($0)
        }
    }

    /// As `append(_:then:)`, but waits.
    package func append(_ posts: [AppendRequest]) throws(StoreError) -> [AppendResult] {
        try wait { append(posts, then: $0) }
    }

    /// Grows whenever something came into the inbox.
    package var serial: Int { core.caches.inbox.serial }

    /// The id that was given last; further ones are greater.
    package var newestID: LeadID { core.caches.inbox.newest }

    /// How far ids run ahead of the clock, because it was ahead once: they never go back. Searches by time and what is
    /// shown of an id's moment are wrong by as much; retention does not go by ids.
    package var idsAhead: Duration { max(.zero, newestID.moment - now) }

    /// Waits until the inbox has grown since `serial`, at most `timeout`. Returns the present number.
    package func waitForMore(after serial: Int, atMost timeout: Duration) -> Int {
        core.caches.inbox.wait(after: serial, atMost: timeout)
    }

    /// Wakes everybody who waits for the inbox, for example to stop them.
    package func wake() { core.caches.inbox.wake() }
}

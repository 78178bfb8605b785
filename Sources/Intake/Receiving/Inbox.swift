package import Store

/// Where intake puts what came in. The store's ledger is one; tests have another.
package protocol Inbox: Sendable {
    /// Appends all or nothing, and says so after the fsync, from any thread. `then` is called exactly once.
    func append(_ posts: [AppendRequest], then: @escaping @Sendable (Result<[AppendResult], StoreError>) -> Void)
}

extension InboxRole: Inbox {}

extension Problem {
    /// What a sender is told when its lead could not be made durable.
    package init(_ error: StoreError) {
        switch error {
        case .overloaded:
            self.init(.overloaded, "Nothing was stored. Send the same request again after a second.", retryAfter: 1)
        case .diskFull:
            self.init(.diskFull, "Nothing was stored. Send the same request again in a minute.", retryAfter: 60)
        case .locked:
            self.init(.notDurable, "Nothing was stored. Send the same request again in a few seconds.", retryAfter: 5)
        case .closed:
            self.init(.stopping, "Nothing was stored. Send the same request again in a few seconds.", retryAfter: 5)
        case .broken, .refused, .notFound, .inUse, .unusable:
            self.init(
                .notDurable, "Nothing was acknowledged. Send the same request again in half a minute.", retryAfter: 30)
        }
    }
}

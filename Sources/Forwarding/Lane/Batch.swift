package import Domain

/// One claimed delivery, ready to be sent.
package struct Row: Sendable, Equatable {
    package var delivery: Delivery
    package var fragment: Fragment
    /// What was taken out of it, because it was refused for that.
    package var amendments: [Amendment] = []

    package init(_ delivery: Delivery, _ fragment: Fragment) {
        self.delivery = delivery
        self.fragment = fragment
    }
}

/// Deliveries of one claim that go out in one request.
package struct Batch: Sendable, Equatable {
    package var id: Int
    package var claim: Int64
    package var rows: [Row]
    /// The request that this one is a part of, after events were isolated; its own id otherwise.
    package var family: Int
    /// How often events that the answer named have been taken out of it.
    package var rounds = 0
    /// It was refused for its access token once.
    package var hasRenewed = false

    package init(id: Int, claim: Int64, rows: [Row], family: Int? = nil) {
        self.id = id
        self.claim = claim
        self.rows = rows
        self.family = family ?? id
    }
}

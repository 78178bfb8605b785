package import Domain
import SQLite

/// The events of one request, all of which become durable or none.
package struct Post: Sendable {
    package var submissions: [Submission]
    /// The same key from the same source gets the first answer again.
    package var idempotencyKey: String?

    package init(_ submissions: [Submission], idempotencyKey: String? = nil) {
        self.submissions = submissions
        self.idempotencyKey = idempotencyKey
    }
}

/// The answer to a `Post`: an id for each event, in its order.
package struct Posted: Equatable, Sendable {
    package var ids: [LeadID]
    /// The ids are those of an earlier post with the same key; nothing was written.
    package var isReplay: Bool

    package init(ids: [LeadID], isReplay: Bool = false) {
        self.ids = ids
        self.isReplay = isReplay
    }
}

extension Tables {
    func append(_ posts: [Post], now: Instant, answersKept: Duration) throws(SQLiteError) -> [Posted] {
        var answers: [Posted] = []
        answers.reserveCapacity(posts.count)
        let insert = try statement(.append)
        // Neighbours are mostly of one source, and are booked together.
        var booked: (source: Int64, events: Int64) = (0, 0)
        for post in posts {
            if let key = post.idempotencyKey, let first = post.submissions.first,
                let ids = try answer(to: key, source: first.source, since: now - answersKept)
            {
                answers.append(Posted(ids: ids, isReplay: true))
                continue
            }
            var ids: [LeadID] = []
            ids.reserveCapacity(post.submissions.count)
            for submission in post.submissions {
                let source = try sourceID(submission.source)
                newestID = newestID.next(at: now)
                ids.append(newestID)
                insert.bind(1, newestID.rawValue)
                insert.bind(2, source)
                insert.bind(3, submission.receivedAt.milliseconds)
                insert.bind(4, submission.format.rawValue)
                insert.bind(5, submission.boundary)
                insert.bind(6, submission.address)
                insert.bind(7, submission.userAgent)
                insert.bind(8, submission.body)
                try insert.run()
                if source != booked.source {
                    book(booked)
                    booked = (source, 0)
                }
                booked.events += 1
            }
            if let key = post.idempotencyKey, let first = post.submissions.first {
                try remember(ids, for: key, source: first.source, now: now)
            }
            answers.append(Posted(ids: ids))
        }
        book(booked)
        return answers
    }

    private func book(_ booked: (source: Int64, events: Int64)) {
        guard booked.events > 0 else { return }
        counters.book(.received, source: booked.source, booked.events)
        counters.book(.inbox, source: booked.source, booked.events)
    }

    private func answer(to key: String, source: String, since: Instant) throws(SQLiteError) -> [LeadID]? {
        let select = try statement(.answerOf)
        select.bind(1, try sourceID(source))
        select.bind(2, key)
        select.bind(3, since.milliseconds)
        defer { select.reset() }
        return try select.step() ? [LeadID](packed: select.bytes(0)) : nil
    }

    private func remember(_ ids: [LeadID], for key: String, source: String, now: Instant) throws(SQLiteError) {
        let insert = try statement(.rememberAnswer)
        insert.bind(1, try sourceID(source))
        insert.bind(2, key)
        insert.bind(3, now.milliseconds)
        insert.bind(4, ids.packed)
        try insert.run()
    }
}

extension [UInt8] {
    /// Eight bytes, most significant first.
    mutating func append(bigEndian value: Int64) {
        for shift in stride(from: Int64(56), through: 0, by: -8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}

extension [LeadID] {
    /// Eight bytes each, most significant first.
    var packed: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 8)
        for id in self { bytes.append(bigEndian: id.rawValue) }
        return bytes
    }

    init(packed bytes: [UInt8]) {
        self = stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { start in
            LeadID(rawValue: bytes[start..<start + 8].reduce(0) { $0 << 8 | Int64($1) })
        }
    }
}

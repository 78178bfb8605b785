package import Domain
import SQLite

/// The events of one request, all of which become durable or none.
package struct AppendRequest: Sendable {
    package var submissions: [Submission]
    /// The same key from the same source gets the first answer again.
    package var idempotencyKey: String?
    /// Other content under a key that was used is refused rather than kept as events of its own.
    package var isStrictAboutKeys: Bool
    /// What it says, so far as the bytes of the bodies do not tell.
    package var reading = Reading.plain

    /// How a post is to be compared with another under its key.
    package enum Reading: Equatable, Sendable {
        /// By the bodies alone.
        case plain
        /// A form, by this hash of its fields in their order by name: how they were written and separated is nobody's
        /// message.
        case fields(UInt64)
        /// By the bodies, and by this hash of what was said beside them.
        case besides(UInt64)

        /// What the store keeps: nothing but `plain` is 0.
        var number: Int64 {
            switch self {
            case .plain: 0
            case .fields(let hash): Int64(bitPattern: hash | 1)
            case .besides(let hash): Int64(bitPattern: max(2, hash & ~1))
            }
        }
    }

    package init(_ submissions: [Submission], idempotencyKey: String? = nil, isStrictAboutKeys: Bool = false) {
        self.submissions = submissions
        self.idempotencyKey = idempotencyKey
        self.isStrictAboutKeys = isStrictAboutKeys
    }
}

/// The answer to a `AppendRequest`: an id for each event, in its order.
package struct AppendResult: Equatable, Sendable {
    package var ids: [LeadID]
    /// The ids are those of an earlier post with the same key, which said the same.
    package var isReplay: Bool
    /// Nothing was kept: the key belongs to other content.
    package var isRefused: Bool

    package init(ids: [LeadID], isReplay: Bool = false, isRefused: Bool = false) {
        self.ids = ids
        self.isReplay = isReplay
        self.isRefused = isRefused
    }
}

extension Tables {
    /// What the key of a post is good for.
    private enum Answer {
        /// New, or too old to be remembered.
        case none
        /// The same bytes were kept: these are their ids.
        case sameBytes([LeadID])
        /// The same was said in other bytes, which are kept as well.
        case sameWords([LeadID])
        /// The key was used for something else, whose first event this is.
        case other(LeadID?)
    }

    func append(_ posts: [AppendRequest], now: Instant, answersKept: Duration) throws(SQLiteError) -> [AppendResult] {
        var answers: [AppendResult] = []
        answers.reserveCapacity(posts.count)
        // Neighbours are mostly of one source, and are booked together.
        var booked: (source: Int64, events: Int64) = (0, 0)
        for post in posts {
            guard let key = post.idempotencyKey, let source = post.submissions.first?.source else {
                answers.append(AppendResult(ids: try keep(post, first: nil, now: now, &booked)))
                continue
            }
            switch try answer(to: key, post, source: source, since: now - answersKept) {
            case .none:
                let ids = try keep(post, first: nil, now: now, &booked)
                try remember(ids, post, for: key, source: source, now: now)
                answers.append(AppendResult(ids: ids))
            case .sameBytes(let ids): answers.append(AppendResult(ids: ids, isReplay: true))
            case .sameWords(let ids):
                let kept = try keep(post, first: ids.first, now: now, &booked)
                try remember(kept, post, for: Self.key(key, for: post), source: source, now: now)
                answers.append(AppendResult(ids: ids, isReplay: true))
            case .other(let first):
                if post.isStrictAboutKeys {
                    answers.append(AppendResult(ids: [], isRefused: true))
                    continue
                }
                let ids = try keep(post, first: first, now: now, &booked)
                try remember(ids, post, for: Self.key(key, for: post), source: source, now: now)
                answers.append(AppendResult(ids: ids))
            }
        }
        book(booked)
        return answers
    }

    private func keep(
        _ post: AppendRequest, first: LeadID?, now: Instant, _ booked: inout (source: Int64, events: Int64)
    ) throws(SQLiteError) -> [LeadID] {
        let insert = try statement(.append)
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
            // Of a batch nobody knows which event is which.
            insert.bind(8, post.submissions.count == 1 ? first?.rawValue : nil)
            insert.bind(9, submission.charset)
            insert.bind(10, submission.query)
            try insert.run()
            try keepPosted(newestID, submission.body)
            if source != booked.source {
                book(booked)
                booked = (source, 0)
            }
            booked.events += 1
        }
        return ids
    }

    private func book(_ booked: (source: Int64, events: Int64)) {
        guard booked.events > 0 else { return }
        counters.book(.received, source: booked.source, booked.events)
        counters.book(.inbox, source: booked.source, booked.events)
    }

    private func answer(to key: String, _ post: AppendRequest, source: String, since: Instant) throws(SQLiteError)
        -> Answer
    {
        guard let first = try known(key, source: source, since: since) else { return .none }
        switch try compare(post, with: first) {
        case .sameBytes: return .sameBytes(first.ids)
        case .sameWords:
            // These bytes may have come before, too.
            let again = try known(Self.key(key, for: post), source: source, since: since)
            if let again, try compare(post, with: again) == .sameBytes { return .sameBytes(first.ids) }
            return .sameWords(first.ids)
        case .other:
            let again = try known(Self.key(key, for: post), source: source, since: since)
            if let again, try compare(post, with: again) == .sameBytes { return .sameBytes(again.ids) }
            return .other(first.ids.count == 1 ? first.ids.first : nil)
        }
    }

    /// What is remembered of a post under a key.
    private struct Known {
        var ids: [LeadID]
        /// `AppendRequest.Reading.number`; `nil` from before that was kept.
        var reading: Int64?
    }

    private enum Likeness { case sameBytes, sameWords, other }

    private func compare(_ post: AppendRequest, with known: Known) throws(SQLiteError) -> Likeness {
        guard known.ids.count == post.submissions.count, known.reading.map({ $0 == post.reading.number }) ?? true else {
            return .other
        }
        var likeness = Likeness.sameBytes
        for (id, submission) in zip(known.ids, post.submissions) {
            // Erased, or cleared before its answer was forgotten: there is nothing to compare with, and nothing to keep
            // twice.
            guard let body = try postedBytes(id) else { continue }
            if body == submission.body { continue }
            guard post.reading.isOfFields(known.reading) || Wording(body) == Wording(submission.body) else {
                return .other
            }
            likeness = .sameWords
        }
        return likeness
    }

    /// What was posted as an event, wherever it is now; `nil` if that has been cleared.
    private func postedBytes(_ id: LeadID) throws(SQLiteError) -> [UInt8]? {
        let select = try statement(PostedBytes.sql)
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step() ? select.optionalBytes(0) : nil
    }

    /// Under what the answer to other content of the same key is remembered. No sender can write the separator.
    private static func key(_ key: String, for post: AppendRequest) -> String {
        var content = FNV1a()
        for submission in post.submissions {
            content.add(submission.body)
            content.add([0])
        }
        if post.reading != .plain { content.add(String(post.reading.number, radix: 16).utf8) }
        return "\(key)\u{1}\(String(content.hash, radix: 16))"
    }

    private func known(_ key: String, source: String, since: Instant) throws(SQLiteError) -> Known? {
        let select = try statement(.answerOf)
        select.bind(1, try sourceID(source))
        select.bind(2, key)
        select.bind(3, since.milliseconds)
        defer { select.reset() }
        guard try select.step() else { return nil }
        return Known(ids: [LeadID](packed: select.bytes(0)), reading: select.optionalInteger(1))
    }

    private func remember(
        _ ids: [LeadID], _ post: AppendRequest, for key: String, source: String, now: Instant
    ) throws(SQLiteError) {
        let insert = try statement(.rememberAnswer)
        insert.bind(1, try sourceID(source))
        insert.bind(2, key)
        insert.bind(3, now.milliseconds)
        insert.bind(4, ids.packed)
        insert.bind(5, post.reading.number)
        try insert.run()
    }
}

extension AppendRequest.Reading {
    /// Whether both are forms with the same fields, one of which is remembered as `number`.
    fileprivate func isOfFields(_ number: Int64?) -> Bool {
        if case .fields = self { return number == self.number }
        return false
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

import Domain
import SQLite
import Service
import Store
import TestSupport
import Testing

/// What is said beside the bytes of a body: what they are written in, and the query of the address.
@Suite struct `What stands beside a post` {
    private static func submission(
        _ bench: Bench, _ body: String = "a=1", charset: String = "", query: String = ""
    ) -> Submission {
        var submission = Submission(
            source: "landing", receivedAt: bench.time.now, format: .form, body: Array(body.utf8))
        submission.charset = charset
        submission.query = query
        return submission
    }

    private static func rows(_ bench: Bench) throws -> [InboxRow] {
        try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
    }

    /// One event with an address in its query, in quarantine.
    private static func putAside(_ bench: Bench) throws -> LeadID {
        let sent = submission(bench, charset: "gbk", query: "email=Eva%40example.org")
        let id = try bench.ledger.inbox.append([AppendRequest([sent])])[0].ids[0]
        let rows = try rows(bench)
        #expect(rows.map(\.submission) == [sent])
        _ = try bench.ledger.validation.judge(rows.map { ($0, .quarantine([Defect(.unreadable, at: "", "No.")])) })
        return id
    }

    @Test func `goes into quarantine and back with it`() throws {
        let bench = try Bench()
        let id = try Self.putAside(bench)
        let event = try #require(try bench.ledger.reader().quarantined(id))
        #expect(event.charset == "gbk" && event.query == "email=Eva%40example.org")
        #expect(event.submission.query == event.query && event.submission.charset == "gbk")
        _ = try bench.ledger.quarantine.release([id], note: "again")
        #expect(try Self.rows(bench).map(\.submission.query) == [event.query])
        #expect(try Self.rows(bench).map(\.submission.charset) == ["gbk"])
    }

    /// What somebody has made of it says all that the address said.
    @Test func `is no part of an edited copy`() throws {
        let bench = try Bench()
        let id = try Self.putAside(bench)
        try bench.ledger.quarantine.edit(id, Array("{}".utf8))
        _ = try bench.ledger.quarantine.release([id], note: "repaired")
        let row = try #require(try Self.rows(bench).first)
        #expect(row.submission.format == .repaired)
        #expect(row.submission.query.isEmpty && row.submission.charset.isEmpty)
    }

    @Test func `is found and forgotten like the body`() throws {
        let bench = try Bench()
        let id = try Self.putAside(bench)
        func found(_ text: String) throws -> [LeadID] {
            let search = SpellingSearch(text, countries: [])
            return try bench.ledger.reader().quarantine(among: 10) { search.matches(SpellingSearch.Body($0)) }
        }
        #expect(try found("eva@EXAMPLE") == [id] && found("adam") == [])
        #expect(try bench.ledger.retention.eraseQuarantined([id]) == 1)
        #expect(try bench.ledger.reader().quarantined(id)?.query == "")

        let other = try Self.putAside(bench)
        _ = try bench.ledger.quarantine.discard([other], note: "no")
        bench.time.advance(.days(8))
        while try bench.ledger.retention.purge() {}
        let cleared = try #require(try bench.ledger.reader().quarantined(other))
        #expect(cleared.query.isEmpty && cleared.body.isEmpty)
    }

    // MARK: Under one key

    private static func post(
        _ bench: Bench, _ body: String, _ reading: AppendRequest.Reading, query: String = "", isStrict: Bool = false
    ) throws -> AppendResult {
        var post = AppendRequest(
            [submission(bench, body, query: query)], idempotencyKey: "k", isStrictAboutKeys: isStrict)
        post.reading = reading
        return try bench.ledger.inbox.append([post])[0]
    }

    @Test func `the same bytes with another address are something else`() throws {
        let bench = try Bench()
        let first = try Self.post(bench, "{}", .plain)
        let other = try Self.post(bench, "{}", .besides(10), query: "gclid=a")
        #expect(!other.isReplay && other.ids != first.ids)
        #expect(
            try Self.post(bench, "{}", .besides(10), query: "gclid=a") == AppendResult(ids: other.ids, isReplay: true))
        let third = try Self.post(bench, "{}", .besides(20), query: "gclid=b")
        #expect(!third.isReplay)
        #expect(
            try Self.post(bench, "{}", .besides(20), query: "gclid=b") == AppendResult(ids: third.ids, isReplay: true))
        #expect(try Self.post(bench, "{}", .plain) == AppendResult(ids: first.ids, isReplay: true))
        #expect(try Self.post(bench, "{}", .besides(30), isStrict: true) == AppendResult(ids: [], isRefused: true))
        #expect(bench.ledger.books[.received, source: "landing"] == 3)
        #expect(try Self.rows(bench).map(\.first) == [nil, first.ids[0], first.ids[0]])
    }

    /// contracts/identity.md: the order of what was sent does not count, and the bytes are kept.
    @Test func `a form is what its fields are`() throws {
        let bench = try Bench()
        let first = try Self.post(bench, "a=1&b=2", .fields(5), isStrict: true)
        for _ in 0..<2 {
            #expect(
                try Self.post(bench, "b=2&a=1", .fields(5), isStrict: true)
                    == AppendResult(ids: first.ids, isReplay: true))
        }
        #expect(
            try Self.rows(bench).map { String(decoding: $0.submission.body, as: UTF8.self) } == ["a=1&b=2", "b=2&a=1"])
        #expect(try Self.post(bench, "a=1&b=2", .fields(8), isStrict: true).isRefused)
        // The same number of another kind is another thing.
        #expect(try Self.post(bench, "a=1&b=2", .besides(5), isStrict: true).isRefused)
    }

    @Test func `what was remembered by an earlier version is compared by its bytes`() throws {
        let bench = try Bench()
        let first = try Self.post(bench, "a=1", .fields(5))
        try bench.stopped { path in
            try Connection(path: path).execute("UPDATE idempotency SET reading = NULL")
        }
        #expect(try Self.post(bench, "a=1", .fields(6)) == AppendResult(ids: first.ids, isReplay: true))
        #expect(try !Self.post(bench, "a=2", .fields(6)).isReplay)
    }
}

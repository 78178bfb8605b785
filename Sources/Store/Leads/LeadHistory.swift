package import Domain
import SQLite

/// Everything that ever happened to one event.
package struct LeadHistory: Sendable {
    package var id: LeadID
    package var source: String
    package var receivedAt: Instant
    package var place: Place
    /// What was posted: the sender's bytes; `nil` once personal data has been cleared.
    package var body: [UInt8]?
    /// In the order of the destinations' names; for leads only.
    package var deliveries: [DeliveryStory] = []
    /// Later posts of the same event.
    package var duplicates: [LeadID] = []
    /// What is different in a repetition, by names.
    package var difference = ""
    /// What this lead is to an earlier one under the same id, and later ones to it.
    package var first: Kin?
    package var later: [Kin] = []
    /// What destinations are told in place of the sender's id, by their names.
    package var aliases: [String: String] = [:]

    package struct Kin: Equatable, Sendable {
        package var kinship: Kinship
        package var lead: LeadID

        package init(kinship: Kinship, lead: LeadID) {
            self.kinship = kinship
            self.lead = lead
        }
    }

    package enum Place: Sendable {
        /// Acknowledged, not looked at yet.
        case inbox(tries: Int)
        case lead(LeadFacts)
        /// The same event as an earlier post.
        case duplicate(of: LeadID)
        case quarantined(QuarantinedEvent)
    }

    /// The cause of a step in the story of a delivery that is no attempt: somebody wanted it to go out again. The code
    /// says how it had ended, the message why.
    package static let replayed = "replayed"

    package struct LeadFacts: Sendable {
        package var eventID: String
        package var event: String
        package var occurredAt: Instant
        package var isTest: Bool
        package var dimension: Dimension
        package var quality: Lead.Quality
        package var notes: [String]
        /// The event as validated; `nil` once personal data has been cleared.
        package var payload: [UInt8]?
        /// `nil`: it does not look like junk.
        package var junk: JunkFacts?
    }
}

/// One delivery of a lead, with its attempts, oldest first.
package struct DeliveryStory: Sendable {
    package var destination: String
    package var state: State
    package var attempts: [Attempt] = []

    package enum State: Sendable {
        case open(due: Instant, expires: Instant, failures: Int, isInFlight: Bool)
        case ended(Outcome, at: Instant, failures: Int, Receipt)
    }

    /// An attempt that did not end the delivery.
    package struct Attempt: Sendable {
        package var at: Instant
        package var cause: String
        package var receipt: Receipt
    }
}

extension Reader {
    /// `nil` if there is no event with this id (any more).
    package func story(_ id: LeadID) throws -> LeadHistory? {
        try snapshot {
            if let story = try leadStory(id) { return story }
            if let story = try duplicateStory(id) { return story }
            if let row = try inbox(after: LeadID(rawValue: id.rawValue - 1), limit: 1).first, row.id == id {
                return LeadHistory(
                    id: id, source: row.submission.source, receivedAt: row.submission.receivedAt,
                    place: .inbox(tries: row.tries), body: row.submission.body)
            }
            guard let event = try quarantined(id) else { return nil }
            return LeadHistory(
                id: id, source: event.source, receivedAt: event.receivedAt, place: .quarantined(event), body: event.body
            )
        }
    }

    func leadStory(_ id: LeadID) throws -> LeadHistory? {
        let select = try statement(
            """
            SELECT source.name, lead.received_at, event_id, event, occurred_at, test, quality, notes,
                   \(PostedBytes.payload), \(PostedBytes.ofLead), client, grp, campaign, adset, ad, aliases
            FROM lead JOIN source ON source.id = lead.source JOIN dimension ON dimension.id = lead.dimension
            WHERE lead.id = ?1
            """)
        select.bind(1, id.rawValue)
        defer { select.reset() }
        guard try select.step() else { return nil }
        let source = select.text(0)
        let hasAliases = select.integer(15) != 0
        let facts = LeadHistory.LeadFacts(
            eventID: select.text(2), event: select.text(3), occurredAt: Instant(milliseconds: select.integer(4)),
            isTest: select.integer(5) != 0,
            dimension: Dimension(
                source: source, client: select.text(10), group: select.text(11), campaign: select.text(12),
                adset: select.text(13), ad: select.text(14)),
            quality: Lead.Quality(rawValue: select.integer(6)),
            notes: select.text(7).split(separator: "\n").map(String.init), payload: select.optionalBytes(8),
            junk: try junk(id))
        var story = LeadHistory(
            id: id, source: source, receivedAt: Instant(milliseconds: select.integer(1)), place: .lead(facts),
            body: select.optionalBytes(9), deliveries: try deliveries(id),
            duplicates: try duplicates(id))
        story.first = try kin("SELECT kind, first FROM kinship WHERE lead = ?1", of: id).first
        story.later = try kin(
            "SELECT kind, lead FROM kinship WHERE first = ?1 ORDER BY lead LIMIT \(Self.listedKin)", of: id)
        if hasAliases { story.aliases = try aliases(of: id) }
        return story
    }

    /// More leads under one id than this are not listed.
    private static let listedKin = 100

    private func kin(_ sql: String, of id: LeadID) throws -> [LeadHistory.Kin] {
        let select = try statement(sql)
        select.bind(1, id.rawValue)
        var found: [LeadHistory.Kin] = []
        while try select.step() {
            guard let kinship = Kinship(rawValue: select.integer(0)) else { continue }
            found.append(LeadHistory.Kin(kinship: kinship, lead: LeadID(rawValue: select.integer(1))))
        }
        return found
    }

    private func duplicateStory(_ id: LeadID) throws -> LeadHistory? {
        let select = try statement(
            """
            SELECT source.name, received_at, lead, note FROM duplicate JOIN source ON source.id = duplicate.source
            WHERE duplicate.id = ?1
            """)
        select.bind(1, id.rawValue)
        defer { select.reset() }
        guard try select.step() else { return nil }
        var story = LeadHistory(
            id: id, source: select.text(0), receivedAt: Instant(milliseconds: select.integer(1)),
            place: .duplicate(of: LeadID(rawValue: select.integer(2))), body: try postedBytes(id))
        story.difference = select.text(3)
        return story
    }

    /// More duplicates than this are not listed.
    private static let listedDuplicates = 100

    private func duplicates(_ id: LeadID) throws -> [LeadID] {
        let select = try statement(
            "SELECT id FROM duplicate WHERE lead = ?1 ORDER BY id LIMIT \(Self.listedDuplicates)")
        select.bind(1, id.rawValue)
        var found: [LeadID] = []
        while try select.step() { found.append(LeadID(rawValue: select.integer(0))) }
        return found
    }

    private func deliveries(_ id: LeadID) throws -> [DeliveryStory] {
        var found: [String: DeliveryStory] = [:]
        /// The attempt that the platform answered with a receipt and judged later. It comes after all that had failed.
        var sentAt: [String: DeliveryStory.Attempt] = [:]
        let open = try statement(
            """
            SELECT destination.name, due, expires, failures, destination.id FROM delivery
            JOIN destination ON destination.id = delivery.destination WHERE lead = ?1
            """)
        open.bind(1, id.rawValue)
        let inHand = try destinationsInHand(id)
        while try open.step() {
            let state = DeliveryStory.State.open(
                due: Instant(milliseconds: open.integer(1)), expires: Instant(milliseconds: open.integer(2)),
                failures: Int(open.integer(3)), isInFlight: inHand.contains(open.integer(4)))
            found[open.text(0)] = DeliveryStory(destination: open.text(0), state: state)
        }
        let ended = try statement(
            """
            SELECT destination.name, outcome, at, failures, status, code, message, request_id, sent_at FROM receipt
            JOIN destination ON destination.id = receipt.destination WHERE lead = ?1
            """)
        ended.bind(1, id.rawValue)
        while try ended.step() {
            guard let outcome = Outcome.allCases.first(where: { $0.tally.rawValue == ended.integer(1) }) else {
                continue
            }
            let state = DeliveryStory.State.ended(
                outcome, at: Instant(milliseconds: ended.integer(2)), failures: Int(ended.integer(3)),
                receipt(ended, from: 4))
            found[ended.text(0)] = DeliveryStory(destination: ended.text(0), state: state)
            if let sent = ended.optionalInteger(8) {
                let receipt = Receipt(status: 200, requestID: ended.text(7))
                sentAt[ended.text(0)] = DeliveryStory.Attempt(
                    at: Instant(milliseconds: sent), cause: Tally.sent.name, receipt: receipt)
            }
        }
        let attempts = try statement(
            """
            SELECT destination.name, at, cause, status, code, message, request_id FROM attempt
            JOIN destination ON destination.id = attempt.destination WHERE lead = ?1 ORDER BY at
            """)
        attempts.bind(1, id.rawValue)
        while try attempts.step() {
            found[attempts.text(0)]?.attempts.append(
                DeliveryStory.Attempt(
                    at: Instant(milliseconds: attempts.integer(1)), cause: attempts.text(2),
                    receipt: receipt(attempts, from: 3)))
        }
        for (destination, attempt) in sentAt { found[destination]?.attempts.append(attempt) }
        return found.values.sorted { $0.destination < $1.destination }
    }

    /// The destinations whose lanes have the lead's delivery in hand.
    private func destinationsInHand(_ id: LeadID) throws -> Set<Int64> {
        let claims = try statement(SQL.openClaims.text)
        var found: Set<Int64> = []
        while try claims.step() {
            if [LeadID](packed: claims.bytes(3)).contains(id) { found.insert(claims.integer(1)) }
        }
        return found
    }

    private func receipt(_ row: Statement, from column: Int32) -> Receipt {
        Receipt(
            status: Int(row.integer(column)), code: row.text(column + 1), message: row.text(column + 2),
            requestID: row.text(column + 3))
    }
}

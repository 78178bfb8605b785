/// Every statement that changes something or decides about a change, in full, under the name of what it does.
enum SQL: Int, CaseIterable {
    case begin, commit, savepoint, release, rollbackToSavepoint
    case internSource, sourceID, internDestination, destinationID
    case internDimension, dimensionID, append, keepPosted, dropPosted, answerOf
    case rememberAnswer, newestID, leaveInbox, countInbox, leaveInboxTogether, keepLead
    case keepDuplicate, quarantine, countTries
    case owe, waiting, waitingDelivery, leaveQueue
    case keepClaim, rewriteClaim, endClaim, openClaims, markUncertain
    case settleRetry, keepReceipt
    case keepAttempt, waitingLater, hurry, setLane, releaseQuarantined, returnToInbox
    case returnPosted, discardQuarantined, editQuarantined, count, book
    case books, sources, destinations, sourceOfDimension
    case fact, setFact, dropFact, purgeAnswers
    case nextToForget, nextToClear, keepLate, nextLate, endLate
    case clearQuarantined, clearPersonalData
    case keepAwaited, awaitedDue, nextAwaited, lendAwaited, askAgain, endAwaited, oldestAwaited
    case sentAt, confirm, unconfirm, takeBack, reopen, dimensionOfLead, settleAlone
    case takeBackEnded, accountOfLead, countClosing, endClosing
    case noteCounts, countNotes, dropCountNotes
    case dayBasis, setDayBasis, rollUp, wipeRollups, statisticsAfter, dimensionNames, internGroup, groupID
    case sourceName, earlierLeads, earlierLead, payloadOfLead, keepKinship, noteLead, bodiesOf

    var text: String {
        switch self {
        case .begin: "BEGIN IMMEDIATE"
        case .commit: "COMMIT"
        case .savepoint: "SAVEPOINT change"
        case .release: "RELEASE change"
        case .rollbackToSavepoint: "ROLLBACK TO change"
        case .internSource: "INSERT INTO source (name) VALUES (?1) ON CONFLICT (name) DO NOTHING"
        case .sourceID: "SELECT id FROM source WHERE name = ?1"
        case .internDestination:
            """
            INSERT INTO destination (name, since) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING
            """
        case .destinationID: "SELECT id FROM destination WHERE name = ?1"
        case .internDimension:
            """
            INSERT INTO dimension (source, client, grp, campaign, adset, ad) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO NOTHING
            """
        case .dimensionID:
            """
            SELECT id FROM dimension
            WHERE source = ?1 AND client = ?2 AND grp = ?3 AND campaign = ?4 AND adset = ?5 AND ad = ?6
            """
        case .append:
            """
            INSERT INTO inbox (id, source, received_at, format, boundary, address, user_agent, first, charset, query)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """
        case .keepPosted: "INSERT INTO posted (id, bytes) VALUES (?1, ?2)"
        case .dropPosted: "DELETE FROM posted WHERE id = ?1"
        case .answerOf: "SELECT ids, reading FROM idempotency WHERE source = ?1 AND key = ?2 AND at > ?3"
        case .rememberAnswer:
            """
            INSERT INTO idempotency (source, key, at, ids, reading) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET at = excluded.at, ids = excluded.ids, reading = excluded.reading
            """
        case .newestID:
            """
            SELECT max(coalesce((SELECT max(id) FROM inbox), 0), coalesce((SELECT max(id) FROM lead), 0),
                       coalesce((SELECT max(id) FROM quarantine), 0), coalesce((SELECT max(id) FROM duplicate), 0))
            """
        case .leaveInbox: "DELETE FROM inbox WHERE id = ?1"
        case .countInbox: "SELECT count(*) FROM inbox WHERE id BETWEEN ?1 AND ?2"
        case .leaveInboxTogether: "DELETE FROM inbox WHERE id BETWEEN ?1 AND ?2"
        case .keepLead:
            """
            INSERT INTO lead
                (id, source, event_id, received_at, occurred_at, event, test, dimension, quality, payload, raw, notes, \
            identity)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """
        case .keepDuplicate:
            """
            INSERT INTO duplicate (id, source, lead, received_at, body, same_as, note)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """
        case .earlierLeads:
            "SELECT \(Self.earlier) WHERE event_id = ?1 AND lead.id <> ?2 ORDER BY lead.id DESC LIMIT ?3"
        case .earlierLead: "SELECT \(Self.earlier) WHERE lead.id = ?1"
        case .payloadOfLead: "SELECT \(PostedBytes.payload) FROM lead WHERE id = ?1"
        case .keepKinship: "INSERT INTO kinship (lead, first, kind) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        case .noteLead:
            """
            UPDATE lead SET notes = CASE WHEN notes = '' THEN ?2 ELSE notes || char(10) || ?2 END
            WHERE id = ?1 AND length(notes) < ?3
            """
        case .bodiesOf:
            """
            SELECT id, body FROM (
                SELECT id, \(PostedBytes.ofLead) AS body FROM lead WHERE id = ?1
                UNION ALL SELECT id, body FROM (
                    SELECT id, body FROM duplicate WHERE lead = ?1 ORDER BY id DESC LIMIT ?2))
            WHERE body IS NOT NULL
            """
        case .quarantine:
            """
            INSERT INTO quarantine
                (id, source, received_at, quarantined_at, format, boundary, charset, query, address, user_agent,
                    body, reason,
                 defects, first, dimension)
            SELECT inbox.id, source, received_at, ?2, format, boundary, charset, query, address, user_agent,
                coalesce(bytes, x''), ?3, ?4, ?5, ?6
            FROM inbox LEFT JOIN posted USING (id) WHERE inbox.id = ?1
            ON CONFLICT (id) DO UPDATE SET state = 'open', quarantined_at = ?2, reason = ?3, defects = ?4,
                decided_at = NULL, first = ?5, treatment = 0, dimension = ?6
            """
        case .countTries: "UPDATE inbox SET tries = tries + 1 WHERE id BETWEEN ?1 AND ?2"
        case .owe:
            """
            INSERT INTO delivery (lead, destination, due, expires, dimension) VALUES (?1, ?2, ?3, ?4, ?5)
            """
        case .waiting:
            """
            SELECT due, lead, failures, expires, uncertain, alone, dimension FROM delivery
            WHERE destination = ?1 ORDER BY due, lead
            """
        case .waitingDelivery:
            "SELECT dimension, failures, expires, uncertain FROM delivery WHERE lead = ?1 AND destination = ?2"
        case .leaveQueue: "DELETE FROM delivery WHERE lead = ?1 AND destination = ?2"
        case .keepClaim: "INSERT INTO claim (id, destination, claimed_at, leads) VALUES (?1, ?2, ?3, ?4)"
        case .rewriteClaim: "UPDATE claim SET leads = ?2 WHERE id = ?1"
        case .endClaim: "DELETE FROM claim WHERE id = ?1"
        case .openClaims: "SELECT id, destination, claimed_at, leads FROM claim"
        case .markUncertain:
            "UPDATE delivery SET uncertain = coalesce(uncertain, ?3) WHERE lead = ?1 AND destination = ?2"
        case .settleRetry:
            """
            UPDATE delivery SET due = ?3, failures = failures + 1,
                uncertain = CASE WHEN ?4 THEN coalesce(uncertain, ?5) ELSE uncertain END
            WHERE lead = ?1 AND destination = ?2
            """
        case .keepReceipt:
            """
            INSERT INTO receipt (lead, destination, outcome, at, failures, status, code, message, request_id, uncertain)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT DO UPDATE SET outcome = excluded.outcome, at = excluded.at, failures = excluded.failures,
                status = excluded.status, code = excluded.code, message = excluded.message,
                request_id = excluded.request_id, uncertain = excluded.uncertain
            """
        case .keepAttempt:
            """
            INSERT INTO attempt (lead, destination, at, cause, status, code, message, request_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING
            """
        case .waitingLater:
            """
            SELECT lead, due, failures FROM delivery
            WHERE destination = ?1 AND (due, lead) > (?2, ?3) ORDER BY due, lead LIMIT ?4
            """
        case .hurry: "UPDATE delivery SET due = ?3 WHERE lead = ?1 AND destination = ?2"
        case .setLane: "UPDATE destination SET state = ?2, reason = ?3, since = ?4 WHERE id = ?1"
        case .releaseQuarantined:
            """
            UPDATE quarantine SET state = 'released', decided_at = ?2, note = ?3, treatment = ?4
            WHERE id = ?1 AND state = 'open' RETURNING source, dimension
            """
        case .returnToInbox:
            """
            INSERT INTO inbox (
                id, source, received_at, format, boundary, charset, query, address, user_agent, first, treatment,
                released)
            SELECT id, source, received_at, CASE WHEN edited IS NULL THEN format ELSE ?2 END,
                   CASE WHEN edited IS NULL THEN boundary ELSE '' END,
                   CASE WHEN edited IS NULL THEN charset ELSE '' END,
                   CASE WHEN edited IS NULL THEN query ELSE '' END, address, user_agent, first, treatment, 1
            FROM quarantine WHERE id = ?1
            """
        case .returnPosted:
            """
            INSERT INTO posted (id, bytes) SELECT id, coalesce(edited, body) FROM quarantine WHERE id = ?1
            ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes
            """
        case .discardQuarantined:
            """
            UPDATE quarantine SET state = 'discarded', decided_at = ?2, note = ?3 WHERE id = ?1 AND state = 'open'
            RETURNING source, dimension
            """
        case .editQuarantined: "UPDATE quarantine SET edited = ?2 WHERE id = ?1 AND state = 'open'"
        case .count:
            """
            INSERT INTO statistic (hour, dimension, destination, tally, count, milliseconds)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET
                count = count + excluded.count, milliseconds = milliseconds + excluded.milliseconds
            """
        case .noteCounts: "INSERT INTO count_note (cells) VALUES (?1)"
        case .countNotes: "SELECT cells FROM count_note"
        case .dropCountNotes: "DELETE FROM count_note"
        case .book:
            """
            INSERT INTO book (source, destination, tally, count) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """
        case .books: "SELECT source, destination, tally, count FROM book"
        case .sources: "SELECT id, name FROM source"
        case .destinations: "SELECT id, name, state, reason, since FROM destination"
        case .sourceOfDimension: "SELECT source FROM dimension WHERE id = ?1"
        case .fact: "SELECT value FROM fact WHERE name = ?1"
        case .setFact: "INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value"
        case .dropFact: "DELETE FROM fact WHERE name = ?1"
        case .purgeAnswers:
            """
            DELETE FROM idempotency WHERE (source, key) IN (
                SELECT source, key FROM idempotency WHERE at > ?1 AND at < ?2 ORDER BY at LIMIT ?3)
            """
        case .nextToForget:
            """
            SELECT id, source, EXISTS (SELECT 1 FROM delivery WHERE delivery.lead = lead.id)
                OR EXISTS (\(Self.awaited("lead.id"))) FROM lead
            WHERE received_at > ?1 AND received_at < ?2
                AND NOT EXISTS (SELECT 1 FROM late WHERE late.lead = lead.id AND late.since > 0)
            ORDER BY received_at, id LIMIT ?3
            """
        case .nextToClear:
            """
            SELECT id, EXISTS (SELECT 1 FROM delivery WHERE delivery.lead = lead.id)
                OR EXISTS (\(Self.awaited("lead.id"))), received_at,
                \(PostedBytes.areThere()) AND NOT EXISTS (SELECT 1 FROM late WHERE late.lead = lead.id)
            FROM lead
            WHERE (received_at, id) > (?1, ?2) AND received_at < ?3 ORDER BY received_at, id LIMIT ?4
            """
        case .keepLate: "INSERT INTO late (lead, since) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        case .nextLate:
            """
            SELECT lead, EXISTS (SELECT 1 FROM delivery WHERE delivery.lead = late.lead)
                OR EXISTS (\(Self.awaited("late.lead"))), since,
                coalesce((SELECT received_at FROM lead WHERE lead.id = late.lead), 0) FROM late
            WHERE lead > ?1 ORDER BY lead LIMIT ?2
            """
        case .endLate: "DELETE FROM late WHERE lead = ?1"
        case .clearQuarantined:
            """
            UPDATE quarantine SET body = x'', query = '', edited = NULL, address = '', user_agent = '', cleared = 1
            WHERE id IN (
                SELECT id FROM quarantine WHERE state <> 'open' AND cleared = 0 AND decided_at > ?1 AND decided_at < ?2
                ORDER BY decided_at LIMIT ?3)
            """
        case .clearPersonalData:
            """
            UPDATE lead SET payload = NULL, raw = NULL, event_id = coalesce(
                (SELECT mark FROM id_mark WHERE id_mark.lead = lead.id),
                CASE WHEN instr(event_id, '@') > 0 THEN ?2 ELSE event_id END)
            WHERE id = ?1
            """
        case .keepAwaited:
            """
            INSERT INTO awaited (destination, request_id, sent_at, due, leads, expires, failures)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """
        case .awaitedDue:
            """
            SELECT number, request_id, sent_at, polls, leads, expires, failures FROM awaited
            WHERE destination = ?1 AND due <= ?2 ORDER BY due, number LIMIT ?3
            """
        case .nextAwaited: "SELECT due FROM awaited WHERE destination = ?1 ORDER BY due LIMIT 1"
        case .oldestAwaited: "SELECT number, destination, polls, sent_at FROM awaited ORDER BY number LIMIT 1"
        case .lendAwaited: "UPDATE awaited SET due = ?2 WHERE number = ?1"
        case .askAgain:
            "UPDATE awaited SET due = ?4, polls = polls + 1 WHERE number = ?1 AND destination = ?2 AND polls = ?3"
        case .endAwaited:
            """
            DELETE FROM awaited WHERE number = ?1 AND destination = ?2 AND polls = ?3
            RETURNING request_id, leads, expires
            """
        case .confirm:
            """
            UPDATE receipt SET outcome = ?3, sent_at = at, at = ?4, status = ?5, code = ?6, message = ?7
            WHERE lead = ?1 AND destination = ?2
            """
        case .sentAt:
            """
            SELECT at FROM receipt
            WHERE lead = ?1 AND destination = ?2 AND request_id = ?3 AND outcome = \(Tally.sent.rawValue)
            """
        case .unconfirm:
            """
            UPDATE receipt SET code = ?4, message = ?5
            WHERE lead = ?1 AND destination = ?2 AND request_id = ?3 AND outcome = \(Tally.sent.rawValue)
            """
        case .takeBack:
            """
            DELETE FROM receipt
            WHERE lead = ?1 AND destination = ?2 AND request_id = ?3 AND outcome = \(Tally.sent.rawValue)
            RETURNING at, failures, status, code, message
            """
        case .reopen:
            """
            INSERT INTO delivery (lead, destination, due, expires, dimension, failures, uncertain, alone)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        case .dimensionOfLead: "SELECT dimension FROM lead WHERE id = ?1"
        case .settleAlone:
            """
            UPDATE delivery SET due = ?3, alone = 1 WHERE lead = ?1 AND destination = ?2
            """
        case .takeBackEnded:
            """
            DELETE FROM receipt
            WHERE lead = ?1 AND destination = ?2 AND outcome = ?3 AND at = ?4
                AND EXISTS (SELECT 1 FROM lead WHERE id = ?1 AND \(PostedBytes.areThere()))
                AND NOT (outcome = \(Tally.sent.rawValue) AND EXISTS (
                    SELECT 1 FROM awaited
                    WHERE awaited.destination = receipt.destination AND awaited.request_id = receipt.request_id))
            RETURNING status, code, message, request_id, sent_at
            """
        case .countClosing:
            """
            INSERT INTO closing (destination, quarter, count) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """
        case .endClosing: "DELETE FROM closing WHERE destination = ?1 AND quarter = ?2 AND count = 0"
        case .accountOfLead: "SELECT dimension, test FROM lead WHERE id = ?1"
        case .dayBasis: "SELECT name, value FROM day_basis"
        case .setDayBasis:
            """
            INSERT INTO day_basis (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value
            """
        case .rollUp: Self.rollUpText
        case .wipeRollups:
            """
            DELETE FROM rollup WHERE (kind, unit, period, destination) IN (
                SELECT kind, unit, period, destination FROM rollup
                WHERE (kind, unit) >= (?2, ?3) AND period >= CASE
                    WHEN kind IN (\(RollupKind.adMonth.rawValue), \(RollupKind.groupMonth.rawValue)) THEN ?4
                    WHEN kind = \(RollupKind.groupHour.rawValue) THEN ?6 ELSE ?5 END
                ORDER BY kind, unit, period, destination LIMIT ?1)
            RETURNING kind, unit
            """
        case .statisticsAfter:
            """
            SELECT hour, dimension, destination, tally, count, milliseconds FROM statistic
            WHERE (hour, dimension) > (?1, ?2) ORDER BY hour, dimension, destination, tally LIMIT ?3
            """
        case .dimensionNames:
            """
            SELECT source.name, client, grp FROM dimension JOIN source ON source.id = dimension.source
            WHERE dimension.id = ?1
            """
        case .internGroup: "INSERT INTO client_group (client, grp) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        case .sourceName: "SELECT name FROM source WHERE id = ?1"
        case .groupID: "SELECT id FROM client_group WHERE client = ?1 AND grp = ?2"
        }
    }

    /// One amount for each column, from ?5 on.
    private static let rollUpText = {
        let names = RollupColumn.allCases.map(\.name)
        let places = names.indices.map { "?\(5 + $0)" }.joined(separator: ", ")
        let sums = names.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
        return """
            INSERT INTO rollup (kind, unit, period, destination, \(names.joined(separator: ", ")))
            VALUES (?1, ?2, ?3, ?4, \(places)) ON CONFLICT DO UPDATE SET \(sums)
            """
    }()

    /// What is looked at of a lead that was called the same before.
    private static let earlier = """
        lead.id, source, event, test, received_at, identity, aliases, kinship.kind
        FROM lead LEFT JOIN kinship ON kinship.lead = lead.id
        """

    /// Finds a request of a lead that is still awaited.
    private static func awaited(_ lead: String) -> String {
        """
        SELECT 1 FROM receipt JOIN awaited USING (destination, request_id)
        WHERE receipt.lead = \(lead) AND receipt.outcome = \(Tally.sent.rawValue)
        """
    }
}

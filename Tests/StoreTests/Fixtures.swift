import Domain
import Service
import Store
import TestSupport

/// A clock that stands still until a test moves it.
final class MovedClock: Sendable {
    private let moment = Locked(Instant.start)
    var now: Instant { moment.withLock { $0 } }
    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
    var clock: Clock { Clock { self.now.milliseconds } }
}

/// A ledger in a folder of its own, under a clock that the test moves.
final class Bench {
    let folder = TemporaryFolder()
    let time = MovedClock()
    private(set) var ledger: Ledger
    private let options: Ledger.Options

    init(_ options: Ledger.Options = Ledger.Options()) throws {
        self.options = options
        ledger = try Ledger(path: folder.file("relay.db"), options: options, clock: time.clock, log: .silent)
    }

    deinit { ledger.close() }

    func restart() throws {
        ledger.close()
        ledger = try Ledger(path: folder.file("relay.db"), options: options, clock: time.clock, log: .silent)
    }

    /// Closes the ledger, lets the test tamper with the file, opens it again.
    func stopped(_ tamper: (String) throws -> Void) throws {
        ledger.close()
        try tamper(folder.file("relay.db"))
        try restart()
    }

    /// Posts one event each with these bodies and answers their ids.
    @discardableResult
    func append(_ bodies: [String] = ["{}"], source: String = "landing", key: String? = nil) throws -> [LeadID] {
        let submissions = bodies.map {
            Submission(source: source, receivedAt: time.now, format: .json, body: Array($0.utf8), address: "192.0.2.1")
        }
        return try ledger.inbox.append([AppendRequest(submissions, idempotencyKey: key)])[0].ids
    }

    /// Judges everything in the inbox as good leads that are owed to `destinations`; the body is the event id.
    @discardableResult
    func judge(owing destinations: [String] = ["google", "meta"], notBefore: Instant? = nil) throws -> Judged {
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10_000)
        return try ledger.validation.judge(
            rows.map { row in
                let routes = destinations.map {
                    Route($0, .open(notBefore: notBefore ?? time.now, expires: time.now + .days(7)))
                }
                return (row, .lead(.fine(row, routes: routes)))
            })
    }
}

extension Lead {
    static func fine(_ row: InboxRow, routes: [Route]) -> Lead {
        let body = String(decoding: row.submission.body, as: UTF8.self)
        return Lead(
            id: row.id, source: row.submission.source, receivedAt: row.submission.receivedAt, eventID: body,
            event: "lead", occurredAt: row.submission.receivedAt, dimension: Dimension(source: row.submission.source),
            payload: row.submission.body, routes: routes)
    }
}

extension Finding {
    /// `begin` in seconds from the start of the test.
    init(_ kind: AlertKind, _ scope: AlertScope, _ severity: Severity, begin: Int, _ sentence: String) {
        self.init(kind, scope, severity, began: .start + .seconds(begin), sentence: sentence)
    }
}

/// Names that were called out, in order.
final class Woken: Sendable {
    private let names = Locked<[Set<String>]>([])
    func add(_ name: Set<String>) { names.withLock { $0.append(name) } }
    var all: [Set<String>] { names.withLock { $0 } }
}

/// Turns a file back to what it was like before a version, for tests of migrations that are older than `Fixtures/`.
enum Downgrade {
    /// To version 18: ids were unique for each source, and repetitions had no bytes.
    static let to18 = """
        ALTER TABLE inbox ADD COLUMN body BLOB NOT NULL DEFAULT x'';
        UPDATE inbox SET body = (SELECT bytes FROM posted WHERE posted.id = inbox.id);
        UPDATE lead SET
            raw = coalesce(raw, CASE WHEN payload IS NOT NULL THEN (SELECT bytes FROM posted WHERE posted.id = lead.id) END),
            payload = coalesce(payload, (SELECT bytes FROM posted WHERE posted.id = lead.id));
        DROP TABLE posted;
        DROP INDEX delivery_due;
        ALTER TABLE delivery ADD COLUMN claim INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX delivery_due ON delivery (destination, due, lead) WHERE claim = 0;
        DROP TABLE IF EXISTS count_note;
        DROP TABLE IF EXISTS named_group;
        DROP TABLE IF EXISTS action_run;
        ALTER TABLE api_token DROP COLUMN team;
        DROP INDEX IF EXISTS lead_received;
        DROP INDEX IF EXISTS duplicate_received;
        DROP INDEX IF EXISTS duplicate_bodies;
        DROP INDEX IF EXISTS quarantine_waiting;
        ALTER TABLE late DROP COLUMN since;
        DROP TABLE IF EXISTS id_mark;
        DROP TABLE IF EXISTS source_count;
        DROP TABLE IF EXISTS source_run;
        DROP TABLE IF EXISTS refused_place;
        DROP TABLE IF EXISTS junk;
        ALTER TABLE quarantine DROP COLUMN dimension;
        ALTER TABLE inbox DROP COLUMN charset;
        ALTER TABLE inbox DROP COLUMN query;
        ALTER TABLE quarantine DROP COLUMN charset;
        ALTER TABLE quarantine DROP COLUMN query;
        ALTER TABLE idempotency DROP COLUMN reading;
        ALTER TABLE inbox DROP COLUMN released;
        DROP TABLE IF EXISTS alias;
        DROP TABLE IF EXISTS kinship;
        DROP INDEX lead_event;
        CREATE UNIQUE INDEX lead_event ON lead (source, event_id);
        ALTER TABLE lead DROP COLUMN identity;
        ALTER TABLE lead DROP COLUMN aliases;
        ALTER TABLE duplicate DROP COLUMN body;
        ALTER TABLE duplicate DROP COLUMN same_as;
        ALTER TABLE duplicate DROP COLUMN note;
        ALTER TABLE inbox DROP COLUMN first;
        ALTER TABLE inbox DROP COLUMN treatment;
        ALTER TABLE quarantine DROP COLUMN first;
        ALTER TABLE quarantine DROP COLUMN treatment;
        """
}

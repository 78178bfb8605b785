import SQLite
import TestSupport
import Testing

@Suite struct `A connection` {
    private let folder = TemporaryFolder()

    @Test func `gives back what was bound, empty and absent values apart`() throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE t (a INTEGER, b TEXT, c BLOB)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1, ?2, ?3)")
        let rows: [(Int64?, String?, [UInt8]?)] = [
            (1, "text", [1, 2, 3]), (Int64.max, "", []), (nil, nil, nil), (-1, "nul \u{0} and 😀", [0]),
        ]
        for (number, text, bytes) in rows {
            insert.bind(1, number)
            insert.bind(2, text)
            insert.bind(3, bytes)
            try insert.run()
            #expect(connection.changes == 1)
        }
        let select = try connection.prepare("SELECT a, b, c FROM t ORDER BY rowid")
        for (number, text, bytes) in rows {
            #expect(try select.step())
            #expect(select.optionalInteger(0) == number)
            #expect(select.isNull(1) == (text == nil))
            #expect(select.text(1) == text ?? "")
            #expect(select.optionalBytes(2) == bytes)
        }
        #expect(try select.step() == false)
    }

    @Test func `says what is wrong in SQLite's words, and is usable afterwards`() throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        #expect(throws: SQLiteError.self) { try connection.execute("CREATE TABLE t (a)") }
        let insert = try connection.prepare("INSERT INTO t VALUES (1)")
        try insert.run()
        do {
            try insert.run()
            Issue.record("a primary key was taken twice")
        } catch {
            #expect(error.isConstraint)
            #expect(error.message.contains("UNIQUE"))
        }
        #expect(try connection.number("SELECT count(*) FROM t") == 1)
    }

    @Test func `that is read-only cannot write, and cannot create a file`() throws {
        let path = folder.file("a.db")
        #expect(throws: SQLiteError.self) { try Connection(path: path, mode: .readOnly) }
        let writer = try Connection(path: path)
        try writer.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
        let reader = try Connection(path: path, mode: .readOnly)
        #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (1)") }
    }

    @Test func `knows how long its log is, and a checkpoint waits for no reader`() throws {
        let path = folder.file("b.db")
        let writer = try Connection(path: path)
        try writer.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
        #expect(writer.walPages > 0)
        let reader = try Connection(path: path, mode: .readOnly)
        try reader.execute("BEGIN; SELECT count(*) FROM t")
        try writer.execute("INSERT INTO t VALUES (1)")
        #expect(try writer.checkpoint(.passive) == false)
        try reader.execute("COMMIT")
        #expect(try writer.checkpoint(.passive))
        #expect(try writer.checkpoint(.truncate))
    }

    @Test func `copies a database page by page and tells how far it is`() throws {
        let path = folder.file("c.db")
        let connection = try Connection(path: path)
        try connection.execute(
            """
            CREATE TABLE t (a);
            INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT zeroblob(900) FROM n
            """)
        var last = (0, 0)
        try connection.backup(to: folder.file("d.db")) { last = ($0, $1) }
        #expect(last.0 == last.1 && last.1 > 200)
        #expect(try Connection(path: folder.file("d.db")).number("SELECT count(*) FROM t") == 1000)
    }

    @Test func `is out of its transaction after a rollback`() throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute("BEGIN")
        #expect(connection.isInTransaction)
        try connection.execute("ROLLBACK")
        #expect(!connection.isInTransaction)
    }
}

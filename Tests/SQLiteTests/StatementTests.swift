import Glibc
import SQLite
import TestSupport
import Testing

@Suite struct `A statement` {
    private let folder = TemporaryFolder()

    /// A table of three rows.
    private static func table() throws -> Connection {
        let connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE t (a INTEGER, r REAL, b BLOB); INSERT INTO t (a) VALUES (1), (2), (3)")
        return connection
    }

    @Test func `left in the middle begins anew when it is reset`() throws {
        let connection = try Self.table()
        let select = try connection.prepare("SELECT a FROM t WHERE a >= ?1 ORDER BY a")
        select.bind(1, 2)
        #expect(try select.step() && select.integer(0) == 2)
        select.reset()
        #expect(try select.step() && select.integer(0) == 2)
        #expect(try select.rewound.step() && select.integer(0) == 2)
        #expect(try select.step() && select.integer(0) == 3)
        #expect(try !select.step())
        // What is bound stays bound, and at its end it is ready.
        #expect(try select.step() && select.integer(0) == 2)
        // A statement that still reads keeps the table.
        #expect(throws: SQLiteError.self) { try connection.execute("DROP TABLE t") }
        select.reset()
        try connection.execute("DROP TABLE t")
    }

    @Test func `keeps numbers to their last bit, and reads what is of another kind as SQLite does`() throws {
        let connection = try Self.table()
        let insert = try connection.prepare("INSERT INTO t VALUES (?1, ?2, ?3)")
        insert.bind(1, Int64.min)
        insert.bind(2, real: 0.1 + 0.2)
        insert.bindNull(3)
        try insert.run()
        let select = try connection.prepare("SELECT a, r, b, 'x', 7 FROM t WHERE a < 0")
        #expect(try select.step())
        #expect(select.integer(0) == .min && select.double(1) == 0.1 + 0.2)
        #expect(select.isNull(2) && select.bytes(2) == [] && select.optionalBytes(2) == nil && select.text(2) == "")
        #expect(select.integer(3) == 0 && select.text(4) == "7")
    }

    @Test func `that fails is told with its code, and can be used again`() throws {
        let connection = try Connection(path: ":memory:")
        try connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY CHECK (a < 10))")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1)")
        insert.bind(1, 10)
        do throws(SQLiteError) {
            try insert.run()
            Issue.record("a check did not hold")
        } catch {
            // SQLITE_CONSTRAINT_CHECK (sqlite.org/rescode.html).
            #expect(error.code == 275 && error.primaryCode == 19 && error.isConstraint)
            #expect(!error.isBusy && !error.isDamage && !error.isDiskFull)
        }
        insert.bind(1, 9)
        try insert.run()
        #expect(try connection.number("SELECT sum(a) FROM t") == 9)
        #expect(throws: SQLiteError.self) { try connection.prepare("SELECT b FROM t") }
        #expect(throws: SQLiteError.self) { try connection.prepare("") }
    }

    @Test func `that needs another's lock says that it is busy, and has changed nothing`() throws {
        let path = folder.file("busy.db")
        let (one, other) = (try Connection(path: path), try Connection(path: path))
        try one.execute("CREATE TABLE t (a)")
        try one.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
        other.setBusyTimeout(milliseconds: 1)
        do throws(SQLiteError) {
            try other.execute("INSERT INTO t VALUES (2)")
            Issue.record("two wrote at once")
        } catch {
            #expect(error.isBusy && !error.isDamage)
        }
        try one.execute("COMMIT")
        try other.execute("INSERT INTO t VALUES (2)")
        #expect(try one.number("SELECT count(*) FROM t") == 2)
    }

    @Test func `that comes upon a damaged page says so, and to whom it concerns first`() throws {
        let path = folder.file("damaged.db")
        do {
            let connection = try Connection(path: path)
            try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000)), ('x')")
        }
        // The table's root page, which is the second one.
        let file = unsafe fopen(path, "r+")
        unsafe fseek(file, 4096, SEEK_SET)
        unsafe fputs(String(repeating: "?", count: 4096), file)
        unsafe fclose(file)
        let connection = try Connection(path: path)
        var told: [SQLiteError] = []
        connection.onDamage = { told.append($0) }
        do throws(SQLiteError) {
            _ = try connection.number("SELECT count(*) FROM t WHERE a IS NOT NULL")
            Issue.record("a damaged page was read")
        } catch {
            #expect(error.isDamage && !error.isBusy)
            #expect(told == [error])
        }
    }

    @Test func `of what is no database says so`() throws {
        let path = folder.file("letter.db")
        writeText(String(repeating: "Dear Sir or Madam, ", count: 100), to: path)
        let connection = try Connection(path: path)
        do throws(SQLiteError) {
            _ = try connection.number("SELECT count(*) FROM sqlite_schema")
            Issue.record("a letter was read as a database")
        } catch {
            #expect(error.isDamage)
        }
        #expect(connection.header(16).map { String(decoding: $0, as: UTF8.self) } == "Dear Sir or Mada")
    }
}

import Curl
import Domain
import Glibc
import SQLite
import Service
import Store
import TestSupport
import Testing

@testable import Configuration

/// The built program as its service manager sees it: a process that is told by signals and tells by `NOTIFY_SOCKET`.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The service` {
    /// The program is built beside the tests.
    private static let program = Files.folder(of: CommandLine.arguments[0]) + "/leadrelay"

    private let folder = TemporaryFolder()
    private var file: String { folder.file("relay.json5") }
    private var log: String { folder.file("log") }

    private func configure(_ extra: String = "") {
        writeText(
            """
            { listen: "127.0.0.1:0", database: "leads.sqlite", admin_socket: "admin.sock", \(extra)
              sources: { page: { keys: "pk_page_key" } } }
            """, to: file)
    }

    @Test func `says when it is ready, that it lives, what it follows, and ends on SIGTERM with 0`() throws {
        configure()
        let notices = NotifySocket(folder.file("notify"))
        let relay = try ChildProcess(
            Self.program, ["serve", "--config", file],
            environment: ["NOTIFY_SOCKET": notices.path, "WATCHDOG_USEC": "600000"], output: log)
        #expect(notices.wait(for: "READY=1\nSTATUS=taking leads; 0 clients, 1 source", atMost: 20))
        #expect(notices.wait(for: "WATCHDOG=1", atMost: 20))

        configure("loop: 1,")
        relay.signal(SIGHUP)
        #expect(notices.wait(for: "RELOADING=1", atMost: 20))
        #expect(notices.wait(for: "STATUS=the old configuration stays in force", atMost: 20))
        #expect(
            readText(log).contains(
                "configuration.invalid text=\"line 1: loop: unknown; did you mean \\\"loops\\\"?\""))

        func status() throws -> String {
            let text = try ChildProcess.run(
                Self.program, ["status", "--config", file], output: folder.file("status")
            ).text
            // However its lines are broken.
            return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        configure()
        #expect(try status().contains("and not taken: 1 mistake in \(file), which leadrelay check names; the one of"))

        configure("groups: [{ group: 'g', when: { page: '*' } }],")
        relay.signal(SIGHUP)
        #expect(notices.wait(for: "1 group rule", atMost: 20))
        #expect(try !status().contains("not taken"))

        relay.signal(SIGTERM)
        #expect(notices.wait(for: "STOPPING=1", atMost: 20))
        #expect(relay.wait() == 0)
        #expect(readText(log).contains("relay.stopped"))
        // Stopped properly, the log has been emptied into the database.
        #expect((Files.size(of: folder.file("leads.sqlite-wal")) ?? 0) == 0)
    }

    @Test func `does not start with mistakes, and names them`() throws {
        configure("loops: 0, listn: 1,")
        let ended = try ChildProcess.run(Self.program, ["serve", "--config", file], output: log)
        #expect(ended.status == 78)
        #expect(ended.text.contains("loops: must be a whole number") && ended.text.contains("listn: unknown"))
        #expect(ended.text.contains("not started: correct"))
    }

    @Test func `tells senders to come back while its database is locked, and starts when it is not`() throws {
        let port = freePort()
        writeText(
            """
            { listen: "127.0.0.1:\(port)", database: "leads.sqlite", admin_socket: "admin.sock",
              sources: { page: { keys: "pk_page_key" } } }
            """, to: file)
        try Ledger(path: folder.file("leads.sqlite"), log: .silent).close()
        let other = try Connection(path: folder.file("leads.sqlite"))
        try other.execute("BEGIN IMMEDIATE")
        let notices = NotifySocket(folder.file("notify"))
        let relay = try ChildProcess(
            Self.program, ["serve", "--config", file], environment: ["NOTIFY_SOCKET": notices.path], output: log)
        #expect(notices.wait(for: "not ready: another program has locked", atMost: 20))
        let transfers = Transfers(userAgent: "test")
        defer { transfers.stop() }
        func get(_ path: String) throws -> Answer {
            try transfers.perform(Transfer("GET", "http://127.0.0.1:\(port)\(path)")).get()
        }
        let ready = try get("/readyz")
        #expect(ready.status == 503)
        // The kernel tells who it is: this process.
        #expect(String(decoding: ready.body, as: UTF8.self).contains("process \(getpid())"))
        #expect(try get("/healthz").status == 200)
        let pixel = try get("/v1/pixel.gif?key=pk_page_key")
        #expect(pixel.status == 503 && pixel.field("retry-after") == "5")
        try other.execute("COMMIT")
        #expect(notices.wait(for: "STATUS=taking leads", atMost: 20))
        #expect(try get("/readyz").status == 200)
        relay.signal(SIGTERM)
        #expect(relay.wait() == 0)
    }

    /// The disk's error is real: past a limit on the size of files, writing the log fails (EFBIG, setrlimit(2)), as a
    /// failed fsync does, and what was written cannot be relied upon any more.
    @Test func `ends within a second when its disk has failed, and keeps what it acknowledged`() throws {
        let port = freePort()
        writeText(
            """
            { listen: "127.0.0.1:\(port)", database: "leads.sqlite", admin_socket: "admin.sock",
              sources: { page: { keys: "pk_page_key", rate: "unlimited", address_rate: "unlimited" } } }
            """, to: file)
        let notices = NotifySocket(folder.file("notify"))
        // In blocks of 512 bytes.
        let limited = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" serve --config \"$1\""
        let relay = try ChildProcess(
            "/bin/sh", ["-c", limited, Self.program, file], environment: ["NOTIFY_SOCKET": notices.path], output: log)
        #expect(notices.wait(for: "READY=1", atMost: 20))
        let transfers = Transfers(userAgent: "test")
        defer { transfers.stop() }
        let body =
            #"{"person":{"email":"eva@example.org"},"custom":{"wish":"\#(String(repeating: "x", count: 2000))"}}"#
        var acknowledged = 0
        while acknowledged < 10_000 {
            let post = Transfer(
                "POST", "http://127.0.0.1:\(port)/v1/leads/pk_page_key", fields: [("Content-Type", "application/json")],
                body: Array(body.utf8))
            guard case .success(let answer) = transfers.perform(post), answer.status == 202 else { break }
            acknowledged += 1
        }
        #expect(relay.wait() == 1)
        let text = readText(log)
        func moment(_ event: String) throws -> Instant {
            let line = try #require(text.split(separator: "\n").first { $0.contains(event) }, "\(text)")
            return try #require(Instant(rfc3339: String(line.prefix { $0 != " " })))
        }
        #expect(try moment("relay.stopping reason=store") - moment("store.commit_failed") < .seconds(1))
        let ledger = try Ledger(path: folder.file("leads.sqlite"), log: .silent)
        defer { ledger.close() }
        #expect(acknowledged > 0 && ledger.books[.received, source: "page"] >= Int64(acknowledged))
        #expect(try ledger.reader().audit().isBalanced)
    }

    @Test func `does not start a second time on one file`() throws {
        configure()
        let notices = NotifySocket(folder.file("notify"))
        let relay = try ChildProcess(
            Self.program, ["serve", "--config", file], environment: ["NOTIFY_SOCKET": notices.path], output: log)
        #expect(notices.wait(for: "READY=1", atMost: 20))
        let second = try ChildProcess.run(Self.program, ["serve", "--config", file], output: folder.file("second"))
        #expect(second.status == 1)
        #expect(second.text.contains("another relay is using"))
        // The first one still answers at its socket.
        let status = try ChildProcess.run(Self.program, ["status", "--config", file], output: folder.file("status"))
        #expect(status.status == 0)
        relay.signal(SIGINT)
        #expect(relay.wait() == 0)
    }

    @Test func `ends with the exit codes that scripts rely on`() throws {
        for (words, code) in [(["version"], 0), (["status", "--socket", "/nowhere"], 1), (["statsu"], 2)]
            as [([String], Int32)]
        {
            #expect(try ChildProcess.run(Self.program, words, output: folder.file("out")).status == code)
        }
    }
}
